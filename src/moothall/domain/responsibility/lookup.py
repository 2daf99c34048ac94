"""Who is responsible for a cell at an instant, until when, and who is next: two bisects in the map."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from moothall.domain.calendar import EXCEPTION, MINUTES, kind_of, midnight, open_instants, wall_clock
from moothall.domain.responsibility.compile import NOBODY, Day, Plan, ResponsibilityMap, Segment
from moothall.domain.responsibility.shares import Cell


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the same plan holds; `plan` is None in a gap, `ends` None where nothing is known to change."""

    plan: Plan | None
    starts: datetime
    ends: datetime | None


def plan_at(table: ResponsibilityMap, cell: Cell, at: datetime) -> Plan | None:
    """The plan that holds at an instant, None where nobody is responsible."""
    value = value_at(table, cell, at)
    return table.plans[value] if value != NOBODY else None


def value_at(table: ResponsibilityMap, cell: Cell, at: datetime) -> int:
    """Index of the plan that holds at an instant; 0 is nobody."""
    segments = table.cells.get(cell)
    if segments is None:
        return NOBODY
    day, minute = wall_clock(at)
    segment = segments[_segment_at(segments, at)]
    today = day_of(table, segment, day, cell.council)
    return today[bisect_right(today, (minute, len(table.plans))) - 1][1]


def day_of(table: ResponsibilityMap, segment: Segment, day: date, council: int) -> Day:
    """What the segment's week says of a date."""
    kind = EXCEPTION if segment.named else kind_of(day, table.holidays_of(council))
    return table.weeks[segment.week][kind]


def stretch_at(table: ResponsibilityMap, cell: Cell, at: datetime) -> Stretch:
    """What holds at an instant and until when it does without a change; a gap has a plan of None."""
    value = value_at(table, cell, at)
    ends = next((begins for begins, other in changes(table, cell, at) if begins > at and other != value), None)
    return Stretch(table.plans[value] if value != NOBODY else None, at, ends)


def next_plan(table: ResponsibilityMap, cell: Cell, after: datetime) -> Stretch | None:
    """The first plan that begins after an instant in a gap, None where there is none."""
    for begins, value in changes(table, cell, after):
        if begins > after and value != NOBODY:
            return Stretch(table.plans[value], begins, None)
    return None


def _segment_at(segments: tuple[Segment, ...], at: datetime) -> int:
    return bisect_right(segments, at.timestamp(), key=lambda segment: segment.starts) - 1


def changes(table: ResponsibilityMap, cell: Cell, since: datetime) -> Iterator[tuple[datetime, int]]:
    """Instants from the day of `since` on at which a value begins, in order, to the map's end; a value may repeat."""
    held: tuple[datetime, int] | None = None
    for found in _beginnings(table, cell, since):
        if held and held[0] < found[0]:
            yield held
        held = found  # of several at one instant the last one holds
    if held:
        yield held


def _beginnings(table: ResponsibilityMap, cell: Cell, since: datetime) -> Iterator[tuple[datetime, int]]:
    segments = table.cells.get(cell, ())
    for index in range(max(0, _segment_at(segments, since)), len(segments)):
        segment = segments[index]
        begins = datetime.fromtimestamp(segment.starts, UTC) if segment.starts > 0 else since
        ends = datetime.fromtimestamp(segments[index + 1].starts, UTC) if index + 1 < len(segments) else None
        only = _only_value(table, segment)
        if only is not None or ends is None:
            yield begins, only or NOBODY
            continue
        day = wall_clock(max(since, begins))[0]
        while midnight(day) < ends:
            for start, value in _begins_on(day_of(table, segment, day, cell.council), day):
                if start < ends:
                    yield max(start, begins), value
            day += timedelta(days=1)


def _only_value(table: ResponsibilityMap, segment: Segment) -> int | None:
    """The one value of a segment that has no other, so that years needn't be walked through."""
    week = table.weeks[segment.week]
    values = {value for day in (week[EXCEPTION:] if segment.named else week[:EXCEPTION]) for _, value in day}
    return values.pop() if len(values) == 1 else None


@lru_cache(maxsize=4096)  # the days around now are asked for with every call
def _begins_on(today: Day, day: date) -> tuple[tuple[datetime, int], ...]:
    """Where each value of a date begins, by the clock of that date."""
    ends = [minute for minute, _ in today[1:]] + [MINUTES]
    found = (
        (begins, value)
        for (start, value), end in zip(today, ends, strict=True)
        for begins, _ in open_instants(day, ((start, end),))
    )
    return tuple(sorted(found))
