"""Calls that are passed on, as the router has them: they wait again, ahead, until somebody takes them.

Nobody is lost: a colleague who doesn't answer, or a team of which nobody does, and the call is everybody's who answers
for that council. All in an open scope of the router.
"""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from moothall.agreements.queries import Gap, line, responsible
from moothall.contacts.actions import PHONE, Stamp, wrap_up_contact
from moothall.contacts.next_legs import lose_call, pass_on_call, return_call
from moothall.contacts.queries import ContactKey
from moothall.queueing.actions import start_finishing
from moothall.queueing.acts import Act, GiveUp, Transfer
from moothall.queueing.consults.colleague import let_go
from moothall.queueing.models import Passing
from moothall.queueing.passings.actions import (
    begin_passing,
    find_passing,
    leave_passing,
    lose_passing,
    refuse_passing,
    take_passing,
)
from moothall.queueing.passings.queries import lease_passed, may_take
from moothall.queueing.picture import Call
from moothall.queueing.queries import tell_desk
from moothall.queueing.queues import QueueKey, milliseconds

if TYPE_CHECKING:
    from moothall.queueing.calls import Calls

ONE_TEAM_ALONE = timedelta(minutes=2)  # then everybody who answers for the council joins
Kind, State = Passing.Kind, Passing.State
UNDER_WAY = (State.ASKED, State.CONSULT)


def passing_of(contact: ContactKey, *states: str) -> Passing | None:
    rows = Passing.objects.filter(council_id=contact.council, contact_id=contact.id, state__in=states)
    return rows.order_by("-pk").first()


def ask_exchange(call: Call, station: str, command: int) -> list[Act] | None:
    """What the exchange is to do for the desk that asks; None where nothing is asked any more."""
    passing = passing_of(call.contact, State.ASKED)
    if passing is None or passing.by_id != call.person or passing.consult:
        return None
    to = passing.number if passing.kind == Kind.OUTSIDE else call.home
    return [Transfer(call.call, station, to, command)]


def passed_on(calls: Calls, call: Call, *, at: datetime, now: datetime) -> list[Act]:
    """The call is out of its agent's hands and waits at its route point."""
    calls.follow(call)
    person = call.person
    passing = passing_of(call.contact, *UNDER_WAY)
    if passing is None or passing.by_id != person:
        if person is None:
            return []
        passing = find_passing(call.contact, by=person, at=at)
    else:
        begin_passing(passing, at=at)
    wanted, stamp = stamp_of(call, passing, now)
    if not pass_on_call(call.contact, stamp, wanted=wanted, person=person, device=call.home, at=at):
        return []
    if person is not None:
        start_finishing(call.contact, person, at=at)
    wait(calls, call, wanted, stamp)
    recall(call, passing)
    return [*calls.offer_call(call, now), *calls.settle(now)]


def recall(call: Call, passing: Passing) -> None:
    """What the picture knows of a call that was passed on, from its row."""
    call.passed, call.named, call.widens_at = True, (), None
    if passing.state != State.WAITING:
        return
    if passing.kind == Kind.PERSON and passing.person_id is not None:
        call.named = (passing.person_id, passing.by_id)
    if passing.kind == Kind.TEAM and passing.passed_at is not None:
        call.widens_at = milliseconds(passing.passed_at + ONE_TEAM_ALONE)


def widen_due(calls: Calls, now: datetime) -> list[Act]:
    """Those that one team alone has had for long enough. Opens its scopes itself."""
    due = milliseconds(now)
    found = [c.call for c in calls.picture.calls.values() if calls.picture.widens(c) and (c.widens_at or 0) <= due]
    return [act for key in found for act in calls.in_one(lambda key=key: _widen(calls, key, now), now)]  # type: ignore[misc]


def _widen(calls: Calls, key: str, now: datetime) -> list[Act]:
    call = calls.picture.calls.get(key)
    return widen(calls, call, now, why="nobody_took_it") if call is not None and calls.picture.widens(call) else []


