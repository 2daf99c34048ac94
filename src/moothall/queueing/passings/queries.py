"""The statements of calls that are passed on: who may take one now, who of them is there, and what they see of it."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from moothall.contacts.queries import ContactKey
from moothall.people.models import Person
from moothall.queueing.models import Passing

# From the first ring to whoever is to take it: of its needs and runs what they answer. Whoever had the call before sees
# as much as then.
LEASE_PASSED = """
INSERT INTO queueing_lease (
  person_id, contact_id, council, service, via, starts, ends, keys, cases, customers, properties
)
SELECT %(person)s::bigint, %(contact)s::bigint, %(council)s::int, %(service)s::int, %(via)s::int, %(at)s::timestamptz,
  coalesce((SELECT least(s.ends, v.ends) FROM agreements_share s
            JOIN agreements_agreementversion v ON v.id = s.version_id
            JOIN contacts_contact c ON c.share_id = s.id
            WHERE c.id = %(contact)s::bigint AND c.council_id = %(council)s::int), %(at)s::timestamptz)
  + interval '30 minutes',
  (SELECT coalesce(array_agg(DISTINCT g.council_id * 10000 + g.service_id), '{0}') FROM people_membership m
   JOIN tenancy_grant g ON g.team_id = m.team_id
   WHERE m.person_id = %(person)s::bigint AND g.council_id = %(council)s::int
     AND m.valid_from <= %(at)s::timestamptz AND (m.valid_to IS NULL OR m.valid_to > %(at)s::timestamptz)
     AND moothall.may_take(g.council_id, g.service_id, g.team_id, NULL)),
  '{}', '{}', '{}'
ON CONFLICT (person_id, contact_id) DO UPDATE SET
  ends = excluded.ends, keys = CASE WHEN queueing_lease.keys IS NULL THEN NULL ELSE excluded.keys END
"""

# Whether somebody answers for a call's council and service by any of their teams.
TAKES = """
SELECT EXISTS (SELECT FROM people_membership m WHERE m.person_id = %(person)s::bigint
  AND moothall.may_take(%(council)s::int, %(service)s::int, m.team_id, m.person_id))
"""

MAY_TAKE = "SELECT moothall.may_take(%(council)s::int, %(service)s::int, %(team)s::bigint, %(person)s::bigint)"

# Everybody who may take it, of every team that answers for the council, with each service for which they may.
RECEIVERS = """
SELECT t.id, t.name, g.service_id, s.name, p.id, p.name, coalesce(r.state, 'away') FROM tenancy_grant g
JOIN people_team t ON t.id = g.team_id JOIN tenancy_service s ON s.number = g.service_id
JOIN people_membership m ON m.team_id = g.team_id AND m.job IN ('agent', 'leader')
  AND m.valid_from <= %(at)s::timestamptz AND (m.valid_to IS NULL OR m.valid_to > %(at)s::timestamptz)
JOIN people_person p ON p.id = m.person_id AND p.is_active
JOIN people_skill k ON k.person_id = p.id AND k.service_id = g.service_id
LEFT JOIN queueing_presence r ON r.person_id = p.id
WHERE g.council_id = %(council)s::int AND g."right" = 'answer' AND p.id <> %(person)s::bigint
  AND g.valid_from <= %(at)s::timestamptz AND (g.valid_to IS NULL OR g.valid_to > %(at)s::timestamptz)
  AND moothall.may_take(g.council_id, g.service_id, g.team_id, p.id)
GROUP BY t.id, t.name, g.service_id, s.name, p.id, p.name, r.state
ORDER BY t.name, t.id, s.name, g.service_id, p.name, p.id
"""

# Who answers for the councils named, or for those for which this person answers, but not for this call's. The agreement
# doesn't let the call go to them.
OTHERS = """
SELECT DISTINCT t.name, p.name FROM tenancy_grant g JOIN people_team t ON t.id = g.team_id
JOIN people_membership m ON m.team_id = t.id AND m.job IN ('agent', 'leader')
  AND m.valid_from <= %(at)s::timestamptz AND (m.valid_to IS NULL OR m.valid_to > %(at)s::timestamptz)
JOIN people_person p ON p.id = m.person_id AND p.is_active
WHERE g."right" = 'answer' AND g.valid_from <= %(at)s::timestamptz
  AND (g.valid_to IS NULL OR g.valid_to > %(at)s::timestamptz) AND p.id <> %(person)s::bigint
  AND (g.council_id = ANY(%(councils)s::int[]) OR g.council_id IN (
    SELECT o.council_id FROM tenancy_grant o JOIN people_membership n ON n.team_id = o.team_id
    WHERE n.person_id = %(person)s::bigint AND o."right" = 'answer'
      AND n.valid_from <= %(at)s::timestamptz AND (n.valid_to IS NULL OR n.valid_to > %(at)s::timestamptz)
      AND o.valid_from <= %(at)s::timestamptz AND (o.valid_to IS NULL OR o.valid_to > %(at)s::timestamptz)))
ORDER BY 1, 2
"""


class Receiver(NamedTuple):
    """Somebody to whom a call of a council may be passed on for a service, by one of their teams."""

    team: int
    team_name: str
    service: int
    service_name: str
    person: int
    name: str
    state: str


def lease_passed(contact: ContactKey, person: int, *, via: int | None, at: datetime) -> None:
    """What whoever is to take a call that was passed on sees of it. `via`: the partnership on whose line it came."""
    with connection.cursor() as cursor:
        cursor.execute(LEASE_PASSED, {**contact._asdict(), "contact": contact.id, "person": person, "via": via,
                                      "at": at})


def may_take(council: int, service: int, team: int, person: int | None = None) -> bool:
    """Whether the team, and this person of it, answers for the council's service now."""
    row = _rows(MAY_TAKE, {"council": council, "service": service, "team": team, "person": person})
    return bool(row[0][0])


def takes(contact: ContactKey, person: int) -> bool:
    """Whether this person answers for the contact's council and service now."""
    return bool(_rows(TAKES, {**contact._asdict(), "person": person})[0][0])


def receivers(council: int, *, person: int, at: datetime) -> list[Receiver]:
    """To whom this person may pass on a call of the council."""
    return [Receiver(*row) for row in _rows(RECEIVERS, {"council": council, "person": person, "at": at})]


def others(person: int, councils: Collection[int], *, at: datetime) -> list[tuple[str, str]]:
    """(team, name) of everybody who answers for one of the councils, or for one for which this person answers."""
    values = {"person": person, "councils": list(councils), "at": at}
    return [(str(team), str(name)) for team, name in _rows(OTHERS, values)]


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def answered_first(contacts: Sequence[int]) -> dict[int, Person]:
    """Who answered each call that was passed on within: its last agent is somebody else. In an open scope."""
    rows = Passing.objects.filter(contact_id__in=contacts, passed_at__isnull=False).exclude(kind=Passing.Kind.OUTSIDE)
    found: dict[int, Person] = {}
    for row in rows.select_related("by__employer").order_by("pk"):
        found.setdefault(row.contact_id, row.by)
    return found
