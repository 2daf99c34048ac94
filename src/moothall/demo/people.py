"""Writing the demo's councils, teams and staff. Safe to run again: teams are renewed, people left as they are."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from moothall import data
from moothall.demo import sources
from moothall.demo.folders import council_files
from moothall.people.models import Membership, Person, Skill, Team
from moothall.tenancy.models import Council, Grant, Service
from moothall.tenancy.privileges import DEMO_PURPOSES, add_purpose

PASSWORD = "moothall-demo"
_COUNCIL_FIELDS = [name for name in data.rows("councils.csv")[0] if name != "number"]

_PUBLISHED = {"name", "short_name", "brand", "on_brand"}


def load_councils() -> int:
    """The councils and the two partnerships, renewed from the file, but for those that are brought by onboarding."""
    brought = {file.gss for file in council_files()}
    told = [row for row in data.rows("councils.csv") if row["gss"] not in brought]
    rows = [Council(**{**row, "number": int(row["number"])}) for row in told]
    published = set(Council.objects.exclude(identity=None).values_list("number", flat=True))
    for own in (False, True):  # what a council has published since is its own
        some = [row for row in rows if (row.number in published) is own]
        fields = [name for name in _COUNCIL_FIELDS if not (own and name in _PUBLISHED)]
        Council.objects.bulk_create(some, update_conflicts=True, unique_fields=["number"], update_fields=fields)
    return len(rows)


def load_people() -> int:
    """Teams, people, memberships, skills, and who reads a council's figures; gives how many people are new."""
    found = sources.read_yaml("people.yaml")
    since = _instant(found["from"])
    with transaction.atomic():
        for purpose, role, arrays in DEMO_PURPOSES:
            add_purpose(purpose, role, arrays)
        councils = {council.gss: council for council in Council.objects.all()}
        teams = _teams(found, councils)
        services = dict(Service.objects.values_list("slug", "pk"))
        new = sum(_person(row, councils, password_hash(), since, (teams, services)) for row in found["people"])
        let_read_figures()
    return new


@cache
def password_hash() -> str:
    """Once for all: it is the same, and hashing is slow on purpose."""
    return make_password(PASSWORD)


def let_read_figures() -> None:
    """Teams read their own council's figures, as far as team and council are there."""
    found = sources.read_yaml("people.yaml")
    teams = {team.slug: team for team in Team.objects.all()}
    councils = {council.gss: council for council in Council.objects.all()}
    services = list(Service.objects.values_list("pk", flat=True))
    for row in found["reads_figures"]:
        if row["team"] in teams and row["council"] in councils:
            for service in services:
                Grant.objects.get_or_create(
                    team=teams[row["team"]], council=councils[row["council"]], service_id=service, share=None,
                    right=Grant.Right.REPORT, defaults={"valid_from": _instant(found["from"])},
                )  # fmt: skip


def _teams(found: Mapping[str, Any], councils: Mapping[str, Council]) -> dict[str, Team]:
    listed = [(row["slug"], row["name"], councils.get(row.get("employer"))) for row in found["teams"]]
    for kind in found["resolvers"]:
        for council in councils.values():
            if council.kind == Council.Kind.COUNCIL:
                listed.append((f"{council.slug}-{kind['suffix']}", f"{council.short_name} {kind['name']}", council))
    return {
        slug: Team.objects.update_or_create(slug=slug, defaults={"name": name, "employer": employer})[0]
        for slug, name, employer in listed
    }


def _person(
    row: Mapping[str, Any], councils: Mapping[str, Council], password: str, since: datetime, known: tuple[Any, Any]
) -> bool:
    teams, services = known
    person, new = Person.objects.get_or_create(
        email=row["email"],
        defaults={
            "name": row["name"],
            "employer": councils.get(row.get("employer", "")),
            "job": row["job"],
            "station": row.get("station", ""),
            "is_operator": row.get("operator", False),
            "password": password,
        },
    )
    if new:
        for slug, job in row.get("teams", {}).items():
            Membership.objects.create(person=person, team=teams[slug], job=job, valid_from=since)
        for slug, level in row.get("skills", {}).items():
            Skill.objects.create(person=person, service_id=services[slug], level=level)
    return new


def _instant(value: datetime | str) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
