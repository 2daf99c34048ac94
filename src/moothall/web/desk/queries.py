"""The statements behind a screen pop and an idle desk. Raw SQL, prepared on the server, because the pop waits for them:
the same through the ORM took four times the processor's time. Row security decides what they see.
"""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from moothall.cases.models import Case
from moothall.contacts.models import Contact
from moothall.customers.models import Customer
from moothall.customers.phones import e164
from moothall.lib import clock
from moothall.places.models import Property
from moothall.queueing.models import Presence, RouterState
from moothall.scripts.on_the_web import RING_BACK, RING_ON
from moothall.scripts.ring_back import FINISHED_BY_THEN
from moothall.tenancy.models import Council
from moothall.tenancy.protection import number_of_protected
from moothall.tenancy.residents import DAYS
from moothall.web.desk.contexts import AnswersFor, RingBack, Unfinished
from moothall.web.desk.history import MOST, REACH
from moothall.web.formats import in_london

CALLERS = 3
CASES = 20
VISITS = 6
HOLIDAYS_MOVE = timedelta(days=14)  # at most so far is a visit's normal date, which the index holds, from the actual
VISITS_AHEAD = timedelta(days=14)

PRESENCE = """
SELECT p.state, p.since, p.idle_since, p.contact_id, p.pause_reason, p.notice, p.version, r.link, r.heartbeat_at,
  r.handles_calls, r.consults, r.calls_out
FROM queueing_presence p LEFT JOIN queueing_routerstate r ON r.id = 1
WHERE p.person_id = %(person)s
"""

CALL = """
WITH contact AS (
  SELECT c.id, c.council_id, c.service_id, c.line, c.from_kind, c.from_number, c.state, c.ended_at, c.share_id,
    c.customer_id, c.property_id, c.notes, c.held_at, c.outgoing, c.answered_at, c.offered_at, c.cause,
    (SELECT json_build_object('by_id', q.by_id, 'by', p.name, 'words', q.words, 'state', q.state,
                              'passed_at', q.passed_at)
     FROM queueing_passing q JOIN people_person p ON p.id = q.by_id
     WHERE q.council_id = c.council_id AND q.contact_id = c.id
       AND q.state IN ('waiting', 'taken') ORDER BY q.id DESC LIMIT 1) AS passed,
    (SELECT json_build_object('by_id', q.by_id, 'by', p.name, 'words', q.words, 'consult', q.consult, 'name', q.name,
                              'number', q.number, 'person_id', q.person_id, 'person', o.name, 'team', t.name,
                              'asked_at', q.asked_at, 'talked_at', q.talked_at)
     FROM queueing_passing q JOIN people_person p ON p.id = q.by_id LEFT JOIN people_person o ON o.id = q.person_id
     LEFT JOIN people_team t ON t.id = q.team_id
     WHERE q.council_id = c.council_id AND q.contact_id = c.id AND q.state IN ('asked', 'consult') AND q.consult <> ''
     ORDER BY q.id DESC LIMIT 1) AS asked,
    k.gss, k.name, k.short_name, k.letters, k.kind, k.logo, k.identity
  FROM contacts_contact c JOIN tenancy_council k ON k.number = c.council_id WHERE c.id = %(contact)s
), checked AS (
  SELECT k.id, k.name, k.protected, k.property_id
  FROM contact c JOIN customers_customer k ON k.id = c.customer_id AND k.council_id = c.council_id
), callers AS (
  SELECT k.id, k.name, k.property_id, k.council_id
  FROM contact c
  JOIN customers_customerphone p ON p.number = c.from_number AND p.council_id = c.council_id
  JOIN customers_customer k ON k.id = p.customer_id AND k.council_id = p.council_id
  WHERE c.customer_id IS NULL AND c.from_kind = 'number' AND NOT k.protected
  ORDER BY p.council_id, p.id LIMIT %(callers)s
), wanted AS (
  -- Whoever was checked and isn't seen is protected.
  SELECT CASE WHEN c.customer_id > 0 AND coalesce((SELECT protected FROM checked), true) THEN NULL ELSE coalesce(
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
), earlier AS (
  -- Of the checked caller, or where nobody is checked of the address that they said: what history.py lists.
  SELECT count(*) AS number FROM (
    SELECT FROM contact c LEFT JOIN checked ON NOT checked.protected,
      moothall.before_call(checked.id, CASE WHEN c.customer_id IS NULL THEN c.property_id END, c.id, %(since)s)
    LIMIT %(most)s) AS each
)
SELECT contact.*, to_json(checked), to_json(place),
  (SELECT json_agg(json_build_array(callers.id, callers.name,
     (SELECT concat(h.number, ' ', h.street, ', ', h.town) FROM places_property h WHERE h.id = callers.property_id)))
   FROM callers),
  (SELECT json_agg(json_build_array(actual, stream) ORDER BY actual, stream) FROM visits),
  (SELECT json_agg(json_build_array(id, reference, title, due_at) ORDER BY due_at NULLS LAST, id) FROM open_cases),
  (SELECT number FROM earlier)
FROM contact LEFT JOIN checked ON true LEFT JOIN place ON true
"""

