"""What happens to a contact. Each action is one step in its caller's transaction and one kind of the journal.

The steps of a call follow the exchange's events, so each is harmless when it comes twice: it then returns False.
"""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from moothall.contacts.models import Contact, Need
from moothall.contacts.queries import (
    ContactKey,
    insert_contact,
    mark_answered,
    mark_ended,
    mark_moved,
    mark_need_closed,
    mark_wrapped_up,
)
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.tenancy.together import change_held, hold

PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the agreement in force said when the contact was offered; nothing of it changes afterwards."""

    version: int | None
    share: int | None
    tiers: Sequence[Sequence[int]]
    answer_within_s: int | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A contact at a line. `line` takes it; `dialled` is what was dialled, where that is no line of ours."""

    council: int
    service: int
    line: str
    call: str
    at: datetime
    device: str = ""
    from_kind: str = Contact.From.UNKNOWN
    from_number: str = ""
    channel: str = PHONE
    dialled: str = ""


def offer_contact(arrival: Arrival, stamp: Stamp) -> ContactKey:
    """A contact arrives, is stamped and waits. IntegrityError where the call has a contact already."""
    body = {"version": stamp.version, "share": stamp.share, "answer_within_s": stamp.answer_within_s}
    contact = _insert(arrival, stamp, state=Contact.State.WAITING)
    _journal("contact.offer", contact, arrival.at, {**_where(arrival), **body})
    return contact


def refuse_contact(arrival: Arrival, *, reason: str) -> ContactKey:
    """Nobody answers this line now: the contact is kept, counted and over."""
    contact = _insert(arrival, Stamp(None, None, [], None), state=Contact.State.UNANSWERED, cause=reason)
    _journal("contact.refuse", contact, arrival.at, {**_where(arrival), "reason": reason})
    return contact


def answer_contact(
    contact: ContactKey, *, person: int | None, device: str, at: datetime, alerting_at: datetime | None = None
) -> bool:
    """Somebody talks with the caller. `person` is None for a telephone of nobody at a desk."""
    values = {"person": person, "device": device[:40], "at": at, "alerting_at": alerting_at}
    since = mark_answered(contact, values)
    if since is None:
        return False
    _journal("contact.answer", contact, at, {"person": person, "waited_ms": _ms(since[0], at)})
    return True


def end_contact(contact: ContactKey, *, by: str, cause: str, at: datetime) -> bool:
    """The call that was answered is over; its agent finishes."""
    states = [Contact.State.ANSWERED.value]
    row = mark_ended(contact, {"state": Contact.State.WRAP_UP, "states": states, "at": at, "by": by, "cause": cause})
    if row is None:
        return False
    _journal("contact.end", contact, at, {"by": by, "cause": cause, "talk_s": _ms(row[1] or at, at) // 1000})
    return True


def abandon_contact(contact: ContactKey, *, by: str, cause: str, at: datetime) -> bool:
    """The call is over before anybody answered: the caller rang off, or (by exchange) it was cut off."""
    state = Contact.State.ABANDONED if by == "caller" else Contact.State.CUT_OFF
    states = [Contact.State.WAITING.value, Contact.State.OFFERED.value]
    row = mark_ended(contact, {"state": state, "states": states, "at": at, "by": by, "cause": cause})
    if row is None:
        return False
    _journal("contact.abandon", contact, at, {"by": by, "cause": cause, "waited_ms": _ms(row[0], at)})
    return True


def move_contact(contact: ContactKey, stamp: Stamp, *, why: str, at: datetime) -> bool:
    """It waits for another share from now on, since its own is out of force. False: it waits no more."""
    values = {"version": stamp.version, "share": stamp.share, "answer_within_s": stamp.answer_within_s,
              "tiers": json.dumps([list(tier) for tier in stamp.tiers]), "at": at, "cause": why[:40]}
    if not mark_moved(contact, values):
        return False
    _journal("contact.move", contact, at, {
        "version": stamp.version, "share": stamp.share, "answer_within_s": stamp.answer_within_s, "why": why,
    })
    return True


def wrap_up_contact(
    contact: ContactKey, *, person: int | None, outcomes: Mapping[int, str], note: str, at: datetime
) -> bool:
    """Its agent has finished. `outcomes`: need id → code, closed before by `close_need`. False: not theirs.

    `person` is None for a call that was answered at a telephone of nobody at a desk.
    """
    ended_at = mark_wrapped_up(contact, {"person": person, "note": note or None, "at": at})
    if ended_at is None:
        return False
    body = {"wrap_s": _ms(ended_at, at) // 1000, "outcomes": {str(need): code for need, code in outcomes.items()}}
    _journal("contact.wrap_up", contact, at, body)
    return True


def open_need(
    *, contact: Contact, service: int, kind: str, title: str, case: int | None = None, number: int | None = None
) -> Need:
    """What the person wants. `service` is the need's own, which may not be the line's; `kind` the script's key; `case`
    one that there is already, where the contact is about it from the start; `number` the need's id, where that was
    taken before, so that it may be written later."""
    at = clock.now()
    need = Need(
        pk=number, council_id=contact.council_id, service_id=service, contact=contact, kind=kind, title=title[:80],
        created_at=at, case_id=case,
    )  # fmt: skip
    if number is None or not hold(need):
        need.save(force_insert=True)
    write("need.open", council=need.council_id, service=service, contact=contact.pk, need=need.pk, case=case, at=at,
          body={"kind": kind})
    return need


def close_need(need: Need, *, outcome: str, code: str = "") -> bool:
    """How the need came out; a need closed before keeps its outcome, and False is returned."""
    at = clock.now()
    told = {"outcome": Need.Outcome(outcome).value, "outcome_code": code[:40]}
    changed = change_held(Need, need.pk, **told, closed_at=at) or mark_need_closed(need.pk, {**told, "at": at})
    if changed:
        write("need.close", council=need.council_id, service=need.service_id, contact=need.contact_id, need=need.pk,
              at=at, body={"outcome": outcome, "code": code[:40]})
    return changed


def _insert(arrival: Arrival, stamp: Stamp, *, state: str, cause: str = "") -> ContactKey:
    over = state == Contact.State.UNANSWERED
    number = insert_contact({
        "council": arrival.council, "service": arrival.service, "channel": arrival.channel, "line": arrival.line[:20],
        "from_kind": arrival.from_kind, "from_number": arrival.from_number[:16], "call": arrival.call[:80],
        "state": state, "at": arrival.at, "device": arrival.device[:40], "ended_at": arrival.at if over else None,
        "ended_by": "exchange" if over else "", "cause": cause[:40], "version": stamp.version, "share": stamp.share,
        "tiers": json.dumps([list(tier) for tier in stamp.tiers]), "answer_within_s": stamp.answer_within_s,
    })
    return ContactKey(number, arrival.council, arrival.service)


def _where(arrival: Arrival) -> dict[str, object]:
    where: dict[str, object] = {"line": arrival.line, "channel": arrival.channel, "from_kind": arrival.from_kind}
    return {**where, "dialled": arrival.dialled[:20]} if arrival.dialled else where


def _journal(kind: str, contact: ContactKey, at: datetime, body: Mapping[str, object]) -> None:
    write(kind, council=contact.council, service=contact.service, contact=contact.id, at=at, body=dict(body))


def _ms(since: datetime, until: datetime) -> int:
    return max(0, round((until - since).total_seconds() * 1000))
