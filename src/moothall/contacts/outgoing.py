"""Calls that an agent makes: the contact is theirs from the start, and is answered when whoever is rung answers.

Each action is one step in its caller's transaction and one kind of the journal. No figure of calls that came counts it.
"""
from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from moothall.contacts.actions import PHONE, Stamp
from moothall.contacts.models import Contact
from moothall.contacts.queries import ContactKey, one_row
from moothall.journal.actions import write

PENDING = "out:"  # of such a call that the exchange hasn't told of yet

RING = """
WITH contact AS (
  INSERT INTO contacts_contact (
    council_id, service_id, channel, line, from_kind, from_number, call_key, state, offered_at, agent_id, ended_by,
    cause, version_id, share_id, tiers, answer_within_s, notes, outgoing
  ) VALUES (
    %(council)s::int, %(service)s::int, %(channel)s::text, %(line)s::text, 'number', %(number)s::text, %(call)s::text,
    'answered', %(at)s::timestamptz, %(person)s::bigint, '', '', %(version)s::bigint, %(share)s::bigint, '[]'::jsonb,
    NULL, '', true
  ) RETURNING id
), leg AS (
  INSERT INTO contacts_leg (
    council_id, service_id, contact_id, person_id, device, version_id, share_id, started_at, cause
  ) SELECT %(council)s::int, %(service)s::int, contact.id, %(person)s::bigint, '', %(version)s::bigint,
    %(share)s::bigint, %(at)s::timestamptz, ''
  FROM contact
)
SELECT id FROM contact
"""

DIAL = """
WITH contact AS (
  UPDATE contacts_contact SET call_key = %(call)s::text
  WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = 'answered' AND outgoing
    AND call_key LIKE 'out:%%'
  RETURNING id
), leg AS (
  UPDATE contacts_leg SET device = %(device)s::text
  WHERE contact_id = (SELECT id FROM contact) AND council_id = %(council)s::int AND ended_at IS NULL
)
SELECT id FROM contact
"""

REACH = """
WITH contact AS (
  UPDATE contacts_contact SET answered_at = %(at)s::timestamptz
  WHERE id = %(contact)s::bigint AND council_id = %(council)s::int AND state = 'answered' AND outgoing
    AND answered_at IS NULL
  RETURNING id, offered_at
), leg AS (
  UPDATE contacts_leg SET answered_at = %(at)s::timestamptz
  WHERE contact_id = (SELECT id FROM contact) AND council_id = %(council)s::int AND ended_at IS NULL
)
SELECT offered_at FROM contact
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Whom an agent rings, in whose name: `line` is a number of that council's, or "" where it has none."""

    council: int
    service: int
    number: str
    line: str
    person: int


def ring_contact(outgoing: Outgoing, stamp: Stamp, *, at: datetime, case: int | None, run: int | None) -> ContactKey:
    """An agent rings somebody, about a case that asks for it or a script that was broken off."""
    row = one_row(RING, {
        "council": outgoing.council, "service": outgoing.service, "channel": PHONE, "line": outgoing.line[:20],
        "number": outgoing.number[:16], "call": f"{PENDING}{secrets.token_hex(12)}", "at": at,
        "person": outgoing.person, "version": stamp.version, "share": stamp.share,
    })
    assert row is not None
    key = ContactKey(int(row[0]), outgoing.council, outgoing.service)
    write("contact.ring", council=key.council, service=key.service, contact=key.id, case=case, at=at, body={
        "person": outgoing.person, "line": outgoing.line, "run": run, "version": stamp.version, "share": stamp.share,
    })
    return key


def dial_contact(contact: ContactKey, *, call: str, device: str, at: datetime) -> bool:
    """The exchange rings them, under this key. False where it isn't asked for any more."""
    values = {"contact": contact.id, "council": contact.council, "call": call[:80], "device": device[:40]}
    if one_row(DIAL, values) is None:
        return False
    write("contact.dial", council=contact.council, service=contact.service, contact=contact.id, at=at, body={})
    return True


def reach_contact(contact: ContactKey, *, at: datetime) -> bool:
    """They answered. False where they did before, or it is over."""
    row = one_row(REACH, {"contact": contact.id, "council": contact.council, "at": at})
    if row is None:
        return False
    rang = max(0, round((at - row[0]).total_seconds() * 1000))
    write("contact.reach", council=contact.council, service=contact.service, contact=contact.id, at=at,
          body={"rang_ms": rang})
    return True


def delay_contact(contact: Contact, *, until: datetime, at: datetime) -> None:
    """Nobody was reached: when to try again."""
    contact.again_at = until
    contact.save(update_fields=["again_at"])
    write("contact.delay", council=contact.council_id, service=contact.service_id, contact=contact.pk, at=at,
          body={"until": until.isoformat()})