# Scripts broken off, the newest first: this person's own, or those of one caller of one council in earlier calls. To
# nobody is the number of somebody protected told. What was given away by a code is the caller's until that runs out.
LEFT = """
SELECT r.id, r.contact_id, r.changed_at, coalesce(n.title, 'A call'), CASE
    WHEN c.from_number > '' AND NOT moothall.number_of_protected(r.council_id, c.from_number) THEN c.from_number
    ELSE '' END, c.again_at,
  k.number, k.gss, k.name, k.short_name, k.letters, k.kind, k.logo, k.identity
FROM scripts_run r JOIN tenancy_council k ON k.number = r.council_id
LEFT JOIN contacts_need n ON n.id = r.need_id AND n.council_id = r.council_id
LEFT JOIN contacts_contact c ON c.id = r.contact_id AND c.council_id = r.council_id
WHERE (r.state = 'left' AND r.changed_at >= %(since)s
    OR r.state = 'given' AND r.changed_at BETWEEN %(given_since)s AND %(given_until)s)
  AND r.channel = 'phone' AND {whose}
ORDER BY r.changed_at DESC LIMIT 5
"""
LEFT_BY = LEFT.format(whose="r.started_by_id = %(person)s")
LEFT_OF = LEFT.format(
    whose="r.council_id = %(council)s AND c.from_number = %(number)s AND r.contact_id <> %(contact)s"
)

