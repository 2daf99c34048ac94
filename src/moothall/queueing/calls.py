"""What the exchange tells, made true in rows: each event is one transaction, then what is asked of the exchange.

The picture is changed as the rows are; where a transaction is undone (another router, another click was faster), it is
taken up anew from the rows. So nothing that was committed is ever lost, and nothing is believed that was not.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError

from moothall.contacts.actions import (
    abandon_contact,
    answer_contact,
    end_contact,
    wrap_up_contact,
)
from moothall.contacts.holds import hold_contact, retrieve_contact
from moothall.contacts.next_legs import answer_leg
from moothall.contacts.queries import contact_of_call
from moothall.domain.routing.arrays import NEVER
from moothall.people.models import Person
from moothall.queueing import outgoing
from moothall.queueing.actions import (
    NotWaiting,
    change_presence,
    end_offer,
    free_desk,
    make_offer,
    requeue_contact,
    start_finishing,
    take_call,
)
from moothall.queueing.acts import Act, Deflect
from moothall.queueing.arrivals import arrived
from moothall.queueing.consults import route as consults
from moothall.queueing.decide import Match, match_agent, match_any, match_call, match_named, next_due
from moothall.queueing.groups import Groups, groups_at
from moothall.queueing.models import Offer, Presence
from moothall.queueing.passings import handed
from moothall.queueing.passings import route as passings
from moothall.queueing.picture import Call, Picture
from moothall.queueing.queries import end_lease, tell_desk
from moothall.queueing.queues import milliseconds
from moothall.queueing.stamp import queue_of
from moothall.queueing.takeup import take_up
from moothall.telephony.port import (
    Abandoned,
    Alerting,
    Answered,
    CallEvent,
    CallingOut,
    ConsultAnswered,
    ConsultEnded,
    ConsultRinging,
    ConsultSwapped,
    Ended,
    Held,
    Offered,
    Retrieved,
    Transferred,
)
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.tenancy.together import together

ROUTE = System("route")
RING_LIMIT = timedelta(seconds=20)
KEEP_CLOSED_MS = 60_000  # late events of a call that is over must not revive it
CONSULTS = (ConsultRinging, ConsultAnswered, ConsultSwapped, ConsultEnded)
WRITTEN = (Offered, Answered, Held, Retrieved, Transferred, *CONSULTS, CallingOut, Ended, Abandoned)
State = Presence.State


@dataclass
class Calls:
    """The live calls and what becomes of them. Used from one thread."""

    ring_limit: timedelta = RING_LIMIT
    linked: bool = False
    picture: Picture = field(default_factory=Picture)
    groups: Groups | None = None
    counters: Counter[str] = field(default_factory=Counter)
    closed: dict[str, int] = field(default_factory=dict)
    _together: bool = False

    def start(self, now: datetime) -> None:
        """Rebuild everything from rows."""
        with scope(ROUTE):
            self.picture = take_up(now, ring_limit=self.ring_limit)

    def in_one(self, work: Callable[[], list[Act]], now: datetime) -> list[Act]:
        """Do `work` in one transaction; if somebody was faster, take the rows' word and do it once more."""
        if self._together:  # of `hear_all`, which undoes and repeats for all of them
            return work()
        try:
            with scope(ROUTE), together():
                return work()
        except (IntegrityError, NotWaiting):
            self.counters["overtaken"] += 1
            self.start(now)
        with scope(ROUTE), together():
            return work()

    # -- events of the exchange ----------------------------------------------------------------------------------------
    def hear_all(self, events: Sequence[CallEvent], now: datetime) -> list[Act]:
        """Events in their order, in one transaction: a commit takes longer than most of them. If somebody was faster
        in any, all are undone and each is heard again by itself."""
        if sum(isinstance(event, WRITTEN) for event in events) > 1:
            closed, counters = dict(self.closed), Counter(self.counters)
            self._together = True
            try:
                with scope(ROUTE), together():
                    return [act for event in events for act in self.hear(event, now)]
            except (IntegrityError, NotWaiting):
                self.closed, self.counters = closed, counters + Counter(overtaken=1)
                self.start(now)
            finally:
                self._together = False
        return [act for event in events for act in self.hear(event, now)]

    def hear(self, event: CallEvent, now: datetime) -> list[Act]:
        """One event, one transaction; what to ask of the exchange then."""
        call = self.picture.calls.get(event.call)
        self.counters[type(event).__name__.lower()] += 1
        match event:
            case Offered() if call is None and event.call not in self.closed:
                return self.in_one(lambda: arrived(self, event, now), now)
            case Alerting() if call is not None:
                call.alerting_at = event.at
            case CallingOut() if call is None:
                return self.in_one(lambda: outgoing.begun(self, event, now), now)
            case Answered() if call is not None and call.calling:
                return self.in_one(lambda: outgoing.reached(self, event), now)
            case Answered() if call is not None and not call.answered:
                return self.in_one(lambda: self._answered(event, now), now)
            case (Held() | Retrieved()) if call is not None and call.answered:
                return self.in_one(lambda: self._held(event, isinstance(event, Held)), now)
            case Transferred() if call is not None and call.answered:
                return self.in_one(lambda: handed.heard(self, event, now), now)
            case ConsultRinging() | ConsultAnswered() | ConsultSwapped() | ConsultEnded():
                return self.in_one(lambda: consults.heard(self, event, now), now)
            case (Ended() | Abandoned()) if call is not None:
                return self.in_one(lambda: self._over(event, now), now)
        return []

    def _answered(self, event: Answered, now: datetime) -> list[Act]:
        call = self.picture.calls.get(event.call)
        if call is None or call.answered:
            return []
        person = handed.who_takes(self, call, event.device)
        if call.person is not None and call.person != person:
            end_offer(call.contact, state=Offer.State.WITHDRAWN, at=event.at)
            self._free(call, now, notice="taken")
        else:
            end_offer(call.contact, state=Offer.State.ACCEPTED, at=event.at)
        answer = answer_leg if call.passed else answer_contact
        if not answer(
            call.contact, person=person, device=event.device, at=event.at, alerting_at=call.alerting_at
        ):
            raise NotWaiting(call.contact)  # finished meanwhile by another router's hand: the rows' word holds
        self.picture.stop_waiting(call)
        call.answered, call.person, call.rings_until = True, person, None
        if call.passed:
            passings.taken(call, person, event.at)
        if person is not None:
            self.picture.busy(person)
            if call.passed:
                passings.let_see(call, person, event.at)
            take_call(call.contact, person, at=event.at)
        return []

    def _held(self, event: CallEvent, held: bool) -> list[Act]:
        call = self.picture.calls.get(event.call)
        if call is None or not call.answered or self.picture.person_at(event.device) != call.person:
            return []
        act = hold_contact if held else retrieve_contact
        done = act(call.contact, at=event.at) or (self.follow(call) and act(call.contact, at=event.at))
        call.held = held
        if done and call.person is not None:
            tell_desk(call.person, "")
        return []

    def _over(self, event: Ended | Abandoned, now: datetime) -> list[Act]:
        call = self.picture.calls.get(event.call)
        if call is None:
            return []
        by = event.by if isinstance(event, Ended) else "caller"
        return self.close_call(call, by=by, cause=event.cause, at=event.at, now=now)

    def close_call(self, call: Call, *, by: str, cause: str, at: datetime, now: datetime) -> list[Act]:
        """The call is over, answered or not. In an open scope."""
        acts: list[Act] = []
        self.picture.remove(call)
        self.forget(call.call, now)
        if call.answered and self._end(call, by=by, cause=cause, at=at):
            acts = passings.ended(self, call, self.picture.station_of(call.person or 0), cause=cause, at=at)
            if call.person is None:  # answered at nobody's telephone: there is no desk at which to finish it
                wrap_up_contact(call.contact, person=None, outcomes={}, note="", at=at)
            else:
                start_finishing(call.contact, call.person, at=at)
            return acts + self.settle(now)  # its client has an agent fewer, and may have been at its cap
        end_offer(call.contact, state=Offer.State.WITHDRAWN, at=at)
        lose = passings.over if call.passed else abandon_contact
        if not lose(call.contact, by=by, cause=cause, at=at):
            end_contact(call.contact, by=by, cause=cause, at=at)  # answered by another router's hand
        person = call.person
        if person is not None and self._free(call, now, notice="rang_off"):
            acts += self._offer_while(lambda: match_agent(self.picture, person, milliseconds(now)), now)
        return acts + self.settle(now)

    def _end(self, call: Call, *, by: str, cause: str, at: datetime) -> bool:
        """End its contact, or the one in which it has gone on meanwhile."""
        ended = end_contact(call.contact, by=by, cause=cause, at=at)
        return ended or (self.follow(call) and end_contact(call.contact, by=by, cause=cause, at=at))

    def follow(self, call: Call) -> bool:
        """Whether an answered call has gone on in another contact, as one on a shared line does when its council is
        known: the pages do that, so the rows alone tell. In an open scope."""
        found = contact_of_call(call.call) if call.answered else None
        if found is None or found == call.contact:
            return False
        self.picture.name(call, found)
        return True

    # -- offers --------------------------------------------------------------------------------------------------------
    def settle(self, now: datetime) -> list[Act]:
        """Offer every waiting call that somebody free may answer. In an open scope."""
        return self._offer_while(lambda: match_any(self.picture, milliseconds(now)), now, every=True)

    def offer_to(self, person: int, now: datetime) -> list[Act]:
        """Offer the agent what waited longest. In an open scope."""
        return self._offer_while(lambda: match_agent(self.picture, person, milliseconds(now)), now)

    def offer_call(self, call: Call, now: datetime) -> list[Act]:
        """Offer a call that has come to wait: to those for whom it is meant, else by its queue. In an open scope."""
        ms = milliseconds(now)
        return self._offer_while(
            lambda: match_named(self.picture, call, ms) or match_call(self.picture, call.queue, ms), now
        )

    def _offer_while(self, find: Callable[[], Match | None], now: datetime, *, every: bool = False) -> list[Act]:
        acts: list[Act] = []
        while self.linked and (found := self._find(find, now)):
            act = self.lay_before(found, now)
            if act is not None:
                acts.append(act)
                if not every:
                    break
        return acts

    def _find(self, find: Callable[[], Match | None], now: datetime) -> Match | None:
        self.reckon(now)
        return find()

    def know_lines(self, lines: Iterable[str], now: datetime) -> None:
        """Make room for the queues of these lines, so that no call waits for it."""
        self.picture.know_queues(key for line in lines if (key := queue_of(line, at=now)))

    def next_due(self, now: int) -> int:
        """The next instant at which time alone changes something: a ring ends, a tier joins, the map turns."""
        turn = self.groups.until if self.groups else None
        return min(next_due(self.picture, now), milliseconds(turn) if turn else NEVER)

    def reckon(self, now: datetime) -> None:
        """Take what the shares of this moment guarantee, and count who has how many agents."""
        if self.groups is None or not self.groups.hold(self.picture.cells, now):
            self.groups = groups_at(self.picture.cells, now)
        self.picture.set_groups(self.groups.of)
        self.picture.count_serving()

    def lay_before(self, match: Match, now: datetime) -> Act | None:
        call, person = match.call, match.person
        made = make_offer(call.contact, person, reason=match.reason, at=now)
        since = self.picture.idle.get(person, 0)
        self.picture.busy(person)
        if made is None:  # not ready any more: its row says so, the picture learns it here
            return None
        self.picture.stop_waiting(call)
        call.person, call.person_since = person, since
        call.rings_until = milliseconds(now + self.ring_limit)
        self.counters["offers"] += 1
        if call.passed:
            passings.let_see(call, person, now)
        return Deflect(call.call, self.picture.station_of(person), call.contact.id, person)

    def give_up(self, call: Call, *, state: str, reason: str, now: datetime, home: bool = True) -> list[Act]:
        """The agent at whom it rings doesn't take it: their desk pauses, the call waits again and goes to the next."""
        person = call.person
        if person is None or call.answered:
            return handed.rings_in_vain(self, call, now)
        end_offer(call.contact, state=state, at=now)
        change_presence(
            Person.objects.get(pk=person), state=State.PAUSED, at=now, leaves=(State.RINGING,), reason=reason,
            notice=reason,
        )
        requeue_contact(call.contact, at=now)
        self.unsee(call, person, now)
        self.picture.wait(call)
        acts: list[Act] = [Deflect(call.call, call.home, call.contact.id)] if home else []
        return [*acts, *self.offer_call(call, now), *self.settle(now)]

    def unsee(self, call: Call, person: int, now: datetime) -> None:
        """It rings no more at somebody who saw it only since it was passed on to them."""
        if call.passed:
            end_lease(call.contact.id, person, now)

    def expire(self, now: datetime) -> list[Act]:
        """What time alone changes: rings that nobody took, tiers that join. Nothing while the link is down."""
        if not self.linked:
            return []
        due = milliseconds(now)
        acts: list[Act] = []
        for call in [c for c in self.picture.calls.values() if c.rings_until is not None and c.rings_until <= due]:
            acts += self.in_one(lambda call=call: self._expire_one(call.call, now), now)  # type: ignore[misc]
        acts += passings.widen_due(self, now)
        if self._find(lambda: match_any(self.picture, due), now):
            acts += self.in_one(lambda: self.settle(now), now)
        return acts

    def _expire_one(self, key: str, now: datetime) -> list[Act]:
        call = self.picture.calls.get(key)
        if call is None or call.rings_until is None or call.rings_until > milliseconds(now):
            return []
        return self.give_up(call, state=Offer.State.EXPIRED, reason="no_answer", now=now)

    def _free(self, call: Call, now: datetime, *, notice: str) -> bool:
        person, call.person = call.person, None
        if person is not None:
            self.unsee(call, person, now)
        if person is None or free_desk(call.contact, person, at=now, notice=notice) is None:
            return False
        self.picture.ready(person, call.person_since)
        return True

    def forget(self, call: str, now: datetime) -> None:
        """The call is over: what is still heard of it must not revive it."""
        self.closed[call] = milliseconds(now)
        if len(self.closed) > 1000:
            limit = milliseconds(now) - KEEP_CLOSED_MS
            self.closed = {key: at for key, at in self.closed.items() if at > limit}
