"""The statements that move a contact on. Each changes a row only in the states named in it, so doubles are harmless.

Raw SQL, because the screen pop waits for these: one statement a step. Row security decides what they may touch.
"""
from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection


class ContactKey(NamedTuple):
    """Names a contact: its id, and the council and service of its line, which every guarded statement carries."""

    id: int
    council: int
    service: int


KNOWN = "SELECT id FROM contacts_contact WHERE call_key = %(call)s::text LIMIT 1"

INSERT_CONTACT = """
WITH contact AS (
  INSERT INTO contacts_contact (
    council_id, service_id, channel, line, from_kind, from_number, call_key, state, offered_at, ended_at, ended_by,
    cause, version_id, share_id, tiers, answer_within_s, notes
  ) VALUES (
    %(council)s::int, %(service)s::int, %(channel)s::text, %(line)s::text, %(from_kind)s::text, %(from_number)s::text,
    %(call)s::text, %(state)s::text, %(at)s::timestamptz, %(ended_at)s::timestamptz, %(ended_by)s::text,
    %(cause)s::text, %(version)s::bigint, %(share)s::bigint, %(tiers)s::jsonb, %(answer_within_s)s::int, ''
  ) RETURNING id
), leg AS (
  INSERT INTO contacts_leg (council_id, service_id, contact_id, device, version_id, share_id, started_at, ended_at,
    cause) SELECT %(council)s::int, %(service)s::int, contact.id, %(device)s::text, %(version)s::bigint,
    %(share)s::bigint, %(at)s::timestamptz, %(ended_at)s::timestamptz, %(cause)s::text
  FROM contact
)
SELECT id FROM contact
"""

ANSWER = """
WITH contact AS (
  UPDATE contacts_contact SET state = 'answered', answered_at = coalesce(answered_at, %(at)s::timestamptz),
    agent_id = %(person)s::bigint
  WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state IN ('waiting', 'offered')
  RETURNING id, offered_at
), leg AS (
  UPDATE contacts_leg SET person_id = %(person)s::bigint, device = %(device)s::text,
    alerting_at = %(alerting_at)s::timestamptz, answered_at = %(at)s::timestamptz
  WHERE contact_id = (SELECT id FROM contact) AND council_id = %(council)s::int AND ended_at IS NULL
  RETURNING started_at
)
SELECT offered_at, (SELECT max(started_at) FROM leg) FROM contact
"""

END = """
WITH contact AS (
  UPDATE contacts_contact SET state = %(state)s::text, held_at = NULL, ended_at = %(at)s::timestamptz,
    ended_by = %(by)s::text, cause = %(cause)s::text
  WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = ANY(%(states)s::text[])
  RETURNING id, offered_at, answered_at
), leg AS (
  UPDATE contacts_leg SET ended_at = %(at)s::timestamptz, cause = %(cause)s::text
  WHERE contact_id = (SELECT id FROM contact) AND council_id = %(council)s::int AND ended_at IS NULL
  RETURNING answered_at
)
SELECT offered_at, coalesce((SELECT max(answered_at) FROM leg), answered_at) FROM contact
"""

CLOSE_NEED = """
  UPDATE contacts_need
  SET outcome = %(outcome)s::text, outcome_code = %(outcome_code)s::text, closed_at = %(at)s::timestamptz
  WHERE id = %(need)s::bigint AND closed_at IS NULL
"""

# The call goes on for a council: what it was till now is over, and what is known of it is handed on.
PASS = """
WITH contact AS (
  UPDATE contacts_contact c SET
    state = 'done', held_at = NULL, ended_at = %(at)s::timestamptz, wrapped_at = %(at)s::timestamptz,
    cause = 'went_on', notes = CASE WHEN %(take_notes)s::bool THEN '' ELSE before.notes END
  FROM (SELECT id, notes, held_at FROM contacts_contact
        WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = 'answered'
          AND agent_id = %(person)s::bigint FOR NO KEY UPDATE) before
  WHERE c.id = before.id AND c.council_id = %(council)s::int
  RETURNING c.id, channel, line, from_kind, from_number, call_key, offered_at, c.answered_at, before.held_at,
    before.notes
), leg AS (
  UPDATE contacts_leg SET ended_at = %(at)s::timestamptz, cause = 'went_on'
  WHERE contact_id = (SELECT id FROM contact) AND council_id = %(council)s::int AND ended_at IS NULL
  RETURNING device, answered_at
)
SELECT channel, line, from_kind, from_number, call_key, offered_at, contact.answered_at, held_at,
  CASE WHEN %(take_notes)s::bool THEN notes ELSE '' END,
  coalesce((SELECT max(device) FROM leg), ''), coalesce((SELECT max(answered_at) FROM leg), contact.answered_at)
FROM contact
"""

