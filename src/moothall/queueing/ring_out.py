"""An agent rings somebody from the desk. The router does it, as with every button; the desk is in the call at once."""
from __future__ import annotations

from moothall.agreements.queries import Answer, responsible
from moothall.contacts.actions import PHONE, Stamp
from moothall.contacts.outgoing import Outgoing, ring_contact
from moothall.contacts.queries import ContactKey
from moothall.lib import clock
from moothall.queueing.doorbell import wake_router
from moothall.queueing.models import Command, Presence, RouterState
from moothall.queueing.queries import set_presence

State = Presence.State
RING = "ring"  # the command's kind; here, since the pages must not load the router's compiler for it


def may_ring(person: int) -> str:
    """The code of what is in the way; "" for nothing. Holds the desk until the transaction ends. In an open scope."""
    at = clock.now()
    presence = Presence.objects.select_for_update().filter(person_id=person).first()
    router = RouterState.objects.filter(pk=1).first()
    if presence is None or presence.state == State.AWAY:
        return "not_at_a_desk"
    if presence.state not in {State.READY, State.PAUSED}:
        return "in_call"
    if router is None or not router.is_linked(at):
        return "no_link"
    return "" if router.calls_out else "not_supported"


def ring_out(outgoing: Outgoing, *, case: int | None = None, run: int | None = None) -> ContactKey:
    """After `may_ring`, in the same transaction."""
    at = clock.now()
    plan = responsible(outgoing.council, outgoing.service, channel=PHONE, function="answer", at=at)
    stamp = Stamp(None, None, [], None)
    if isinstance(plan, Answer):
        stamp = Stamp(plan.version_id, plan.share_id, [], None)
    key = ring_contact(outgoing, stamp, at=at, case=case, run=run)
    values = {"state": State.IN_CALL.value, "at": at, "contact": key.id, "council": key.council}
    set_presence(outgoing.person, values, states=(State.READY.value, State.PAUSED.value))
    Command.objects.create(kind=RING, person_id=outgoing.person, contact_id=key.id, asked_at=at)
    wake_router(f"presence:{outgoing.person}")
    wake_router("command")
    return key
