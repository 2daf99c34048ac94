"""Hours and days in the words of the staff pages: `Mon to Fri 08:45 to 17:00`. Pure."""
from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from moothall.domain.calendar import ALL_DAY, BANK_HOLIDAY, MINUTES, Hours, WeekHours
from moothall.domain.plural import count
from moothall.domain.responsibility.times import listed

SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Bank hol.")
PLURAL = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays", "bank holidays")


def clock(minute: int) -> str:
    """`08:45`; the end of a day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def span(start: int, end: int) -> str:
    """`08:45 to 17:00`, `all day`."""
    return "all day" if (start, end) == (0, MINUTES) else f"{clock(start)} to {clock(end)}"


def short_span(start: int, end: int) -> str:
    """`8–17`, `8:45–17`, for a cell."""
    return f"{_short(start)}–{_short(end)}"


def length(minutes: int) -> str:
    """`3 h`, `3 h 15 min`, `15 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def spans(hours: Hours) -> str:
    """`08:45 to 12:00 and 13:00 to 17:00`."""
    return "all day" if hours == ALL_DAY else listed([span(*each) for each in hours])


def week(kinds: Sequence[Hours]) -> str:
    """`Mon to Thu 08:45 to 17:00, Fri 08:45 to 16:30`, of the kinds of day; closed ones are left out."""
    lines = [f"{_run(days)} {spans(hours)}" for hours, days in _alike(kinds[:BANK_HOLIDAY]) if hours]
    if kinds[BANK_HOLIDAY]:
        lines.append(f"bank holidays {spans(kinds[BANK_HOLIDAY])}")
    if all(hours == ALL_DAY for hours in kinds):
        return "day and night, every day"
    return ", ".join(lines)


def of_week(hours: WeekHours) -> str:
    """The week in words, and how many named days differ; `never` where it is closed on all others."""
    words = week([hours.of_kind(kind) for kind in range(BANK_HOLIDAY + 1)]) or "never"
    named = len(hours.exceptions)
    return f"{words} ({count(named, 'named day differs', 'named days differ')})" if named else words


def days_and_hours(kinds: Sequence[Hours]) -> list[str]:
    """`Wednesdays from 17:00 to 20:00`, one for each run of days with the same hours."""
    found = [(f"{_plural(days)}", hours) for hours, days in _alike(kinds[:BANK_HOLIDAY]) if hours]
    if kinds[BANK_HOLIDAY]:
        found.append((PLURAL[BANK_HOLIDAY], kinds[BANK_HOLIDAY]))
    return [f"{days} {'all day' if hours == ALL_DAY else 'from ' + spans(hours)}" for days, hours in found]


def _alike(kinds: Sequence[Hours]) -> list[tuple[Hours, list[int]]]:
    return [(hours, list(days)) for hours, days in groupby(range(len(kinds)), key=lambda kind: kinds[kind])]


def _run(days: list[int]) -> str:
    first, last = SHORT[days[0]], SHORT[days[-1]]
    return first if len(days) == 1 else f"{first} and {last}" if len(days) == 2 else f"{first} to {last}"


def _plural(days: list[int]) -> str:
    first, last = PLURAL[days[0]], PLURAL[days[-1]]
    return first if len(days) == 1 else f"{first} and {last}" if len(days) == 2 else f"{first} to {last}"


def _short(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"{hour}:{rest:02}" if rest else str(hour)
