"""Carrying one message out: claim it, speak to the carrier, write down what came of it. Each step survives a kill.

A claim is a lease of SETTLE on the row: whoever is killed with it leaves `sending`, and whoever takes it up after the
lease treats it as unknown: it asks the carrier by our reference before it sends again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from moothall.journal.actions import write
from moothall.lib import clock
from moothall.lib.answers import Later, Refused, Unknown
from moothall.messages.may_send import may_send
from moothall.messages.models import Message
from moothall.messages.port import Carrier, Found, Letter, NotThere, Taken
from moothall.messages.registry import carrier_of
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

SETTLE = timedelta(seconds=settings.OUTBOUND_LEASE_S)  # longer than any question to a carrier may take
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
FOLLOW = timedelta(minutes=1)
NO_NEWS = timedelta(days=3)  # after so long without news of it, a message stands as sent
GIVE_UP = timedelta(days=3)
State = Message.State


@dataclass(frozen=True, slots=True)
class Stopped:
    """It may not go any more."""

    code: str


Came = Taken | Refused | Later | Unknown | Found | NotThere | Stopped
log = logging.getLogger(__name__)


def carry(reference: str, council: int) -> str:
    """Do what is due with this message; its state afterwards, or nothing where it isn't due."""
    claimed = _claim(reference, council)
    if claimed is None:
        return ""
    message, before = claimed
    carrier = carrier_of(Council.objects.get(pk=council).gss)
    if carrier is None:
        reason = "no carrier is connected"
        return settle_message(message, Later(reason) if before == State.QUEUED else Unknown(reason))
    return settle_message(message, _ask(carrier, message, before))


def _ask(carrier: Carrier, message: Message, before: str) -> Came:
    """Speak to the carrier, outside any transaction."""
    if before == State.QUEUED:
        return _send(carrier, message)
    found = carrier.probe(str(message.reference))
    if before == State.SENT or not isinstance(found, NotThere):
        return found
    with scope(System("send", message.council_id)):  # it was never taken, and much may have changed since it was asked
        why = may_send(message)
    return Stopped(why) if why else _send(carrier, message)


def _send(carrier: Carrier, message: Message) -> Came:
    letter = Letter(str(message.reference), message.channel, message.to, message.subject, message.body)  # type: ignore[arg-type]
    return carrier.send(letter)


def _claim(reference: str, council: int) -> tuple[Message, str] | None:
    """Take the message for SETTLE, if it is due; with the state in which it was. It is asked here whether it may go."""
    at = clock.now()
    with scope(System("send", council)):
        rows = Message.objects.select_for_update(skip_locked=True)
        message = rows.filter(reference=reference, next_at__lte=at).first()
        if message is None:
            return None
        before = message.state
        if before == State.QUEUED and (why := may_send(message)):
            _settle(message, State.STOPPED, why, at)
            return None
        message.next_at = at + SETTLE
        if before != State.SENT:
            message.state = State.SENDING
            message.attempts += 1
        message.save(update_fields=["next_at", "state", "attempts"])
        return message, before


def settle_message(claimed: Message, came: Came) -> str:
    """Write down what the carrier said; the state now. Somebody else's later claim is left alone."""
    at = clock.now()
    with scope(System("send", claimed.council_id)):
        message = Message.objects.select_for_update().get(pk=claimed.pk)
        if message.next_at != claimed.next_at:
            return message.state
        match came:
            case Taken(carrier_id):
                _accept(message, carrier_id, at)
            case Found(carrier_id, standing, code):
                _accept(message, carrier_id, at)
                if standing != "accepted":
                    _settle(message, State.DELIVERED if standing == "delivered" else State.FAILED, code, at)
            case Refused(code, raw):
                log.warning("message %s was refused: %s", message.reference, raw)
                _settle(message, State.FAILED, code, at)
            case Later(reason):
                _again(message, State.QUEUED, reason, at)
            case Unknown(reason):
                _again(message, State.SENT if message.state == State.SENT else State.UNKNOWN, reason, at)
            case Stopped(code):
                _settle(message, State.STOPPED, code, at)
            case NotThere():
                _settle(message, State.FAILED, "lost", at)
        message.save()
        return message.state


def _accept(message: Message, carrier_id: str, at: datetime) -> None:
    """The carrier has it: what was secret is forgotten, and its fate is followed."""
    message.carrier_id, message.state, message.body, message.code = carrier_id, State.SENT, "", ""
    over = at - message.made_at > NO_NEWS
    message.next_at = None if over else at + max(FOLLOW, (at - message.made_at) / 2)
    if over:
        message.settled_at = at


def _again(message: Message, state: str, reason: str, at: datetime) -> None:
    if at - message.made_at > GIVE_UP:
        _settle(message, State.FAILED, "given_up", at)
        return
    wait = WAITS[min(message.attempts, len(WAITS)) - 1] if message.attempts else WAITS[0]
    message.state, message.code, message.next_at = state, reason[:40], at + wait


def _settle(message: Message, state: str, code: str, at: datetime) -> None:
    message.state, message.code, message.body = state, code, ""
    message.next_at, message.settled_at = None, at
    message.save()
    body = {"message": str(message.reference), "state": state, "code": code}
    write("message.settle", council=message.council_id, service=message.service_id, case=message.case_id, at=at,
          body=body)  # fmt: skip
