"""What would change, with the people and the open work of this installation."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cast_of_tests import LONG_AGO, NOW
from moothall.agreements.actions import load_version
from moothall.agreements.changes import WhatChanges, what_version_changes, what_would_change
from moothall.agreements.compare import NotRead
from moothall.agreements.tests.texts import SMALL, changed
from moothall.journal.actions import write
from moothall.people.models import Membership, Person
from moothall.tenancy.principals import Operator, Principal, Staff, System
from moothall.tenancy.scope import OutsideScope, scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
REFUSE, LICHFIELD, HARBOROUGH = 524, 13, 2
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)
# Charnwood's people resolve Lichfield's bins, and see them for it.
RESOLVED_BY_HUB = changed((
    "    function: resolve\n    team: lichfield-waste", "    function: resolve\n    team: charnwood-contact-centre"
))
IN_HARBOROUGH = SMALL.replace("Lichfield", "Harborough").replace("lichfield", "harborough")


def what(after: str, principal: Principal, before: str | None = SMALL) -> WhatChanges:
    with scope(principal):
        return what_would_change(before, after, at=NOW)


def journal(kind: str, *, minutes: int = 1, contact: int | None = None, case: int | None = None) -> None:
    """An entry about Lichfield's bins, of so many minutes ago."""
    with scope(System("load")):
        write(kind, council=LICHFIELD, service=REFUSE, contact=contact, case=case, at=NOW - timedelta(minutes=minutes))


def test_people_and_open_cases_are_counted(world: Any, as_role: Any) -> None:
    with as_role("report"):
        found = what(changed(("    team: charnwood-contact-centre\n    hours", "    team: lichfield-waste\n    hours")),
                     System("count"))
    assert [change.sentence for change in found.changes.of("sight-gained", "sight-lost")] == [
        "Lichfield waste, with nobody in it yet, will see Lichfield's calls and cases about switchboard.",
        "2 people in Charnwood contact centre will no longer see Lichfield's calls and cases about bins and "
        "recycling and switchboard.",
    ]
    assert [(work.service, work.cases, work.calls) for work in found.open_work] == [(9002, 0, 0), (REFUSE, 1, 0)]
    assert (found.open_cases, found.open_calls) == (1, 0)
    [told] = found.open_told
    assert told.words == (
        "1 case and 0 calls about Lichfield's bins and recycling are open now: the cases stay with Lichfield waste."
    )


def test_who_resolves_what_is_open(world: Any, as_role: Any) -> None:
    with as_role("report"):
        [gone] = what(RESOLVED_BY_HUB, System("count")).open_told
        resolved = SMALL[SMALL.index("  lichfield-resolved:"):SMALL.index("  garden-resolved:")]
        [left] = what(changed((resolved, "")), System("count")).open_told
    assert gone.words.endswith("Charnwood contact centre resolves such cases then instead of Lichfield waste.")
    assert (gone.resolved_by, gone.will_resolve) == ("lichfield-waste", "charnwood-contact-centre")
    assert left.words.endswith("nobody resolves the cases then.")


def test_calls_are_open_until_they_end(world: Any, as_role: Any) -> None:
    for contact in (901, 902, 903, 904):
        journal("contact.offer", contact=contact)
    journal("contact.abandon", contact=902)
    journal("contact.pass", contact=903)
    journal("leg.begin", contact=905)
    journal("contact.wrap_up", contact=905)
    journal("contact.offer", minutes=13 * 60, contact=906)
    journal("case.open", case=907)
    journal("case.close", case=907)
    with as_role("report"):
        [work] = what(RESOLVED_BY_HUB, System("count")).open_told
    assert (work.cases, work.calls) == (1, 2)
    assert work.words.endswith("instead of Lichfield waste; whoever is in a call may finish it.")