# The next leg, in the council's own contact of this call: a new one, or the one that it had before.
BEGIN_LEG = """
WITH contact AS (
  INSERT INTO contacts_contact (
    council_id, service_id, channel, line, from_kind, from_number, call_key, state, offered_at, answered_at, held_at,
    agent_id, ended_by, cause, version_id, share_id, tiers, answer_within_s, notes
  ) VALUES (
    %(council)s::int, %(service)s::int, %(channel)s::text, %(line)s::text, %(from_kind)s::text, %(from_number)s::text,
    %(call)s::text, 'answered', %(offered_at)s::timestamptz, %(answered_at)s::timestamptz, %(held_at)s::timestamptz,
    %(person)s::bigint, '', '', %(version)s::bigint, %(share)s::bigint, %(tiers)s::jsonb, %(answer_within_s)s::int,
    %(notes)s::text
  ) ON CONFLICT (council_id, call_key) DO UPDATE SET
    state = 'answered', held_at = excluded.held_at, ended_at = NULL, wrapped_at = NULL, cause = '',
    agent_id = excluded.agent_id,
    version_id = excluded.version_id, share_id = excluded.share_id, tiers = excluded.tiers,
    answer_within_s = excluded.answer_within_s,
    notes = concat_ws(E'\\n\\n', nullif(contacts_contact.notes, ''), nullif(excluded.notes, ''))
  RETURNING id
), leg AS (
  INSERT INTO contacts_leg (
    council_id, service_id, contact_id, person_id, device, version_id, share_id, started_at, answered_at, cause
  ) SELECT %(council)s::int, %(service)s::int, contact.id, %(person)s::bigint, %(device)s::text, %(version)s::bigint,
    %(share)s::bigint, %(at)s::timestamptz, %(at)s::timestamptz, ''
  FROM contact
)
SELECT id FROM contact
"""

# A call's contact that goes on now: on a shared line it may have become a council's own since it was offered.
OF_CALL = """
SELECT id, council_id, service_id FROM contacts_contact WHERE call_key = %(call)s::text AND state = 'answered'
ORDER BY id DESC LIMIT 1
"""

# A contact that waits gets another stamp: the next leg of its way.
MOVE = """
WITH contact AS (
  UPDATE contacts_contact SET
    version_id = %(version)s::bigint, share_id = %(share)s::bigint, tiers = %(tiers)s::jsonb,
    answer_within_s = %(answer_within_s)s::int
  WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = 'waiting' RETURNING id
), before AS (
  UPDATE contacts_leg SET ended_at = %(at)s::timestamptz, cause = %(cause)s::text
  WHERE contact_id = (SELECT id FROM contact) AND council_id = %(council)s::int AND ended_at IS NULL RETURNING device
), leg AS (
  INSERT INTO contacts_leg (
    council_id, service_id, contact_id, device, version_id, share_id, started_at, cause
  ) SELECT %(council)s::int, %(service)s::int, contact.id, coalesce((SELECT max(device) FROM before), ''),
    %(version)s::bigint, %(share)s::bigint, %(at)s::timestamptz, ''
  FROM contact
)
SELECT id FROM contact
"""

# A call that is passed on waits in its old place with another stamp; what its caller was promised stays as it was.
NEXT_LEG = """
WITH contact AS (
  UPDATE contacts_contact SET
    state = 'waiting', held_at = NULL, version_id = %(version)s::bigint, share_id = %(share)s::bigint,
    tiers = %(tiers)s::jsonb
  WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = %(leaves)s::text RETURNING id
), before AS (
  UPDATE contacts_leg SET ended_at = %(at)s::timestamptz, cause = %(cause)s::text
  WHERE contact_id = (SELECT id FROM contact) AND council_id = %(council)s::int AND ended_at IS NULL
  RETURNING answered_at
), leg AS (
  INSERT INTO contacts_leg (
    council_id, service_id, contact_id, device, version_id, share_id, started_at, cause
  ) SELECT %(council)s::int, %(wanted)s::int, contact.id, %(device)s::text, %(version)s::bigint, %(share)s::bigint,
    %(at)s::timestamptz, ''
  FROM contact
)
SELECT coalesce((SELECT max(answered_at) FROM before), %(at)s::timestamptz) FROM contact
"""

# Those that wait and are stamped with one of these shares.
WAITING_FOR = """
SELECT id, share_id FROM contacts_contact
WHERE state IN ('waiting', 'offered') AND share_id = ANY(%(shares)s::bigint[]) ORDER BY offered_at, id
"""

HOLD = """
UPDATE contacts_contact SET held_at = %(at)s::timestamptz
WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = 'answered' AND held_at IS NULL RETURNING id
"""

RETRIEVE = """
UPDATE contacts_contact c SET held_at = NULL
FROM (SELECT id, held_at FROM contacts_contact
      WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND held_at IS NOT NULL FOR NO KEY UPDATE) before
WHERE c.id = before.id AND c.council_id = %(council)s::int RETURNING before.held_at
"""

WRAP_UP = """
UPDATE contacts_contact SET
  state = 'done', wrapped_at = %(at)s::timestamptz, notes = concat_ws(E'\\n\\n', nullif(notes, ''), %(note)s::text)
WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = 'wrap_up'
  AND agent_id IS NOT DISTINCT FROM %(person)s::bigint
RETURNING ended_at
"""

