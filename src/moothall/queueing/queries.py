"""Every statement of the queue: one a step, each bound to the states that it may leave, so that of two routers, or two
clicks, the table lets one win."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from moothall.contacts.queries import ContactKey

DESK, ROUTER = "moothall_desk", "moothall_router"

# Presence and its doorbell in one: the version rises and is rung, once a transaction, where the state may be left.
SET_PRESENCE = """
WITH desk AS (
  UPDATE queueing_presence SET
    state = %(state)s::text, since = CASE WHEN state = %(state)s::text THEN since ELSE %(at)s::timestamptz END,
    idle_since = coalesce(%(idle_since)s::timestamptz, idle_since), device = coalesce(%(device)s::text, device),
    contact_id = %(contact)s::bigint, contact_council = %(council)s::int, pause_reason = %(reason)s::text,
    notice = %(notice)s::text, version = version + 1
  WHERE person_id = %(person)s::bigint AND state = ANY(%(states)s::text[])
    AND (%(only_contact)s::bigint IS NULL OR contact_id = %(only_contact)s::bigint)
  RETURNING version
)
SELECT version, pg_notify('moothall_desk', %(person)s::text || ':' || version) FROM desk
"""

RING = """
WITH desk AS (UPDATE queueing_presence SET version = version + 1 WHERE person_id = %(person)s::bigint RETURNING version)
SELECT version, pg_notify('moothall_desk', %(person)s::text || ':' || version) FROM desk
"""

# Something for whoever sits there to read, once a transaction; `notice` is a code of words, or "" for none.
TELL_DESK = """
WITH desk AS (
  UPDATE queueing_presence SET notice = %(notice)s::text, version = version + 1 WHERE person_id = %(person)s::bigint
  RETURNING version
)
SELECT version, pg_notify('moothall_desk', %(person)s::text || ':' || version) FROM desk
"""

MAKE_OFFER = """
WITH desk AS (
  UPDATE queueing_presence SET state = 'ringing', since = %(at)s::timestamptz, contact_id = %(contact)s::bigint,
    contact_council = %(council)s::int, pause_reason = '', notice = '', version = version + 1
  WHERE person_id = %(person)s::bigint AND state = 'ready' RETURNING version
), contact AS (
  UPDATE contacts_contact SET state = 'offered'
  WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = 'waiting'
    AND EXISTS (SELECT 1 FROM desk) RETURNING id
), offer AS (
  INSERT INTO queueing_offer (council_id, service_id, contact_id, person_id, state, offered_at, why)
  SELECT %(council)s::int, %(service)s::int, contact.id, %(person)s::bigint, 'live', %(at)s::timestamptz, %(why)s::jsonb
  FROM contact RETURNING id
)
SELECT version, (SELECT id FROM offer), pg_notify('moothall_desk', %(person)s::text || ':' || version) FROM desk
"""

END_OFFER = """
UPDATE queueing_offer SET state = %(state)s::text, ended_at = %(at)s::timestamptz
WHERE council_id = %(council)s::int AND contact_id = %(contact)s::bigint AND state = 'live'
  AND (%(person)s::bigint IS NULL OR person_id = %(person)s::bigint)
RETURNING person_id, id
"""

BACK_TO_QUEUE = """
UPDATE contacts_contact SET state = 'waiting'
WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = 'offered'
"""

GRANT_LEASE = """
INSERT INTO queueing_lease (person_id, contact_id, council, service, starts, ends, cases, customers, properties)
SELECT %(person)s::bigint, %(contact)s::bigint, %(council)s::int, %(service)s::int, %(at)s::timestamptz,
  coalesce((SELECT least(s.ends, v.ends) FROM agreements_share s
            JOIN agreements_agreementversion v ON v.id = s.version_id
            JOIN contacts_contact c ON c.share_id = s.id
            WHERE c.id = %(contact)s::bigint AND c.council_id = %(council)s::int), %(at)s::timestamptz)
  + interval '30 minutes', '{}', '{}', '{}'
ON CONFLICT (person_id, contact_id) DO UPDATE SET ends = excluded.ends
"""

END_LEASE = """
UPDATE queueing_lease SET ends = least(ends, %(at)s::timestamptz)
WHERE person_id = %(person)s::bigint AND contact_id = %(contact)s::bigint
"""

# A call that somebody took at their telephone while they finished this one: its lease runs still.
UNFINISHED = """
SELECT l.contact_id, l.council, coalesce(c.state = 'answered' AND c.agent_id = l.person_id, false)
FROM queueing_lease l LEFT JOIN contacts_contact c ON c.id = l.contact_id AND c.council_id = l.council
WHERE l.person_id = %(person)s::bigint AND l.contact_id <> %(contact)s::bigint AND l.ends > %(at)s::timestamptz
  AND (coalesce(c.state, 'wrap_up') IN ('answered', 'wrap_up') AND coalesce(c.agent_id, l.person_id) = l.person_id
    OR EXISTS (SELECT FROM queueing_passing q WHERE q.council_id = l.council AND q.contact_id = l.contact_id
                 AND q.by_id = l.person_id AND q.passed_at IS NOT NULL AND q.finished_at IS NULL))
