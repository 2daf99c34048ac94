"""The terms of an agreement as values. The stored rows are `moothall.agreements`' models; these say what they mean.

Councils and services are numbers, teams are slugs, instants aware UTC datetimes, periods half-open.
"""
from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from moothall.domain.calendar import WeekHours, wall_clock, within
from moothall.domain.findings import Place

Function = Literal["answer", "resolve"]
FUNCTIONS: tuple[Function, ...] = ("answer", "resolve")
NOWHERE = Place()
CHANNELS = ("phone", "email", "chat", "web", "counter")


class Cell(NamedTuple):
    """What responsibility is for: one service of one council, on one channel, to answer or to resolve."""

    council: int
    service: int
    channel: str
    function: str


@dataclass(frozen=True, slots=True)
class StandardTerms:
    """A promise: answered within seconds, for how many in a hundred; resolved by a minute of a working day."""

    answered_within_s: int | None = None
    for_percent: int | None = None
    resolved_within_days: int | None = None
    by_minute: int = 17 * 60

    def keeps(self, least: StandardTerms, function: str) -> bool:
        """Whether whoever keeps this keeps `least` too, which may say nothing of a function."""
        own, wanted = self._time(function), least._time(function)
        if wanted is None:
            return True
        return own is not None and own <= wanted and (self.for_percent or 0) >= (least.for_percent or 0)

    def _time(self, function: str) -> tuple[int, int] | None:
        """The longest time that it allows, comparable within one function; None where it promises none."""
        if function == "answer":
            return None if self.answered_within_s is None else (self.answered_within_s, 0)
        return None if self.resolved_within_days is None else (self.resolved_within_days, self.by_minute)


NO_STANDARD = StandardTerms()


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before it begins a change must be told: whole months and then days."""

    months: int = 0
    days: int = 0

    def over(self, given: date) -> date:
        """The first day on which what was told on a day may begin. A month too short for the day ends it."""
        month = given.year * 12 + given.month - 1 + self.months
        first = date(month // 12, month % 12 + 1, 1)
        length = (date((month + 1) // 12, (month + 1) % 12 + 1, 1) - first).days
        return first.replace(day=min(given.day, length)) + timedelta(days=self.days)

    def __str__(self) -> str:
        parts = [(self.months, "month"), (self.days, "day")]
        return " and ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)


NO_NOTICE = Notice()


USUAL_LOOK_MINUTES = 60  # as glass.sql has it


@dataclass(frozen=True, slots=True)
class Emergency:
    """Who besides the client may pause a share or take it back, for which grounds (none named: any), and what then
    happens: a client's contacts go to a team (its slug, by client), else to the next tier; `message` is what callers
    are told where nobody is left. `break_glass` is how many minutes another party may see a client's records for a
    stated emergency; None where the text is silent, 0 for never."""

    by: tuple[int, ...] = ()
    grounds: tuple[str, ...] = ()
    fallback: tuple[tuple[int, str], ...] = ()
    message: str = ""
    break_glass: int | None = None

    @property
    def look_minutes(self) -> int:
        """How long an emergency look may last: what the text says, or the usual where it is silent; 0 for never."""
        return USUAL_LOOK_MINUTES if self.break_glass is None else self.break_glass

    def team_for(self, client: int) -> str:
        """Where a client's contacts go; nothing where the agreement names no team."""
        return dict(self.fallback).get(client, "")


NO_EMERGENCY = Emergency()


