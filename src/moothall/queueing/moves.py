"""Contacts whose share is halted while they wait: they go to whoever answers now, or end where nobody does.

A call that somebody answers isn't touched: its agent finishes it under the lease.
"""
from __future__ import annotations

from datetime import datetime

from moothall.agreements.queries import Gap, responsible, stopped
from moothall.contacts.actions import PHONE, Stamp, abandon_contact, move_contact
from moothall.contacts.next_legs import return_call
from moothall.contacts.queries import waiting_for
from moothall.queueing.actions import end_offer, free_desk, requeue_contact
from moothall.queueing.acts import Act, Clear, Deflect
from moothall.queueing.calls import Calls
from moothall.queueing.models import Offer
from moothall.queueing.passings import route as passings
from moothall.queueing.picture import Call
from moothall.queueing.queues import QueueKey
from moothall.queueing.stamp import closed_words

MOVED = "moved"


def move_stopped(calls: Calls, now: datetime) -> list[Act]:
    """Move what waits for a share that is out of force now. In an open scope; `settle` then offers it."""
    why = stopped()
    acts: list[Act] = []
    if not why:
        return acts
    for contact, share in waiting_for(why).items():
        call = calls.picture.by_contact.get(contact)
        if call is not None and not call.answered:
            acts += _move(calls, call, share, why[share], now)
    return acts


def _move(calls: Calls, call: Call, share: int, why: str, now: datetime) -> list[Act]:
    wanted = call.queue.service  # the line's, or the one for which it was passed on
    plan = responsible(call.contact.council, wanted, channel=PHONE, function="answer", at=now)
    if isinstance(plan, Gap):
        station = calls.picture.station_of(call.person) if call.person is not None else ""
        _take_from_desk(calls, call, now)
        calls.picture.remove(call)
        calls.forget(call.call, now)
        if not (call.passed and passings.over(call.contact, by="exchange", cause=plan.code, at=now)):
            abandon_contact(call.contact, by="exchange", cause=plan.code, at=now)
        return [Clear(call.call, station or call.home, says="" if station else closed_words(call.home, plan, now))]
    queue = QueueKey(call.contact.council, wanted, tuple((int(s), int(t)) for s, t in plan.tiers))
    if plan.share_id == share and queue == call.queue:
        return []  # the team that takes over has it already
    acts: list[Act] = []
    if _take_from_desk(calls, call, now):
        requeue_contact(call.contact, at=now)
        acts.append(Deflect(call.call, call.home, call.contact.id))
    stamp = Stamp(plan.version_id, plan.share_id, plan.tiers, plan.answer_within_s)
    if call.passed:
        moved = return_call(call.contact, stamp, wanted=wanted, device=call.home, at=now, why=why)
    else:
        moved = move_contact(call.contact, stamp, why=why, at=now)
    if moved:
        calls.picture.stop_waiting(call)
        call.queue = queue
        calls.picture.wait(call)
    return acts


def _take_from_desk(calls: Calls, call: Call, now: datetime) -> bool:
    """Whether it rang at somebody's desk, which is free again."""
    person = call.person
    if person is None:
        return False
    end_offer(call.contact, state=Offer.State.WITHDRAWN, at=now)
    calls.unsee(call, person, now)
    call.person, call.rings_until = None, None
    if free_desk(call.contact, person, at=now, notice=MOVED) is not None:
        calls.picture.ready(person, call.person_since)
    return True
