"""Consultations, as the router has them: what desks ask for, and what the exchange tells. All in its open scope.

Whatever happens, each ends in one of: the caller is with whoever asked, the call is with whoever was asked, it is over.
"""
from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from moothall.queueing.acts import Act, Answer, Clear, Complete, Consult, GiveUp, Swap
from moothall.queueing.consults.actions import answer_consult, find_consult, ring_consult, swap_consult
from moothall.queueing.consults.colleague import end, hold_for, let_go, who_is_free
from moothall.queueing.models import Passing
from moothall.queueing.passings.actions import refuse_passing
from moothall.queueing.passings.queries import takes
from moothall.queueing.passings.route import partnership, passing_of
from moothall.queueing.picture import Call
from moothall.queueing.queries import CommandRow, ring_desk, tell_desk
from moothall.telephony.port import (
    CallEvent,
    ConsultAnswered,
    ConsultEnded,
    ConsultRinging,
    ConsultSnapshot,
    ConsultSwapped,
)

if TYPE_CHECKING:
    from moothall.queueing.calls import Calls

State, Kind, Stage = Passing.State, Passing.Kind, Passing.Consult
BEGIN, SWAP, COMPLETE, GIVE_UP, JOIN, PART = "consult", "swap", "complete", "give_up", "join", "part"
OF_WHO_ASKS = {BEGIN, SWAP, COMPLETE, GIVE_UP}
OF_WHO_IS_ASKED = {JOIN, PART}
KINDS = OF_WHO_ASKS | OF_WHO_IS_ASKED


# -- what desks ask for ------------------------------------------------------------------------------------------------
def asked_for(calls: Calls, call: Call, command: CommandRow, station: str, now: datetime) -> list[Act] | None:
    """What the exchange is to do for whoever has the call; None where nothing is asked any more."""
    if command.kind == BEGIN:
        return _begin(calls, call, command, station, now)
    passing = passing_of(call.contact, State.CONSULT)
    if passing is None or passing.by_id != command.person:
        return None
    talked = passing.consult in {Stage.TALKING, Stage.CALLER}
    if command.kind == SWAP:
        return [Swap(call.call, station, command.id)] if talked else None
    make = Complete if command.kind == COMPLETE else GiveUp
    return [make(call.call, station, command.id)]


def asked_by_asked(calls: Calls, command: CommandRow) -> list[Act] | None:
    """The same for whoever is asked about somebody else's call."""
    call = calls.picture.by_contact.get(command.contact)
    passing = passing_of(call.contact, State.CONSULT) if call is not None else None
    if call is None or passing is None or passing.person_id != command.person:
        return None
    station = calls.picture.station_of(command.person)
    if command.kind == PART:
        return [Clear(call.call, station, command.id)]
    return [Answer(call.call, station, command.id)] if passing.consult == Stage.RINGING else None


def _begin(calls: Calls, call: Call, command: CommandRow, station: str, now: datetime) -> list[Act] | None:
    passing = passing_of(call.contact, State.ASKED)
    if passing is None or passing.by_id != call.person or passing.consult != Stage.ASKED:
        return None
    if passing.kind == Kind.OUTSIDE:
        return [Consult(call.call, station, passing.number, command.id)]
    person = passing.person_id or who_is_free(calls, call.contact, passing)
    if person is None or not hold_for(calls, call.contact, person, via=partnership(call), now=now):
        code = "not_free" if passing.kind == Kind.PERSON else "nobody_free"
        refuse_passing(passing, why=code, at=now)
        tell_desk(passing.by_id, f"refused_{code}")
        return []
    if passing.person_id is None:
        passing.person_id = person
        passing.save(update_fields=["person"])
    return [Consult(call.call, station, calls.picture.station_of(person), command.id)]


# -- what the exchange tells -------------------------------------------------------------------------------------------
def heard(calls: Calls, event: CallEvent, now: datetime) -> list[Act]:
    call = calls.picture.calls.get(event.call)
    if isinstance(event, ConsultEnded):
        return _ended(calls, event, now)
    if call is None or not call.answered or calls.picture.person_at(event.device) != call.person or call.person is None:
        return []
    calls.follow(call)
    match event:
        case ConsultRinging(to=to):
            _rings(calls, call, to, event.at, now)
        case ConsultAnswered(to=to):
            _talks(calls, call, to, event.at, now)
        case ConsultSwapped(to=to, with_caller=with_caller):
            _change(_talks(calls, call, to, event.at, now), with_caller, event.at)
    return []