def widen(calls: Calls, call: Call, now: datetime, *, why: str) -> list[Act]:
    """Nobody of the team takes it: whoever else answers joins. Where nobody else does, it waits for the team on."""
    call.widens_at = None
    wanted = call.queue.service
    plan = responsible(call.contact.council, wanted, channel=PHONE, function="answer", at=now)
    if isinstance(plan, Gap):
        return []
    tiers = tuple(dict.fromkeys([*call.queue.tiers, *((int(after), int(team)) for after, team in plan.tiers)]))
    stamp = Stamp(plan.version_id, plan.share_id, tuple(sorted(tiers)), plan.answer_within_s)
    if not return_call(call.contact, stamp, wanted=wanted, device=call.home, at=now, why=why):
        return []
    wait(calls, call, wanted, stamp)
    return calls.settle(now)


def taken(call: Call, person: int | None, at: datetime) -> None:
    """Somebody answers it: from now on it is a call like any other."""
    passing = passing_of(call.contact, State.WAITING)
    if passing is not None:
        take_passing(passing, person=person, at=at)
    call.named, call.widens_at = (), None


def let_see(call: Call, person: int, at: datetime) -> None:
    """Whoever it rings at sees what they are to take, with the story, from the first ring on."""
    lease_passed(call.contact, person, via=partnership(call), at=at)


def over(contact: ContactKey, *, by: str, cause: str, at: datetime) -> bool:
    """It ended while it waited for the next. Whoever passed it on finishes it: they have it at their desk still, or the
    router does it for them."""
    passing = passing_of(contact, State.WAITING)
    if not lose_call(contact, by=by, cause=cause, at=at):
        return False
    if passing is not None:
        lose_passing(passing, why=cause, at=at)
        if passing.finished_at is None:
            tell_desk(passing.by_id, "passed_rang_off")
        else:
            wrap_up_contact(contact, person=passing.by_id, outcomes={}, note="", at=at)
    return True


def ended(calls: Calls, call: Call, station: str, *, cause: str, at: datetime) -> list[Act]:
    """A call that somebody had is over: put through to a number outside, or before it could be passed on. Who is asked
    about it still, at that `station`, is let go when the exchange has ended that too."""
    passing = passing_of(call.contact, *UNDER_WAY)
    if passing is None:
        return []
    if cause == "transfer" and (passing.kind == Kind.OUTSIDE or passing.state == State.CONSULT):
        asked = passing.state == State.CONSULT
        leave_passing(passing, at=at)
        return let_go(calls, passing, now=at) if asked else []  # whose telephone led it outside is free again
    if passing.state == State.CONSULT:
        return [GiveUp(call.call, station)]
    refuse_passing(passing, why="over", at=at)
    return []


def stamp_of(call: Call, passing: Passing, now: datetime) -> tuple[int, Stamp]:
    """The service for which it waits, and who may take it. Judged anew: the share may have ended since it was asked."""
    council, wanted, team = call.contact.council, passing.wanted_id, passing.team_id
    plan = responsible(council, wanted, channel=PHONE, function="answer", at=now)
    may = team is not None and may_take(council, wanted, team, passing.person_id)
    if may and (passing.kind == Kind.TEAM or isinstance(plan, Gap)):
        tiers: tuple[tuple[int, int], ...] = ((0, int(team or 0)),)
    elif isinstance(plan, Gap):
        wanted, tiers = call.queue.service, call.queue.tiers  # nobody else may: to those who had it
        plan = responsible(council, wanted, channel=PHONE, function="answer", at=now)
    else:
        tiers = tuple((int(after), int(each)) for after, each in plan.tiers)
    if isinstance(plan, Gap):
        return wanted, Stamp(None, None, tiers, None)
    return wanted, Stamp(plan.version_id, plan.share_id, tiers, plan.answer_within_s)


def wait(calls: Calls, call: Call, wanted: int, stamp: Stamp) -> None:
    calls.picture.stop_waiting(call)
    tiers = tuple((int(after), int(team)) for after, team in stamp.tiers)
    call.queue = QueueKey(call.contact.council, wanted, tiers)
    calls.picture.wait(call)


def partnership(call: Call) -> int | None:
    """On whose line it came, where that isn't the council's whose it is now."""
    row = line(call.home)
    return row.council if row is not None and row.council != call.contact.council else None