@dataclass(frozen=True, slots=True)
class ShareTerms:
    """A line of the agreement. `overrides` holds the ids of the wider shares that this one takes precedence over.

    `sees` are services that the team may see without serving them; `sight_confirmed_by` has confirmed who gains sight.
    `notice` is None where the agreement's own holds. So many agents at a time are the client's while its calls wait as
    `guarantee` says, and at most `cap`.
    """

    id: int
    key: str
    client: int
    services: tuple[int, ...]
    channels: tuple[str, ...]
    function: Function
    team: str
    hours: WeekHours
    starts: datetime
    ends: datetime
    tier: int = 0
    after_s: int = 0
    overrides: tuple[int, ...] = ()
    standard: StandardTerms = NO_STANDARD
    place: Place = NOWHERE
    sees: tuple[int, ...] = ()
    sight_confirmed_by: str = ""
    notice: Notice | None = None
    guarantee: int = 0
    cap: int | None = None

    def cells(self) -> Iterator[Cell]:
        """Every cell that the share covers."""
        for service in self.services:
            for channel in self.channels:
                yield Cell(self.client, service, channel, self.function)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a council promises its public: gaps are measured against it. `standard` is its own minimum for shares."""

    council: int
    services: tuple[int, ...]
    channels: tuple[str, ...]
    functions: tuple[Function, ...]
    hours: WeekHours
    starts: datetime
    ends: datetime
    place: Place = NOWHERE
    standard: StandardTerms = NO_STANDARD

    def cells(self) -> Iterator[Cell]:
        """Every cell of the promise."""
        for service in self.services:
            for channel in self.channels:
                for function in self.functions:
                    yield Cell(self.council, service, channel, function)

    def holds(self, at: datetime, holidays: Collection[date]) -> bool:
        """Whether it is promised at an instant. `holidays` are the council's bank holidays."""
        day, minute = wall_clock(at)
        return self.starts <= at < self.ends and within(self.hours.on(day, holidays), minute)


@dataclass(frozen=True, slots=True)
class LineTerms:
    """A number that a council publishes: `number` as the exchange dials it, `public_number` as people do."""

    number: str
    council: int
    service: int
    channel: str
    name: str
    public_number: str = ""
    aliases: tuple[str, ...] = ()
    greeting: str = ""
    place: Place = NOWHERE

    @property
    def cell(self) -> Cell:
        """The cell to which the line leads."""
        return Cell(self.council, self.service, self.channel, "answer")


@dataclass(frozen=True, slots=True)
class TeamTerms:
    """A team as the agreement names it; `employer` is None where several councils' people serve in it."""

    slug: str
    name: str
    employer: int | None = None


@dataclass(frozen=True, slots=True)
class SuccessionTerms:
    """Councils that become one council at an instant: its vesting day's beginning.

    `teams`: whose people go on in which team (slugs); one that stays is its own. `carries_on` are keys of shares that
    the text lets the successor carry on. `number` is what the successor has, or will have, here.
    """

    number: int
    gss: str
    name: str
    short_name: str
    letters: str
    predecessors: tuple[int, ...]
    at: datetime
    teams: tuple[tuple[str, str], ...] = ()
    carries_on: tuple[str, ...] = ()
    known: bool = False  # whether the council is one of this installation already
    letters_of: str = ""  # whose letters these are already
    place: Place = NOWHERE

    @property
    def slug(self) -> str:
        """The short name as keys, hosts and addresses have it."""
        return re.sub(r"[^a-z0-9]+", "-", self.short_name.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """A whole agreement. `bodies` holds what each share's text says beyond its terms, by share id, as plain values."""

    slug: str
    name: str
    starts: datetime
    ends: datetime
    parties: tuple[int, ...]
    teams: tuple[TeamTerms, ...] = ()
    covers: tuple[Cover, ...] = ()
    shares: tuple[ShareTerms, ...] = ()
    lines: tuple[LineTerms, ...] = ()
    bodies: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    place: Place = NOWHERE
    notice: Notice = NO_NOTICE
    emergency: Emergency = NO_EMERGENCY
    successions: tuple[SuccessionTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """How councils, services and teams are called in findings; a number without a name is written as it is."""

    councils: Mapping[int, str] = field(default_factory=dict)
    services: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)

    def council(self, number: int) -> str:
        return self.councils.get(number, f"council {number}")

    def service(self, number: int) -> str:
        return self.services.get(number, f"service {number}")

    def team(self, slug: str) -> str:
        return self.teams.get(slug, slug)
