from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from moothall.domain.calendar import CLOSED, WeekHours
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.diff import CoverChange, cover_changes, meetings
from moothall.domain.responsibility.shares import Cell, ShareTerms

STARTS, ENDS = datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2027, 8, 31, 23, tzinfo=UTC)
DAY, MORNING = ((540, 1020),), ((540, 720),)
WEEK = WeekHours((DAY, DAY, DAY, DAY, DAY, CLOSED, CLOSED))
SHARE = ShareTerms(1, "hub", 2, (524, 57), ("phone",), "answer", "hub", WEEK, STARTS, ENDS)
CELLS = (Cell(2, 57, "phone", "answer"), Cell(2, 524, "phone", "answer"))


def diff(before: list[ShareTerms], after: list[ShareTerms], starts: datetime = STARTS) -> list[CoverChange]:
    was, becomes = compile_shares(before), compile_shares(after)
    return cover_changes(meetings(was, becomes, starts, ENDS), becomes.holidays, starts, ENDS)


def test_nothing_changes_when_only_the_ids_do() -> None:
    assert diff([SHARE], [replace(SHARE, id=7, key="other")]) == []


def test_saturdays_are_added() -> None:
    longer = replace(SHARE, hours=WeekHours((DAY, DAY, DAY, DAY, DAY, MORNING, CLOSED)))
    assert diff([SHARE], [longer]) == [CoverChange(CELLS, (), ((0, "hub"),), ("Saturdays 09:00 to 12:00",))]


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


def test_minutes_that_the_clocks_jump_over_are_no_change() -> None:
    skipped = WeekHours(WEEK.weekdays, exceptions=((date(2027, 3, 28), ((60, 120),)),))
    assert diff([SHARE], [replace(SHARE, hours=skipped)]) == []
    longer = WeekHours(WEEK.weekdays, exceptions=((date(2027, 3, 28), ((60, 121),)),))
    [found] = diff([SHARE], [replace(SHARE, hours=longer)])
    assert found.times == ("Sunday 28 March 2027, 01:00 to 02:01",)


def test_a_day_that_is_otherwise_does_not_divide_the_year() -> None:
    eves = WeekHours(WEEK.weekdays, exceptions=((date(2026, 12, 24), MORNING), (date(2026, 12, 31), CLOSED)))
    [found] = diff([], [replace(SHARE, hours=eves)])
    assert found.times == (
        "Mondays to Fridays 09:00 to 17:00", "but Thursday 24 December 2026 09:00 to 12:00",
        "but not Thursday 31 December 2026",
    )


def test_a_period_without_a_minute_holds_no_change() -> None:
    assert diff([], [SHARE], starts=ENDS) == []
