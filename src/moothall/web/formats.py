"""How times, waits, numbers and telephone numbers are written on pages. INTERFACE section 6 is the rule."""
from __future__ import annotations

import re
from datetime import date, datetime

from markupsafe import Markup

from moothall.domain.calendar import LONDON

HOUR_S = 3600
FEW = 10
# A telephone number, a postcode: what nobody can read across the end of a line.
_WHOLE = re.compile(r"(?<![\w£.,-])(?:0\d{2,4}(?: \d{3,6}){1,2}|116 123)(?!\w)|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")


def in_london(at: datetime) -> datetime:
    return at.astimezone(LONDON)


def clock_time(at: datetime | None) -> str:
    """`14:05`, in London."""
    return "" if at is None else in_london(at).strftime("%H:%M")


def day(value: datetime | date | None, today: date | None = None) -> str:
    """`Wed 25 Nov`, with the year if it isn't `today`'s."""
    if value is None:
        return ""
    on = in_london(value).date() if isinstance(value, datetime) else value
    year = "" if today is None or on.year == today.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}"


def day_and_time(at: datetime | None, today: date | None = None) -> str:
    """`Wed 25 Nov 14:05`; midnight is the end of the day before it only where it ends something: see `until`."""
    return "" if at is None else f"{day(at, today)} {clock_time(at)}"


def beginning(at: datetime, today: date | None = None) -> str:
    """`Wed 25 Nov`; `14:05 on Wed 25 Nov` where it isn't a day's beginning."""
    local = in_london(at)
    return f"{clock_time(at)} on {day(at, today)}" if (local.hour, local.minute) != (0, 0) else day(at, today)


def when(at: datetime | None, now: datetime) -> str:
    """A moment that is past: `14:05` today, else `Wed 25 Nov 14:05`."""
    if at is None:
        return ""
    today = in_london(now).date()
    return clock_time(at) if in_london(at).date() == today else day_and_time(at, today)


def until(at: datetime, now: datetime) -> str:
    """An end: `17:00` today, `end of Tue 24 Nov` for midnight, else the day and the time."""
    local, today = in_london(at), in_london(now).date()
    if (local.hour, local.minute) == (0, 0):
        before = date.fromordinal(local.toordinal() - 1)
        return "the end of today" if before == today else f"the end of {day(before, today)}"
    return clock_time(at) if local.date() == today else day_and_time(at, today)


def public_time(at: datetime | None) -> str:
    """`2:05pm`, `8:30am`, `5pm`."""
    if at is None:
        return ""
    local = in_london(at)
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def public_day(value: datetime | date | None) -> str:
    """`Wednesday 25 November 2026`."""
    if value is None:
        return ""
    on = in_london(value).date() if isinstance(value, datetime) else value
    return f"{on:%A} {on.day} {on:%B} {on.year}"


def wait(seconds: float | None) -> str:
    """`1:40`; over an hour `1 h 12 min`; not known is said."""
    if seconds is None:
        return "not known"
    whole = max(0, round(seconds))
    if whole >= HOUR_S:
        return f"{whole // HOUR_S} h {whole % HOUR_S // 60} min"
    return f"{whole // 60}:{whole % 60:02}"


def wait_words(seconds: float | None) -> str:
    """The same for a screen reader: `1 minute 40 seconds`."""
    if seconds is None:
        return "not known"
    whole = max(0, round(seconds))
    parts = ((whole // HOUR_S, "hour"), (whole % HOUR_S // 60, "minute"), (whole % 60, "second"))
    said = [f"{count} {unit}{'s' if count != 1 else ''}" for count, unit in parts if count]
    return " ".join(said) or "0 seconds"


def number(value: float | None) -> str:
    """`1,234`; zero is 0; not known is said."""
    return "not known" if value is None else f"{value:,}"


def per_cent(part: int, whole: int) -> str:
    """`84%`; below ten cases `3 of 5`, because a per cent would say more than is known."""
    if whole < FEW:
        return f"{part} of {whole}"
    return f"{round(100 * part / whole)}%"


def money(pence: int) -> str:
    """`£2.25`, from whole pence."""
    sign = "−" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def file_size(size: int) -> str:
    """`340 kB`, `1.2 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB"


def curly(text: str) -> str:
    """`didn’t` from `didn't`: texts are typed with the plain apostrophe and read with the printed one. A number or
    postcode in them stays on one line."""
    return whole(text.replace("'", "’"))


def whole(text: str) -> str:
    """Each telephone number and postcode of the text held together, by spaces at which no line ends."""
    found = _WHOLE.sub(lambda match: match[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
    return Markup(found) if isinstance(text, Markup) else found
