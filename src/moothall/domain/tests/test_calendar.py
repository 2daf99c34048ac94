from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.calendar import (
    CLOSED,
    Holidays,
    NoSuchTime,
    WeekHours,
    add_working_days,
    due_on_day,
    instant_of,
    open_instants,
    tidy,
    wall_clock,
    within,
    working_days_between,
)

CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})
NINE_TO_FIVE = ((540, 1020),)
OFFICE = WeekHours((NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, CLOSED, CLOSED))


def test_a_summer_and_a_winter_time_become_utc() -> None:
    assert instant_of(date(2026, 7, 1), 540).at == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert instant_of(date(2026, 12, 1), 540).at == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_the_hour_that_comes_twice_takes_the_first_and_says_so() -> None:
    found = instant_of(date(2026, 10, 25), 90)
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.doubtful
    assert not instant_of(date(2026, 10, 25), 120).doubtful


def test_the_hour_that_is_jumped_over_is_an_error() -> None:
    with pytest.raises(NoSuchTime, match="01:30 on 28 March 2027"):
        instant_of(date(2027, 3, 28), 90)
    assert instant_of(date(2027, 3, 28), 120).at == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_examples_as_waste_officers_worked_them_out() -> None:
    assert add_working_days(date(2026, 12, 24), 2, CHRISTMAS) == date(2026, 12, 30)
    assert add_working_days(date(2026, 12, 18), 1, CHRISTMAS) == date(2026, 12, 21)
    assert add_working_days(date(2026, 12, 24), 1, CHRISTMAS) == date(2026, 12, 29)
    assert add_working_days(date(2026, 12, 8), -2, CHRISTMAS) == date(2026, 12, 4)


@given(st.dates(date(2020, 1, 1), date(2028, 1, 1)), st.integers(1, 60))
def test_adding_and_counting_working_days_agree(day: date, count: int) -> None:
    assert working_days_between(day, add_working_days(day, count, CHRISTMAS), CHRISTMAS) == count


def test_no_days_is_today_or_the_next_working_day() -> None:
    assert add_working_days(date(2026, 12, 25), 0, CHRISTMAS) == date(2026, 12, 29)
    assert add_working_days(date(2026, 12, 24), 0, CHRISTMAS) == date(2026, 12, 24)


def test_due_on_a_working_day_by_the_wall_clock() -> None:
    start = datetime(2026, 3, 27, 15, tzinfo=UTC)  # the Friday before the clocks go forward
    assert due_on_day(start, 1, 17 * 60, ()) == datetime(2026, 3, 30, 16, tzinfo=UTC)
    assert due_on_day(start, 0, 1440, ()) == datetime(2026, 3, 28, 0, tzinfo=UTC)


spans = st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=6)


@given(spans, st.integers(0, 1439))
def test_tidy_keeps_each_minute(found: list[tuple[int, int]], minute: int) -> None:
    assert within(tidy(found), minute) == any(start <= minute < end for start, end in found)


@given(spans, st.sampled_from([date(2026, 10, 25), date(2027, 3, 28), date(2026, 7, 1)]))
def test_open_instants_are_the_minutes_whose_wall_clock_is_open(found: list[tuple[int, int]], day: date) -> None:
    hours = tidy(found)
    minutes = [datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(minutes=n) for n in range(-120, 1560)]
    expected = {at for at in minutes if wall_clock(at)[0] == day and any(a <= wall_clock(at)[1] < b for a, b in hours)}
    opened = {at for first, last in open_instants(day, hours) for at in minutes if first <= at < last}
    assert opened == expected


def test_holidays_know_how_far_they_are_published() -> None:
    found = Holidays.from_rows([("scotland", date(2027, 1, 4)), ("england-and-wales", date(2028, 12, 25))])
    assert found.published_through == 2027
    assert found.of("england-and-wales") == {date(2028, 12, 25)}
    assert found.of("nowhere") == frozenset()
