"""The terms of an agreement as values. The stored rows are `moothall.agreements`' models; these say what they mean.

Councils and services are numbers, teams are slugs, instants aware UTC datetimes, periods half-open.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from moothall.domain.calendar import WeekHours
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


NO_STANDARD = StandardTerms()


@dataclass(frozen=True, slots=True)
class ShareTerms:
    """A line of the agreement. `overrides` holds the ids of the wider shares that this one takes precedence over."""

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

    def cells(self) -> Iterator[Cell]:
        """Every cell that the share covers."""
        for service in self.services:
            for channel in self.channels:
                yield Cell(self.client, service, channel, self.function)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a council promises its public. Gaps are measured against it."""

    council: int
    services: tuple[int, ...]
    channels: tuple[str, ...]
    functions: tuple[Function, ...]
    hours: WeekHours
    starts: datetime
    ends: datetime
    place: Place = NOWHERE

    def cells(self) -> Iterator[Cell]:
        """Every cell of the promise."""
        for service in self.services:
            for channel in self.channels:
                for function in self.functions:
                    yield Cell(self.council, service, channel, function)


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
    notice_months: int = 0


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
