"""Which teams a person belongs to; and who asks, at every request."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Council
from moothall.tenancy.validity import valid_at


def teams_of(person: int, at: datetime) -> list[int]:
    """The ids of the teams to which a person belongs at an instant, each once, in order."""
    current = Membership.objects.filter(valid_at(at), person_id=person)
    return sorted(set(current.values_list("team_id", flat=True)))


def leader_of(person: int, at: datetime) -> Person | None:
    """Somebody else who leads a team of this person's."""
    leads = Membership.objects.filter(valid_at(at), job=Membership.Job.LEADER, team__in=teams_of(person, at))
    row = leads.exclude(person_id=person).select_related("person").order_by("pk").first()
    return row.person if row else None


def staff_of(council: Council) -> QuerySet[Person]:
    """Those of a council's people who have a login, by name."""
    return Person.objects.filter(employer=council, is_active=True, is_operator=False).order_by("name", "pk")


def names_of(people: Collection[int]) -> dict[int, str]:
    """Each one's name by their number."""
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))


def how_many_of_team(team: int, at: datetime) -> int:
    return Membership.objects.filter(valid_at(at), team=team).values("person").distinct().count()


def how_many_of_council(council: Council, at: datetime) -> int:
    """How many people of the council's own are in a team."""
    return Membership.objects.filter(valid_at(at), person__employer=council).values("person").distinct().count()


def team_called(slug: str) -> Team | None:
    """The team that agreements call so, with its employer."""
    return Team.objects.filter(slug=slug).select_related("employer").first()


# Who works for a council that is cut off may not sign in, and is signed out at the next request.
PERSON = f"""
SELECT {', '.join(field.column for field in Person._meta.concrete_fields)} FROM people_person p WHERE id = %s
  AND NOT EXISTS (
    SELECT FROM agreements_halt h WHERE h.kind = 'cut' AND h.council_id = p.employer_id AND h.ends IS NULL)
"""
PERSON_FIELDS = [field.attname for field in Person._meta.concrete_fields]
SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


def person_by_id(person: int) -> Person | None:
    """The person with this id. Raw, since every request asks: the ORM takes four times the processor's time."""
    row = _row(PERSON, [person])
    return Person.from_db("default", PERSON_FIELDS, row) if row else None


def session_data(key: str, at: datetime) -> str | None:
    """What a session that is still good holds, encoded; raw for the same reason."""
    row = _row(SESSION, [key, at])
    return str(row[0]) if row else None


def _row(statement: str, values: Sequence[object]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
