"""What changes for whom when one map takes the place of another, as values; words are made where they are shown."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from moothall.domain.calendar import MINUTES, Hours, Span
from moothall.domain.responsibility.compile import ResponsibilityMap
from moothall.domain.responsibility.lookup import day_of
from moothall.domain.responsibility.shares import Cell
from moothall.domain.responsibility.spans import add_spans, dates_of, pieces
from moothall.domain.responsibility.times import in_words

Tiers = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Cells in which, at these times (in words), other teams are responsible than before. No tiers: nobody."""

    cells: tuple[Cell, ...]
    before: Tiers
    after: Tiers
    times: tuple[str, ...]


def changes_between(
    before: ResponsibilityMap, after: ResponsibilityMap, starts: datetime, ends: datetime
) -> list[Change]:
    """What differs between two maps from `starts` to `ends`, cells that change alike told together.

    Shares are compared by their teams and seconds, for their ids differ from version to version.
    """
    found: dict[tuple[int, int, Tiers, Tiers, tuple[str, ...]], list[Cell]] = {}
    known: dict[tuple[int, int, int], list[tuple[Tiers, Tiers, tuple[str, ...]]]] = {}
    for cell in sorted({*before.cells, *after.cells}):
        old, new = before.cells.get(cell, ()), after.cells.get(cell, ())
        key = (id(old), id(new), cell.council)
        if key not in known:
            known[key] = list(_cell_changes((before, after), cell, starts, ends))
        for was, becomes, times in known[key]:
            found.setdefault((key[0], key[1], was, becomes, times), []).append(cell)
    return [Change(tuple(cells), was, becomes, times) for (_, _, was, becomes, times), cells in found.items()]


def _cell_changes(
    maps: tuple[ResponsibilityMap, ResponsibilityMap], cell: Cell, starts: datetime, ends: datetime
) -> Iterator[tuple[Tiers, Tiers, tuple[str, ...]]]:
    found: dict[tuple[Tiers, Tiers], dict[date, Hours]] = {}
    old, new = (_days(table, cell, starts, ends) for table in maps)
    for day in sorted({*old, *new}):
        then, now = old.get(day, []), new.get(day, [])
        bounds = sorted({0, MINUTES} | {minute for (start, end), _ in (*then, *now) for minute in (start, end)})
        for start, end in pairwise(bounds):
            was, becomes = _at(then, start), _at(now, start)
            if was != becomes:
                add_spans(found.setdefault((was, becomes), {}), day, ((start, end),))
    for (was, becomes), spans in found.items():
        yield was, becomes, in_words(spans, dates_of(starts, ends), maps[1].holidays_of(cell.council))


def _days(
    table: ResponsibilityMap, cell: Cell, starts: datetime, ends: datetime
) -> dict[date, list[tuple[Span, Tiers]]]:
    """The teams of each date, span by span."""
    found: dict[date, list[tuple[Span, Tiers]]] = {}
    if cell not in table.cells:
        return found
    for piece in pieces(table.cells[cell], starts, ends):
        today = day_of(table, piece.segment, piece.day, cell.council)
        first, last = piece.span
        closes = [minute for minute, _ in today[1:]] + [MINUTES]
        for (opens, value), end in zip(today, closes, strict=True):
            span = (max(opens, first), min(end, last))
            if span[0] < span[1]:
                found.setdefault(piece.day, []).append((span, table.plans[value].tiers))
    return found


def _at(spans: list[tuple[Span, Tiers]], minute: int) -> Tiers:
    index = bisect_right(spans, minute, key=lambda entry: entry[0][0]) - 1
    return spans[index][1] if index >= 0 and minute < spans[index][0][1] else ()
