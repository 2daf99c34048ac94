"""The legs of a call that is passed on: the same contact waits again, for another team, and is answered again.

What its caller was promised when they rang counts once, by the first answer; each wait after it is its leg's own. Each
action is one step in its caller's transaction and one kind of the journal.
"""
from __future__ import annotations

import json
from datetime import datetime

from moothall.contacts.actions import Stamp
from moothall.contacts.models import Contact
from moothall.contacts.queries import ContactKey, mark_answered, mark_ended, mark_next_leg
from moothall.journal.actions import write

PASSED_ON, NOT_TAKEN = "passed_on", "not_taken"


def pass_on_call(
    contact: ContactKey, stamp: Stamp, *, wanted: int, person: int | None, device: str, at: datetime
) -> bool:
    """`person` has passed the call on: it waits for `wanted`, a service of its council. False: nobody talks in it."""
    since = _next_leg(contact, stamp, leaves=Contact.State.ANSWERED, wanted=wanted, device=device, at=at)
    if since is None:
        return False
    write("call.pass_on", council=contact.council, service=contact.service, contact=contact.id, at=at, body={
        "person": person, "wanted": wanted, "version": stamp.version, "share": stamp.share,
        "answer_within_s": stamp.answer_within_s, "talk_s": _seconds(since, at),
    })
    return True


def return_call(contact: ContactKey, stamp: Stamp, *, wanted: int, device: str, at: datetime, why: str) -> bool:
    """Those to whom it was passed on don't take it: it waits for whoever else answers. False: it waits no more."""
    if _next_leg(contact, stamp, leaves=Contact.State.WAITING, wanted=wanted, device=device, at=at) is None:
        return False
    write("call.return", council=contact.council, service=contact.service, contact=contact.id, at=at, body={
        "wanted": wanted, "version": stamp.version, "share": stamp.share, "why": why[:40],
    })
    return True


def answer_leg(
    contact: ContactKey, *, person: int | None, device: str, at: datetime, alerting_at: datetime | None = None
) -> bool:
    """Somebody talks with the caller who was passed on."""
    since = mark_answered(contact, {"person": person, "device": device[:40], "at": at, "alerting_at": alerting_at})
    if since is None:
        return False
    write("leg.answer", council=contact.council, service=contact.service, contact=contact.id, at=at,
          body={"person": person, "waited_ms": max(0, round((at - since[1]).total_seconds() * 1000))})
    return True


def lose_call(contact: ContactKey, *, by: str, cause: str, at: datetime) -> bool:
    """It ended while it waited for the next: whoever passed it on finishes it."""
    states = [Contact.State.WAITING.value, Contact.State.OFFERED.value]
    row = mark_ended(contact, {"state": Contact.State.WRAP_UP, "states": states, "at": at, "by": by, "cause": cause})
    if row is None:
        return False
    write("call.lose", council=contact.council, service=contact.service, contact=contact.id, at=at,
          body={"by": by, "cause": cause})
    return True


def _next_leg(
    contact: ContactKey, stamp: Stamp, *, leaves: str, wanted: int, device: str, at: datetime
) -> datetime | None:
    return mark_next_leg(contact, {
        "version": stamp.version, "share": stamp.share, "tiers": json.dumps([list(tier) for tier in stamp.tiers]),
        "leaves": leaves, "wanted": wanted, "device": device[:40], "at": at,
        "cause": PASSED_ON if leaves == Contact.State.ANSWERED else NOT_TAKEN,
    })


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, round((until - since).total_seconds()))