ORDER BY l.starts DESC LIMIT 1
"""

# Calls that are over and that no desk holds, nor will after the call that it has in hand.
WRAP_UPS_OF_NOBODY = """
SELECT c.id, c.council_id, c.service_id, c.agent_id FROM contacts_contact c
WHERE c.state = 'wrap_up' AND NOT EXISTS (
  SELECT FROM queueing_presence p WHERE p.person_id = c.agent_id AND (p.contact_id = c.id
    OR p.state IN ('in_call', 'wrap_up') AND EXISTS (
      SELECT FROM queueing_lease l WHERE l.person_id = c.agent_id AND l.contact_id = c.id
        AND l.ends > %(at)s::timestamptz)))
ORDER BY c.id
"""

LEASE_ON = """
SELECT moothall.lease_on(%(person)s::bigint, %(contact)s::bigint, %(next)s::bigint, %(council)s::int, %(service)s::int)
"""

ROSTER = """
SELECT p.id, p.name, coalesce(nullif(r.device, ''), p.station), m.team_id, s.service_id, s.level
FROM people_person p
JOIN people_membership m ON m.person_id = p.id AND m.job IN ('agent', 'leader')
  AND m.valid_from <= %(at)s::timestamptz AND (m.valid_to IS NULL OR m.valid_to > %(at)s::timestamptz)
JOIN people_skill s ON s.person_id = p.id
LEFT JOIN queueing_presence r ON r.person_id = p.id
WHERE p.is_active ORDER BY p.id, m.team_id, s.service_id
"""

PRESENCES = """
SELECT person_id, state, idle_since, contact_id, device FROM queueing_presence
WHERE %(person)s::bigint IS NULL OR person_id = %(person)s::bigint ORDER BY person_id
"""

# Our own transactions never leave such rows; a hand that mended the database may, and must not stop the router.
BROKEN_OFFERS = """
SELECT o.contact_id, o.council_id, o.service_id FROM queueing_offer o
JOIN contacts_contact c ON c.id = o.contact_id AND c.council_id = o.council_id
LEFT JOIN queueing_presence p ON p.person_id = o.person_id AND p.state = 'ringing' AND p.contact_id = o.contact_id
WHERE o.state = 'live' AND (p.person_id IS NULL OR c.state <> 'offered') ORDER BY o.id
"""

BROKEN_DESKS = """
SELECT p.person_id FROM queueing_presence p
LEFT JOIN contacts_contact c ON c.id = p.contact_id AND c.council_id = p.contact_council
WHERE (p.state = 'ringing' AND NOT EXISTS (
    SELECT FROM queueing_offer o WHERE o.person_id = p.person_id AND o.contact_id = p.contact_id AND o.state = 'live'))
  OR (p.state = 'in_call' AND c.state IS DISTINCT FROM 'answered')
  OR (p.state = 'wrap_up' AND c.state IS DISTINCT FROM 'wrap_up' AND NOT EXISTS (
    SELECT FROM queueing_passing q WHERE q.council_id = c.council_id AND q.contact_id = c.id AND q.by_id = p.person_id
      AND q.passed_at IS NOT NULL AND q.finished_at IS NULL))
  OR (p.state = 'asked' AND NOT EXISTS (
    SELECT FROM queueing_passing q WHERE q.council_id = p.contact_council AND q.contact_id = p.contact_id
      AND q.person_id = p.person_id AND q.state IN ('asked', 'consult')))
ORDER BY p.person_id
"""

LIVE_OFFERS = "SELECT contact_id, person_id, offered_at FROM queueing_offer WHERE state = 'live' ORDER BY id"

OPEN_COMMANDS = """
SELECT id, kind, person_id, contact_id, asked_at FROM queueing_command
WHERE done_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED
"""

FINISH_COMMAND = """
UPDATE queueing_command SET done_at = %(at)s::timestamptz, result = %(result)s::text WHERE id = %(id)s::bigint
RETURNING person_id
"""

WATCHED_LINES = """
SELECT DISTINCT l.number FROM agreements_line l JOIN agreements_agreementversion v ON v.id = l.version_id
WHERE v.state = 'in_force' AND coalesce(v.holds_from, v.starts) <= %(at)s::timestamptz
  AND v.ends > %(at)s::timestamptz ORDER BY l.number
"""

GENERAL_LINE = """
SELECT l.number FROM agreements_line l JOIN agreements_agreementversion v ON v.id = l.version_id
JOIN tenancy_council c ON c.number = l.council_id JOIN tenancy_service s ON s.number = l.service_id
WHERE v.state = 'in_force' AND coalesce(v.holds_from, v.starts) <= %(at)s::timestamptz AND v.ends > %(at)s::timestamptz
ORDER BY s.slug = 'first-contact' DESC, c.kind = 'partnership' DESC, l.number LIMIT 1
"""


class RosterRow(NamedTuple):
    """One skill of one agent in one team."""

    person: int
    name: str
    station: str
    team: int
    service: int
    level: int


class PresenceRow(NamedTuple):
    person: int
    state: str
    idle_since: datetime
    contact: int | None
    device: str


class CommandRow(NamedTuple):
    id: int
    kind: str
    person: int
    contact: int
    asked_at: datetime


class Made(NamedTuple):
    offer: int
    version: int


class Unfinished(NamedTuple):
    """A call that somebody hasn't finished; `talks` where it is on still."""

    contact: int
    council: int
    talks: bool