def test_a_manager_counts_their_own_councils_alone(world: Any, as_role: Any) -> None:
    """Under the reader's scope: what somebody else's council has open isn't none, it isn't theirs to count."""
    with as_role("web"):
        [work] = what(RESOLVED_BY_HUB, Staff(world.jo)).open_told
        assert (work.cases, work.calls) == (None, None)
        assert work.words == "What is open about Lichfield's bins and recycling isn't yours to count."
        own = IN_HARBOROUGH.replace("function: resolve\n    team: harborough-waste",
                                    "function: resolve\n    team: charnwood-contact-centre")
        [work] = what(own, Staff(world.jo), IN_HARBOROUGH).open_told
        assert (work.council, work.cases, work.calls) == (HARBOROUGH, 1, 0), "she reads figures, and no case"
        [work] = what(RESOLVED_BY_HUB, Staff(world.olive)).open_told
        assert work.cases == 1
        [work] = what(RESOLVED_BY_HUB, Operator(world.kit)).open_told
        assert work.cases is None


def test_nothing_is_counted_outside_a_scope(world: Any) -> None:
    with pytest.raises(OutsideScope):
        what_would_change(SMALL, RESOLVED_BY_HUB, at=NOW)


def test_only_people_who_are_there_then_are_counted(world: Any) -> None:
    members = Membership.objects.filter(team_id=world.hub_team)
    members.filter(person_id=world.priya).update(valid_to=LONG_AGO + timedelta(days=1))
    Membership.objects.create(team_id=world.hub_team, person_id=world.sam, job="leader", valid_from=LONG_AGO)


    def counted() -> int | None:
        return what(SMALL, System("load"), None).changes.of("sight-gained")[0].people

    assert counted() == 1, "one person with two jobs, and one who has left"
    Person.objects.filter(pk=world.sam).update(is_active=False)
    assert counted() == 0


def test_what_another_agreement_shows_is_neither_gained_nor_lost(world: Any) -> None:
    """The world's own agreement lets the hub answer Harborough's bins already."""
    gained = what(IN_HARBOROUGH, System("load"), None).changes.of("sight-gained")
    assert [(change.teams, change.services) for change in gained if HARBOROUGH in change.councils] == [
        (("charnwood-contact-centre",), (9002,)), (("harborough-waste",), (REFUSE,))
    ]
    assert gained[1].words == (
        "1 person in Harborough waste will see Harborough's calls about bins and recycling too, not only the cases."
    )


def test_a_draft_against_what_is_signed(world: Any) -> None:
    load_version(SMALL, in_force=True, at=WEDNESDAY)
    draft = load_version(RESOLVED_BY_HUB)
    with scope(System("load")):
        found = what_version_changes(draft, at=WEDNESDAY).changes
        assert [change.kind for change in found] == ["first-moved"]
        assert found.starts == datetime(2026, 11, 25, tzinfo=UTC), "from that day on"
    first = load_version(changed(("agreement: small", "agreement: other"), ("5903", "5904")))
    with scope(System("load")):
        kinds = {change.kind for change in what_version_changes(first, at=WEDNESDAY).changes}
    assert kinds >= {"cover-added", "line-added"}


def test_a_signed_version_against_the_one_before(world: Any) -> None:
    first = load_version(SMALL, in_force=True, at=WEDNESDAY)
    second = load_version(RESOLVED_BY_HUB, in_force=True, at=WEDNESDAY)
    with scope(System("load")):
        found = what_version_changes(second, at=WEDNESDAY).changes
        assert ([change.kind for change in found], found.starts) == (["first-moved"], second.starts)
        first.refresh_from_db()
        assert what_version_changes(first, at=WEDNESDAY).changes.of("line-added")


def test_a_text_that_cannot_be_read(world: Any) -> None:
    with pytest.raises(NotRead) as problem, scope(System("load")):
        what_would_change(SMALL, "shares: [", at=NOW, files=("old.yaml", "new.yaml"))
    assert problem.value.which == "after"
    assert problem.value.findings[0].place.file == "new.yaml"


def test_more_services_ask_no_more_of_the_database(world: Any, django_assert_num_queries: Any) -> None:
    with scope(System("load")):
        for after in (changed(("[refuse, switchboard]\n    function", "refuse\n    function")), RESOLVED_BY_HUB):
            with django_assert_num_queries(7):  # councils, services, people, others' shares, recalls, cases, calls
                what_would_change(SMALL, after, at=NOW)
