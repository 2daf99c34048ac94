"""Which council stands in the place of which, and from when."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

from moothall.domain.responsibility.succession import Passing, behind, succeeded

FIRST = datetime(2026, 4, 1, tzinfo=UTC)
LATER = datetime(2028, 4, 1, tzinfo=UTC)
PASSED = [Passing(1, 20, FIRST), Passing(2, 20, FIRST), Passing(20, 30, LATER)]
MOMENT = timedelta(seconds=1)


def test_a_successors_successor_counts() -> None:
    assert succeeded(PASSED, FIRST) == {1: 20, 2: 20}
    assert succeeded(PASSED, LATER) == {1: 30, 2: 30, 20: 30}


def test_nobody_is_behind_a_council_before_its_vesting_day() -> None:
    assert behind(PASSED, 20, FIRST - MOMENT) == ()
    assert behind(PASSED, 20, FIRST) == behind(PASSED, 20, LATER - MOMENT) == (1, 2)
    assert (behind(PASSED, 20, LATER), behind(PASSED, 30, LATER), behind(PASSED, 1, LATER)) == ((), (1, 2, 20), ())


def test_councils_that_name_each_other_come_to_an_end() -> None:
    assert succeeded([Passing(1, 2, FIRST), Passing(2, 1, FIRST)], FIRST) == {1: 2, 2: 1}
