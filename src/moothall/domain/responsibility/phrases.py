"""Parts of sentences about an agreement: whose calls about what, how long, how much, until when."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.shares import CHANNELS, AgreementTerms, Cell, Names
from moothall.domain.responsibility.times import DAYS, clock, counted, day_words, listed
from moothall.domain.responsibility.told import Change
from moothall.domain.responsibility.wording import COMES

MANY = 4  # so many councils or services are told together, if they are all there are


@dataclass(frozen=True, slots=True)
class Block:
    """Cells that can be said in one breath: each of these services, on each of these channels, of each council."""

    councils: tuple[int, ...]
    services: tuple[int, ...]
    channels: tuple[str, ...]
    function: str


class Phrases:
    """How councils, services and teams are called, and in which order: that of the texts."""

    def __init__(self, names: Names, texts: Sequence[AgreementTerms]) -> None:
        teams = {team.slug: team.name for terms in reversed(texts) for team in terms.teams}
        succeeding = {each.number: each.short_name for terms in texts for each in terms.successions}
        self.names = Names({**succeeding, **names.councils}, names.services, {**names.teams, **teams})
        shares = [share for terms in texts for share in terms.shares]
        self._clients = {share.client for share in shares}
        self._councils = _ranks((*(number for terms in texts for number in terms.parties), *sorted(self._clients)))
        promised = [service for terms in texts for cover in terms.covers for service in cover.services]
        self._services = _ranks((*promised, *(service for share in shares for service in share.services)))
        self._served: dict[tuple[int, str], set[int]] = {}
        for share in shares:
            self._served.setdefault((share.client, share.function), set()).update(share.services)

    def team(self, slug: str) -> str:
        return self.names.team(slug)

    def councils(self, numbers: Sequence[int]) -> str:
        """"Northby and Southby", "all 8 councils"."""
        if self._all(numbers):
            return f"all {len(numbers)} councils"
        return counted([self.names.council(number) for number in numbers], "councils")

    def each(self, numbers: Sequence[int]) -> str:
        """"Northby", "each of Northby and Southby": one thing is said of each, in the singular."""
        if self._all(numbers):
            return f"each of the {len(numbers)} councils"
        return f"each of {self.councils(numbers)}" if len(numbers) > 1 else self.councils(numbers)

    def whose(self, numbers: Sequence[int]) -> str:
        """"Northby's and Southby's", "all 8 councils'"."""
        if self._all(numbers):
            return f"all {len(numbers)} councils'"
        return counted([f"{self.names.council(number)}'s" for number in numbers], "councils'")

    def _all(self, numbers: Sequence[int]) -> bool:
        return len(numbers) >= MANY and set(numbers) == self._clients

    def services(self, numbers: Iterable[int]) -> str:
        """"bins and recycling, large items and garden waste", each of them however many."""
        return listed([lower(self.names.service(number)) for number in numbers])

    def about(self, block: Block) -> str:
        """The services of a block, "all services" where there are many and the councils share no others."""
        served = [self._served.get((council, block.function), set()) for council in block.councils]
        if len(block.services) >= MANY and all(found == set(block.services) for found in served):
            return "all services"
        return counted([lower(self.names.service(number)) for number in block.services], "services")

    def subject(self, block: Block) -> str:
        """"Northby's calls about licensing"."""
        return f"{self.whose(block.councils)} {self.things(block)}"

    def things(self, block: Block) -> str:
        """"calls about licensing"; for cases the channels are said where they aren't all."""
        services, comes = self.about(block), listed([COMES[channel] for channel in block.channels])
        if block.function == "answer":
            return f"{comes} about {services}"
        rest = "" if set(block.channels) == set(CHANNELS) else f" that come as {comes}"
        return f"cases about {services}{rest}"

    def blocks(self, cells: Iterable[Cell]) -> list[Block]:
        """Cells of one function as few blocks, in the texts' order."""
        by_council: dict[int, dict[str, set[int]]] = {}
        ordered = sorted(set(cells), key=self._rank)
        for cell in ordered:
            by_council.setdefault(cell.council, {}).setdefault(cell.channel, set()).add(cell.service)
        found: dict[tuple[tuple[int, ...], tuple[str, ...]], list[int]] = {}
        for council, channels in by_council.items():
            alike: dict[tuple[int, ...], list[str]] = {}
            for channel, services in channels.items():
                alike.setdefault(self.in_order(services), []).append(channel)
            for services_alike, each in alike.items():
                found.setdefault((services_alike, tuple(each)), []).append(council)
        function = ordered[0].function if ordered else ""
        return [Block(tuple(councils), *key, function) for key, councils in found.items()]

    def in_order(self, services: Iterable[int]) -> tuple[int, ...]:
        """Service numbers in the order in which the texts name them."""
        return tuple(sorted(services, key=lambda number: (self._services.get(number, len(self._services)), number)))

    def place(self, change: Change) -> tuple[int, int]:
        """Where in the texts stands what a change is about."""
        councils, services = (len(ranks) for ranks in (self._councils, self._services))
        council = self._councils.get(change.councils[0], councils) if change.councils else councils
        return council, self._services.get(change.services[0], services) if change.services else services

    def _rank(self, cell: Cell) -> tuple[int, int, int, int]:
        last = len(self._councils)
        service = self._services.get(cell.service, len(self._services))
        return CHANNELS.index(cell.channel), self._councils.get(cell.council, last), service, cell.service


def _ranks(numbers: Iterable[int]) -> Mapping[int, int]:
    return {number: rank for rank, number in enumerate(dict.fromkeys(numbers))}


def lower(name: str) -> str:
    """A name within a sentence: "bins and recycling"; "ASB" stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def upper(words: str) -> str:
    """At the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def plain(value: object) -> str:
    """A value of a text as it can be read; nothing is empty."""
    if isinstance(value, Mapping):
        return "; ".join(f"{plain(key)}: {plain(each)}" for key, each in sorted(value.items()))
    return ", ".join(plain(each) for each in value) if isinstance(value, tuple | list) else str(value or "")


def pounds(pence: int) -> str:
    """"£2.25"."""
    return f"£{pence // 100:,}.{pence % 100:02}"


def from_words(at: datetime) -> str:
    """"1 December 2026"; "09:00 on 1 December 2026" where it isn't a day's beginning."""
    day, minute = wall_clock(at)
    return f"{clock(minute)} on {day_words(day)}" if minute else day_words(day)


def moment_words(at: datetime, now: datetime | None = None) -> str:
    """"27 November 2026 at 14:28"; without the year where `now` is of the same one."""
    day, minute = wall_clock(at)
    same = now is not None and wall_clock(now)[0].year == day.year
    return f"{f'{day.day} {day:%B}' if same else day_words(day)} at {clock(minute)}"


def end_words(at: datetime) -> str:
    """"the end of 30 November 2026" for the midnight after it."""
    day, minute = wall_clock(at)
    return from_words(at) if minute else f"the end of {day_words(day - timedelta(days=1))}"


def cover_name(times: Sequence[str]) -> str:
    """"Saturday cover" where the times are of one kind of day, else "Cover"."""
    for days in DAYS:
        if times and all(time.casefold().startswith(f"{days} ".casefold()) for time in times):
            rest = [time[len(days) + 1:] for time in times]
            if all(words[:1].isdigit() or words.startswith(("all day", "midnight")) for words in rest):
                return upper(f"{days.removesuffix('s')} cover")
    return "Cover"
