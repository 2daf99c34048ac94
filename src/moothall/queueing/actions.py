"""Presence and offers. Each action is one step in its caller's transaction, under the caller's scope.

`change_presence` is for what a person, or the router on a person's behalf, decides, and is journalled at their
employer; what a call does to a desk is journalled with the call.
"""
from __future__ import annotations

from datetime import datetime
from typing import Any

from moothall.contacts.queries import ContactKey
from moothall.domain.routing.explain import Reason
from moothall.journal.actions import write
from moothall.people.models import Person
from moothall.queueing.doorbell import wake_router
from moothall.queueing.models import Presence
from moothall.queueing.queries import (
    Made,
    back_to_queue,
    end_lease,
    finish_offer,
    grant_lease,
    insert_offer,
    set_presence,
    unfinished_call,
)

State = Presence.State


class NotWaiting(Exception):
    """The contact is no longer there to be offered; the transaction must be undone."""


def change_presence(
    person: Person,
    *,
    state: str,
    at: datetime,
    leaves: tuple[str, ...],
    reason: str = "",
    notice: str = "",
    device: str | None = None,
    idle_since: datetime | None = None,
) -> int | None:
    """Put a person's desk into `state` if it is in one of `leaves`; its new version, or None if it isn't.

    Needs the scope of the person or of the router; wakes the router. ValueError for a person without an employer.
    """
    if person.employer_id is None:
        raise ValueError(f"person {person.pk} has no employer, so no council's journal could hold this")
    values = {
        "state": state, "at": at, "reason": reason[:40], "notice": notice, "device": device, "idle_since": idle_since,
    }
    version = set_presence(person.pk, values, states=leaves)
    if version is not None:
        write("presence.change", council=person.employer_id, service=0, at=at,
              body={"person": person.pk, "state": state, "reason": reason[:40]})
        wake_router(f"presence:{person.pk}")
    return version


def make_offer(contact: ContactKey, person: int, *, reason: Reason, at: datetime) -> Made | None:
    """Lay a waiting contact before a ready agent, and ring that desk. None: the agent isn't ready any more.

    NotWaiting or IntegrityError: somebody else has the contact or the agent; undo and look again.
    """
    made = insert_offer(contact, person, at=at, why=reason.as_body())
    if made is None:
        return None
    if not made.offer:
        raise NotWaiting(contact)
    body = {"person": person, "offer": made.offer, **reason.as_body()}
    write("offer.make", council=contact.council, service=contact.service, contact=contact.id, at=at, body=body)
    return made


def end_offer(contact: ContactKey, *, state: str, at: datetime, person: int | None = None) -> int | None:
    """End the live offer (of `person`, if named) as accepted, declined, expired or withdrawn; whose it was, or None."""
    whose = finish_offer(contact, state=state, at=at, person=person)
    if whose is not None:
        write("offer.end", council=contact.council, service=contact.service, contact=contact.id, at=at,
              body={"person": whose, "state": state})
    return whose


def take_call(contact: ContactKey, person: int, *, at: datetime) -> None:
    """The person talks: their desk shows the call, and the lease lets them see it until it is finished."""
    values = {"state": State.IN_CALL.value, "at": at, "contact": contact.id, "council": contact.council}
    set_presence(person, values, states=tuple(State.values))
    grant_lease(contact, person, at)
    _write("call.take", contact, at, {"person": person})


def start_finishing(contact: ContactKey, person: int, *, at: datetime) -> None:
    """The call is over: the desk keeps it until it is finished. Longest idle counts from now."""
    values = {"state": State.WRAP_UP.value, "at": at, "idle_since": at, "contact": contact.id,
              "council": contact.council, "only_contact": contact.id}
    if set_presence(person, values, states=(State.IN_CALL.value,)) is not None:
        _write("finishing.start", contact, at, {"person": person})


def free_desk(contact: ContactKey, person: int, *, at: datetime, notice: str) -> int | None:
    """The call that rang here is gone: ready again, in the old place in the order."""
    values = {"state": State.READY.value, "at": at, "notice": notice, "only_contact": contact.id}
    version = set_presence(person, values, states=(State.RINGING.value,))
    if version is not None:
        _write("desk.free", contact, at, {"person": person, "notice": notice})
    return version


def requeue_contact(contact: ContactKey, *, at: datetime) -> bool:
    """An offer ended and the caller is still there: the contact waits again, in its old place."""
    waits = back_to_queue(contact)
    if waits:
        _write("contact.requeue", contact, at, {})
    return waits


def finish_call(person: Person, contact: ContactKey, *, state: str, at: datetime, reason: str = "") -> int | None:
    """The agent has finished: the lease ends, and the desk becomes ready or paused. None: it is not in this wrap-up.

    Where another call of theirs isn't finished, since they took this one at their telephone meanwhile, the desk goes
    back to that one first.
    """
    values = {"state": state, "at": at, "reason": reason[:40], "only_contact": contact.id}
    other = unfinished_call(person.pk, but=contact.id, at=at)
    if other is not None:
        back = State.IN_CALL if other.talks else State.WRAP_UP
        values |= {"state": back.value, "reason": "", "contact": other.contact, "council": other.council}
    version = set_presence(person.pk, values, states=(State.WRAP_UP.value,))
    if version is not None:
        end_lease(contact.id, person.pk, at)
        _write("call.finish", contact, at, {"person": person.pk, "state": values["state"]})
        wake_router(f"presence:{person.pk}")
    return version


def _write(kind: str, contact: ContactKey, at: datetime, body: dict[str, Any]) -> None:
    write(kind, council=contact.council, service=contact.service, contact=contact.id, at=at, body=body)
