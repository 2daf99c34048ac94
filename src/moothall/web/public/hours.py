"""Opening hours in public words. Pure."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from moothall.domain.calendar import MINUTES, Hours, WeekHours, tidy
from moothall.domain.responsibility.compile import NOBODY, Day, Plan, ResponsibilityMap, Week
from moothall.domain.responsibility.opening import time_words
from moothall.domain.responsibility.shares import Cell
from moothall.domain.responsibility.times import listed

SOON = timedelta(weeks=6)  # so long before, a day that differs is named
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def words_of(weekdays: Sequence[Hours], bank_holiday: Hours = ()) -> list[str]:
    """`["Monday to Friday, 8:30am to 5pm", "Closed on bank holidays"]`: days that follow each other with the same hours
    are one line, closed days have none; bank holidays have one of their own. Nothing where it is never open."""
    if all(hours == ((0, MINUTES),) for hours in (*weekdays, bank_holiday)):
        return ["Day and night, every day"]
    lines = []
    for hours, group in groupby(range(7), key=lambda day: weekdays[day]):
        days = list(group)
        if hours:
            lines.append(f"{_span_of_days(days)}, {_times(hours)}")
    if bank_holiday or lines:
        lines.append(f"Bank holidays, {_times(bank_holiday)}" if bank_holiday else "Closed on bank holidays")
    return lines


def named_days(hours: WeekHours, today: date) -> list[str]:
    """`["Thursday 24 December 2026, 8:30am to 12:30pm"]`: the days of the next weeks that have hours of their own."""
    near = sorted((day, own) for day, own in hours.exceptions if today <= day < today + SOON)
    return [f"{_dated(day)}, {_times(own)}" if own else f"Closed on {_dated(day)}" for day, own in near]


def next_holiday(holidays: Iterable[date], today: date) -> str:
    """`The next bank holiday is Friday 25 December 2026.`, in the weeks before it."""
    day = min((each for each in holidays if today <= each < today + SOON), default=None)
    if day is None:
        return ""
    return "Today is a bank holiday." if day == today else f"The next bank holiday is {_dated(day)}."


def both(one: Hours, other: Hours) -> Hours:
    """The times that lie in each of two."""
    return tidy((max(a, b), min(c, d)) for a, c in one for b, d in other)


def _dated(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def _times(hours: Hours) -> str:
    if hours == ((0, MINUTES),):
        return "day and night"
    return listed([f"{time_words(start)} to {time_words(end)}" for start, end in hours])


def _span_of_days(days: list[int]) -> str:
    first, last = DAYS[days[0]], DAYS[days[-1]]
    if len(days) == 1:
        return first
    return f"{first} and {last}" if len(days) == 2 else f"{first} to {last}"


def week_of(table: ResponsibilityMap, cell: Cell, at: datetime) -> Week | None:
    """The nine kinds of day that hold for a cell at an instant; None where the map doesn't know the cell."""
    segments = table.cells.get(cell)
    if segments is None:
        return None
    index = bisect_right(segments, at.timestamp(), key=lambda segment: segment.starts) - 1
    return table.weeks[segments[index].week]


def hours_of(day: Day) -> Hours:
    """When somebody answers on such a day."""
    ends = [*(minute for minute, _ in day[1:]), MINUTES]
    return tidy((begin, end) for (begin, value), end in zip(day, ends, strict=True) if value != NOBODY)


def plans_of(table: ResponsibilityMap, week: Week) -> list[Plan]:
    """Every plan of a week, the first of the week first."""
    values = dict.fromkeys(value for day in week for _, value in day if value != NOBODY)
    return [table.plans[value] for value in values]
