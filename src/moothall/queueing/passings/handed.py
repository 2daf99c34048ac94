"""Calls that are passed on to a telephone: after asking there, or by hand. Whoever sits there has the call now.

Only if they may: a telephone can be handed to anybody, and what we know of the caller doesn't follow it. Where they
mustn't, the call goes on at nobody's desk. All in an open scope of the router.
"""
from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from moothall.contacts.next_legs import pass_on_call
from moothall.queueing.actions import start_finishing
from moothall.queueing.acts import Act, Deflect
from moothall.queueing.consults.colleague import take_over
from moothall.queueing.decide import match_named
from moothall.queueing.models import Passing
from moothall.queueing.passings.actions import begin_passing, find_passing
from moothall.queueing.passings.queries import may_take, takes
from moothall.queueing.passings.route import UNDER_WAY, State, passed_on, passing_of, stamp_of, wait
from moothall.queueing.picture import Call
from moothall.queueing.queues import milliseconds
from moothall.telephony.port import Transferred

if TYPE_CHECKING:
    from moothall.queueing.calls import Calls


def heard(calls: Calls, event: Transferred, now: datetime) -> list[Act]:
    """The exchange tells that the call was passed on, by us or at the telephone."""
    call = calls.picture.calls.get(event.call)
    if call is None or not call.answered:
        return []
    if calls.picture.person_at(event.to) is not None:
        return handed(calls, call, event.to, at=event.at, now=now)
    call.home = event.to
    return passed_on(calls, call, at=event.at, now=now)


def handed(calls: Calls, call: Call, device: str, *, at: datetime, now: datetime) -> list[Act]:
    """The call is out of its agent's hands, and rings or talks at `device`, a telephone of ours."""
    calls.follow(call)
    person, asked = call.person, passing_of(call.contact, State.CONSULT)
    receiver = _who_was_asked(calls, asked, device) or who_takes(calls, call, device)
    if person == receiver:
        return []
    passing = _passing(call, person, at)
    if asked is not None:
        take_over(calls, asked, now=now)
    wanted, stamp = stamp_of(call, passing, now)
    if not pass_on_call(call.contact, stamp, wanted=wanted, person=person, device=device, at=at):
        return []
    if person is not None:
        start_finishing(call.contact, person, at=at)
    wait(calls, call, wanted, stamp)
    call.passed, call.named, call.widens_at = True, (receiver,) if receiver is not None else (), None
    found = match_named(calls.picture, call, milliseconds(now))
    if found is None or calls.lay_before(found, now) is None:  # it rings already, so the exchange is asked nothing
        calls.picture.stop_waiting(call)  # it rings there alone, although no desk can say so
        call.rings_until = milliseconds(now + calls.ring_limit)
    return calls.settle(now)


def rings_in_vain(calls: Calls, call: Call, now: datetime) -> list[Act]:
    """Nobody takes it at the telephone to which it was passed on: it waits for whoever else answers."""
    if call.answered or call.rings_until is None or calls.picture.is_waiting(call):
        return []
    calls.picture.wait(call)
    return [Deflect(call.call, call.home, call.contact.id), *calls.offer_call(call, now), *calls.settle(now)]


def who_takes(calls: Calls, call: Call, device: str) -> int | None:
    """Who sits at that telephone, if the call is laid before them or they answer for its council."""
    person = calls.picture.person_at(device)
    if person is None or person == call.person or takes(call.contact, person):
        return person
    return None


def _who_was_asked(calls: Calls, asked: Passing | None, device: str) -> int | None:
    """Who sits at that telephone, if they were asked first and still may have the call for what they were asked."""
    there = calls.picture.person_at(device)
    if asked is None or asked.team_id is None or there is None or there != asked.person_id:
        return None
    return there if may_take(asked.council_id, asked.wanted_id, asked.team_id, there) else None


def _passing(call: Call, person: int | None, at: datetime) -> Passing:
    passing = passing_of(call.contact, *UNDER_WAY)
    if passing is not None and passing.by_id == person:
        begin_passing(passing, at=at)
        return passing
    if person is None:  # it was at nobody's desk, so nobody's part is left to finish
        return Passing(kind=Passing.Kind.HANDSET, wanted_id=call.queue.service)
    return find_passing(call.contact, by=person, at=at)
