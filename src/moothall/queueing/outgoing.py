"""Calls that agents make, as the router has them: theirs from the start, and over where nobody is reached.

The desk's own part is in `scripts/ring_back.py`. All in an open scope of the router.
"""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from moothall.agreements.queries import line
from moothall.contacts.actions import end_contact
from moothall.contacts.models import Contact
from moothall.contacts.outgoing import PENDING, dial_contact, reach_contact
from moothall.contacts.queries import ContactKey
from moothall.domain.telephone import national, same_number
from moothall.queueing.actions import start_finishing
from moothall.queueing.acts import Act, CallOut
from moothall.queueing.picture import Call
from moothall.queueing.queries import CommandRow, grant_lease, tell_desk
from moothall.queueing.queues import QueueKey, milliseconds
from moothall.telephony.port import CallEvent, CallingOut

if TYPE_CHECKING:
    from moothall.queueing.calls import Calls

TOLD_BY_THEN = timedelta(seconds=30)


def asked_for(calls: Calls, command: CommandRow, now: datetime) -> list[Act] | None:
    """What the exchange is to do for whoever rings; None where it isn't asked for any more."""
    row = _pending(command.contact, command.person)
    station = calls.picture.station_of(command.person)
    if row is None or not station:
        return None
    key = ContactKey(row.pk, row.council_id, row.service_id)
    call = calls.picture.by_contact.get(row.pk)
    if call is None:
        queue = QueueKey(row.council_id, row.service_id, ())
        call = Call(row.call_key, key, queue, milliseconds(row.offered_at), home=row.line, person=command.person)
        call.answered = call.calling = True
        calls.picture.add(call)
    calls.picture.busy(command.person)
    grant_lease(key, command.person, now)
    shown = line(row.line)
    return [CallOut(call.call, station, national(row.from_number), shown.public_number if shown else "", command.id)]


def is_pending(key: str) -> bool:
    """Whether the exchange hasn't told of it yet."""
    return key.startswith(PENDING)


def begun(calls: Calls, event: CallingOut, now: datetime) -> list[Act]:
    """The exchange rings somebody: the call that a desk asked for, if it rings whom that asked for. Any other was
    dialled by hand, and is nobody's contact."""
    person = calls.picture.person_at(event.device)
    theirs = [call for call in calls.picture.calls.values() if call.person == person and is_pending(call.call)]
    call = next(iter(theirs), None)
    if person is None or call is None:
        return []
    row = _pending(call.contact.id, person)
    if row is None or not same_number(event.to, row.from_number):
        return []
    if dial_contact(call.contact, call=event.call, device=event.device, at=event.at):
        calls.picture.rekey(call, event.call)
        tell_desk(person, "")
    return []


def reached(calls: Calls, event: CallEvent) -> list[Act]:
    call = calls.picture.calls.get(event.call)
    if call is None or not call.calling:
        return []
    call.calling = False
    if reach_contact(call.contact, at=event.at) and call.person is not None:
        tell_desk(call.person, "")
    return []


def not_rung(calls: Calls, contact: int, person: int, code: str, now: datetime) -> list[Act]:
    """The exchange, or the router itself, rang nobody: the desk says why, and when to try again is chosen there."""
    row = _pending(contact, person)
    if row is None:
        return []
    key = ContactKey(row.pk, row.council_id, row.service_id)
    call = calls.picture.by_contact.get(contact)
    if call is not None:
        calls.picture.remove(call)
    if end_contact(key, by="exchange", cause=code, at=now):
        start_finishing(key, person, at=now)
    return []


def sweep(calls: Calls, now: datetime) -> list[Act]:
    """What the exchange never told of didn't come about."""
    before, acts = milliseconds(now - TOLD_BY_THEN), []
    for call in [c for c in calls.picture.calls.values() if is_pending(c.call) and c.offered_ms < before]:
        acts += not_rung(calls, call.contact.id, call.person or 0, "no_answer_of_exchange", now)
    return acts


def _pending(contact: int, person: int) -> Contact | None:
    rows = Contact.objects.filter(pk=contact, agent_id=person, outgoing=True, state=Contact.State.ANSWERED)
    return rows.filter(call_key__startswith=PENDING).first()
