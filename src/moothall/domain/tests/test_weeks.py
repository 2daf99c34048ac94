"""Hours over dates as weeks: where periods cut days, what the clocks show on odd nights, and how weeks are joined."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.domain.calendar import ALL_DAY, CLOSED, Hours, WeekHours
from moothall.domain.weeks import (
    NEVER,
    Run,
    Weeks,
    common,
    first_of,
    hours_over,
    joined,
    kinds_between,
    last_of,
    runs,
    without,
)

LONDON = ZoneInfo("Europe/London")
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)
MORNING: Hours = ((540, 720),)
DECEMBER = (date(2026, 12, 25), date(2026, 12, 28))


def stamp(*when: int) -> int:
    return int(datetime(*when, tzinfo=LONDON).timestamp())  # type: ignore[arg-type,misc]


def week(day: date, hours: Hours = MORNING, until: date | None = None) -> Weeks:
    return Weeks(day, until or day, (hours,) * len(NEVER))


def test_whole_dates_stand_together() -> None:
    assert runs(stamp(2026, 9, 1), stamp(2026, 9, 8)) == (Run(date(2026, 9, 1), date(2026, 9, 7)),)
    assert runs(stamp(2026, 9, 1), stamp(2026, 9, 1)) == ()


def test_dates_that_an_instant_cuts_stand_alone() -> None:
    first, whole, last = runs(stamp(2026, 9, 1, 8, 30), stamp(2026, 9, 5, 17))
    assert first == Run(date(2026, 9, 1), date(2026, 9, 1), ((510, 1440),))
    assert whole == Run(date(2026, 9, 2), date(2026, 9, 4))
    assert last == Run(date(2026, 9, 5), date(2026, 9, 5), ((0, 1020),))
    assert runs(stamp(2026, 9, 1, 8), stamp(2026, 9, 1, 9)) == (Run(date(2026, 9, 1), date(2026, 9, 1), ((480, 540),)),)


def test_named_dates_stand_alone() -> None:
    named = (date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 9))
    assert [(run.first.day, run.last.day) for run in runs(stamp(2026, 9, 1), stamp(2026, 9, 8), named)] == [
        (1, 1), (2, 2), (3, 3), (4, 7),
    ]


@pytest.mark.parametrize(
    ("begins", "ends", "face"),
    [
        (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ((0, 90),)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 15, tzinfo=UTC), ((60, 75), (90, 120))),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC), ((90, 180),)),
        (datetime(2027, 3, 28, 0, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC), ((0, 60), (120, 180))),
        (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC), ((120, 180),)),
    ],
    ids=["first half past one", "into the second hour", "second half past one", "over the jump", "after the jump"],
)
def test_what_the_clock_shows_on_odd_nights(begins: datetime, ends: datetime, face: Hours) -> None:
    [run] = runs(int(begins.timestamp()), int(ends.timestamp()))
    assert run.face == face


def test_a_minute_that_is_begun_counts() -> None:
    [run] = runs(stamp(2026, 9, 1, 10, 0, 30), stamp(2026, 9, 1, 10, 1, 30))
    assert run.face == ((600, 602),)
    [run] = runs(stamp(2026, 9, 1, 10, 0, 30), stamp(2026, 9, 2))
    assert run.face == ((600, 1440),)


def test_a_date_alone_in_spring_lacks_an_hour() -> None:
    [run] = [run for run in runs(stamp(2027, 3, 20), stamp(2027, 4, 4), (SPRING,)) if run.first == SPRING]
    assert run.face == ((0, 60), (120, 1440))


@settings(max_examples=60)
@given(st.integers(0, 5 * 1440), st.integers(1, 5 * 1440), st.sampled_from([AUTUMN, SPRING]))
def test_runs_are_what_a_clock_shows_minute_by_minute(offset: int, length: int, night: date) -> None:
    base = int(datetime(night.year, night.month, night.day, tzinfo=UTC).timestamp()) - 3 * 86_400
    begins = base + 60 * offset
    expected = set()
    for at in range(begins, begins + 60 * length, 60):
        local = datetime.fromtimestamp(at, LONDON)
        expected.add((local.date(), local.hour * 60 + local.minute))
    shown = set()
    for run in runs(begins, begins + 60 * length, (AUTUMN, SPRING)):
        day = run.first
        while day <= run.last:
            shown |= {(day, minute) for start, end in run.face for minute in range(start, end)}
            day += timedelta(days=1)
    assert shown == expected


def test_weeks_that_go_on_alike_are_one() -> None:
    first, second = week(date(2026, 9, 1), until=date(2026, 9, 7)), week(date(2026, 9, 8), until=date(2026, 9, 30))
    assert joined([second, first]) == (week(date(2026, 9, 1), until=date(2026, 9, 30)),)
    apart = week(date(2026, 9, 9), until=date(2026, 9, 30))
    assert joined([first, apart, week(date(2026, 9, 8), CLOSED)]) == (first, apart)


def test_parts_of_one_date_are_put_together() -> None:
    day = date(2026, 9, 1)
    assert joined([week(day), week(day, ((720, 800),)), week(day, ((900, 960),))]) == (
        week(day, ((540, 800), (900, 960))),
    )


def test_the_first_and_the_last_date_of_a_kind() -> None:
    christmas = date(2026, 12, 25)  # a Friday, and a holiday
    assert first_of(4, date(2026, 12, 19), DECEMBER) == date(2027, 1, 1)
    assert last_of(4, christmas, DECEMBER) == date(2026, 12, 18)
    assert (first_of(7, date(2026, 12, 26), DECEMBER), last_of(7, date(2026, 12, 27), DECEMBER)) == DECEMBER[::-1]
    assert (first_of(7, date(2027, 1, 1), DECEMBER), last_of(7, date(2026, 1, 1), DECEMBER)) == (date.max, date.min)
    assert kinds_between(christmas, date(2026, 12, 28), frozenset(DECEMBER)) == {5, 6, 7}


def test_hours_over_a_period() -> None:
    hours = WeekHours((MORNING,) * 5 + (CLOSED, CLOSED), ALL_DAY, ((date(2026, 12, 24), CLOSED),))  # type: ignore[arg-type]
    friday = tuple(MORNING if kind == 4 else CLOSED for kind in range(len(NEVER)))
    found = hours_over(hours, stamp(2026, 12, 18), stamp(2026, 12, 21), frozenset(DECEMBER))
    assert found == (Weeks(date(2026, 12, 18), date(2026, 12, 20), friday),)
    assert hours_over(hours, stamp(2026, 12, 24), stamp(2026, 12, 25), frozenset(DECEMBER)) == ()
    [christmas] = hours_over(hours, stamp(2026, 12, 25, 8), stamp(2026, 12, 26), frozenset(DECEMBER))
    assert christmas.on(date(2026, 12, 25), DECEMBER) == ((480, 1440),)
    assert christmas.on(date(2026, 12, 26), DECEMBER) == CLOSED


def test_what_two_hours_share_and_what_one_lacks() -> None:
    day: Hours = ((540, 720), (780, 1020))
    assert common(day, ((700, 800),)) == ((700, 720), (780, 800))
    assert common(day, ALL_DAY) == day
    assert without(day, ((700, 800),)) == ((540, 700), (800, 1020))
    assert without(day, ALL_DAY) == CLOSED
