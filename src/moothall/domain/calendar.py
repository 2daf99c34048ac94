"""Civil time of England: wall-clock hours, kinds of day, working days, due moments.

Minutes of a day run from 0 to 1440 and spans are half-open: (510, 1020) is 08:30 up to, not including, 17:00.
Instants are aware datetimes; a civil time is a London date and minute of the day, made UTC once by `instant_of`.
"""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MINUTES = 1440
BANK_HOLIDAY, EXCEPTION = 7, 8
KINDS = 9
SUNDAY = 6

Span = tuple[int, int]
Hours = tuple[Span, ...]  # sorted, apart from each other: see `tidy`
ALL_DAY: Hours = ((0, MINUTES),)
CLOSED: Hours = ()


class NoSuchTime(ValueError):
    """A wall-clock time that the clocks jump over."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A civil time made UTC. `doubtful`: the wall clock shows it twice that night, and the first is meant."""

    at: datetime
    doubtful: bool = False


def instant_of(day: date, minute: int) -> Instant:
    """The instant at which London's clocks show `minute` of `day`. Raises NoSuchTime in the hour that is skipped."""
    if minute >= MINUTES:
        return instant_of(day + timedelta(days=1), minute - MINUTES)
    civil = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=LONDON)
    at = civil.astimezone(UTC)
    if wall_clock(at) != (day, minute):
        raise NoSuchTime(f"{civil:%H:%M on} {day.day} {civil:%B %Y} doesn't exist: the clocks jump over it")
    return Instant(at, doubtful=civil.utcoffset() != civil.replace(fold=1).utcoffset())


@lru_cache(maxsize=4096)
def midnight(day: date) -> datetime:
    """The instant at which `day` begins in London. London's clocks change at 01:00 UTC, so there is always one."""
    return instant_of(day, 0).at


def wall_clock(at: datetime) -> tuple[date, int]:
    """London's date and minute of the day at an instant."""
    local = at.astimezone(LONDON)
    return local.date(), local.hour * 60 + local.minute


def tidy(spans: Iterable[Span]) -> Hours:
    """Sorted, with touching and overlapping spans joined and empty ones left out."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def within(hours: Hours, minute: int) -> bool:
    """Whether the minute lies in the hours."""
    index = bisect_right(hours, (minute, MINUTES + 1)) - 1
    return index >= 0 and minute < hours[index][1]


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Hours of the seven weekdays and of bank holidays, and of named days, which beat both."""

    weekdays: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    bank_holiday: Hours = CLOSED
    exceptions: tuple[tuple[date, Hours], ...] = ()

    def of_kind(self, kind: int) -> Hours:
        """Hours of a weekday (0 Monday to 6) or of a bank holiday (7)."""
        return self.bank_holiday if kind == BANK_HOLIDAY else self.weekdays[kind]

    def on(self, day: date, holidays: Collection[date]) -> Hours:
        """Hours of a date, by the rule: a named day first, then a bank holiday, then the weekday."""
        for named, hours in self.exceptions:
            if named == day:
                return hours
        return self.of_kind(kind_of(day, holidays))


ALWAYS = WeekHours((ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY, ALL_DAY), ALL_DAY)


def kind_of(day: date, holidays: Collection[date]) -> int:
    """0 Monday to 6 Sunday, 7 bank holiday."""
    return BANK_HOLIDAY if day in holidays else day.weekday()


@dataclass(frozen=True, slots=True)
class Holidays:
    """Bank holidays by division ("england-and-wales"), and the last year for which they are published."""

    days: dict[str, frozenset[date]] = field(default_factory=dict)
    published_through: int = 0

    def of(self, division: str) -> frozenset[date]:
        """The division's bank holidays; none for a division that isn't known."""
        return self.days.get(division, frozenset())

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, date]]) -> Holidays:
        """From (division, date) pairs."""
        found: dict[str, set[date]] = {}
        for division, day in rows:
            found.setdefault(division, set()).add(day)
        years = [max(day.year for day in days) for days in found.values()]
        return cls({name: frozenset(days) for name, days in found.items()}, min(years, default=0))


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday and no bank holiday."""
    return day.weekday() < 5 and day not in holidays


def add_working_days(day: date, count: int, holidays: Collection[date]) -> date:
    """The `count`th working day after `day`, before it when negative; 0 is `day` or else the next working day."""
    step = timedelta(days=-1 if count < 0 else 1)
    if count == 0:
        while not is_working_day(day, holidays):
            day += step
        return day
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, holidays):
            day += step
    return day


def working_days_between(after: date, upto: date, holidays: Collection[date]) -> int:
    """Working days after `after` up to and with `upto`; negative when `upto` is earlier."""
    if upto < after:
        return -working_days_between(upto, after, holidays)
    days = (after + timedelta(days=n) for n in range(1, (upto - after).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


def due_on_day(start: datetime, working_days: int, minute: int, holidays: Collection[date]) -> datetime:
    """Due at `minute` (London) of the `working_days`th working day after the day of `start`; UTC.

    No working day has a minute that the clocks jump over: they change on Sundays.
    """
    return instant_of(add_working_days(wall_clock(start)[0], working_days, holidays), minute).at


def open_instants(day: date, hours: Hours) -> list[tuple[datetime, datetime]]:
    """The hours of one date as UTC instants: what is jumped over is left out, what comes twice is there twice.

    The day is cut at 01:00 UTC, London's only moment of change; in each part the wall clock has one offset.
    """
    begin, end = midnight(day), midnight(day + timedelta(days=1))
    change = datetime.combine(day, time(1), tzinfo=UTC)
    found: list[tuple[datetime, datetime]] = []
    for first, last in ((begin, change), (change, end)):
        zero = datetime.combine(day, time(), tzinfo=UTC) - (first.astimezone(LONDON).utcoffset() or timedelta())
        for opens, closes in hours:
            start = max(first, zero + timedelta(minutes=opens))
            stop = min(last, zero + timedelta(minutes=closes))
            if start < stop:
                found.append((start, stop))
    return sorted(found)
