"""What loading a file of staff would do, said before it is done: who is new, what changes, what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moothall.domain.findings import Finding, Place
from moothall.onboarding.authorities import slug_of
from moothall.onboarding.queries import may_fill, people_by_email, services_to_choose, stations
from moothall.onboarding.staff_file import StaffFile, StaffRow, read_staff
from moothall.people.models import Person, Team
from moothall.tenancy.models import Council


@dataclass
class StaffPlan:
    """`new` and `changed` are lines of words; `made` is what the database is given."""

    findings: list[Finding] = field(default_factory=list)
    new: list[StaffRow] = field(default_factory=list)
    changed: list[tuple[StaffRow, tuple[str, ...]]] = field(default_factory=list)
    same: int = 0
    new_teams: dict[str, str] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)

    def summary(self) -> str:
        counted = ((len(self.new), "new"), (len(self.changed), "changed"), (self.same, "as before"))
        return ", ".join(f"{number} {words}" for number, words in counted if number) or "nobody"


def plan_staff(council: Council, raw: bytes, *, by: Person | None, at: datetime, name: str = "") -> StaffPlan:
    """Read and compare; nothing is written."""
    services = dict(services_to_choose().values_list("slug", "number"))
    read = read_staff(raw, services=services, name=name)
    plan = StaffPlan(findings=list(read.findings))
    if not read.sound:
        return plan
    people = people_by_email([row.email for row in read.rows])
    teams = _Teams(council, by, at)
    held = stations([row.station for row in read.rows if row.station])
    for row in read.rows:
        _stand(row, read, plan, (council, people.get(row.email), held))
        slugs = [(teams.slug(typed, row, read, plan), typed) for typed in row.teams]
        _compare(row, people.get(row.email), [slug for slug, _ in slugs if slug], plan, (at, services))
    plan.new_teams = teams.new
    plan.made = _made(read.rows, teams, services)
    return plan


def _stand(
    row: StaffRow, read: StaffFile, plan: StaffPlan, known: tuple[Council, Person | None, Mapping[str, str]]
) -> None:
    council, person, held = known
    if person is not None and (person.employer_id != council.pk or person.is_operator):
        plan.findings.append(
            _at(
                row,
                read,
                "email",
                f"{row.email} has a login here that isn’t {council.short_name}’s.",
                "Nobody is moved by a file. Enter their own work e-mail, or ask the operator.",
            )
        )
    others = held.get(row.station, row.email)
    if row.station and others != row.email:
        plan.findings.append(
            _at(
                row,
                read,
                "station",
                f"Telephone {row.station} is somebody else’s.",
                "Enter another one, or leave it empty.",
            )
        )
    twice = next((each for each in read.rows if each.station == row.station and each.line < row.line), None)
    if row.station and twice:
        plan.findings.append(
            _at(
                row,
                read,
                "station",
                f"Telephone {row.station} is on line {twice.line} already.",
                "Give each person their own.",
            )
        )


class _Teams:
    """The teams that a file names: by slug or name among the council's and the shared ones; else a new one."""

    def __init__(self, council: Council, by: Person | None, at: datetime) -> None:
        self.council, self.by, self.at = council, by, at
        self.new: dict[str, str] = {}
        self.slugs: dict[str, str] = {}
        rows = list(Team.objects.filter(employer=council)) + list(Team.objects.filter(employer=None))
        self.known = {key: team for team in reversed(rows) for key in (team.slug, team.name.casefold())}

    def slug(self, typed: str, row: StaffRow, read: StaffFile, plan: StaffPlan) -> str:
        found = self.known.get(typed.casefold()) or self.known.get(self._own(typed))
        if found is None:
            slug = self._own(typed)
            self.new.setdefault(slug, typed)
        elif found.employer_id is None and not may_fill(found.pk, self.council.pk, self.by, self.at):
            plan.findings.append(
                _at(
                    row,
                    read,
                    "team",
                    f"{found.name} belongs to several councils.",
                    "An operator adds people to it, or you do once its agreement is signed.",
                )
            )
            return ""
        else:
            slug = found.slug
        self.slugs[typed] = slug
        return slug

    def _own(self, typed: str) -> str:
        slug = slug_of(typed) or "team"
        return slug if slug.startswith(f"{self.council.slug}-") else f"{self.council.slug}-{slug}"[:60]


def _compare(
    row: StaffRow,
    person: Person | None,
    slugs: Sequence[str],
    plan: StaffPlan,
    known: tuple[datetime, Mapping[str, int]],
) -> None:
    if person is None:
        plan.new.append(row)
        return
    at, services = known
    jobs = {
        m.team.slug: m.job
        for m in person.memberships.all()
        if m.valid_from <= at and (m.valid_to is None or m.valid_to > at)
    }
    levels = {skill.service_id: skill.level for skill in person.skills.all()}
    told = [
        f"{what}: {now} instead of {before or 'none'}"
        for what, before, now in (
            ("name", person.name, row.name),
            ("job", person.job, row.job),
            ("telephone", person.station, row.station or "none"),
        )
        if (before or "none") != now and (now or before)
    ]
    told += [
        f"joins {slug} as {row.role}" if slug not in jobs else f"{row.role} instead of {jobs[slug]} in {slug}"
        for slug in slugs
        if jobs.get(slug) != row.role
    ]
    told += [f"{slug}: level {level}" for slug, level in row.skills if levels.get(services[slug]) != level]
    if told:
        plan.changed.append((row, tuple(told)))
    else:
        plan.same += 1


def _made(rows: Iterable[StaffRow], teams: _Teams, services: Mapping[str, int]) -> dict[str, Any]:
    rows = list(rows)
    return {
        "teams": [{"slug": slug, "name": name} for slug, name in teams.new.items()],
        "people": [{"email": r.email, "name": r.name, "job": r.job, "station": r.station} for r in rows],
        "jobs": [
            {"email": r.email, "team": teams.slugs[typed], "job": r.role}
            for r in rows
            for typed in r.teams
            if typed in teams.slugs
        ],
        "skills": [
            {"email": r.email, "service": services[slug], "level": level} for r in rows for slug, level in r.skills
        ],
    }


def _at(row: StaffRow, read: StaffFile, column: str, words: str, remedy: str) -> Finding:
    place = Place(column, read.name, row.line, read.columns.get(column, -1) + 1)
    return Finding("staff-file", words, remedy, place)
