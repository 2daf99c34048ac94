"""The two statements behind a screen pop. Raw SQL, prepared on the server, because the pop waits for these alone: the
same through the ORM took five statements and four times the processor's time. Row security decides what they see.
"""
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from moothall.cases.models import Case
from moothall.contacts.models import Contact
from moothall.customers.models import Customer
from moothall.places.models import Property
from moothall.queueing.models import Presence, RouterState
from moothall.tenancy.models import Council

CALLERS = 3
CASES = 20
VISITS = 6
HOLIDAYS_MOVE = timedelta(days=14)  # at most so far is a visit's normal date, which the index holds, from the actual
VISITS_AHEAD = timedelta(days=14)

PRESENCE = """
SELECT p.state, p.since, p.idle_since, p.contact_id, p.pause_reason, p.notice, p.version, r.link, r.heartbeat_at
FROM queueing_presence p LEFT JOIN queueing_routerstate r ON r.id = 1
WHERE p.person_id = %(person)s
"""

CALL = """
WITH contact AS (
  SELECT c.id, c.council_id, c.service_id, c.line, c.from_kind, c.from_number, c.state, c.ended_at, c.share_id,
    c.customer_id, c.property_id, c.notes,
    k.gss, k.name, k.short_name, k.letters, k.kind
  FROM contacts_contact c JOIN tenancy_council k ON k.number = c.council_id WHERE c.id = %(contact)s
), checked AS (
  SELECT k.id, k.name, k.protected, k.property_id
  FROM contact c JOIN customers_customer k ON k.id = c.customer_id AND k.council_id = c.council_id
), callers AS (
  SELECT k.id, k.name, k.property_id, k.council_id
  FROM contact c
  JOIN customers_customerphone p ON p.number = c.from_number AND (p.council_id = c.council_id OR c.kind = 'partnership')
  JOIN customers_customer k ON k.id = p.customer_id AND k.council_id = p.council_id
  WHERE c.customer_id IS NULL AND c.from_kind = 'number' AND NOT k.protected
  ORDER BY p.council_id, p.id LIMIT %(callers)s
), wanted AS (
  SELECT CASE WHEN (SELECT protected FROM checked) THEN NULL ELSE coalesce(
    c.property_id, (SELECT property_id FROM checked), (SELECT min(property_id) FROM callers HAVING count(*) = 1)
  ) END AS id FROM contact c
), place AS (
  SELECT p.id, p.council_id, p.number, p.street, p.town, p.postcode, p.round_code
  FROM places_property p WHERE p.id = (SELECT id FROM wanted)
), visits AS (
  SELECT b.actual, b.stream FROM place JOIN places_collection b
    ON b.council_id = place.council_id AND b.round_code = place.round_code
  WHERE b.scheduled >= %(earliest)s AND b.scheduled < %(latest)s AND b.actual >= %(today)s AND b.actual < %(until)s
  ORDER BY b.actual, b.stream LIMIT %(visits)s
), open_cases AS (
  SELECT k.id, k.reference, k.title, k.due_at FROM cases_case k
  WHERE k.property_id = (SELECT id FROM place) AND k.state = 'open' ORDER BY k.due_at NULLS LAST, k.id LIMIT %(cases)s
)
SELECT contact.*, to_json(checked), to_json(place),
  (SELECT json_agg(json_build_array(callers.id, callers.name,
     (SELECT concat(h.number, ' ', h.street, ', ', h.town) FROM places_property h WHERE h.id = callers.property_id)))
   FROM callers),
  (SELECT json_agg(json_build_array(actual, stream) ORDER BY actual, stream) FROM visits),
  (SELECT json_agg(json_build_array(id, reference, title, due_at) ORDER BY due_at NULLS LAST, id) FROM open_cases)
FROM contact LEFT JOIN checked ON true LEFT JOIN place ON true
"""


@dataclass(frozen=True, slots=True)
class Hand:
    """The contact in an agent's hand, with what is known of the caller. `callers` are (customer, name, address)."""

    contact: Contact
    council: Council
    checked: Customer | None
    place: Property | None
    callers: tuple[tuple[int, str, str], ...]
    visits: tuple[tuple[date, str], ...]
    cases: tuple[Case, ...]


def _row(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def presence_and_link(person: int) -> tuple[Presence, RouterState] | None:
    """The person's desk and what the router says of the phone link; None for somebody who never sat down."""
    row = _row(PRESENCE, {"person": person})
    if row is None:
        return None
    state, since, idle_since, contact, reason, notice, version, link, heartbeat = row
    presence = Presence(
        person_id=person, state=state, since=since, idle_since=idle_since, contact_id=contact, pause_reason=reason,
        notice=notice, version=version,
    )  # fmt: skip
    return presence, RouterState(link=link or "down", heartbeat_at=heartbeat)


def call_in_hand(contact: int, today: date) -> Hand | None:
    """Everything that a pop shows of a contact, as the open scope sees it; None where it doesn't see the contact.

    A protected person is never among the callers, and their address is never read.
    """
    values = {
        "contact": contact, "callers": CALLERS, "visits": VISITS, "cases": CASES, "today": today,
        "until": today + VISITS_AHEAD, "earliest": today - HOLIDAYS_MOVE,
        "latest": today + VISITS_AHEAD + HOLIDAYS_MOVE,
    }  # fmt: skip
    row = _row(CALL, values)
    if row is None:
        return None
    checked, place, callers, visits, cases = (_json(value) for value in row[17:])
    names = ("pk", "council_id", "service_id", "line", "from_kind", "from_number", "state", "ended_at", "share_id",
             "customer_id", "property_id", "notes")  # fmt: skip
    found = Contact(**dict(zip(names, row[:12], strict=True)))
    gss, name, short_name, letters, kind = row[12:17]
    council = Council(number=found.council_id, gss=gss, name=name, short_name=short_name, letters=letters, kind=kind)
    found.council = council
    return Hand(
        contact=found,
        council=council,
        checked=Customer(**checked) if checked else None,
        place=Property(**place) if place else None,
        callers=tuple((customer, said, address or "") for customer, said, address in callers or ()),
        visits=tuple((date.fromisoformat(day), stream) for day, stream in visits or ()),
        cases=tuple(_case(*values) for values in cases or ()),
    )


def _case(number: int, reference: str, title: str, due_at: str | None) -> Case:
    return Case(pk=number, reference=reference, title=title, due_at=due_at and datetime.fromisoformat(due_at))


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value
