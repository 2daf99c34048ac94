"""Opening, taking, giving, noting and closing a case: one transaction and one entry of the journal each."""
from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection, transaction

from moothall.agreements.queries import Answer, Gap
from moothall.cases import actions
from moothall.cases.changes import AlreadyClosed, AlreadyOpen, Changed
from moothall.cases.models import Case
from moothall.cases.queries import take_numbers
from moothall.cases.told import parts_told
from moothall.contacts.models import Need
from moothall.domain.references import parse
from moothall.domain.responsibility.shares import StandardTerms
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

HOSTILE = [
    "O'Brien-ab Őz", "שלום, הפח שלי לא רוקן", "<script>alert(1)</script>", "x" * 10_240, "Zeile\r\nzwei\t\u202e!", "\f",
]  # fmt: skip


def plan_of(world, **standard):
    return Answer(
        share_id=world.resolve_share, share_key="harborough-bins-resolve", version_id=world.version,
        tiers=((0, world.waste_team),), teams=("harborough-waste",), until=None, standard=StandardTerms(**standard),
    )  # fmt: skip


@pytest.fixture
def resolved_by_lees_team(world, monkeypatch):
    monkeypatch.setattr(actions, "responsible", lambda council, service, **asked: plan_of(world))
    return world


@pytest.fixture
def clock_at(monkeypatch):
    def turn(*when):
        monkeypatch.setattr(clock, "now", lambda: datetime(*when, tzinfo=UTC))

    return turn


def opened(**told):
    return actions.open_case(**{"council": 2, "service": 524, "kind": "missed-bin", "title": "Missed bin", **told})


def kinds_of(case):
    return list(Entry.objects.filter(case_id=case.pk).order_by("id").values_list("kind", flat=True))


def test_a_case_opened_in_a_call_has_all_that_its_officer_needs(resolved_by_lees_team, as_role, clock_at):
    world = resolved_by_lees_team
    clock_at(2026, 11, 25, 14, 7)
    with as_role("web"), scope(Staff(world.sam)):
        case = opened(
            property=world.home["property"], customer=world.home["customer"], contact=world.home["contact"],
            need=world.home["need"], about="missed:1:refuse:2026-11-25", told="A crew comes back by Friday.",
            answers=[{"question": "Which bin?", "answer": "Refuse"}], marks=["unverified_by_crew"], due_working_days=2,
        )
        case.refresh_from_db()
        assert parse(case.reference) and case.reference.startswith("HB-")
        assert (case.team_id, case.share_id, case.version_id) == (world.waste_team, world.resolve_share, world.version)
        assert case.due_at == datetime(2026, 11, 27, 17, tzinfo=UTC)
        assert case.marks == ["unverified_by_crew"] and parts_told(case.told) == ["A crew comes back by Friday."]
        entry = Entry.objects.get(case_id=case.pk)
    assert (entry.kind, entry.contact_id, entry.need_id) == ("case.open", world.home["contact"], world.home["need"])
    assert entry.body == {
        "kind": "missed-bin", "team": world.waste_team, "share": world.resolve_share, "version": world.version,
        "due": "2026-11-27T17:00:00+00:00", "marks": ["unverified_by_crew"],
    }


@pytest.mark.parametrize(
    ("now", "promise", "due"),
    [
        ((2026, 12, 23, 10), (2, 1020), (2026, 12, 29, 17)),  # Christmas Day and its Monday are no working days
        ((2026, 11, 27, 16), (0, 1020), (2026, 11, 27, 17)),
        ((2026, 11, 27, 18), (0, 1020), (2026, 11, 30, 17)),  # too late for today: Monday
        ((2026, 6, 1, 9), (1, 1020), (2026, 6, 2, 16)),  # 17:00 in summer
        ((2026, 11, 28, 9), (1, 0), (2026, 11, 30, 0)),
    ],
)
def test_due_in_working_days_by_a_time_of_day(resolved_by_lees_team, clock_at, now, promise, due):
    clock_at(*now)
    days, minute = promise
    with scope(Staff(resolved_by_lees_team.sam)):
        case = opened(due_working_days=days, due_minute=minute)
    assert case.due_at == datetime(*due, tzinfo=UTC)