LIVE = """
SELECT id, council_id, service_id, call_key, state, offered_at, tiers, agent_id, line, held_at IS NOT NULL, coalesce(
  (SELECT max(l.service_id) FROM contacts_leg l
   WHERE l.council_id = c.council_id AND l.contact_id = c.id AND l.ended_at IS NULL), service_id),
  outgoing AND answered_at IS NULL
FROM contacts_contact c WHERE state IN ('waiting', 'offered', 'answered') ORDER BY offered_at, id
"""


def one_row(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def insert_contact(values: Mapping[str, Any]) -> int:
    row = one_row(INSERT_CONTACT, values)
    assert row is not None
    return int(row[0])


def mark_answered(contact: ContactKey, values: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """When it was offered, and when its leg began; None when it no longer waits."""
    row = one_row(ANSWER, {"contact": contact.id, "council": contact.council, **values})
    return (row[0], row[1] or row[0]) if row else None


def mark_ended(contact: ContactKey, values: Mapping[str, Any]) -> tuple[datetime, datetime | None] | None:
    """(offered at, answered at), or None when it is in none of `states`."""
    row = one_row(END, {"contact": contact.id, "council": contact.council, **values})
    return (row[0], row[1]) if row else None


def mark_held(contact: ContactKey, at: datetime) -> bool:
    """False when nobody talks in it, or it is held already."""
    return one_row(HOLD, {"contact": contact.id, "council": contact.council, "at": at}) is not None


def mark_retrieved(contact: ContactKey) -> datetime | None:
    """Since when it was held, or None when it isn't."""
    row = one_row(RETRIEVE, {"contact": contact.id, "council": contact.council})
    return row[0] if row else None


def mark_wrapped_up(contact: ContactKey, values: Mapping[str, Any]) -> datetime | None:
    """When the call ended, or None when it isn't this person's to finish."""
    row = one_row(WRAP_UP, {"contact": contact.id, "council": contact.council, **values})
    return row[0] if row else None


def mark_moved(contact: ContactKey, values: Mapping[str, Any]) -> bool:
    """False when it no longer waits."""
    return one_row(MOVE, {**contact._asdict(), "contact": contact.id, **values}) is not None


def mark_next_leg(contact: ContactKey, values: Mapping[str, Any]) -> datetime | None:
    """Since when they talked in the leg before; None when the contact isn't in the state that it `leaves`."""
    return (one_row(NEXT_LEG, {"contact": contact.id, "council": contact.council, **values}) or (None,))[0]


def waiting_for(shares: Collection[int]) -> dict[int, int]:
    """The share of each contact that waits for one of these."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_FOR, {"shares": sorted(shares)})
        return {int(contact): int(share) for contact, share in cursor.fetchall()}


class Passed(NamedTuple):
    """What a contact that goes on elsewhere hands on; `leg_since` is when its last leg began."""

    channel: str
    line: str
    from_kind: str
    from_number: str
    call: str
    offered_at: datetime
    answered_at: datetime
    held_at: datetime | None
    notes: str
    device: str
    leg_since: datetime


def mark_passed(contact: ContactKey, values: Mapping[str, Any]) -> Passed | None:
    """None when nobody talks in it any more, or somebody else does."""
    row = one_row(PASS, {"contact": contact.id, "council": contact.council, **values})
    return Passed(*row) if row else None


def insert_leg(values: Mapping[str, Any]) -> int:
    row = one_row(BEGIN_LEG, values)
    assert row is not None
    return int(row[0])


def mark_need_closed(need: int, values: Mapping[str, Any]) -> bool:
    """False where it was closed before."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_NEED, {**values, "need": need})
        return bool(cursor.rowcount)


def contact_of_call(call: str) -> ContactKey | None:
    """The contact in which somebody talks in this call."""
    row = one_row(OF_CALL, {"call": call})
    return ContactKey(*row) if row else None


def is_known(call: str) -> bool:
    """Whether there is a contact of this call, whatever its state."""
    return bool(one_row(KNOWN, {"call": call}))


class LiveContact(NamedTuple):
    """A contact whose call still stands, as its row tells; `wanted` is the service for which it waits, `calling`: it
    rings at somebody whom we ring."""

    key: ContactKey
    call: str
    state: str
    offered_at: datetime
    tiers: list[list[int]]
    agent: int | None
    line: str
    held: bool
    wanted: int
    calling: bool = False


def live_contacts() -> list[LiveContact]:
    """Every contact that waits, rings or talks, oldest first: what a router that starts takes up."""
    import json

    with connection.cursor() as cursor:
        cursor.execute(LIVE)
        return [
            LiveContact(ContactKey(*row[:3]), row[3], row[4], row[5], _json(row[6], json.loads), *row[7:])
            for row in cursor.fetchall()
        ]


def _json(value: Any, loads: Any) -> Any:
    return loads(value) if isinstance(value, str) else value  # a raw cursor of Django's gives jsonb as text
