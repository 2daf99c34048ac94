"""Shares compiled to a responsibility map: cell → date segments, each naming a week.

A week has nine kinds of day (Monday to Sunday, bank holiday, named day); a day is a sorted tuple of (minute, value); a
value is an index into the map's plans, 0 for nobody. Plans, days and weeks are interned, and cells with the same shares
compile once, so that a map of a county is a few weeks and many keys.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TypeVar

from moothall.domain.calendar import KINDS, MINUTES, Hours, midnight, wall_clock, within
from moothall.domain.responsibility.shares import Cell, ShareTerms

NOBODY = 0
Day = tuple[tuple[int, int], ...]
Week = tuple[Day, ...]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Plan:
    """The accountable share and who joins when: ((0, team), (after_s, team), …).

    `contested`: for each tier that several claim, their shares. Findings report them; a version with any isn't loaded.
    """

    share: int
    tiers: tuple[tuple[int, str], ...]
    shares: tuple[int, ...]  # the share behind each tier
    contested: tuple[tuple[int, ...], ...] = ()


NO_PLAN = Plan(0, (), ())


@dataclass(frozen=True, slots=True)
class Segment:
    """From this instant on (UTC seconds) that week holds; `named`: its dates are of the ninth kind."""

    starts: int
    week: int
    named: bool = False


@dataclass(frozen=True)
class ResponsibilityMap:
    """The compiled map. `holidays` is each council's own; segments begin with one at the start of time."""

    plans: tuple[Plan, ...]
    weeks: tuple[Week, ...]
    cells: Mapping[Cell, tuple[Segment, ...]]
    holidays: Mapping[int, frozenset[date]]

    @cached_property
    def shares(self) -> frozenset[int]:
        """Every share that is accountable at some time."""
        return frozenset(plan.share for plan in self.plans if plan.share)

    def holidays_of(self, council: int) -> frozenset[date]:
        return self.holidays.get(council, frozenset())


def compile_shares(
    shares: Sequence[ShareTerms], holidays: Mapping[int, frozenset[date]] | None = None
) -> ResponsibilityMap:
    """Compile shares of one agreement or of several in force together. `holidays` is by council number."""
    holidays = holidays or {}
    by_cell: dict[Cell, list[int]] = {}
    for index, share in enumerate(shares):
        for cell in share.cells():
            by_cell.setdefault(cell, []).append(index)
    compiler = _Compiler()
    done: dict[tuple[int, ...], tuple[Segment, ...]] = {}  # shares of one cell are of one council
    cells: dict[Cell, tuple[Segment, ...]] = {}
    for cell, indices in by_cell.items():
        key = tuple(indices)
        if key not in done:
            done[key] = compiler.segments([shares[index] for index in key], holidays.get(cell.council, frozenset()))
        cells[cell] = done[key]
    return ResponsibilityMap(tuple(compiler.plans), tuple(compiler.weeks), cells, holidays)


class _Compiler:
    """Interns plans and weeks while it goes over the groups of shares."""

    def __init__(self) -> None:
        self.plans: dict[Plan, int] = {NO_PLAN: NOBODY}
        self.weeks: dict[Week, int] = {}
        self._empty = _intern(self.weeks, (((0, NOBODY),),) * KINDS)

    def segments(self, shares: Sequence[ShareTerms], holidays: Collection[date]) -> tuple[Segment, ...]:
        """The date segments of cells that exactly these shares cover."""
        found = [Segment(-(2**62), self._empty)]
        values: dict[tuple[int, ...], int] = {}  # positions of the shares that are open together → plan
        for moment, day in _boundaries(shares):
            active = [index for index, share in enumerate(shares) if share.starts <= moment < share.ends]
            named = any(day == named_day for index in active for named_day, _ in shares[index].hours.exceptions)
            week = self._week(shares, active, values, (day, holidays) if named else None) if active else self._empty
            segment = Segment(int(moment.timestamp()), week, named)
            if (segment.week, segment.named) != (found[-1].week, found[-1].named):
                found.append(segment)
        return tuple(found)
    def _week(
        self, shares: Sequence[ShareTerms], active: Sequence[int], values: dict[tuple[int, ...], int],
        named: tuple[date, Collection[date]] | None,
    ) -> int:
        hours = [shares[index].hours for index in active]
        kinds = list(zip(*((*each.weekdays, each.bank_holiday) for each in hours), strict=True))
        if named:
            kinds.append(tuple(each.on(*named) for each in hours))
        days: dict[tuple[Hours, ...], Day] = {}
        for opened in set(kinds):
            day: list[tuple[int, int]] = []
            for minute, positions in _openings(opened):
                value = self._value(shares, tuple([active[n] for n in positions]), values)
                if not day or day[-1][1] != value:
                    day.append((minute, value))
            days[opened] = tuple(day)
        week = [days[opened] for opened in kinds]
        return _intern(self.weeks, tuple(week) if named else (*week, ((0, NOBODY),)))

    def _value(
        self, shares: Sequence[ShareTerms], openers: tuple[int, ...], values: dict[tuple[int, ...], int]
    ) -> int:
        if openers not in values:
            values[openers] = _intern(self.plans, plan_of([shares[index] for index in openers]))
        return values[openers]


@lru_cache(maxsize=4096)  # councils keep like hours
def _openings(opened: tuple[Hours, ...]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """From which minute of a day on which of these are open, by their positions."""
    minutes = sorted({0} | {minute for hours in opened for span in hours for minute in span} - {MINUTES})
    return tuple((m, tuple(n for n, hours in enumerate(opened) if within(hours, m))) for m in minutes)


def plan_of(open_now: Iterable[ShareTerms]) -> Plan:
    """The plan of the shares that are open together in one cell.

    At each tier the share that no other overrides holds it. The lowest tier that is open is accountable and starts at
    once; the seconds of the tiers above count from there.
    """
    ordered = sorted(open_now, key=lambda share: (share.tier, share.id))
    if not ordered:
        return NO_PLAN
    holders: list[ShareTerms] = []
    contested: list[tuple[int, ...]] = []
    for _, group in groupby(ordered, key=lambda share: share.tier):
        rivals = list(group)
        beaten = {id for share in rivals for id in share.overrides}
        standing = [share for share in rivals if share.id not in beaten]
        holders.append((standing or rivals)[0])
        if len(standing) != 1:
            contested.append(tuple(share.id for share in standing or rivals))
    first = holders[0]
    tiers = tuple((max(0, share.after_s - first.after_s), share.team) for share in holders)
    return Plan(first.id, tiers, tuple(share.id for share in holders), tuple(contested))


def _boundaries(shares: Sequence[ShareTerms]) -> tuple[tuple[datetime, date], ...]:
    """Every instant at which the week of these shares may change, with its date."""
    return _moments(frozenset(
        (share.starts, share.ends, tuple(day for day, _ in share.hours.exceptions)) for share in shares
    ))


@lru_cache(maxsize=1024)  # most shares of an agreement run as long as it does
def _moments(
    periods: frozenset[tuple[datetime, datetime, tuple[date, ...]]]
) -> tuple[tuple[datetime, date], ...]:
    moments = {moment for starts, ends, _ in periods for moment in (starts, ends)}
    for starts, ends, named in periods:
        for day in named:
            moments.update(m for m in (midnight(day), midnight(day + timedelta(days=1))) if starts < m < ends)
    return tuple((moment, wall_clock(moment)[0]) for moment in sorted(moments))


def _intern(known: dict[Item, int], item: Item) -> int:
    return known.setdefault(item, len(known))
