"""What an agent does at the desk. Buttons ask the router; the desk then follows what the exchange says.

Each takes the signed-in person and works in that person's open scope, or opens it. Each answers with a value.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from moothall.contacts.actions import close_need, wrap_up_contact
from moothall.contacts.models import Contact, Need
from moothall.contacts.queries import ContactKey
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing.actions import change_presence, finish_call
from moothall.queueing.doorbell import ring, wake_router
from moothall.queueing.models import Command, Presence, RouterState
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import OutsideScope, current_principal, scope

State = Presence.State
OF_A_CALL = {"hold", "retrieve", "pass_on"}  # what a button asks that not every exchange can do
OF_A_CONSULTATION = {"consult", "swap", "complete", "give_up", "join", "part"}


@dataclass(frozen=True, slots=True)
class Asked:
    """How a press of a button went. Else `code`: gone, taken, no_link, in_call, not_at_a_desk, not_yours."""

    ok: bool
    code: str = ""
    version: int = 0


@contextmanager
def as_person(person: Person, contact: int | None = None) -> Iterator[None]:
    """The person's open scope if there is one, else a new one. NestedScope where the open one is somebody else's."""
    try:
        principal = current_principal()
    except OutsideScope:
        principal = None
    if isinstance(principal, Staff) and principal.person == person.pk:
        with transaction.atomic():
            yield
        return
    with scope(Staff(person.pk, contact)):
        yield


def sign_in_to_desk(person: Person, *, device: str = "") -> Presence:
    """Sit down: the desk exists, paused until the agent says ready. `device`: the telephone, else their own."""
    at = clock.now()
    with as_person(person):
        presence, new = Presence.objects.get_or_create(
            person=person, defaults={"since": at, "idle_since": at, "device": device or person.station}
        )
        if new or presence.state == State.AWAY:
            change_presence(
                person, state=State.PAUSED, at=at, leaves=(State.AWAY,), reason="signed_in", idle_since=at,
                device=device or person.station,
            )
            presence.refresh_from_db()
    return presence


def become_ready(person: Person) -> Asked:
    return _move(person, State.READY, leaves=(State.PAUSED, State.AWAY))


def pause(person: Person, *, reason: str = "") -> Asked:
    return _move(person, State.PAUSED, leaves=(State.READY, State.PAUSED), reason=reason or "pause")


def leave_desk(person: Person) -> Asked:
    """Sign out of the desk; refused while a call rings, is on or is being finished."""
    return _move(person, State.AWAY, leaves=(State.READY, State.PAUSED, State.AWAY))


def _move(person: Person, state: str, *, leaves: tuple[str, ...], reason: str = "") -> Asked:
    at = clock.now()
    with as_person(person):
        presence = Presence.objects.select_for_update().filter(person=person).first()
        if presence is None or (presence.state == State.AWAY and state == State.PAUSED):
            return Asked(False, "not_at_a_desk")
        if presence.state == state and presence.pause_reason == reason:
            return Asked(True, version=presence.version)  # pressed twice
        idle_since = at if presence.state == State.AWAY else None
        version = change_presence(person, state=state, at=at, leaves=leaves, reason=reason, idle_since=idle_since)
    return Asked(False, "in_call", presence.version) if version is None else Asked(True, version=version)


def ask_to_answer(person: Person, contact: int) -> Asked:
    return ask("answer", person, contact, states=(State.RINGING,))


def decline(person: Person, contact: int) -> Asked:
    """"I can't take it": the call goes to the next, this desk to a pause."""
    return ask("decline", person, contact, states=(State.RINGING,))


def ask_to_end(person: Person, contact: int) -> Asked:
    return ask("clear", person, contact, states=(State.IN_CALL,))


def ask_to_hold(person: Person, contact: int) -> Asked:
    return ask("hold", person, contact, states=(State.IN_CALL,))


def ask_to_retrieve(person: Person, contact: int) -> Asked:
    """Back to the caller."""
    return ask("retrieve", person, contact, states=(State.IN_CALL,))


def ask(kind: str, person: Person, contact: int, *, states: tuple[str, ...]) -> Asked:
    """Leave a command for the router. Refused at once where the desk doesn't hold this contact in such a state."""
    with transaction.atomic():
        presence = Presence.objects.select_for_update().filter(person=person).first()
        if presence is None or presence.contact_id != contact:
            return Asked(False, "gone")
        if presence.state not in states:
            return Asked(False, "taken" if presence.state == State.IN_CALL else "gone", presence.version)
        at, router = clock.now(), RouterState.objects.filter(pk=1).first()
        if router is None or not router.is_linked(at):
            return Asked(False, "no_link", presence.version)
        able = router.handles_calls if kind in OF_A_CALL else router.consults if kind in OF_A_CONSULTATION else True
        if not able:
            return Asked(False, "not_supported", presence.version)
        if presence.notice:  # what the exchange said to the press before
            Presence.objects.filter(pk=person.pk).update(notice="")
        Command.objects.create(kind=kind, person=person, contact_id=contact, asked_at=at)
        wake_router("command")
        return Asked(True, version=presence.version)


def finish_wrap_up(
    person: Person,
    contact: int,
    *,
    outcomes: Mapping[int, str],
    note: str = "",
    then: Literal["ready", "pause"] = "ready",
) -> Asked:
    """Close the needs with their outcomes (need id → code), keep the note, end the lease, and go on or pause.

    The scope must name the contact (Staff(person, contact=…)) where the share may have ended meanwhile. ValueError for
    an outcome that isn't one.
    """
    at = clock.now()
    with as_person(person, contact):
        row = Contact.objects.filter(pk=contact).values_list("pk", "council_id", "service_id").first()
        if row is None:
            return Asked(False, "not_yours")
        if not Contact.objects.filter(pk=contact, agent=person, state=Contact.State.WRAP_UP).exists():
            return Asked(False, "not_yours")
        for need in Need.objects.filter(contact_id=contact, pk__in=outcomes, closed_at=None).order_by("pk"):
            close_need(need, outcome=outcomes[need.pk])
        codes = dict(Need.objects.filter(contact_id=contact).exclude(outcome="").values_list("pk", "outcome"))
        if not wrap_up_contact(ContactKey(*row), person=person.pk, outcomes=codes, note=note, at=at):
            return Asked(False, "not_yours")
        state = State.READY if then == "ready" else State.PAUSED
        version = finish_call(person, ContactKey(*row), state=state, at=at, reason="" if then == "ready" else "pause")
        return Asked(True, version=version if version is not None else ring(person.pk))
