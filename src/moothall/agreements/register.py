"""Whom an agreement may name: councils and services, from the shipped files or from the database, and bank holidays."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from moothall import data
from moothall.domain.calendar import Holidays
from moothall.domain.responsibility.shares import Names, TeamTerms

CATALOGUE = Path(__file__).resolve().parents[3] / "packs" / "catalogue.yaml"
DIVISION = "england-and-wales"


@dataclass(frozen=True, slots=True)
class CouncilEntry:
    """A council or partnership that takes part here."""

    number: int
    gss: str
    slug: str
    name: str
    short_name: str
    division: str = DIVISION
    prefix: str = ""  # of its references

    @property
    def shown(self) -> str:
        return f"{self.short_name} ({self.gss})"


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    number: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Register:
    """Everything that a text may refer to."""

    councils: tuple[CouncilEntry, ...]
    services: tuple[ServiceEntry, ...]
    holidays: Holidays

    def council(self, text: str) -> CouncilEntry | None:
        """By GSS code, slug, short or full name, whatever the case."""
        wanted = text.casefold()
        for entry in self.councils:
            if wanted in {name.casefold() for name in (entry.gss, entry.slug, entry.short_name, entry.name)}:
                return entry
        return None

    def council_names(self) -> dict[str, str]:
        """Every name that a council may be called by → how it is offered in a finding."""
        return {name: c.shown for c in self.councils for name in (c.short_name, c.gss, c.slug, c.name)}

    def service(self, text: str) -> ServiceEntry | None:
        """By slug or number; never the core, which is no service."""
        return next((s for s in self.services if s.number and text in (s.slug, str(s.number))), None)

    def holidays_by_council(self) -> dict[int, frozenset[date]]:
        return {entry.number: self.holidays.of(entry.division) for entry in self.councils}

    def names(self, teams: tuple[TeamTerms, ...] = ()) -> Names:
        """How findings call them."""
        return Names(
            {entry.number: entry.short_name for entry in self.councils},
            {entry.number: entry.name for entry in self.services},
            {team.slug: team.name for team in teams},
        )


@cache
def bank_holidays() -> Holidays:
    """The published bank holidays of every division."""
    rows = data.rows("bank_holidays.csv")
    return Holidays.from_rows((row["division"], date.fromisoformat(row["date"])) for row in rows)


@cache
def register_from_files() -> Register:
    """The register as shipped, for checks without a database."""
    councils = (
        CouncilEntry(int(row["number"]), row["gss"], row["slug"], row["name"], row["short_name"],
                     prefix=row["reference_prefix"])
        for row in data.rows("councils.csv")
    )
    listed = YAML(typ="safe", pure=True).load(CATALOGUE.read_text(encoding="utf-8"))["services"]
    services = (ServiceEntry(row["number"], row["slug"], row["name"]) for row in listed)
    return Register(tuple(councils), tuple(services), bank_holidays())


def register_from_database() -> Register:
    """The register as this installation has it."""
    from moothall.tenancy.models import Council, Service

    names = ("number", "gss", "slug", "name", "short_name", "division", "reference_prefix")
    councils = Council.objects.here().values_list(*names)
    services = Service.objects.values_list("number", "slug", "name")
    return Register(
        tuple(CouncilEntry(*row) for row in councils), tuple(ServiceEntry(*row) for row in services), bank_holidays()
    )
