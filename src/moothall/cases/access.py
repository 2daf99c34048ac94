"""Which case a person may open, and who may act on it. Where there is none, it is a 404, never a 403."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from moothall.cases.models import Case
from moothall.cases.queries import with_names
from moothall.domain.references import parse
from moothall.people.models import Person, Team
from moothall.tenancy.models import Grant
from moothall.tenancy.validity import valid_at


@dataclass(frozen=True, slots=True)
class Receiver:
    """A team, or one person of it, that a case can be given to."""

    team: int
    officer: int | None
    name: str

    @property
    def value(self) -> str:
        return f"{self.team}:{self.officer or ''}"


def access_case(reference: str) -> Case:
    """The case by its reference, within the open scope; Http404 where it isn't there or isn't theirs to see."""
    found = parse(reference)
    case = with_names(Case.objects.select_related("property")).filter(reference=str(found)).first()
    if found is None or case is None:
        raise Http404("No case of that reference is within sight")
    return case


def access_case_to_change(reference: str, person: int, at: datetime) -> Case:
    """The case, if the person's teams resolve it; Http404 else, as for a case that isn't there."""
    case = access_case(reference)
    if not may_change(case, person, at):
        raise Http404("No case of that reference is theirs to change")
    return case


def may_change(case: Case, person: int, at: datetime) -> bool:
    """Whether a team of the person holds the right to resolve the case's service at that instant."""
    return bool(
        _grants(case, at)
        .filter(valid_at(at, "team__memberships__"), team__memberships__person_id=person)
        .exists()
    )


def receivers(case: Case, at: datetime) -> list[Receiver]:
    """The teams that may resolve the case now, each followed by its people."""
    teams = Team.objects.filter(pk__in=_grants(case, at).values("team_id")).order_by("name", "pk")
    people = Person.objects.filter(
        valid_at(at, "memberships__"), memberships__team__in=teams, is_active=True
    ).order_by("name", "pk").values_list("memberships__team_id", "pk", "name").distinct()  # fmt: skip
    members = list(people)
    found: list[Receiver] = []
    for team in teams:
        found.append(Receiver(team.pk, None, team.name))
        found.extend(Receiver(team.pk, pk, name) for of_team, pk, name in members if of_team == team.pk)
    return found


def _grants(case: Case, at: datetime) -> QuerySet[Grant]:
    return Grant.objects.open_at(at).filter(
        council_id=case.council_id, service_id=case.service_id, right=Grant.Right.RESOLVE
    )