# The services this person answers now, council by council and end by end.
ANSWERS_FOR = """
SELECT k.number, k.gss, k.name, k.short_name, k.letters, k.kind, k.logo, k.identity, g.valid_to,
  string_agg(DISTINCT s.name, ', ' ORDER BY s.name)
FROM people_membership m
JOIN tenancy_grant g ON g.team_id = m.team_id
JOIN tenancy_council k ON k.number = g.council_id JOIN tenancy_service s ON s.number = g.service_id
WHERE m.person_id = %(person)s AND g."right" = 'answer'
  AND m.valid_from <= %(at)s AND (m.valid_to IS NULL OR m.valid_to > %(at)s)
  AND g.valid_from <= %(at)s AND (g.valid_to IS NULL OR g.valid_to > %(at)s)
  AND NOT EXISTS (SELECT FROM agreements_halt h WHERE h.starts <= %(at)s AND (h.ends IS NULL OR h.ends > %(at)s)
    AND (h.share_id = g.share_id AND h.team_id = g.team_id OR h.kind = 'cut' AND h.council_id = g.council_id))
GROUP BY k.number, g.valid_to ORDER BY k.name, g.valid_to
"""
# Who asked on the web to be rung, of the services that this person answers: whoever is due first. Whom a colleague
# rings now is left out, as `scripts.ring_back` judges it.
RING_BACKS = """
SELECT k.id, k.reference, k.title, k.due_at, coalesce(
    (SELECT a.said ->> 'answer' FROM jsonb_array_elements(k.answers) AS a(said) WHERE a.said ->> 'question' = %(on)s
     LIMIT 1), ''),
  b.number, b.gss, b.name, b.short_name, b.letters, b.kind, b.logo, b.identity
FROM cases_case k JOIN tenancy_council b ON b.number = k.council_id
WHERE k.state = 'open' AND k.kind = %(kind)s AND (k.officer_id IS NULL OR k.officer_id = %(person)s)
  AND k.scope_key = ANY((SELECT nullif(current_setting('moothall.line_write', true), '')::int[])::int[])
  AND NOT EXISTS (
    SELECT FROM contacts_need n JOIN contacts_contact c ON c.id = n.contact_id AND c.council_id = n.council_id
    WHERE n.case_id = k.id AND n.council_id = k.council_id AND c.outgoing AND c.agent_id <> %(person)s
      AND (c.state = 'answered' OR c.state = 'wrap_up' AND c.ended_at > %(after)s))
ORDER BY k.due_at NULLS LAST, k.id LIMIT 10
"""
COUNCIL = ("number", "gss", "name", "short_name", "letters", "kind", "logo", "identity")


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
    passed: Mapping[str, Any] | None = None  # the last time that the call was passed on
    asked: Mapping[str, Any] | None = None  # who asks whom about it now
    earlier: int = 0  # how much there is of what was before

    @property
    def hidden(self) -> bool:
        """Whether it is said who calls, and they are protected: the scope doesn't show them, or says so."""
        return self.contact.customer_id is not None and (self.checked is None or self.checked.protected)


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _row(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    rows = _rows(statement, values)
    return rows[0] if rows else None


def _council(values: Sequence[Any]) -> Council:
    return Council(**dict(zip(COUNCIL, values, strict=True)))


def presence_and_link(person: int) -> tuple[Presence, RouterState] | None:
    """The person's desk and what the router says of the phone link; None for somebody who never sat down."""
    row = _row(PRESENCE, {"person": person})
    if row is None:
        return None
    state, since, idle_since, contact, reason, notice, version, link, heartbeat, handles, consults, out = row
    presence = Presence(
        person_id=person, state=state, since=since, idle_since=idle_since, contact_id=contact, pause_reason=reason,
        notice=notice, version=version,
    )  # fmt: skip
    router = RouterState(
        link=link or "down", heartbeat_at=heartbeat, handles_calls=bool(handles), consults=bool(consults),
        calls_out=bool(out),
    )
    return presence, router


def asked_of(contact: int, at: datetime) -> dict[str, Any]:
    """The values of CALL."""
    today = in_london(at).date()
    return {
        "contact": contact, "callers": CALLERS, "visits": VISITS, "cases": CASES, "since": at - REACH, "most": MOST,
        "today": today, "until": today + VISITS_AHEAD, "earliest": today - HOLIDAYS_MOVE,
        "latest": today + VISITS_AHEAD + HOLIDAYS_MOVE,
    }  # fmt: skip


def call_in_hand(contact: int, at: datetime) -> Hand | None:
    """Everything that a pop shows of a contact, as the open scope sees it; None where it doesn't see the contact.

    A protected person is never among the callers, and their address is never read.
    """
    row = _row(CALL, asked_of(contact, at))
    if row is None:
        return None
    checked, place, callers, visits, cases = (_json(value) for value in row[26:31])
    names = ("pk", "council_id", "service_id", "line", "from_kind", "from_number", "state", "ended_at", "share_id",
             "customer_id", "property_id", "notes", "held_at", "outgoing", "answered_at", "offered_at",
             "cause")  # fmt: skip
    found = Contact(**dict(zip(names, row[:17], strict=True)))
    council = found.council = _council((found.council_id, *row[19:26]))
    return Hand(
        contact=found,
        council=council,
        checked=Customer(**checked) if checked else None,
        place=Property(**place) if place else None,
        callers=tuple((customer, said, address or "") for customer, said, address in callers or ()),
        visits=tuple((date.fromisoformat(day), stream) for day, stream in visits or ()),
        cases=tuple(_case(*values) for values in cases or ()),
        passed=_json(row[17]),
        asked=_json(row[18]),
        earlier=row[31],
    )


def left_by(person: int, since: datetime) -> tuple[Unfinished, ...]:
    """Scripts that this person began and that were broken off."""
    return _unfinished(LEFT_BY, {"person": person, "since": since})


def left_of(contact: Contact, since: datetime) -> tuple[Unfinished, ...]:
    """Scripts broken off in an earlier call from this contact's number, for the same council."""
    values = {"council": contact.council_id, "number": contact.from_number, "contact": contact.pk, "since": since}
    return _unfinished(LEFT_OF, values) if contact.from_number else ()


def _unfinished(statement: str, values: Mapping[str, Any]) -> tuple[Unfinished, ...]:
    lasts = timedelta(days=DAYS)
    given = {"given_since": values["since"] - lasts, "given_until": clock.now() - lasts}
    return tuple(
        Unfinished(
            run=run, contact=contact or 0, council=_council(council), title=title, caller=caller, when=when, again=again
        )
        for run, contact, when, title, caller, again, *council in _rows(statement, {**values, **given})
    )


def ring_backs(person: int, at: datetime) -> tuple[RingBack, ...]:
    """Who asked to be rung, and isn't being rung by somebody else. No number of somebody protected is told here, to
    nobody: whoever may see them looks at the case, and that is journalled."""
    found = []
    asked = {"kind": RING_BACK, "on": RING_ON, "person": person, "after": at - FINISHED_BY_THEN}
    for case, reference, title, due, said, *council in _rows(RING_BACKS, asked):
        body, number = _council(council), e164(said) or ""
        if number and number_of_protected(body.pk, number):
            number = ""
        found.append(RingBack(case, reference, title.removeprefix("Ring back: "), due, number, body))
    return tuple(found)


def answers_for(person: int, at: datetime) -> tuple[AnswersFor, ...]:
    """Whose services this person answers now, a line a council and end, as the grants say."""
    rows = _rows(ANSWERS_FOR, {"person": person, "at": at})
    return tuple(AnswersFor(_council(row[:8]), row[9], row[8]) for row in rows)


def _case(number: int, reference: str, title: str, due_at: str | None) -> Case:
    return Case(pk=number, reference=reference, title=title, due_at=due_at and datetime.fromisoformat(due_at))


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value