def rows(statement: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or {})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def execute(statement: str, values: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def notify(channel: str, payload: str) -> None:
    rows("SELECT pg_notify(%(channel)s::text, %(payload)s::text)", {"channel": channel, "payload": payload})


def ring_desk(person: int) -> int:
    """The new version; 0 where nobody of that number ever signed in to a desk."""
    found = rows(RING, {"person": person})
    return int(found[0][0]) if found else 0


def tell_desk(person: int, notice: str) -> None:
    rows(TELL_DESK, {"person": person, "notice": notice})


def set_presence(person: int, values: Mapping[str, Any], *, states: Sequence[str]) -> int | None:
    """The desk's new version, or None when its state isn't one of `states` (somebody was faster)."""
    empty = {"idle_since": None, "device": None, "contact": None, "council": None, "reason": "", "notice": "",
             "only_contact": None}
    found = rows(SET_PRESENCE, {**empty, **values, "person": person, "states": list(states)})
    return int(found[0][0]) if found else None


def insert_offer(contact: ContactKey, person: int, *, at: datetime, why: Mapping[str, Any]) -> Made | None:
    """The offer; None when the agent isn't ready any more. `offer` is 0 when the contact no longer waits: undo."""
    found = rows(MAKE_OFFER, {**contact._asdict(), "contact": contact.id, "person": person, "at": at,
                              "why": json.dumps(why)})
    if not found:
        return None
    return Made(int(found[0][1] or 0), int(found[0][0]))


def finish_offer(contact: ContactKey, *, state: str, at: datetime, person: int | None = None) -> int | None:
    """Whose live offer ended, or None when there was none."""
    found = rows(END_OFFER, {"contact": contact.id, "council": contact.council, "state": state, "at": at,
                             "person": person})
    return int(found[0][0]) if found else None


def back_to_queue(contact: ContactKey) -> bool:
    return execute(BACK_TO_QUEUE, {"contact": contact.id, "council": contact.council}) == 1


def grant_lease(contact: ContactKey, person: int, at: datetime) -> None:
    execute(GRANT_LEASE, {**contact._asdict(), "contact": contact.id, "person": person, "at": at})


def end_lease(contact: int, person: int, at: datetime) -> None:
    execute(END_LEASE, {"contact": contact, "person": person, "at": at})


def lease_on(person: int, contact: int, following: ContactKey) -> None:
    """The person's lease of the contact in which their call goes on. Refused by the database where they don't talk in
    `contact`, or don't answer for that council."""
    rows(LEASE_ON, {"person": person, "contact": contact, "next": following.id, "council": following.council,
                    "service": following.service})


def unfinished_call(person: int, *, but: int, at: datetime) -> Unfinished | None:
    """The latest call that this person took and neither finished nor lost sight of, besides the one named."""
    found = rows(UNFINISHED, {"person": person, "contact": but, "at": at})
    return Unfinished(*found[0]) if found else None


def wrap_ups_of_nobody(at: datetime) -> list[tuple[ContactKey, int | None]]:
    """Contacts that are being finished at no desk, with the agent who answered, if one did."""
    return [(ContactKey(*row[:3]), row[3]) for row in rows(WRAP_UPS_OF_NOBODY, {"at": at})]


def roster(at: datetime) -> list[RosterRow]:
    return [RosterRow(*row) for row in rows(ROSTER, {"at": at})]


def presences(person: int | None = None) -> list[PresenceRow]:
    return [PresenceRow(*row) for row in rows(PRESENCES, {"person": person})]


def broken_offers() -> list[ContactKey]:
    """Contacts whose live offer rings at no desk."""
    return [ContactKey(*row) for row in rows(BROKEN_OFFERS)]


def broken_desks() -> list[int]:
    """Persons whose desk shows a call that isn't there."""
    return [int(row[0]) for row in rows(BROKEN_DESKS)]


def live_offers() -> list[tuple[int, int, datetime]]:
    """(contact, person, offered at) of every live offer."""
    return [(row[0], row[1], row[2]) for row in rows(LIVE_OFFERS)]


def open_commands() -> list[CommandRow]:
    return [CommandRow(*row) for row in rows(OPEN_COMMANDS)]


def finish_command(command: int, *, result: str, at: datetime) -> int:
    """Whose it was."""
    return int(rows(FINISH_COMMAND, {"id": command, "result": result[:60], "at": at})[0][0])


def watched_lines(at: datetime) -> list[str]:
    return [str(row[0]) for row in rows(WATCHED_LINES, {"at": at})]


def general_line(at: datetime) -> str:
    """The line for calls to a number nobody knows: the partnership's general line first; "" where there is none."""
    found = rows(GENERAL_LINE, {"at": at})
    return str(found[0][0]) if found else ""
