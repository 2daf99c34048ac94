"""Opening hours in public words. Pure."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from moothall.domain.calendar import MINUTES, Hours, tidy
from moothall.domain.responsibility.compile import NOBODY, Day, Plan, ResponsibilityMap, Week
from moothall.domain.responsibility.opening import time_words
from moothall.domain.responsibility.shares import Cell

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def words_of(weekdays: Sequence[Hours], bank_holiday: Hours = ()) -> list[str]:
    """`["Monday to Friday, 8:30am to 5pm", "Saturday, 9am to 1pm"]`: days that follow each other with the same hours
    are one line, closed days have none; bank holidays have one where they differ from closed."""
    if all(hours == ((0, MINUTES),) for hours in (*weekdays, bank_holiday)):
        return ["Day and night, every day"]
    lines = []
    for hours, group in groupby(range(7), key=lambda day: weekdays[day]):
        days = list(group)
        if hours:
            lines.append(f"{_span_of_days(days)}, {_times(hours)}")
    if bank_holiday:
        lines.append(f"Bank holidays, {_times(bank_holiday)}")
    return lines


def _times(hours: Hours) -> str:
    if hours == ((0, MINUTES),):
        return "day and night"
    return " and ".join(f"{time_words(start)} to {time_words(end)}" for start, end in hours)


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
