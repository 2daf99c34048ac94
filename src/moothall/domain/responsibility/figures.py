"""What the shares promise and cost, compared where the one answers in the place of the other.

A share's key says nothing of which share it follows: a share may be renamed, divided or joined. So figures are compared
minute by minute, of the share that was accountable with the share that will be.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, NamedTuple

from moothall.domain.calendar import Hours
from moothall.domain.responsibility.diff import Meeting, join
from moothall.domain.responsibility.shares import AgreementTerms, Cell, ShareTerms, StandardTerms
from moothall.domain.responsibility.spans import dates_of
from moothall.domain.responsibility.when import when

Figure = Any  # a number, a text, or a tuple of them; None where the share says nothing
CLAUSE = "clause."  # before the name of what is no figure: purpose, lawful basis, …
NO_FIGURES = frozenset({"overrides"})  # what it does shows in who answers
# What is compared elsewhere, or means nothing by itself; whatever else a share says is a clause of it.
TERMS = frozenset({
    "id", "key", "client", "services", "channels", "function", "team", "hours", "starts", "ends", "tier", "after_s",
    "overrides", "standard", "place", "sees",
})
BOUNDS = frozenset({"guarantee", "cap"})
STANDARDS = frozenset({"answered_within_s", "for_percent", "resolved_within_days", "by_minute"})


@dataclass(frozen=True, slots=True)
class FigureChange:
    """In these cells a figure differs. `new`: nobody was accountable then. No times: at all hours that are covered.

    `figure`: `answered` (seconds, per cent), `resolved` (days, minute, per cent), `price.NAME` (pence), `guarantee`,
    `cap`, `clause.NAME`. `behind`: these shares come behind others at all times, so the figure never counts alone.
    """

    figure: str
    cells: tuple[Cell, ...]
    before: Figure
    after: Figure
    times: tuple[str, ...]
    shares: tuple[str, ...]
    new: bool = False
    behind: bool = False


def figures_of(share: ShareTerms, body: Mapping[str, object]) -> dict[str, Figure]:
    """Every figure and clause of a share by name; what it doesn't say isn't there."""
    standard = share.standard
    found: dict[str, Figure] = {}
    if standard.answered_within_s is not None:
        found["answered"] = (standard.answered_within_s, standard.for_percent)
    if standard.resolved_within_days is not None:
        found["resolved"] = (standard.resolved_within_days, standard.by_minute, standard.for_percent)
    for name, value in body.items():
        if name == "price" and isinstance(value, Mapping):
            found |= {f"price.{each}": _frozen(amount) for each, amount in value.items()}
        elif name not in NO_FIGURES:
            found[f"{CLAUSE}{name}"] = _frozen(value)
    found |= {name if name in BOUNDS else f"{CLAUSE}{name}": value for name, value in _beyond(share, TERMS)}
    found |= {f"{CLAUSE}standard {name}": value for name, value in _beyond(standard, STANDARDS)}
    return {name: value for name, value in found.items() if value is not None}


def _beyond(terms: ShareTerms | StandardTerms, known: frozenset[str]) -> Iterator[tuple[str, Figure]]:
    """What terms say in other fields, where they say anything."""
    for each in fields(terms):
        value = getattr(terms, each.name)
        if each.name not in known and value:
            yield each.name, _frozen(value)


def _frozen(value: object) -> Figure:
    if isinstance(value, Mapping):
        return tuple(sorted((str(name), _frozen(each)) for name, each in value.items()))
    return tuple(_frozen(each) for each in value) if isinstance(value, list | tuple) else value


class _Side:
    """The shares of one text, and what each says."""

    def __init__(self, terms: AgreementTerms) -> None:
        self.shares = {share.id: share for share in terms.shares}
        self.figures = {share.id: figures_of(share, terms.bodies.get(share.id, {})) for share in terms.shares}
        self.named = {(share.key, share.client, share.function): share for share in terms.shares}

    def namesake(self, share: ShareTerms) -> ShareTerms | None:
        return self.named.get((share.key, share.client, share.function))


class _Key(NamedTuple):
    """What cells have in common that are told together."""

    figure: str
    function: str
    before: Figure
    after: Figure
    new: bool
    times: tuple[str, ...]


@dataclass
class _Told:
    cells: list[Cell] = field(default_factory=list)
    shares: dict[str, None] = field(default_factory=dict)
    partly: bool = False  # at other hours of some of the cells the figure doesn't differ so


@dataclass
class _Step:
    """One figure from one value to another, in the cells of one meeting."""

    dates: dict[date, Hours] = field(default_factory=dict)
    shares: dict[str, None] = field(default_factory=dict)


_Values = tuple[Figure, Figure, bool]  # before, after, new
_Pairs = dict[tuple[int, int], dict[date, Hours]]  # share before (0: nobody), share after


def figure_changes(
    before: AgreementTerms, after: AgreementTerms, met: Sequence[Meeting], period: tuple[datetime, datetime],
    holidays: Mapping[int, frozenset[date]],
) -> list[FigureChange]:
    """Every figure that differs. `met` is how the two texts' maps meet in the period."""
    comparison = _Comparison(before, after, period, holidays)
    for meeting in met:
        comparison.look_at(meeting)
    return [*comparison.changes(), *comparison.changes_behind(met)]


