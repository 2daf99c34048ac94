"""Spans of minutes over the dates of a period: cut by segments, joined, taken away."""
from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from moothall.domain.calendar import MINUTES, Hours, Span, tidy, wall_clock
from moothall.domain.responsibility.compile import ResponsibilityMap, Segment
from moothall.domain.responsibility.lookup import day_of

ANY_TIME = -(2**62)
ANY_DATES = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one date in which one segment holds: minutes of the wall clock."""

    day: date
    span: Span
    segment: Segment


def pieces(segments: tuple[Segment, ...], starts: datetime, ends: datetime) -> Iterator[Piece]:
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
            day, minute = day + timedelta(days=1), 0


def _civil(stamp: float) -> tuple[date, int]:
    return wall_clock(datetime.fromtimestamp(stamp, UTC))


def spans_where(table: ResponsibilityMap, piece: Piece, council: int, wanted: Collection[int]) -> Hours:
    """The spans of a piece in which the map's value is one of `wanted`."""
    today = day_of(table, piece.segment, piece.day, council)
    ends = [minute for minute, _ in today[1:]] + [MINUTES]
    spans = [(start, end) for (start, value), end in zip(today, ends, strict=True) if value in wanted]
    return common(tidy(spans), (piece.span,))


def common(one: Hours, other: Hours) -> Hours:
    """The minutes that lie in both."""
    return tidy((max(a, c), min(b, d)) for a, b in one for c, d in other)


def without(one: Hours, other: Hours) -> Hours:
    """The minutes of `one` that don't lie in `other`."""
    left: list[Span] = list(one)
    for c, d in other:
        left = [part for a, b in left for part in ((a, min(b, c)), (max(a, d), b)) if part[0] < part[1]]
    return tidy(left)


def dates_of(starts: datetime, ends: datetime) -> tuple[date, date]:
    """The first and the last date of a period."""
    return wall_clock(starts)[0], wall_clock(ends - timedelta(minutes=1))[0]


def add_spans(found: dict[date, Hours], day: date, spans: Hours) -> None:
    """Add spans to those of a date."""
    if spans:
        found[day] = tidy((*found.get(day, ()), *spans))
