"""What the pages about protected people show."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moothall.cases.models import Case
from moothall.cases.queries import cases_of
from moothall.customers.models import Customer, ProtectedSight
from moothall.customers.phones import spoken
from moothall.customers.protection import journal_of_protection
from moothall.journal.models import Entry
from moothall.people.queries import names_of, teams_of
from moothall.tenancy.models import Council, Grant

CASES_EACH = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the council's journal, in words."""

    at: datetime
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class RightsPage:
    """Who may see a council's protected people, who could, and what was done with the right. `idle` are the people
    among `holders` who are in no team that serves the council: the right adds to what they see, and that is nobody."""

    council: Council
    holders: tuple[ProtectedSight, ...]
    told: tuple[Told, ...]
    idle: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody protected, as whoever may see them reads it."""

    customer: Customer
    phones: tuple[str, ...]
    cases: tuple[Case, ...]


def rights_page(council: Council, now: datetime) -> RightsPage:
    held = ProtectedSight.objects.open_at(now).filter(council=council).select_related("person", "given_by")
    entries = journal_of_protection(council.pk)
    numbers = {number for entry in entries for number in (_acting(entry), entry.body.get("person")) if number}
    names = names_of(numbers)
    told = tuple(Told(each.at, names.get(_acting(each) or 0, "Somebody"), _words(each, names)) for each in entries)
    holders = tuple(held.order_by("person__name", "pk"))
    idle = {sight.person_id for sight in holders if not serves(sight.person_id, council, now)}
    return RightsPage(council, holders, told, frozenset(idle))


def serves(person: int, council: Council, at: datetime) -> bool:
    """Whether they are in a team that answers or resolves anything of the council."""
    working = Grant.objects.open_at(at).filter(right__in=(Grant.Right.ANSWER, Grant.Right.RESOLVE))
    return working.filter(team_id__in=teams_of(person, at), council=council).exists()


def found_people(customers: list[Customer]) -> list[FoundPerson]:
    """With what is theirs. Within the scope of somebody who may see them."""
    cases: dict[int, list[Case]] = {}
    for case in cases_of([each.pk for each in customers]):
        cases.setdefault(case.customer_id or 0, []).append(case)
    return [
        FoundPerson(each, tuple(spoken(row.number) for row in each.phones.all()),
                    tuple(cases.get(each.pk, [])[:CASES_EACH]))
        for each in customers
    ]  # fmt: skip


def _acting(entry: Entry) -> int | None:
    """Who did it: the journal's principal, or the manager whom the entry names."""
    kind, _, number = entry.principal.partition(":")
    return int(number) if kind == "staff" and number.isdigit() else entry.body.get("by")


def _words(entry: Entry, names: Mapping[int, str]) -> str:
    body: Mapping[str, Any] = entry.body
    whom = names.get(body.get("person") or 0, "somebody")
    match entry.kind:
        case "see_protected.give":
            return f"gave {whom} the right"
        case "see_protected.end":
            return f"ended the right of {whom}"
        case "case.look":
            return f"looked at who case {body.get('reference', '')} is about"
        case "protected.find":
            return "looked for a protected person"
        case "customer.protect":
            return "protected a person"
        case _:
            return "ended the protection of a person"
