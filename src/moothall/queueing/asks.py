"""What desks ask for, and what the exchange answers to what we asked."""
from __future__ import annotations

from datetime import datetime, timedelta

from moothall.queueing import outgoing
from moothall.queueing.acts import (
    WISH_OF,
    Act,
    Answer,
    CallOut,
    Clear,
    Consult,
    Deflect,
    Follow,
    GiveUp,
    Hold,
    OfDesk,
    Transfer,
)
from moothall.queueing.calls import Calls
from moothall.queueing.consults import route as consults
from moothall.queueing.models import Offer, Presence
from moothall.queueing.moves import move_stopped
from moothall.queueing.passings import route as passings
from moothall.queueing.picture import Call, agents_from
from moothall.queueing.queries import CommandRow, finish_command, open_commands, presences, roster, tell_desk
from moothall.queueing.queues import milliseconds
from moothall.queueing.ring_out import RING
from moothall.queueing.takeup import finish_for_nobody
from moothall.telephony.port import Done, Refused, Result

SENT, PASS_ON = "sent", "pass_on"
ANSWERED_BY_THEN = timedelta(seconds=15)
LATE = timedelta(seconds=5)  # a button pressed so long ago is not meant any more


def do_commands(calls: Calls, now: datetime) -> list[Act]:
    """Take every open command, in one transaction; done again from rows if that had to be undone."""

    def work() -> list[Act]:
        acts: list[Act] = []
        for command in open_commands():
            late = now - command.asked_at > LATE
            made = None if late else _do(calls, command, now)
            result = "late" if late else SENT if made is not None else "gone"
            finish_command(command.id, result=result, at=now)
            if made is None and command.kind in {PASS_ON, *consults.KINDS}:
                if command.kind in {PASS_ON, consults.BEGIN}:
                    acts += consults.not_done(calls, command.contact, command.person, result, now)
                tell_desk(command.person, f"refused_{result}")
            if made is None and command.kind == RING:
                acts += outgoing.not_rung(calls, command.contact, command.person, result, now)
            acts += made or []
        return acts

    return calls.in_one(work, now)


def _do(calls: Calls, command: CommandRow, now: datetime) -> list[Act] | None:
    """None where the call is no longer theirs."""
    if command.kind in consults.OF_WHO_IS_ASKED:
        return consults.asked_by_asked(calls, command)
    if command.kind == RING:
        return outgoing.asked_for(calls, command, now)
    call = calls.picture.by_contact.get(command.contact) or _went_on(calls, command)
    if call is None or call.person != command.person:
        return None
    station = calls.picture.station_of(command.person)
    match command.kind:
        case "answer" if not call.answered:
            return [Answer(call.call, station, command.id)]
        case "decline" if not call.answered:
            return calls.give_up(call, state=Offer.State.DECLINED, reason="declined", now=now)
        case "clear" if call.answered:
            return [Clear(call.call, station, command.id)]
        case "hold" | "retrieve" if call.answered and call.held == (command.kind == "retrieve"):
            return [Hold(call.call, station, command.id, back=call.held)]
        case "pass_on" if call.answered:
            return passings.ask_exchange(call, station, command.id)
        case kind if kind in consults.OF_WHO_ASKS and call.answered:
            return consults.asked_for(calls, call, command, station, now)
    return None


def _went_on(calls: Calls, command: CommandRow) -> Call | None:
    """The call of the person who asks, where it has gone on in the contact that they name."""
    theirs = [call for call in calls.picture.calls.values() if call.answered and call.person == command.person]
    return next((call for call in theirs if calls.follow(call) and call.contact.id == command.contact), None)


