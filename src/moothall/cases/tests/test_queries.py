"""The officer's queue, the story of a case, and who may open or change one."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from moothall.cases.access import access_case, access_case_to_change, may_change, receivers
from moothall.cases.models import Case, CaseNote
from moothall.cases.queries import PAGE, QueueFilter, by_reference, queue
from moothall.cases.story import story
from moothall.contacts.models import Need
from moothall.domain.references import number_of, reference
from moothall.journal.actions import write
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

NOW = datetime.now(UTC)
TODAY = NOW.replace(hour=0, minute=0)


def make_case(world, number, **told):
    numbers = (number_of(number * 40 + each, b"x" * 16) for each in range(40))
    made = next(filter(None, (reference("HB", each) for each in numbers)))
    with scope(System("load")):
        return Case.objects.create(**{
            "council_id": 2, "service_id": 524, "reference": str(made), "kind": "missed-bin",
            "title": f"Missed bin {number}", "opened_at": NOW - timedelta(days=2), "team_id": world.waste_team, **told,
        })  # fmt: skip


def titles(world, **wanted):
    with scope(Staff(world.lee)):
        return [case.title for case in queue(world.lee, QueueFilter(**wanted), today=TODAY, at=NOW).cases]


def test_mine_the_teams_free_ones_and_the_closed(world):
    make_case(world, 1, officer_id=world.lee)
    make_case(world, 2)
    make_case(world, 3, officer_id=world.priya)
    make_case(world, 4, state="closed", closed_at=NOW)
    make_case(world, 5, team_id=world.hub_team)
    assert titles(world, tab="mine") == ["Missed bin 1"]
    assert titles(world, tab="team") == ["Missed bin 2"]
    assert titles(world, tab="closed") == ["Missed bin 4"]
    with scope(Staff(world.lee)):
        found = queue(world.lee, QueueFilter(), today=TODAY, at=NOW)
    assert (found.mine, found.free, found.more) == (1, 1, False)


def test_due_first_and_those_without_a_due_time_last(world):
    for number, hours in ((1, None), (2, 5), (3, -5)):
        make_case(world, number, due_at=None if hours is None else NOW + timedelta(hours=hours))
    assert titles(world, tab="team") == ["Missed bin 3", "Missed bin 2", "Missed bin 1"]


def test_filtered_by_council_service_words_and_reference(world):
    kept = make_case(world, 1, title="Missed refuse bin, 14 Mill Lane")
    make_case(world, 2, title="Missed garden bin, 2 Oak Road")
    assert titles(world, tab="team", words="mill LANE") == [kept.title]
    assert titles(world, tab="team", words=kept.reference.lower().replace("-", " ")) == [kept.title]
    assert titles(world, tab="team", words="100%_") == []
    assert len(titles(world, tab="team", council=2, service=524)) == 2
    assert titles(world, tab="team", council=1) == [] == titles(world, tab="team", service=57)


def test_a_page_holds_so_many_and_says_that_there_are_more(world):
    for number in range(PAGE + 2):
        make_case(world, number, due_at=NOW + timedelta(minutes=number))
    first, second = titles(world, tab="team"), titles(world, tab="team", page=2)
    assert (len(first), len(second)) == (PAGE, 2) and not set(first) & set(second)


def test_who_rang_again_today_is_marked(world):
    again, old = make_case(world, 1), make_case(world, 2)
    with scope(System("load")):
        for case, days in ((again, 0), (old, 3)):
            Need.objects.create(
                council_id=2, service_id=524, contact_id=world.home["contact"], kind="missed-bin", title="Missed bin",
                case=case, created_at=NOW - timedelta(days=days),
            )
    with scope(Staff(world.lee)):
        assert queue(world.lee, QueueFilter(tab="team"), today=TODAY, at=NOW).rang_today == {again.pk}


def statements_for(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def test_a_queue_of_twenty_takes_as_many_statements_as_one_of_ten(world):
    def read():
        with scope(Staff(world.lee)):
            for case in queue(world.lee, QueueFilter(tab="team"), today=TODAY, at=NOW).cases:
                _ = case.council.name, case.service.name, case.team.name, case.officer

    counts = []
    for start in (0, 10):
        for number in range(start, start + 10):
            make_case(world, number)
        counts.append(statements_for(read))
    assert counts[0] == counts[1]


def test_a_story_of_twenty_takes_as_many_statements_as_one_of_ten(world):
    case = make_case(world, 1)

    def read():
        with scope(Staff(world.lee)):
            assert story(Case.objects.get(pk=case.pk))

    counts = []
    for _ in range(2):
        with scope(Staff(world.lee)):
            for number in range(10):
                note = CaseNote.objects.create(council_id=2, service_id=524, case=case, text=f"{number}", at=NOW)
                write("case.note", council=2, service=524, case=case.pk, body={"note": note.pk})
        counts.append(statements_for(read))
    assert counts[0] == counts[1]


def test_the_story_tells_what_happened_the_newest_first(world):
    case = make_case(world, 1)
    with scope(Staff(world.sam)):
        write("case.open", council=2, service=524, case=case.pk, contact=1, body={"team": world.waste_team})
    with scope(Staff(world.lee)):
        write("case.claim", council=2, service=524, case=case.pk, body={"officer": world.lee, "before": None})
        write("case.give", council=2, service=524, case=case.pk, body={"team": world.waste_team, "officer": None})
        write("case.give", council=2, service=524, case=case.pk, body={"team": world.waste_team, "officer": world.lee})
        write("case.close", council=2, service=524, case=case.pk, body={"outcome": "emptied", "in_time": False})
        told = [(line.words, line.who) for line in story(case)]
    assert told == [
        ("Closed late", "Lee Marsh, Harborough"),
        ("Given to Lee Marsh, Harborough", "Lee Marsh, Harborough"),
        ("Given to Harborough waste", "Lee Marsh, Harborough"),
        ("Taken", "Lee Marsh, Harborough"),
        ("Opened in a call, for Harborough waste", "Sam Okafor, Charnwood"),
    ]


def test_a_case_is_found_by_its_reference_as_typed(world):
    case = make_case(world, 1)
    with scope(Staff(world.lee)):
        assert by_reference(case.reference.replace("-", " ").lower()) == case
        assert by_reference("HB-48213-K") is None and by_reference("nonsense") is None


def test_whoever_has_no_sight_of_a_case_gets_the_same_as_for_none(world, as_role):
    case = make_case(world, 1)
    with as_role("web"):
        for person in (world.sam, world.lee):
            with scope(Staff(person)):
                assert access_case(case.reference) == case
        for person in (world.olive, world.jo, world.kit):
            for typed in (case.reference, "HB-48213-K", "x"):
                with scope(Staff(person)), pytest.raises(Http404):
                    access_case(typed)


def test_only_those_who_resolve_a_case_may_change_it(world, as_role):
    case = make_case(world, 1)
    with as_role("web"):
        with scope(Staff(world.lee)):
            assert access_case_to_change(case.reference, world.lee, NOW) == case
        with scope(Staff(world.sam)):
            assert not may_change(case, world.sam, NOW)
            with pytest.raises(Http404):
                access_case_to_change(case.reference, world.sam, NOW)


def test_a_case_goes_to_teams_that_resolve_it_and_to_their_people(world):
    case = make_case(world, 1)
    found = [(each.team, each.officer, each.name) for each in receivers(case, NOW)]
    assert found == [(world.waste_team, None, "Harborough waste"), (world.waste_team, world.lee, "Lee Marsh")]