def test_without_days_of_its_own_a_case_is_due_by_its_shares_standard(world, monkeypatch, clock_at):
    clock_at(2026, 11, 27, 16)
    plan = plan_of(world, resolved_within_days=3, by_minute=12 * 60)
    monkeypatch.setattr(actions, "responsible", lambda *asked, **more: plan)
    with scope(Staff(world.sam)):
        assert opened().due_at == datetime(2026, 12, 2, 12, tzinfo=UTC)
        assert opened(due_working_days=1).due_at == datetime(2026, 11, 30, 17, tzinfo=UTC)


def test_a_case_that_nobody_resolves_is_opened_all_the_same_and_marked(world, monkeypatch):
    monkeypatch.setattr(actions, "responsible", lambda *asked, **more: Gap())
    with scope(Staff(world.sam)):
        case = opened()
    assert (case.team_id, case.due_at, case.marks) == (None, None, ["nobody_resolves"])


def test_references_are_unique_and_have_their_councils_letters(resolved_by_lees_team):
    world = resolved_by_lees_team
    with scope(Staff(world.sam)):
        found = {opened(council=council).reference for council in (2, 1) for _ in range(20)}
    assert len(found) == 40
    assert {reference[:2] for reference in found} == {"HB", "CH"}


def test_a_number_of_an_earlier_secret_is_passed_over(resolved_by_lees_team, monkeypatch):
    with scope(Staff(resolved_by_lees_team.sam)):
        first = opened()
        given = iter([first.reference, first.reference, "HB-77777-X"])
        monkeypatch.setattr(actions, "next_reference", lambda council: next(given))
        assert opened().reference == "HB-77777-X"


def test_no_number_is_taken_twice_whatever_becomes_of_the_transaction(world):
    with scope(Staff(world.sam)):
        first = take_numbers(3)
        with suppress(ZeroDivisionError), transaction.atomic():
            lost = take_numbers(3)
            1 / 0  # noqa: B018
        assert len({*first, *lost, *take_numbers(3)}) == 9


def test_an_open_case_about_the_same_thing_is_not_opened_twice(resolved_by_lees_team):
    with scope(Staff(resolved_by_lees_team.sam)):
        first = opened(about="missed:9:refuse:2026-11-25")
        with pytest.raises(AlreadyOpen) as refused:
            opened(about="missed:9:refuse:2026-11-25")
        assert refused.value.case == first
        assert opened(council=1, about="missed:9:refuse:2026-11-25").pk != first.pk, "another council's is another case"
        assert opened().pk != opened().pk, "about nothing there is no duplicate"
    with scope(Staff(resolved_by_lees_team.sam)):
        actions.close_case(first, outcome="emptied", words="", told="")
        assert opened(about="missed:9:refuse:2026-11-25").pk != first.pk


def test_who_opens_a_case_makes_those_alone_wait_who_report_the_same(resolved_by_lees_team):
    free = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))"
    given = connection.get_connection_params()
    known = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if name in given}
    with scope(Staff(resolved_by_lees_team.sam)), psycopg.connect(**known) as other:
        opened(about="missed:9:refuse:2026-11-25")
        told = [("missed:9:refuse:2026-11-25", 2), ("missed:9:refuse:2026-11-25", 1), ("missed:8:refuse:2026-11-25", 2)]
        assert [other.execute(free, each).fetchone() for each in told] == [(False,), (True,), (True,)]
        other.execute("SET lock_timeout = '1s'")
        other.execute("SELECT nextval('cases_case_number')")


