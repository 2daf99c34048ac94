"""A day of one cell as bands: from when to when, who holds it, whether it is promised, and where nobody does. Pure."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from moothall.domain.calendar import BANK_HOLIDAY, MINUTES, Hours, Span, midnight, tidy, wall_clock, within
from moothall.domain.responsibility.compile import NOBODY, Day, Plan, ResponsibilityMap, Segment
from moothall.domain.responsibility.lookup import day_of
from moothall.domain.responsibility.shares import Cell, Cover

Held = tuple[int, int, int]  # from and to as minutes of the day, and the map's value
KINDS_SHOWN = range(BANK_HOLIDAY + 1)


@dataclass(frozen=True, slots=True)
class Band:
    """A part of a day in which nothing changes. `plan` is None where nobody holds it."""

    start: int
    end: int
    plan: Plan | None
    promised: bool

    @property
    def is_gap(self) -> bool:
        return self.promised and self.plan is None


def bands_of_date(table: ResponsibilityMap, cell: Cell, covers: Iterable[Cover], day: date) -> tuple[Band, ...]:
    """The bands of a date, from midnight to midnight by London's clock."""
    promised = promised_on(covers, day, table)
    return _bands(table, list(_held_on(table, cell, day)), promised)


def bands_of_kinds(
    table: ResponsibilityMap, cell: Cell, covers: Iterable[Cover], at: datetime
) -> tuple[tuple[Band, ...], ...]:
    """The bands of Monday to Sunday and of a bank holiday, as they are in the week that holds at an instant."""
    standing = [cover for cover in covers if cover.starts <= at < cover.ends]
    segment = segment_at(table, cell, at)
    found = []
    for kind in KINDS_SHOWN:
        promised = tidy(span for cover in standing for span in cover.hours.of_kind(kind))
        today: Day = table.weeks[segment.week][kind] if segment else ((0, NOBODY),)
        found.append(_bands(table, list(_spans(today)), promised))
    return tuple(found)


def promised_on(covers: Iterable[Cover], day: date, table: ResponsibilityMap) -> Hours:
    """What is promised on a date."""
    spans: list[Span] = []
    for cover in covers:
        first, last = _minute_on(day, cover.starts), _minute_on(day, cover.ends)
        opened = cover.hours.on(day, table.holidays_of(cover.council))
        spans += [(max(start, first), min(end, last)) for start, end in opened]
    return tidy(spans)


def gaps_of(bands: Iterable[Band]) -> Hours:
    """When nobody holds what is promised."""
    return tidy((band.start, band.end) for band in bands if band.is_gap)


def minutes(hours: Hours) -> int:
    return sum(end - start for start, end in hours)


def segment_at(table: ResponsibilityMap, cell: Cell, at: datetime) -> Segment | None:
    """The segment of a cell that holds at an instant; None where the map doesn't know the cell."""
    segments = table.cells.get(cell)
    return segments[_index(segments, at.timestamp())] if segments else None


def _index(segments: tuple[Segment, ...], stamp: float) -> int:
    return bisect_right(segments, stamp, key=lambda segment: segment.starts) - 1


def _held_on(table: ResponsibilityMap, cell: Cell, day: date) -> Iterator[Held]:
    """Who holds a date, cut where a segment begins within it."""
    segments = table.cells.get(cell, ())
    begin, end = midnight(day).timestamp(), midnight(day + timedelta(days=1)).timestamp()
    for index in range(_index(segments, begin), len(segments)) if segments else ():
        segment = segments[index]
        if segment.starts >= end:
            return
        until = segments[index + 1].starts if index + 1 < len(segments) else end
        first = _minute_of(segment.starts) if segment.starts > begin else 0
        last = _minute_of(until) if until < end else MINUTES
        for start, stop, value in _spans(day_of(table, segment, day, cell.council)):
            if max(start, first) < min(stop, last):
                yield max(start, first), min(stop, last), value


def _bands(table: ResponsibilityMap, held: list[Held], promised: Hours) -> tuple[Band, ...]:
    bounds = {0, MINUTES} | {minute for start, end, _ in held for minute in (start, end)}
    cuts = sorted(bounds | {minute for span in promised for minute in span})
    found: list[Band] = []
    for start, end in pairwise(cuts):
        value = next((value for a, b, value in held if a <= start < b), NOBODY)
        plan = table.plans[value] if value != NOBODY else None
        band = Band(start, end, plan, within(promised, start))
        if found and (found[-1].plan, found[-1].promised) == (band.plan, band.promised):
            band = Band(found.pop().start, end, plan, band.promised)
        found.append(band)
    return tuple(found)


def _spans(day: Day) -> Iterator[Held]:
    ends = [minute for minute, _ in day[1:]] + [MINUTES]
    return ((start, end, value) for (start, value), end in zip(day, ends, strict=True))


def _minute_of(stamp: float) -> int:
    return wall_clock(datetime.fromtimestamp(stamp, UTC))[1]


def _minute_on(day: date, at: datetime) -> int:
    """Which minute of a date an instant is: 0 where it is past before, 1440 where it comes later."""
    if at <= midnight(day):
        return 0
    return MINUTES if at >= midnight(day + timedelta(days=1)) else wall_clock(at)[1]
