"""How two responsibility maps meet, minute by minute, and who is responsible where they differ."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from moothall.domain.calendar import MINUTES, Hours, Span, open_instants
from moothall.domain.responsibility.compile import NOBODY, Plan, ResponsibilityMap, Segment
from moothall.domain.responsibility.lookup import day_of
from moothall.domain.responsibility.shares import Cell
from moothall.domain.responsibility.spans import add_spans, dates_of, pieces
from moothall.domain.responsibility.when import when

Tiers = tuple[tuple[int, str], ...]
Dates = Mapping[date, Hours]
_Values = tuple[tuple[Span, int], ...]  # the indices of a map's plans over one date


@dataclass(frozen=True, slots=True)
class CoverChange:
    """Cells in which, at these times (in words), other teams are responsible than before. No tiers: nobody."""

    cells: tuple[Cell, ...]
    before: Tiers
    after: Tiers
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Cells in which two maps meet alike: for each pair of plans, when the one held and the other will."""

    cells: tuple[Cell, ...]
    spans: Mapping[tuple[Plan, Plan], Dates]


def cover_changes(
    met: Iterable[Meeting], holidays: Mapping[int, frozenset[date]], starts: datetime, ends: datetime
) -> list[CoverChange]:
    """Where the teams or their seconds differ, cells that change alike told together. The times are in words, within
    the period that was looked at. Shares are compared by their teams and seconds, for their ids differ from version to
    version."""
    found: dict[tuple[str, Tiers, Tiers, tuple[str, ...]], list[Cell]] = {}
    for meeting in met:
        differing: dict[tuple[Tiers, Tiers], dict[date, Hours]] = {}
        for (was, becomes), dates in meeting.spans.items():
            if was.tiers != becomes.tiers:
                join(differing.setdefault((was.tiers, becomes.tiers), {}), dates)
        for tiers, found_at in differing.items():
            times = when(found_at, dates_of(starts, ends), holidays.get(meeting.cells[0].council, frozenset()))
            found.setdefault((meeting.cells[0].function, *tiers, times), []).extend(meeting.cells)
    return [CoverChange(tuple(cells), was, becomes, times) for (_, was, becomes, times), cells in found.items()]


def meetings(before: ResponsibilityMap, after: ResponsibilityMap, starts: datetime, ends: datetime) -> list[Meeting]:
    """Every minute from `starts` to `ends` of every cell, by the plans that hold in it. Where both have nobody is left
    out. Cells that compiled together in both maps are looked at once.
    """
    alike: dict[tuple[int, int, int, str], list[Cell]] = {}
    for cell in sorted({*before.cells, *after.cells}):
        old, new = before.cells.get(cell, ()), after.cells.get(cell, ())
        alike.setdefault((id(old), id(new), cell.council, cell.function), []).append(cell)
    return [
        Meeting(tuple(cells), _spans((before, after), cells[0], starts, ends)) for cells in alike.values()
    ] if starts < ends else []


def join(found: dict[date, Hours], dates: Dates) -> None:
    """Add the spans of many dates to those that were found."""
    for day, spans in dates.items():
        add_spans(found, day, spans)


def _spans(
    maps: tuple[ResponsibilityMap, ResponsibilityMap], cell: Cell, starts: datetime, ends: datetime
) -> dict[tuple[Plan, Plan], Dates]:
    old, new = (_days(table, cell, starts, ends) for table in maps)
    cuts: dict[tuple[_Values, _Values], dict[tuple[int, int], Hours]] = {}  # most days are like another
    found: dict[tuple[int, int], dict[date, Hours]] = {}
    for day in sorted({*old, *new}):
        key = (tuple(old.get(day, ())), tuple(new.get(day, ())))
        if key not in cuts:
            cuts[key] = _cut(*key)
        for pair, spans in cuts[key].items():
            found.setdefault(pair, {})[day] = spans
    return {
        (maps[0].plans[was], maps[1].plans[becomes]): dates for (was, becomes), dates in found.items() if _real(dates)
    }


def _real(dates: Dates) -> bool:
    """Whether any of it is shown by a clock: not only minutes that are jumped over in spring."""
    return any(open_instants(day, spans) for day, spans in dates.items())


def _cut(then: _Values, now: _Values) -> dict[tuple[int, int], Hours]:
    """One date, cut where either map's plan changes."""
    by_pair: dict[tuple[int, int], dict[date, Hours]] = {}
    bounds = sorted({0, MINUTES} | {minute for (start, end), _ in (*then, *now) for minute in (start, end)})
    for start, end in pairwise(bounds):
        pair = (_at(then, start), _at(now, start))
        if pair != (NOBODY, NOBODY):
            add_spans(by_pair.setdefault(pair, {}), date.min, ((start, end),))
    return {pair: spans[date.min] for pair, spans in by_pair.items()}


def _days(table: ResponsibilityMap, cell: Cell, starts: datetime, ends: datetime) -> dict[date, list[tuple[Span, int]]]:
    """The plans of each date, span by span."""
    found: dict[date, list[tuple[Span, int]]] = {}
    segments: tuple[Segment, ...] = table.cells.get(cell, ())
    for piece in pieces(segments, starts, ends):
        today = day_of(table, piece.segment, piece.day, cell.council)
        first, last = piece.span
        closes = [minute for minute, _ in today[1:]] + [MINUTES]
        for (opens, value), end in zip(today, closes, strict=True):
            span = (max(opens, first), min(end, last))
            if span[0] < span[1]:
                found.setdefault(piece.day, []).append((span, value))
    return found


def _at(spans: _Values, minute: int) -> int:
    index = bisect_right(spans, minute, key=lambda entry: entry[0][0]) - 1
    return spans[index][1] if index >= 0 and minute < spans[index][0][1] else NOBODY