def look_at_desk(calls: Calls, person: int, now: datetime) -> list[Act]:
    """A desk's presence changed: take it over, tell the exchange, and offer what waits."""

    def work() -> list[Act]:
        found = presences(person)
        if not found:
            return []
        row = found[0]
        if not calls.picture.knows(person) or calls.picture.station_of(person) != row.device:
            calls.picture.set_agents(agents_from(roster(now)))
        station = calls.picture.station_of(person) or row.device
        acts: list[Act] = []
        if station and row.state in WISH_OF:
            acts.append(Follow(station, WISH_OF[row.state]))
        if row.state != Presence.State.READY:
            calls.picture.busy(person)
            return acts + _follow(calls, person, row.contact, now)
        calls.picture.ready(person, milliseconds(row.idle_since))
        return acts + calls.offer_to(person, now)

    return calls.in_one(work, now)


def _follow(calls: Calls, person: int, contact: int | None, now: datetime) -> list[Act]:
    """The call of this desk may go on in the contact that it shows: another council has an agent more from now on."""
    theirs = [call for call in calls.picture.calls.values() if call.answered and call.person == person]
    moved = [calls.follow(call) for call in theirs if contact not in {None, call.contact.id}]
    return calls.settle(now) if any(moved) else []


def look_at_everything(calls: Calls, now: datetime) -> list[Act]:
    """The roster, every desk, what nobody will finish and what must move: after a notice that names nobody, now and
    then, and when what is in force turns."""

    def work() -> list[Act]:
        calls.picture.set_agents(agents_from(roster(now)))
        for row in presences():
            if row.state == Presence.State.READY:
                calls.picture.ready(row.person, milliseconds(row.idle_since))
            else:
                calls.picture.busy(row.person)
        finish_for_nobody(now)
        swept = consults.sweep(calls, now - ANSWERED_BY_THEN, now)
        swept += outgoing.sweep(calls, now)
        return [*swept, *move_stopped(calls, now), *calls.settle(now)]

    return calls.in_one(work, now)


def hear_answer(calls: Calls, act: Act, result: Result, now: datetime) -> list[Act]:
    """What the exchange said to `act`. Done and Unknown change nothing: the events that follow decide."""
    if isinstance(result, Done):
        return []
    calls.counters[f"{type(act).__name__.lower()}_{result.code if isinstance(result, Refused) else 'unknown'}"] += 1
    if not isinstance(result, Refused):
        return []
    match act:
        case GiveUp(command=0) if result.code != "no_link":  # else nobody knows: the sweep asks when it is back
            return calls.in_one(lambda: consults.gone(calls, act.call, now), now)
        case CallOut():
            return calls.in_one(lambda: _not_rung(calls, act, result, now), now)
        case Deflect(person=int()) if result.code not in {"no_call", "no_link"}:
            return calls.in_one(lambda: _station_refused(calls, act, now), now)
        case _ if isinstance(act, OfDesk) and act.command:
            return calls.in_one(lambda: _tell_desk(calls, act, result, now), now)
    return []


def _tell_desk(calls: Calls, act: OfDesk, result: Refused, now: datetime) -> list[Act]:
    person, acts = finish_command(act.command, result=result.code, at=now), []
    call = calls.picture.calls.get(act.call)
    if call is None:
        return []
    if isinstance(act, Transfer | Consult):
        acts = consults.not_done(calls, call.contact.id, person, result.code, now)
    tell_desk(person, f"refused_{result.code}")
    return acts


def _not_rung(calls: Calls, act: CallOut, result: Refused, now: datetime) -> list[Act]:
    person = finish_command(act.command, result=result.code, at=now)
    call = calls.picture.calls.get(act.call)
    if call is None:
        return []
    acts = outgoing.not_rung(calls, call.contact.id, person, result.code, now)
    tell_desk(person, f"refused_{result.code}")
    return acts


def _station_refused(calls: Calls, act: Act, now: datetime) -> list[Act]:
    """The telephone can't ring: the call never left its place, the desk pauses, the next one is asked."""
    assert isinstance(act, Deflect)
    call: Call | None = calls.picture.calls.get(act.call)
    if call is None or call.person != act.person:
        return []
    return calls.give_up(call, state=Offer.State.WITHDRAWN, reason="phone_busy", now=now, home=False)
