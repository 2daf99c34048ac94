"""The first text of a new agreement, from a few choices: plain shares, to be read and then changed by hand."""
from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from moothall.agreements.macro_shares import FORMS
from moothall.agreements.register import CouncilEntry
from moothall.agreements.yaml_words import Value, entry, flow, word

HUB, TOGETHER = FORMS
OPEN = "open"
BEGUN = "# Begun by a few choices. Every part of it may be changed before it is proposed."
ANSWER, RESOLVE = "answer", "resolve"
Claim = tuple[int, str, str]  # a council's number, a function, a service's slug


@dataclass(frozen=True, slots=True)
class BegunLine:
    """A line that a council means to have; `service` is a slug."""

    number: str
    public_number: str
    council: CouncilEntry
    service: str
    name: str
    greeting: str = ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is chosen. `councils` are all parties; `hub` is one of them, or None where they pool their people. What
    another agreement does already is `left` out; `told` says so, and whatever else a reader should know first."""

    slug: str
    name: str
    hub: CouncilEntry | None
    councils: Sequence[CouncilEntry]
    services: Sequence[str]
    weekdays: str
    period: tuple[date, date]
    promise: tuple[int, int]  # seconds, for so many in a hundred
    lines: Sequence[BegunLine] = ()
    left: Collection[Claim] = ()
    told: Sequence[str] = ()

    def services_of(self, council: CouncilEntry, function: str) -> tuple[str, ...]:
        """Those that this agreement serves for a council."""
        return tuple(each for each in self.services if (council.number, function, each) not in self.left)


def text_of(chosen: Beginning) -> str:
    """The text: what is promised is what the shares keep, so nothing is missing in it."""
    front = f"{chosen.hub.slug}-contact-centre" if chosen.hub else f"{chosen.slug}-pool"
    covers = [*_covers(chosen, ANSWER, ["phone"]), *_covers(chosen, RESOLVE, ["phone", "web"])]
    shares = dict(_shares(chosen, front))
    return "\n".join([
        BEGUN,
        *(f"# {' '.join(each.split())}" for each in chosen.told),
        "moothall: 1", f"agreement: {chosen.slug}", f"name: {word(chosen.name)}",
        f"from: {chosen.period[0].isoformat()}", f"to: {chosen.period[1].isoformat()}", "notice_months: 6", "",
        "parties:", *(f"  - {{council: {each.gss}}} # {each.short_name}" for each in chosen.councils), "",
        "teams:", *(f"  {entry(slug, team, 2)}" for slug, team in _teams(chosen, front).items()), "",
        "hours:", f"  {OPEN}:", f"    weekdays: {word(chosen.weekdays)}", "    bank-holidays: closed", "",
        "# What each council promises its public.", "covers:", *(f"  - {flow(each)}" for each in covers), "",
        "shares:", *(f"  {entry(key, share, 2)}" for key, share in shares.items()), "", *_lines(chosen),
    ])  # fmt: skip


def begun_notes(text: str) -> list[str]:
    """What `told` says at the top of a text that was begun here."""
    first, *lines = text.splitlines()
    notes = list(takewhile(lambda line: line.startswith("# "), lines)) if first == BEGUN else []
    return [note.removeprefix("# ") for note in notes]


def _alike(chosen: Beginning, function: str) -> Mapping[tuple[str, ...], list[CouncilEntry]]:
    """The councils for which the same services are served, together; those with none are left out."""
    groups: dict[tuple[str, ...], list[CouncilEntry]] = {}
    for council in chosen.councils:
        if services := chosen.services_of(council, function):
            groups.setdefault(services, []).append(council)
    return groups


def _covers(chosen: Beginning, function: str, channels: list[Value]) -> Iterator[Value]:
    for services, councils in _alike(chosen, function).items():
        yield {"councils": _named(councils), "services": list(services), "channels": channels,
               "functions": [function], "hours": OPEN}  # fmt: skip


def _shares(chosen: Beginning, front: str) -> Iterator[tuple[str, dict[str, Value]]]:
    seconds, per_cent = chosen.promise
    answered: dict[str, Value] = {
        "function": ANSWER, "channels": ["phone"], "team": front, "hours": OPEN,
        "standard": {"answered_within_s": seconds, "for_percent": per_cent},
    }  # fmt: skip
    for council in chosen.councils:
        if services := chosen.services_of(council, ANSWER):
            yield f"front-{council.slug}", {"client": council.short_name, "services": list(services), **answered}
    for number, (services, councils) in enumerate(_alike(chosen, RESOLVE).items()):
        yield f"own-resolved-{number + 1}" if number else "own-resolved", {
            "clients": _named(councils), "services": list(services), "function": RESOLVE, "team": "{client}-services",
        }  # fmt: skip


def _lines(chosen: Beginning) -> Iterator[str]:
    """Those whose service is answered here for their council."""
    lines = [each for each in chosen.lines if each.service in chosen.services_of(each.council, ANSWER)]
    if lines:
        yield "lines:"
    for line in lines:
        said: dict[str, Value] = {
            "number": line.number, "public": line.public_number, "council": line.council.short_name,
            "service": line.service, "name": line.name,
        }  # fmt: skip
        yield f"  - {flow({**said, 'greeting': line.greeting} if line.greeting else said)}"
    yield ""


def _named(councils: Sequence[CouncilEntry]) -> list[Value]:
    return [council.short_name for council in councils]


def _teams(chosen: Beginning, front: str) -> dict[str, dict[str, Value]]:
    """Who answers, and each council's own people, who resolve."""
    hub = chosen.hub
    first: dict[str, Value] = {"name": f"{hub.short_name} contact centre", "employer": hub.short_name} if hub else \
        {"name": f"{chosen.name} pool"[:80]}
    own: dict[str, dict[str, Value]] = {
        f"{each.slug}-services": {"name": f"{each.short_name} services", "employer": each.short_name}
        for each in chosen.councils if chosen.services_of(each, RESOLVE)
    }
    return {front: first, **own}
