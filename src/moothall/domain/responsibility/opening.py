"""How opening times are said to the public, and what a caller hears whom nobody answers."""
from __future__ import annotations

from datetime import date, datetime, timedelta

from moothall.domain.calendar import MINUTES, wall_clock

A_WEEK = timedelta(days=7)


def closed_message(name: str, opens: datetime | None, now: datetime) -> str:
    """What a caller hears whom nobody answers: that it is closed, and when it opens."""
    if opens is None:
        return f"{name}: nobody answers this number at present."
    return f"{name} is closed now. It opens {coming_words(opens, now)}."


def coming_words(at: datetime, now: datetime) -> str:
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
