from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from moothall.domain.calendar import CLOSED, WeekHours
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.diff import Change, changes_between
from moothall.domain.responsibility.shares import Cell, ShareTerms

STARTS, ENDS = datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2027, 8, 31, 23, tzinfo=UTC)
DAY, MORNING = ((540, 1020),), ((540, 720),)
WEEK = WeekHours((DAY, DAY, DAY, DAY, DAY, CLOSED, CLOSED))
SHARE = ShareTerms(1, "hub", 2, (524, 57), ("phone",), "answer", "hub", WEEK, STARTS, ENDS)
CELLS = (Cell(2, 57, "phone", "answer"), Cell(2, 524, "phone", "answer"))


def diff(before: list[ShareTerms], after: list[ShareTerms]) -> list[Change]:
    return changes_between(compile_shares(before), compile_shares(after), STARTS, ENDS)


def test_nothing_changes_when_only_the_ids_do() -> None:
    assert diff([SHARE], [replace(SHARE, id=7, key="other")]) == []


def test_saturdays_are_added() -> None:
    longer = replace(SHARE, hours=WeekHours((DAY, DAY, DAY, DAY, DAY, MORNING, CLOSED)))
    assert diff([SHARE], [longer]) == [Change(CELLS, (), ((0, "hub"),), ("Saturdays 09:00 to 12:00",))]


def test_another_team_takes_over_in_spring() -> None:
    spring = datetime(2027, 3, 31, 23, tzinfo=UTC)
    after = [replace(SHARE, ends=spring), replace(SHARE, id=2, team="own", starts=spring)]
    [found] = diff([SHARE], after)
    assert (found.before, found.after) == (((0, "hub"),), ((0, "own"),))
    assert found.times == ("Mondays to Fridays 09:00 to 17:00, from 1 April 2027",)


def test_an_overflow_is_taken_back_for_one_service() -> None:
    overflow = replace(SHARE, id=2, team="own", tier=1, after_s=120, services=(524,))
    [found] = diff([SHARE, overflow], [SHARE])
    assert found.cells == (Cell(2, 524, "phone", "answer"),)
    assert (found.before, found.after) == (((0, "hub"), (120, "own")), ((0, "hub"),))


def test_a_council_leaves() -> None:
    [found] = diff([SHARE], [])
    assert (found.cells, found.after) == (CELLS, ())
