"""Shares compiled to a responsibility map: cell → date segments, each naming a week.

A week has nine kinds of day (Monday to Sunday, bank holiday, named day); a day is a sorted tuple of (minute, value); a
value is an index into the map's plans, 0 for nobody. Plans, days and weeks are interned, and cells with the same shares
compile once, so that a map of a county is a few weeks and many keys.
"""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import TypeVar

from moothall.domain.calendar import EXCEPTION, KINDS, MINUTES, Hours, midnight, wall_clock, within
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
    done: dict[tuple[tuple[int, ...], frozenset[date]], tuple[Segment, ...]] = {}
    cells: dict[Cell, tuple[Segment, ...]] = {}
    for cell, indices in by_cell.items():
        key = (tuple(indices), holidays.get(cell.council, frozenset()))
        if key not in done:
            done[key] = compiler.segments([shares[index] for index in indices], key[1])
        cells[cell] = done[key]
    return ResponsibilityMap(tuple(compiler.plans), tuple(compiler.weeks), cells, holidays)


class _Compiler:
    """Interns plans, days and weeks while it goes over the groups of shares."""

    def __init__(self) -> None:
        self.plans: dict[Plan, int] = {NO_PLAN: NOBODY}
        self.weeks: dict[Week, int] = {}
        self._days: dict[tuple[tuple[int, Hours], ...], Day] = {}
        self._empty = _intern(self.weeks, (((0, NOBODY),),) * KINDS)

    def segments(self, shares: Sequence[ShareTerms], holidays: Collection[date]) -> tuple[Segment, ...]:
        """The date segments of cells that exactly these shares cover."""
        found = [Segment(-(2**62), self._empty)]
        for moment in _boundaries(shares):
            active = [share for share in shares if share.starts <= moment < share.ends]
            day = wall_clock(moment)[0]
            named = any(day == named_day for share in active for named_day, _ in share.hours.exceptions)
            week = self._week(active, day if named else None, holidays)
            segment = Segment(int(moment.timestamp()), week, named)
            if (segment.week, segment.named) != (found[-1].week, found[-1].named):
                found.append(segment)
        return tuple(found)

    def _week(self, active: Sequence[ShareTerms], named: date | None, holidays: Collection[date]) -> int:
        days = [self._day([(share, share.hours.of_kind(kind)) for share in active]) for kind in range(EXCEPTION)]
        ninth = self._day([(share, share.hours.on(named, holidays)) for share in active]) if named else ((0, NOBODY),)
        return _intern(self.weeks, (*days, ninth))

    def _day(self, opened: Sequence[tuple[ShareTerms, Hours]]) -> Day:
        key = tuple((share.id, hours) for share, hours in opened)
        if key not in self._days:
            bounds = {minute for _, hours in opened for span in hours for minute in span}
            minutes = sorted({0} | bounds - {MINUTES})
            values = ((m, self._value([share for share, hours in opened if within(hours, m)])) for m in minutes)
            self._days[key] = tuple(next(run) for _, run in groupby(values, key=lambda pair: pair[1]))
        return self._days[key]

    def _value(self, open_now: Sequence[ShareTerms]) -> int:
        return _intern(self.plans, plan_of(open_now))


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


def _boundaries(shares: Sequence[ShareTerms]) -> list[datetime]:
    """Every instant at which the week of these shares may change."""
    moments = {moment for share in shares for moment in (share.starts, share.ends)}
    for share in shares:
        for day, _ in share.hours.exceptions:
            for moment in (midnight(day), midnight(day + timedelta(days=1))):
                if share.starts < moment < share.ends:
                    moments.add(moment)
    return sorted(moments)


def _intern(known: dict[Item, int], item: Item) -> int:
    return known.setdefault(item, len(known))
