"""What the database knows on the way to live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Count, Q, QuerySet

from moothall import data
from moothall.agreements.queries import ask
from moothall.onboarding.models import ChosenService, PlannedLine
from moothall.people.models import Person
from moothall.places.models import Postcode
from moothall.tenancy.models import CORE, Council, Service


@dataclass(frozen=True, slots=True)
class Ward:
    name: str
    postcodes: int


def wards_of(gss: str) -> list[Ward]:
    """How many postcodes lie in each ward of a council; those whose ward the open data doesn't say come last."""
    rows = Postcode.objects.filter(Q(lad=gss) | Q(county=gss)).order_by().values_list("ward").annotate(Count("pk"))
    names = _ward_names()
    found = [Ward(names.get(code, code or "Ward not known"), count) for code, count in rows]
    return sorted(found, key=lambda ward: (ward.name == "Ward not known", ward.name))


def county_of(gss: str) -> str:
    """The county that most of a council's postcodes lie in; nothing for a unitary one."""
    rows = Postcode.objects.filter(lad=gss).exclude(county="").order_by().values_list("county").annotate(Count("pk"))
    found = Counter(dict(rows)).most_common(1)
    return found[0][0] if found else ""


def names_taken() -> tuple[set[str], set[str]]:
    """The slugs and the prefixes of references that are somebody's."""
    rows = Council.objects.values_list("slug", "reference_prefix", "letters")
    return {slug for slug, _, _ in rows}, {each for _, *both in rows for each in both}


def services_to_choose() -> QuerySet[Service]:
    """Those that a council may have answered, by name: all but the core."""
    return Service.objects.exclude(number=CORE).order_by("name")


def slugs_chosen(council: int) -> tuple[str, ...]:
    """The services that a council has chosen, by their names' order; what it told of every service is none of them."""
    rows = ChosenService.objects.filter(council=council).exclude(service=CORE)
    return tuple(rows.order_by("service__name").values_list("service__slug", flat=True))


def planned_lines(council: int) -> QuerySet[PlannedLine]:
    """The lines that a council means to publish, by number."""
    return PlannedLine.objects.filter(council=council).select_related("service").order_by("number")


def people_called(emails: list[str]) -> QuerySet[Person]:
    """By name."""
    return Person.objects.filter(email__in=emails).order_by("name")


def people_by_email(emails: list[str]) -> Mapping[str, Person]:
    rows = people_called(emails).prefetch_related("memberships__team", "skills")
    return {person.email: person for person in rows}


@cache
def _ward_names() -> Mapping[str, str]:
    return {row["gss"]: row["name"] for row in data.rows("wards.csv")}


def may_fill(team: int, council: int, by: Person | None, at: datetime) -> bool:
    """Whether a council's people may be put into this team by that person: the database's own rule."""
    return bool(ask("may_fill", team, council, by.pk if by else None, at)[0][0])


def may_onboard(council: int, by: Person, at: datetime) -> bool:
    """Whether that person may take a council's steps: an operator, or a manager of its own. The database's own rule."""
    return bool(ask("may_onboard", by.pk, council, at)[0][0])


def line_taken(number: str, council: int, at: datetime) -> bool:
    """Whether a number is another council's line, planned or in an agreement."""
    return bool(ask("line_taken", number, council, at)[0][0])


def stations(numbers: list[str]) -> Mapping[str, str]:
    """Whose telephones these are: station → e-mail."""
    return dict(Person.objects.filter(station__in=numbers, is_active=True).values_list("station", "email"))