def test_a_second_call_about_it_is_linked(resolved_by_lees_team):
    world = resolved_by_lees_team
    with scope(Staff(world.sam)):
        case = opened()
        need = Need.objects.get(pk=world.home["need"])
        linked = actions.link_case(case, need)
        assert Need.objects.get(pk=need.pk).case_id == case.pk and linked.changed == 2
        entry = Entry.objects.filter(case_id=case.pk).latest("id")
    assert (entry.kind, entry.need_id, entry.contact_id) == ("case.link", need.pk, world.home["contact"])


def test_taken_noted_given_and_closed_each_with_its_entry(resolved_by_lees_team, as_role):
    world = resolved_by_lees_team
    with as_role("web"):
        with scope(Staff(world.sam)):
            case = opened(told="First.")
        with scope(Staff(world.lee)):
            assert actions.claim_case(case, seen=1).officer_id == world.lee
            actions.note_case(case, "Rang the crew.", seen=2)
            given = actions.give_case(case, team=world.waste_team, seen=3)
            assert (given.team_id, given.officer_id) == (world.waste_team, None)
            closed = actions.close_case(case, outcome="emptied", words="We emptied it", told="Done.", seen=4)
            assert kinds_of(case) == ["case.open", "case.claim", "case.note", "case.give", "case.close"]
    assert (closed.state, closed.outcome, closed.changed) == ("closed", "emptied", 5)
    assert parts_told(closed.told) == ["First.", "Done."] and closed.closed_at


@pytest.mark.parametrize(
    "change",
    [
        lambda case, world: actions.claim_case(case, seen=1),
        lambda case, world: actions.give_case(case, team=world.waste_team, seen=1),
        lambda case, world: actions.note_case(case, "mine", seen=1),
        lambda case, world: actions.close_case(case, outcome="emptied", words="", told="", seen=1),
    ],
    ids=["claim", "give", "note", "close"],
)
def test_a_change_of_what_was_not_read_is_refused(resolved_by_lees_team, change):
    world = resolved_by_lees_team
    with scope(Staff(world.lee)):
        case = opened()
        actions.note_case(case, "first", seen=1)
        with pytest.raises(Changed) as refused:
            change(case, world)
        assert (refused.value.by, refused.value.at is not None) == ("Lee", True)
        assert kinds_of(case) == ["case.open", "case.note"] and Case.objects.get(pk=case.pk).changed == 2


def test_a_case_is_closed_once(resolved_by_lees_team):
    world = resolved_by_lees_team
    with scope(Staff(world.lee)):
        case = opened()
        actions.close_case(case, outcome="emptied", words="", told="")
        for again in (
            lambda: actions.close_case(case, outcome="not_out", words="", told=""),
            lambda: actions.claim_case(case),
            lambda: actions.give_case(case, team=world.waste_team),
        ):
            with pytest.raises(AlreadyClosed):
                again()
        actions.note_case(case, "A closed case takes notes")
        assert kinds_of(case) == ["case.open", "case.close", "case.note"]
        assert Case.objects.get(pk=case.pk).outcome == "emptied"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_note_is_kept_as_typed(resolved_by_lees_team, text):
    with scope(Staff(resolved_by_lees_team.lee)):
        note = actions.note_case(opened(title=text, told=text), text)
        note.refresh_from_db()
        assert note.text == text
        assert "text" not in Entry.objects.latest("id").body, "the journal holds ids and codes alone"


def test_a_foreign_case_can_be_neither_read_nor_changed(resolved_by_lees_team, as_role):
    world = resolved_by_lees_team
    with scope(System("load")):
        case = Case.objects.get(pk=world.home["case"])
    with as_role("web"), scope(Staff(world.olive)):
        for change in (
            lambda: actions.claim_case(case),
            lambda: actions.note_case(case, "mine"),
            lambda: actions.close_case(case, outcome="emptied", words="", told=""),
        ):
            with pytest.raises(Case.DoesNotExist):
                change()
