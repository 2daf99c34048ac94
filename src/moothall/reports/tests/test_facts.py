"""What is counted of a contact, without a database."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from moothall.reports.facts import COUNTED, ContactFact, Row, fold
from moothall.reports.tally import tallies, tally

START = datetime(2026, 11, 25, 9, tzinfo=UTC)
LATER = START + timedelta(hours=1)


def row(kind: str, contact: int = 1, *, s: float = 0, need: int | None = None, service: int = 524, **body: Any) -> Row:
    return Row(kind, contact, 2, service, need, START + timedelta(seconds=s), body)


def offer(contact: int = 1, *, s: float = 0, promise: int | None = 45, service: int = 524, share: int = 7) -> Row:
    return row("contact.offer", contact, s=s, service=service, line="5001", share=share, answer_within_s=promise)


def call(contact: int, waited_s: float, *, outcome: str = "resolved", service: int = 524) -> list[Row]:
    return [
        offer(contact, service=service),
        row("offer.make", contact, s=1, person=1),
        row("contact.answer", contact, s=waited_s, waited_ms=int(waited_s * 1000)),
        row("contact.end", contact, s=waited_s + 60),
        row("need.close", contact, s=waited_s + 70, need=contact, outcome=outcome),
        row("contact.wrap_up", contact, s=waited_s + 80),
    ]


def counted(fact: ContactFact, at: datetime = LATER) -> set[str]:
    """All that it counts as, but `waited`, which whoever was answered or rang off did."""
    names = {name for name, test in COUNTED.items() if test(fact, at)}
    assert ("waited" in names) == bool(names & {"answered", "rang_off"})
    return names - {"waited"}


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (call(1, 20), "offered answered promised in_time handled resolved"),
        (call(1, 45), "offered answered promised in_time handled resolved"),
        (call(1, 45.001), "offered answered promised late handled resolved"),
        (call(1, 20, outcome="referred"), "offered answered promised in_time handled referred"),
        (call(1, 20, outcome="signposted"), "offered answered promised in_time handled signposted"),
        ([offer(), row("contact.abandon", s=5, waited_ms=5000)], "offered rang_off promised late"),
        ([offer(), row("contact.abandon", s=5, waited_ms=5000, by="caller")], "offered rang_off promised late"),
        ([offer(), row("contact.abandon", s=5, waited_ms=5000, by="exchange")], "offered lost promised late"),
        ([row("contact.refuse", reason="closed")], "offered refused"),
        ([offer(), row("contact.refuse", reason="closed")], "offered refused"),
        ([offer(promise=None)], "offered waiting"),
        ([offer()], "offered waiting promised late"),
    ],
)
def test_a_contact_is_counted(rows: list[Row], names: str) -> None:
    (fact,) = fold(rows)
    assert counted(fact) == set(names.split())


def test_who_still_waits_within_the_promise_counts_neither_way() -> None:
    (fact,) = fold([offer()])
    assert counted(fact, START + timedelta(seconds=45)) == {"offered", "waiting"}
    assert counted(fact, START + timedelta(seconds=46)) == {"offered", "waiting", "promised", "late"}


def test_one_need_of_several_that_was_handed_on_means_not_resolved_at_once() -> None:
    rows = [*call(1, 20), row("need.close", 1, s=75, need=2, outcome="referred")]
    (fact,) = fold(rows)
    assert {"referred"} <= counted(fact) and "resolved" not in counted(fact)


def test_the_last_word_about_a_need_counts() -> None:
    (fact,) = fold([*call(1, 20), row("need.close", 1, s=99, need=1, outcome="referred")])
    assert "resolved" not in counted(fact)


def test_a_case_counts_whether_opened_or_told_in_the_outcome() -> None:
    (opened,) = fold([offer(), row("case.open", s=9)])
    (told,) = fold([offer(), row("need.close", s=9, need=1, outcome="case_opened")])
    assert "case_opened" in counted(opened) & counted(told)


def test_entries_without_an_arrival_are_left_out_and_order_does_not_matter() -> None:
    rows = [*call(1, 20), row("contact.answer", 9, waited_ms=1)]
    assert fold(reversed(rows)) == fold(rows)
    assert [fact.contact for fact in fold(rows)] == [1]


def leg(contact: int, *, s: float) -> Row:
    return row("leg.begin", contact, s=s, line="5000", share=8, answer_within_s=45, waited_ms=4000)


def test_a_leg_of_a_shared_line_counts_with_the_callers_wait_and_its_own_councils_promise() -> None:
    (fact,) = fold([leg(2, s=30), row("contact.end", 2, s=90), row("contact.wrap_up", 2, s=95)])
    assert counted(fact) == {"offered", "answered", "promised", "in_time", "handled"}
    assert (fact.answered_ms, fact.shared, fact.share) == (4000, True, 8)


def test_the_shared_lines_own_contact_is_over_when_the_call_goes_on() -> None:
    rows = [offer(), row("contact.answer", s=4, waited_ms=4000), row("contact.pass", s=30, council=2)]
    (fact,) = fold(rows)
    assert counted(fact) == {"offered", "answered", "promised", "in_time", "handled"}


def test_a_leg_begun_in_error_does_not_count_until_it_goes_on_after_all() -> None:
    rows = [leg(2, s=30), row("contact.pass", 2, s=40, mistaken=True)]
    assert fold(rows) == []
    (fact,) = fold([*rows, leg(2, s=50)])
    assert not fact.finished and fact.answered_ms == 4000


def test_every_offered_contact_is_in_exactly_one_state() -> None:
    rows = [*call(1, 5), offer(2), row("contact.abandon", 2, s=9), row("contact.refuse", 3, reason="x"), offer(4),
            offer(5), row("contact.abandon", 5, s=3, by="exchange")]  # fmt: skip
    total = tally(fold(rows), LATER).counts
    assert total["offered"] == 5 == sum(total[name] for name in ("answered", "rang_off", "waiting", "refused", "lost"))
    assert total["promised"] == total["in_time"] + total["late"]


def test_worst_is_first_and_too_few_last() -> None:
    rows: list[Row] = []
    for service, good, bad in ((524, 11, 1), (57, 4, 8), (860, 0, 5)):
        for number in range(good + bad):
            rows += call(service * 1000 + number, 10 if number < good else 100, service=service)
    found = tallies(fold(rows), LATER, percents={7: 80})
    assert [each.key[1] for each in found if each.key] == [57, 524, 860]
    assert [each.verdict for each in found] == ["missed", "kept", "few"]
    assert [str(each.in_time) for each in found] == ["33% (14 to 61)", "92% (65 to 99)", "0 of 5"]
    assert (found[0].waited_median_s, found[0].waited_longest_s) == (100, 100)


def test_nothing_counted_is_told_as_nothing() -> None:
    empty = tally([], LATER)
    assert (str(empty.in_time), empty.verdict) == ("–", "none")
    assert (empty.waited_median_s, empty.waited_longest_s) == (None, None)


def test_a_contact_whose_share_is_paused_counts_by_the_promise_of_the_one_that_it_went_to() -> None:
    moved = row("contact.move", s=30, share=8, version=2, answer_within_s=90, why="paused")
    (fact,) = fold([offer(), moved, row("contact.answer", s=60, waited_ms=60_000)])
    assert (fact.share, fact.promise_s, fact.in_time(LATER)) == (8, 90, True)


@pytest.mark.parametrize(
    ("rows", "held_s"),
    [
        ([row("contact.hold", s=30), row("contact.retrieve", s=50, held_s=20)], 20),
        ([row("contact.hold", s=30), row("contact.retrieve", s=50), row("contact.hold", s=60)], 40),
        ([row("contact.hold", s=30), row("call.pass_on", s=35), row("contact.hold", s=70)], 15),
        ([row("contact.hold", s=30), row("contact.hold", s=40), row("contact.retrieve", s=60)], 30),
        ([row("contact.retrieve", s=60)], 0),
    ],
)
def test_time_on_hold_ends_with_the_call_or_when_it_is_passed_on(rows: list[Row], held_s: int) -> None:
    (fact,) = fold([*call(1, 20), *rows])  # the call is over at 80 seconds
    assert fact.held_ms(LATER) == held_s * 1000
    assert ("held" in counted(fact)) == (held_s > 0)


def test_who_is_on_hold_still_counts_up_to_now_and_the_rest_by_middle_and_longest() -> None:
    still = [offer(2), row("contact.answer", 2, s=10), row("contact.hold", 2, s=20)]
    facts = fold([*call(1, 20), row("contact.hold", s=30), row("contact.retrieve", s=40), *still])
    found = tally(facts, START + timedelta(seconds=60))
    assert (found.counts["held"], found.held_median_s, found.held_longest_s) == (2, 25, 40)
    assert tally(fold(call(1, 20)), LATER).held_longest_s is None
