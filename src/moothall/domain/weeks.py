"""Hours over the dates of a period, told as weeks that repeat: what a gap or a change looks like in a calendar.

Whole dates stand together as long as the same thing holds; a date that is cut by an instant stands alone, as the
minutes that its clock shows. So a year is a few values, and nothing has to walk through its days.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from moothall.domain.calendar import (
    ALL_DAY,
    BANK_HOLIDAY,
    CLOSED,
    MINUTES,
    Hours,
    WeekHours,
    kind_of,
    midnight,
    tidy,
    wall_clock,
)

A_DAY = timedelta(days=1)
Eight = tuple[Hours, ...]  # by kind of day: Monday to Sunday, bank holiday
DAY_KEYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "bank-holidays")
NEVER: Eight = (CLOSED,) * len(DAY_KEYS)
ALL_WEEK: Eight = (ALL_DAY,) * len(DAY_KEYS)


class Weeks(NamedTuple):
    """Hours that repeat week by week from `first` to `last`, both included; `days` by kind of day.

    A date that stands alone (`first` is `last`) has the same hours for every kind.
    """

    first: date
    last: date
    days: Eight

    def on(self, day: date, holidays: Collection[date]) -> Hours:
        """The hours of a date; none outside the weeks."""
        return self.days[kind_of(day, holidays)] if self.first <= day <= self.last else CLOSED


class Run(NamedTuple):
    """Dates throughout which one thing holds; of a date alone only `face`: the minutes that its clock shows then."""

    first: date
    last: date
    face: Hours = ALL_DAY

    @property
    def alone(self) -> bool:
        return self.first == self.last


@lru_cache(maxsize=8192)  # the periods of an agreement are few, and asked for with each cell
def runs(begins: int, ends: int, named: tuple[date, ...] = ()) -> tuple[Run, ...]:
    """The dates from one instant to another (UTC seconds); `named` ones each alone, and those that an instant cuts."""
    if begins >= ends:
        return ()
    first, last = _date(begins), _date(ends - 1)
    cut = {day for day in (first, last) if begins > _stamp(day) or ends < _stamp(day + A_DAY)}
    alone = sorted(cut.union(day for day in named if first <= day <= last))
    found: list[Run] = []
    day = first
    for stop in (*alone, last + A_DAY):
        for since, until in ((day, stop - A_DAY), (stop, min(stop, last))):
            if since == until:
                found.append(Run(since, since, _face(since, begins, ends)))
            elif since < until:
                found.append(Run(since, until))
        day = stop + A_DAY
    return tuple(found)


def _face(day: date, begins: int, ends: int) -> Hours:
    """The minutes that London's clock shows on a date from one instant to another: when clocks go back, some twice.

    Its only moment of change is 01:00 UTC; before and after it the clock runs evenly.
    """
    change = int(datetime.combine(day, time(1), tzinfo=UTC).timestamp())
    first, last = max(begins, _stamp(day)), min(ends, _stamp(day + A_DAY))
    parts = [(a, b) for a, b in ((first, min(last, change)), (max(first, change), last)) if a < b]
    shown = ((_minute(a), b // 60 - a // 60 + bool(b % 60)) for a, b in parts)
    return tidy((minute, min(minute + length, MINUTES)) for minute, length in shown)


def _date(stamp: int) -> date:
    return wall_clock(datetime.fromtimestamp(stamp, UTC))[0]


def _minute(stamp: int) -> int:
    return wall_clock(datetime.fromtimestamp(stamp, UTC))[1]


@lru_cache(maxsize=4096)
def _stamp(day: date) -> int:
    return int(midnight(day).timestamp())


def week_of(hours: WeekHours, run: Run, holidays: frozenset[date]) -> Eight:
    """What the hours say of a run's dates, by the kinds that are among them; of a date alone within its face."""
    if run.alone:
        return (common(hours.on(run.first, holidays), run.face),) * len(NEVER)
    kinds = kinds_between(run.first, run.last, holidays)
    return tuple(hours.of_kind(kind) if kind in kinds else CLOSED for kind in range(len(NEVER)))


def hours_over(hours: WeekHours, begins: int, ends: int, holidays: frozenset[date]) -> tuple[Weeks, ...]:
    """The hours from one instant to another (UTC seconds)."""
    named = tuple(day for day, _ in hours.exceptions)
    return joined(Weeks(run.first, run.last, week_of(hours, run, holidays)) for run in runs(begins, ends, named))


def joined(found: Iterable[Weeks]) -> tuple[Weeks, ...]:
    """In order, parts of one date put together, weeks that go on alike made one, and empty ones left out."""
    done: list[Weeks] = []
    for weeks in sorted(found):
        if weeks.days == NEVER:
            continue
        before = done[-1] if done else None
        if before and before.last >= weeks.first:
            days = tuple(tidy((*one, *other)) for one, other in zip(before.days, weeks.days, strict=True))
            done[-1] = Weeks(before.first, before.last, days)
        elif before and before.last + A_DAY == weeks.first and before.days == weeks.days:
            done[-1] = Weeks(before.first, weeks.last, weeks.days)
        else:
            done.append(weeks)
    return tuple(done)


def first_of(kind: int, since: date, holidays: Collection[date]) -> date:
    """The first date of a kind from `since` on; the last date there is where no bank holiday comes any more."""
    if kind == BANK_HOLIDAY:
        return min((day for day in holidays if day >= since), default=date.max)
    day = since + timedelta(days=(kind - since.weekday()) % 7)
    while day in holidays:
        day += timedelta(days=7)
    return day


def last_of(kind: int, until: date, holidays: Collection[date]) -> date:
    """The last date of a kind up to `until`."""
    if kind == BANK_HOLIDAY:
        return max((day for day in holidays if day <= until), default=date.min)
    day = until - timedelta(days=(until.weekday() - kind) % 7)
    while day in holidays:
        day -= timedelta(days=7)
    return day


@lru_cache(maxsize=4096)
def kinds_between(first: date, last: date, holidays: frozenset[date]) -> frozenset[int]:
    """The kinds of day that come between two dates."""
    return frozenset(kind for kind in range(len(NEVER)) if first_of(kind, first, holidays) <= last)


@lru_cache(maxsize=16384)  # councils keep like hours, and most days of a week are alike
def common(one: Hours, other: Hours) -> Hours:
    """The minutes that lie in both."""
    if other == ALL_DAY:
        return one
    return tidy((max(a, c), min(b, d)) for a, b in one for c, d in other)


@lru_cache(maxsize=16384)
def without(one: Hours, other: Hours) -> Hours:
    """The minutes of `one` that don't lie in `other`."""
    left = list(one)
    for c, d in other:
        left = [part for a, b in left for part in ((a, min(b, c)), (max(a, d), b)) if part[0] < part[1]]
    return tidy(left)
