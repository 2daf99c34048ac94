"""What was found, as the page shows it: people, addresses, cases. Filled within the scope, which decides whose."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from django.db.models import Q

from moothall.cases.models import Case
from moothall.cases.queries import by_reference
from moothall.customers.names import query_words, tokens
from moothall.customers.queries import Match, by_name, by_phone, by_postcode, by_spelling, findable
from moothall.customers.spelling import distance
from moothall.places.models import Property
from moothall.places.queries import addresses, properties_at
from moothall.web.cases.contexts import Mark, due_mark
from moothall.web.find.understood import Understood

Row = TypeVar("Row")
FEW, MANY = 20, 100


@dataclass(frozen=True, slots=True)
class FoundCase:
    case: Case
    due: Mark


@dataclass(frozen=True, slots=True)
class Found:
    """`alike` are people whose names are only like what was typed. `cut`: there is more than is shown."""

    understood: Understood
    people: tuple[Match, ...] = ()
    alike: tuple[Match, ...] = ()
    properties: tuple[Property, ...] = ()
    cases: tuple[FoundCase, ...] = ()
    cut: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.people or self.alike or self.properties or self.cases)


@dataclass(slots=True)
class _Search:
    """How far a search goes: of one council or of all, so many rows of each kind."""

    council: int | None
    most: int
    now: datetime
    cut: bool = field(default=False)

    def kept(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """As many as are shown; that there were more is remembered."""
        self.cut |= len(rows) > self.most
        return tuple(rows[: self.most])


def find(understood: Understood, *, council: int | None, more: bool, now: datetime) -> Found:
    """In an open scope. Of nobody protected anything is given: `findable` leaves them out, and cases `apart`."""
    search = _Search(council, MANY if more else FEW, now)
    how = {"reference": _by_reference, "phone": _by_phone, "uprn": _by_uprn, "postcode": _at_postcode, "name": _by_name}
    found = how[understood.kind](understood, search) if understood.readable else Found(understood)
    return replace(found, cut=search.cut)


def _by_reference(understood: Understood, search: _Search) -> Found:
    case = by_reference(understood.key)
    return Found(understood, cases=_rows([case] if case and not case.apart else [], search))


def _by_phone(understood: Understood, search: _Search) -> Found:
    people = search.kept(by_phone(understood.key, council=search.council, limit=search.most + 1))
    return Found(understood, people, cases=_cases_of(people, search))


def _by_name(understood: Understood, search: _Search) -> Found:
    people = search.kept(by_name(understood.key, council=search.council, limit=search.most + 1))
    alike: tuple[Match, ...] = ()
    if len(people) < FEW:  # there is room, and the one who is meant may be spelt otherwise
        known = {each.customer for each in people}
        like = by_spelling(understood.key, council=search.council, limit=FEW + len(known))
        alike = tuple([each for each in like if each.customer not in known][: FEW - len(people)])
    return Found(understood, people, alike, cases=_cases_of([*people, *alike], search))


def _by_uprn(understood: Understood, search: _Search) -> Found:
    rows = addresses().filter(uprn=int(understood.key)).order_by("uprn", "council_id")
    if search.council is not None:
        rows = rows.filter(council_id=search.council)
    return _at(understood, list(rows[: search.most + 1]), search)


def _at_postcode(understood: Understood, search: _Search) -> Found:
    homes = properties_at(understood.key, council=search.council)
    if not understood.rest:
        return _at(understood, homes, search)
    at_number = [home for home in homes if home.number.casefold() == understood.rest.casefold()]
    if at_number:
        return _at(understood, at_number, search)
    everybody = by_postcode(understood.key, council=search.council, limit=MANY)
    people = search.kept([each for each in everybody if _bears(each.name, query_words(understood.rest))])
    return Found(understood, people, cases=_cases_of(people, search))


def _bears(name: str, typed: Iterable[str]) -> bool:
    """Whether each word typed begins a word of the name, or is one slip from it."""
    words = tokens(name)
    return all(any(each.startswith(word) or distance(word, each) <= 1 for each in words) for word in typed)


def _at(understood: Understood, homes: Sequence[Property], search: _Search) -> Found:
    shown = search.kept(homes)
    ids = [home.pk for home in shown]
    rows = findable().filter(property__in=ids).select_related("property").order_by("property", "name", "pk")
    people = search.kept([Match.of(row) for row in rows[: search.most + 1]])
    return Found(understood, people, (), shown, _cases(Q(property__in=ids), search) if ids else ())


def _cases_of(people: Sequence[Match], search: _Search) -> tuple[FoundCase, ...]:
    return _cases(Q(customer__in=[each.customer for each in people]), search) if people else ()


def _cases(whose: Q, search: _Search) -> tuple[FoundCase, ...]:
    """Open ones first; not of those who aren't found themselves."""
    cases = Case.objects.filter(whose, apart=False).select_related("council", "service")
    return _rows(cases.order_by("-state", "-opened_at", "-id")[: search.most + 1], search)


def _rows(cases: Iterable[Case], search: _Search) -> tuple[FoundCase, ...]:
    return tuple(FoundCase(case, due_mark(case, search.now)) for case in search.kept(list(cases)))
