"""Open or closed: whether anybody answers for a cell, when that changes next, and how it is said to the public."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from moothall.domain.calendar import MINUTES, wall_clock
from moothall.domain.responsibility.compile import NOBODY, ResponsibilityMap
from moothall.domain.responsibility.lookup import changes, value_at
from moothall.domain.responsibility.shares import Cell

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Opening:
    """`turns` is when it closes, or opens, next; None where the agreements know of no such moment."""

    is_open: bool
    turns: datetime | None


def opening_at(table: ResponsibilityMap, cell: Cell, at: datetime) -> Opening:
    """By the map at an instant. Shares that take over from each other without a gap are one opening."""
    is_open = value_at(table, cell, at) != NOBODY
    turns = (begins for begins, value in changes(table, cell, at) if begins > at and (value != NOBODY) != is_open)
    return Opening(is_open, next(turns, None))


def closed_message(name: str, opens: datetime | None, now: datetime) -> str:
    """What a caller hears whom nobody answers: that it is closed, and when it opens."""
    if opens is None:
        return f"{name}: nobody answers this number at present."
    return f"{name} is closed now. It opens {moment_words(opens, now)}."


def moment_words(at: datetime, now: datetime) -> str:
    """A moment to come: "today at 1pm", "tomorrow at 8:45am", "on Monday at 8:45am", then with its date. Midnight ends
    a day."""
    (day, minute), today = wall_clock(at), wall_clock(now)[0]
    if minute == 0:
        day, minute = day - timedelta(days=1), MINUTES
    return f"{_day_words(day, today)} at {time_words(minute)}"


def _day_words(day: date, today: date) -> str:
    if day <= today + timedelta(days=1):
        return "today" if day == today else "tomorrow"
    if day < today + A_WEEK:
        return f"on {day:%A}"
    return f"on {day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def time_words(minute: int) -> str:
    """`8:30am`, `5pm`, `midday`, `midnight` from a minute of the day."""
    if minute in (0, MINUTES):
        return "midnight"
    if minute == MINUTES // 2:
        return "midday"
    hour, rest = divmod(minute, 60)
    return f"{hour % 12 or 12}{f':{rest:02}' if rest else ''}{'am' if hour < 12 else 'pm'}"
