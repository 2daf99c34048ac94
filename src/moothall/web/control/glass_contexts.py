"""What somebody sees through a broken glass, and what the council whose records they are is told of it."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from moothall.agreements.glass import looks_through
from moothall.agreements.models import BreakGlass
from moothall.cases.models import Case
from moothall.cases.queries import by_reference, cases_about
from moothall.customers.queries import LIMIT, Match, by_name, by_postcode
from moothall.domain.references import parse
from moothall.domain.responsibility.times import listed
from moothall.places.postcodes import PostcodeError, display_postcode, normalise_postcode
from moothall.web.cases.contexts import Mark, due_mark

MOST = 50
LOOKS = {"find": "Looked for", "found": "Was shown", "case": "Read case"}


@dataclass(frozen=True, slots=True)
class FoundCase:
    case: Case
    title: str
    due: Mark


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `protected` people are never among it."""

    people: tuple[Match, ...] = ()
    cases: tuple[FoundCase, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether there may be more people than are shown."""
        return len(self.people) in (LIMIT, MOST)

    @property
    def keys(self) -> str:
        """What the journal holds of it: references and customers' numbers, no names."""
        people = [f"customer:{each.customer}" for each in self.people]
        return " ".join([*(row.case.reference for row in self.cases), *people])


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at, as the council reads it."""

    at: datetime
    words: str
    key: str


def kind_of(typed: str) -> tuple[str, str]:
    """How what was typed is understood, and what the journal holds of it: a reference, a postcode, or a name, of which
    it holds nothing."""
    if found := parse(typed):
        return "reference", str(found)
    try:
        return "postcode", normalise_postcode(typed)
    except PostcodeError:
        return "name", ""


def find(council: int, typed: str, now: datetime) -> Found:
    """In an emergency's scope: by reference, by postcode, or by how a name begins."""
    kind, key = kind_of(typed)
    if kind == "reference":
        case = by_reference(key)
        return Found((), _rows([case], now) if case and not case.apart else ())
    people = by_postcode(key, council=council) if kind == "postcode" else by_name(typed, council=council)
    people = people[:MOST]
    place = key if kind == "postcode" else ""
    cases = cases_about([each.customer for each in people], place, council=council, most=MOST)
    return Found(tuple(people), _rows(cases, now))


def looks_of(glass: BreakGlass) -> list[Look]:
    """From the council's journal."""
    return [
        Look(entry.at, LOOKS.get(str(entry.body.get("what")), "Looked at"), _key(str(entry.body.get("key", ""))))
        for entry in looks_through(glass)
    ]


def _key(key: str) -> str:
    kind, told, what = key.partition(":")
    if kind == "postcode":
        return f"postcode {display_postcode(what)}"
    if kind == "reference" or key == "name":
        return f"reference {what}" if told else "a name"
    people = sum(word.startswith("customer:") for word in key.split())
    cases = [word for word in key.split() if not word.startswith("customer:")]
    return listed([*cases, *([f"{people} people" if people > 1 else "one person"] if people else [])])


def _rows(cases: Iterable[Case], now: datetime) -> tuple[FoundCase, ...]:
    return tuple(FoundCase(case, case.title, due_mark(case, now)) for case in cases)
