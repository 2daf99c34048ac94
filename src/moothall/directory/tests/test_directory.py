"""A council's directory: its feed, who is found by which name, and who is never found."""
from __future__ import annotations

import pytest

from cast_of_tests import LONG_AGO
from moothall.directory.actions import load_directory
from moothall.directory.feed import read_feed
from moothall.directory.models import Listing
from moothall.directory.queries import in_place_of, listing, people_called, team_of_role
from moothall.domain.calendar import wall_clock
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

SWITCHBOARD = 9002
HEAD = "code,kind,name,also,team,role,number,takes_calls,restricted,deputy\n"
FEED = HEAD + (
    "t1,team,Planning,,,planning,+441632961001,yes,no,\n"
    "p1,person,Susan Birchall,Sue Birchall,Planning,,+441632961102,yes,no,\n"
    "p2,person,Suresh Mallick,,Planning,,+441632961103,no,no,p1\n"
    "p3,person,Eleanor Vance,Ellie Vance,Planning,,+441632961104,yes,yes,\n"
    "p4,person,Gareth Pym,,Planning,,,no,no,\n"
)


def load(council: int, text: str):
    rows, findings = read_feed(text)
    assert not findings
    return load_directory(Council.objects.get(pk=council), rows)


def today():
    return wall_clock(clock.now())[0]


@pytest.fixture
def home(world):
    Grant.objects.create(
        team_id=world.hub_team, council_id=world.harborough, service_id=SWITCHBOARD, right="answer", valid_from=LONG_AGO
    )
    assert load(world.harborough, FEED) == (5, 0, 0, 0)
    return world.harborough


def found(world, as_role, said):
    with as_role("web"), scope(Staff(world.sam)):
        return [row.name for row in people_called(world.harborough, said, today())]


def test_people_are_found_by_nickname_slip_and_sound_and_a_restricted_one_never(world, as_role, home):
    assert found(world, as_role, "Sue Birchall") == ["Susan Birchall"]
    assert found(world, as_role, "Suresh Malick") == ["Suresh Mallick"]
    for said in ("Eleanor Vance", "Ellie Vance", "Vance"):
        assert found(world, as_role, said) == found(world, as_role, "Zebedee Quill") == []


def test_a_restricted_row_is_not_told_of_by_its_number_either(world, as_role, home):
    with scope(System("load")):
        hidden = Listing.objects.get(code="p3").pk
    with as_role("web"), scope(Staff(world.sam)):
        assert listing(home, hidden, today()) is None


def test_whoever_takes_no_calls_is_stood_for_by_deputy_then_team(world, as_role, home):
    with as_role("web"), scope(Staff(world.sam)):
        rung = {row.code: in_place_of(row, today()) for row in Listing.listed(home, today())}
    assert {code: row.code for code, row in rung.items() if row} == {"t1": "t1", "p1": "p1", "p2": "p1", "p4": "t1"}


def test_only_those_who_answer_the_switchboard_see_it(world, as_role, home):
    assert found(world, as_role, "Sue Birchall")
    for person in (world.lee, world.olive):
        with as_role("web"), scope(Staff(person)):
            assert not Listing.objects.exists()


def test_a_new_feed_changes_ends_and_keeps(world, home):
    changed = FEED.replace("Suresh Mallick", "Suresh Malik").replace("p4,person,Gareth Pym,,Planning,,,no,no,\n", "")
    assert load(home, changed) == (0, 1, 1, 3)
    with scope(System("load")):
        assert team_of_role(home, "planning", today()) is not None
        assert not Listing.listed(home, today()).filter(code="p4").exists()
        assert Listing.objects.get(code="p2").name == "Suresh Malik"
        assert Entry.objects.filter(kind="directory.load", council_id=home).count() == 2
    assert load(home, FEED) == (0, 2, 0, 3), "who comes back is listed again"


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("name,telephone\n", "The first line lacks code, kind", 1),
        ("code,kind,name,shoe\n", "There is no column “shoe”", 1),
        ("code,kind,name\n1,person,\n", "There is no name here", 2),
        ("code,kind,name\n1,robot,Ann\n", "“robot” is no kind", 2),
        ("code,kind,name\n1,person,Ann\n1,team,Bins\n", "“1” stands in line 2 already", 3),
        ("code,kind,name,restricted\n1,person,Ann,perhaps\n", "“perhaps” isn’t yes or no", 2),
        (f"code,kind,name\n1,person,{'A' * 200}\n", "The name has 200 characters", 2),
        ("code,kind,name,deputy\n1,person,Ann,77\n", "Ann’s deputy “77” isn’t in this file", 0),
        ("x" * 5_000_001, "This file has 5,000,001 characters", 0),
        ("", "The first line lacks code, kind, name", 1),
    ],
)
def test_a_wrong_feed_says_what_and_where(text, words, line):
    _, findings = read_feed(text)
    assert findings[0].words == words and findings[0].place.line == line