class _Comparison:
    def __init__(
        self, before: AgreementTerms, after: AgreementTerms, period: tuple[datetime, datetime],
        holidays: Mapping[int, frozenset[date]],
    ) -> None:
        self.old, self.new = _Side(before), _Side(after)
        self.period, self.holidays = period, holidays
        self.told: dict[_Key, _Told] = {}

    def look_at(self, meeting: Meeting) -> None:
        """Take in the cells of a meeting, figure by figure."""
        pairs = self._pairs(meeting)
        held = {was.share for was, _ in meeting.spans if was.share}
        names = (n for was, becomes in pairs for n in (*self.old.figures.get(was, {}), *self.new.figures[becomes]))
        for name in dict.fromkeys(names):
            known = {self.old.figures[share].get(name) for share in held}
            self._tell(name, meeting.cells, self._steps(name, pairs, known))

    def _pairs(self, meeting: Meeting) -> _Pairs:
        """Which share follows which. Where nobody was, a namesake that had the cell at other hours counts."""
        found: _Pairs = {}
        for (was, becomes), dates in meeting.spans.items():
            if becomes.share:
                share = self.old.shares.get(was.share) or self.old.namesake(self.new.shares[becomes.share])
                follows = share is not None and _has(share, meeting.cells[0])
                join(found.setdefault((share.id if share and follows else 0, becomes.share), {}), dates)
        return found

    def _steps(self, name: str, pairs: _Pairs, known: set[Figure]) -> dict[_Values, _Step]:
        found: dict[_Values, _Step] = {}
        for (was, becomes), dates in pairs.items():
            share, value = self.new.shares[becomes], self.new.figures[becomes].get(name)
            before = self._before(name, was, share)
            if before is None and (value in known or name.startswith(CLAUSE)):
                values = (value, value, False)  # known in the cell at other hours; a new share's clauses are read
            else:
                values = (before.get(name) if before else None, value, before is None)
            step = found.setdefault(values, _Step())
            join(step.dates, dates)
            step.shares[share.key] = None
        return found

    def _before(self, name: str, was: int, share: ShareTerms) -> Mapping[str, Figure] | None:
        """What the share said that went before; of a clause its namesake, whoever was accountable at these hours."""
        namesake = self.old.namesake(share) if name.startswith(CLAUSE) else None
        return self.old.figures.get(namesake.id if namesake else was)

    def _tell(self, name: str, cells: tuple[Cell, ...], steps: Mapping[_Values, _Step]) -> None:
        holidays = self.holidays.get(cells[0].council, frozenset())
        for (before, after, new), step in steps.items():
            if before != after:
                times = when(step.dates, dates_of(*self.period), holidays)
                told = self.told.setdefault(_Key(name, cells[0].function, before, after, new, times), _Told())
                told.cells += cells
                told.shares |= step.shares
                told.partly |= len(steps) > 1

    def changes(self) -> Iterator[FigureChange]:
        """What differs where shares are accountable."""
        for key, told in self.told.items():
            times = key.times if told.partly else ()
            yield FigureChange(
                key.figure, tuple(told.cells), key.before, key.after, times, tuple(told.shares), key.new
            )

    def changes_behind(self, met: Iterable[Meeting]) -> Iterator[FigureChange]:
        """Shares that are accountable at no time, an overflow for one: told where their text differs."""
        plans = {pair for meeting in met for pair in meeting.spans}
        before = self._without(self.old, {was.share for was, _ in plans})
        for share in self._without(self.new, {becomes.share for _, becomes in plans}):
            if was := self._follows(share, before):
                then, now = self.old.figures[was.id], self.new.figures[share.id]
                for name in dict.fromkeys((*then, *now)):
                    change = FigureChange(
                        name, tuple(share.cells()), then.get(name), now.get(name), (), (share.key,), behind=True
                    )
                    if change.before != change.after:
                        yield change

    def _without(self, side: _Side, accountable: set[int]) -> list[ShareTerms]:
        """The shares of the period that aren't accountable at any time of it, in the text's order."""
        starts, ends = self.period
        left = (share for id, share in sorted(side.shares.items()) if id not in accountable)
        return [share for share in left if share.starts < ends and share.ends > starts]

    def _follows(self, share: ShareTerms, among: list[ShareTerms]) -> ShareTerms | None:
        """The share before of the same key, else the one of the same tier that is most like it."""
        if (namesake := self.old.namesake(share)) in among:
            return namesake
        cells = set(share.cells())
        alike = [other for other in among if other.tier == share.tier and cells & set(other.cells())]

        def likeness(other: ShareTerms) -> tuple[bool, bool, int, bool]:
            """Of several that are as like in all else, the one that says the same: only its key is new."""
            same = self.old.figures[other.id] == self.new.figures[share.id]
            return other.hours == share.hours, other.team == share.team, len(cells & set(other.cells())), same

        return max(alike, key=likeness, default=None)


def _has(share: ShareTerms, cell: Cell) -> bool:
    return (share.client, share.function) == (cell.council, cell.function) and (
        cell.service in share.services and cell.channel in share.channels
    )
