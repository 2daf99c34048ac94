"""Who does what for somebody: a subject and a place in, the one right destination out.

Counties and districts share the work in two-tier areas; a unitary council does both. What other bodies do stands with
the subject. Nothing here knows a council by name.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from moothall.domain.danger_words import tells_of

Level = Literal["district", "county", "body", "team", "person_at_once"]
LEVELS: tuple[Level, ...] = ("district", "county", "body", "team", "person_at_once")
Kind = Literal["ours", "team", "now", "other_council", "county", "body", "unknown"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that people ring about. `place`: whether it matters where they live. `urgent`: no wait, no message.

    `danger` are the phrases that tell of it where somebody may come to harm, `calm` what is said then, `more` the
    bodies that help besides. `discreet`: nobody beside the reader should see what the page is about. `interrupt`: the
    script that takes it up in a call.
    """

    key: str
    name: str
    words: tuple[str, ...]
    level: Level
    service: str = ""  # of the catalogue
    role: str = ""  # of a team in the council's directory
    body: str = ""
    place: bool = True
    urgent: bool = False
    danger: tuple[str, ...] = ()
    calm: str = ""
    more: tuple[str, ...] = ()
    discreet: bool = False
    interrupt: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """Another public body. `area`: the GSS codes that it serves, none is all. `ask`: where its number stands.
    `website`: its page for this, where that is the way or no number is sure."""

    key: str
    name: str
    phone: str = ""
    hours: str = ""
    ask: str = ""
    area: frozenset[str] = frozenset()
    website: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a postcode or an address is: the district or unitary council and, in a two-tier area, its county.

    `answered_here`: whether this line answers for that council.
    """

    gss: str
    council: str
    website: str = ""
    phone: str = ""
    county_gss: str = ""
    county: str = ""
    answered_here: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    kind: Kind
    name: str = ""
    phone: str = ""
    hours: str = ""
    website: str = ""
    ask: str = ""


def who_does(subject: Subject, place: Place | None, bodies: Mapping[str, Body]) -> Destination:
    """The one that does it there. `place` is None where it isn't known or makes no difference."""
    if subject.level == "body":
        return _of_body("body", bodies[subject.body])
    if subject.level == "team":
        return Destination("team")
    if place is None or not place.gss:
        return Destination("unknown")
    if subject.level == "county" and place.county_gss:
        return _of_council("county", place.county_gss, place.county, bodies)
    if place.answered_here:
        return Destination("now" if subject.level == "person_at_once" else "ours", place.council)
    found = _of_council("other_council", place.gss, place.council, bodies)
    return Destination(
        "other_council", found.name, found.phone or place.phone, found.hours, place.website or found.website
    )


def unknown_bodies(subjects: Iterable[Subject], bodies: Mapping[str, Body]) -> list[str]:
    """The subjects that name a body which isn't there."""
    named = {each.key: (*each.more, *([each.body] if each.level == "body" else ())) for each in subjects}
    return [key for key, names in named.items() if not set(names) <= set(bodies)]


def dangers(said: str, subjects: Iterable[Subject]) -> list[Subject]:
    """The subjects of danger that somebody's words tell of: who explains most of them first."""
    found = [(tells_of(said, each.danger), each) for each in subjects if each.danger]
    told = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])  # stable: as they are listed
    return [each for _, each in told]


def _of_council(kind: Kind, gss: str, name: str, bodies: Mapping[str, Body]) -> Destination:
    body = next((each for each in bodies.values() if gss in each.area), None)
    return _of_body(kind, body) if body else Destination(kind, name)


def _of_body(kind: Kind, body: Body) -> Destination:
    return Destination(kind, body.name, body.phone, body.hours, body.website, body.ask)