def _rings(calls: Calls, call: Call, to: str, at: datetime, now: datetime) -> Passing | None:
    """The consultation as its row has it from now on; None where the call is being passed on straight away."""
    passing = passing_of(call.contact, State.ASKED, State.CONSULT)
    if passing is not None and passing.state == State.ASKED:
        if passing.consult != Stage.ASKED:
            return None
        ring_consult(passing, at=at)
    elif passing is None:
        person = calls.picture.person_at(to)
        if person is not None and not takes(call.contact, person):
            person = None  # the telephone rings there all the same, and their desk shows nothing of it
        passing = find_consult(call.contact, by=call.person or 0, person=person, number=to, at=at)
        if person is not None:
            hold_for(calls, call.contact, person, via=partnership(call), now=now)
    else:
        return passing
    _ring_both(passing)
    return passing


def _talks(calls: Calls, call: Call, to: str, at: datetime, now: datetime) -> Passing | None:
    passing = _rings(calls, call, to, at, now)
    if passing is not None and passing.consult == Stage.RINGING:
        answer_consult(passing, at=at)
        _ring_both(passing)
    return passing


def _change(passing: Passing | None, with_caller: bool, at: datetime) -> None:
    if passing is not None and passing.consult != (Stage.CALLER if with_caller else Stage.TALKING):
        swap_consult(passing, with_caller=with_caller, at=at)
        _ring_both(passing)


def _ended(calls: Calls, event: ConsultEnded, now: datetime) -> list[Act]:
    call = calls.picture.calls.get(event.call)
    if call is not None:
        passing = passing_of(call.contact, State.CONSULT)
        if passing is None and event.reason != "returned":  # it was busy before it rang
            asked = passing_of(call.contact, State.ASKED)
            passing = asked if asked is not None and asked.consult else None
        over = False
    else:  # the caller has rung off meanwhile
        passing, over = Passing.objects.filter(contact__call_key=event.call, state=State.CONSULT).first(), True
    if passing is None:
        return []
    declined = event.reason == "hung_up" and passing.consult == Stage.RINGING
    why = "rang_off" if over else "declined" if declined else event.reason
    return end(calls, passing, why=why, now=now)


def _ring_both(passing: Passing) -> None:
    tell_desk(passing.by_id, "")
    if passing.person_id is not None:
        ring_desk(passing.person_id)


# -- what didn't come about --------------------------------------------------------------------------------------------
def not_done(calls: Calls, contact: int, person: int, code: str, now: datetime) -> list[Act]:
    """The exchange, or the router itself, didn't do it: the call stays where it is."""
    acts: list[Act] = []
    for passing in Passing.objects.filter(contact_id=contact, by_id=person, state=State.ASKED).order_by("pk"):
        refuse_passing(passing, why=code, at=now)
        acts += let_go(calls, passing, now=now, notice="asked_over")
    return acts


def gone(calls: Calls, call: str, now: datetime) -> list[Act]:
    """The exchange has no such consultation (any more), and the caller has rung off."""
    found = Passing.objects.filter(contact__call_key=call, state=State.CONSULT).first()
    return end(calls, found, why="rang_off", now=now) if found is not None else []


def sweep(calls: Calls, before: datetime, now: datetime) -> list[Act]:
    """What the exchange never answered wasn't done; of what it ended unheard, everybody is let go."""
    acts: list[Act] = []
    asked = Passing.objects.filter(state=State.ASKED, asked_at__lt=before)
    for passing in asked.order_by("pk"):
        refuse_passing(passing, why="no_answer", at=now)
        tell_desk(passing.by_id, "refused_no_answer")
        acts += let_go(calls, passing, now=now, notice="asked_over")
    over = Passing.objects.filter(state=State.CONSULT, asked_at__lt=before).exclude(contact__state="answered")
    for passing in over.order_by("pk"):
        acts += end(calls, passing, why="rang_off", now=now)
    return acts


def mend(calls: Calls, key: str, shown: ConsultSnapshot | None, now: datetime) -> list[Act]:
    """After nobody listened: the row says what the exchange has."""
    call = calls.picture.calls.get(key)
    if call is None or not call.answered:
        return []
    passing = passing_of(call.contact, State.CONSULT)
    if shown is None or shown.state == "failed":
        why = "lost" if shown is None else "no_answer"
        return end(calls, passing, why=why, now=now) if passing is not None else []
    if call.person is None or calls.picture.person_at(shown.device) != call.person:
        return []
    steps: dict[str, Callable[[], object]] = {
        "ringing": lambda: _rings(calls, call, shown.to, now, now),
        "talking": lambda: _change(_talks(calls, call, shown.to, now, now), False, now),
        "held": lambda: _change(_talks(calls, call, shown.to, now, now), True, now),
    }
    steps[shown.state]()
    return []
