"""When a map has which values, over the dates of a period: every date is looked at, those that are alike at once."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from moothall.domain.calendar import (
    ALL_DAY,
    ALWAYS,
    EXCEPTION,
    MINUTES,
    Hours,
    Span,
    WeekHours,
    kind_of,
    tidy,
    wall_clock,
)
from moothall.domain.responsibility.compile import Day, ResponsibilityMap, Segment
from moothall.domain.responsibility.shares import Cell
from moothall.domain.weeks import A_DAY, NEVER, Eight, Run, Weeks, common, joined, kinds_between, runs, week_of

ANY_TIME = -(2**62)
ANY_DATES = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
NOWHERE = (Segment(ANY_TIME, 0),)  # of a cell that no share names: the map's first week is nobody's
Kept = dict[tuple[int, bool, Run], Eight]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of time that is asked about: within a period (UTC seconds) and within hours."""

    begins: int
    ends: int
    holidays: frozenset[date]
    hours: WeekHours = ALWAYS

    @classmethod
    def of(
        cls, starts: datetime, ends: datetime, holidays: frozenset[date], hours: WeekHours = ALWAYS
    ) -> Window:
        return cls(int(starts.timestamp()), int(ends.timestamp()), holidays, hours)

    @property
    def dates(self) -> tuple[date, date]:
        """Its first and its last date."""
        return dates_of(datetime.fromtimestamp(self.begins, UTC), datetime.fromtimestamp(self.ends, UTC))


class Times:
    """Answers when a map has which values. A week that it has looked at once it keeps."""

    def __init__(self, table: ResponsibilityMap) -> None:
        self.table = table
        self._weeks: dict[tuple[int, bool, frozenset[int]], Eight] = {}

    def alike(
        self, cells: Iterable[Cell], wanted: frozenset[int], window: Window
    ) -> dict[tuple[Weeks, ...], list[Cell]]:
        """The cells (of one council) that have wanted values at some time, those with the same times together."""
        found: dict[tuple[Weeks, ...], list[Cell]] = {}
        groups: dict[int, list[Cell] | None] = {}  # cells that compiled once are alike
        kept: Kept = {}
        for cell in cells:
            segments = self.table.cells.get(cell, NOWHERE)
            if id(segments) not in groups:
                times = self._when(segments, wanted, window, kept)
                groups[id(segments)] = found.setdefault(times, []) if times else None
            group = groups[id(segments)]
            if group is not None:
                group.append(cell)
        return found

    def occurring(self) -> frozenset[int]:
        """Every value that the map has at some time: a plan for bank holidays, for one, may never come about."""
        found: set[int] = set()
        groups = {(id(segments), cell.council): segments for cell, segments in self.table.cells.items()}
        for (_, council), segments in groups.items():
            holidays = self.table.holidays_of(council)
            for run, segment in stretches(segments[1:], segments[0].starts, segments[-1].starts):
                found |= self._values(run, segment, holidays)
        return frozenset(found)

    def _when(
        self, segments: Sequence[Segment], wanted: frozenset[int], window: Window, kept: Kept
    ) -> tuple[Weeks, ...]:
        named = tuple(day for day, _ in window.hours.exceptions)
        found = []
        for run, segment in stretches(segments, window.begins, window.ends, named):
            key = (segment.week, segment.named, run)
            if key not in kept:
                asked = week_of(window.hours, run, window.holidays)
                kept[key] = _within(self._week(segment, wanted), asked, run, window.holidays)
            if kept[key] is not NEVER:
                found.append(Weeks(run.first, run.last, kept[key]))
        return joined(found) if found else ()

    def _week(self, segment: Segment, wanted: frozenset[int]) -> Eight:
        """The minutes with wanted values, by kind of day."""
        key = (segment.week, segment.named, wanted)
        if key not in self._weeks:
            days = eight_of(self.table, segment)
            seen = {day: spans_of(day, wanted) for day in set(days)}
            self._weeks[key] = tuple(seen[day] for day in days)
        return self._weeks[key]

    def _values(self, run: Run, segment: Segment, holidays: frozenset[date]) -> set[int]:
        week = eight_of(self.table, segment)
        days = {week[kind] for kind in kinds_between(run.first, run.last, holidays)}
        if run.face == ALL_DAY:
            return {value for day in days for _, value in day}
        return {value for day in days for _, value in day if common(spans_of(day, frozenset({value})), run.face)}


def stretches(
    segments: Sequence[Segment], begins: int, ends: int, named: tuple[date, ...] = ()
) -> Iterator[tuple[Run, Segment]]:
    """The dates from one instant to another (UTC seconds), cut where a segment begins; `named` ones each alone."""
    for index, segment in enumerate(segments):
        until = segments[index + 1].starts if index + 1 < len(segments) else ends
        for run in runs(max(begins, segment.starts), min(until, ends), named):
            yield run, segment


def eight_of(table: ResponsibilityMap, segment: Segment) -> tuple[Day, ...]:
    """A segment's week by kind of day; a named date's day whatever its kind."""
    week = table.weeks[segment.week]
    return (week[EXCEPTION],) * len(NEVER) if segment.named else week[:EXCEPTION]


def spans_of(day: Day, wanted: Collection[int]) -> Hours:
    """The minutes of a day that have one of the wanted values."""
    ends = [*(minute for minute, _ in day[1:]), MINUTES]
    return tidy((start, end) for (start, value), end in zip(day, ends, strict=True) if value in wanted)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one date in which one segment holds: minutes of the wall clock."""

    day: date
    span: Span
    segment: Segment


def pieces(segments: Sequence[Segment], starts: datetime, ends: datetime) -> Iterator[Piece]:
    """Each date from `starts` to `ends`, cut where a segment begins."""
    stamps = [(max(segment.starts, starts.timestamp()), segment) for segment in segments]
    for index, (begins, segment) in enumerate(stamps):
        until = stamps[index + 1][0] if index + 1 < len(stamps) else ends.timestamp()
        until = min(until, ends.timestamp())
        if begins >= until:
            continue
        (day, minute), (last, last_minute) = _civil(begins), _civil(until)
        while (day, minute) < (last, last_minute):
            yield Piece(day, (minute, last_minute if day == last else MINUTES), segment)
            day, minute = day + A_DAY, 0


def _civil(stamp: float) -> tuple[date, int]:
    return wall_clock(datetime.fromtimestamp(stamp, UTC))


def add_spans(found: dict[date, Hours], day: date, spans: Hours) -> None:
    """Add spans to those of a date."""
    if spans:
        found[day] = tidy((*found.get(day, ()), *spans))


def dates_of(starts: datetime, ends: datetime) -> tuple[date, date]:
    """The first and the last date of a period."""
    return wall_clock(starts)[0], wall_clock(ends - timedelta(minutes=1))[0]


def _within(opened: Eight, asked: Eight, run: Run, holidays: Collection[date]) -> Eight:
    """What of a week lies in the hours that are asked about; of a date alone, what its own kind has."""
    if run.alone:
        hours = common(opened[kind_of(run.first, holidays)], asked[0])
        return (hours,) * len(NEVER) if hours else NEVER
    days = tuple(common(one, other) if one and other else () for one, other in zip(opened, asked, strict=True))
    return days if any(days) else NEVER

