"""From the kernel's choice to a match: which call to whom, and the reason that is stored with the offer. No I/O."""
from __future__ import annotations

from dataclasses import dataclass

from moothall.domain.routing.arrays import NONE, rank_of
from moothall.domain.routing.explain import Key, Reason, Standing
from moothall.domain.routing.kernel import (
    AgentChoice,
    count_free,
    count_waiting,
    next_match,
    next_opening,
    pick_agent,
    pick_contact,
)
from moothall.queueing.picture import Call, Picture
from moothall.queueing.queues import QueueKey


@dataclass(frozen=True, slots=True)
class Match:
    """Lay this call before this person, because."""

    call: Call
    person: int
    reason: Reason


def match_call(picture: Picture, queue: QueueKey, now: int) -> Match | None:
    """Who gets the head of the queue: the decision when a call arrives or comes back."""
    return _match_queue(picture, picture.queue_number(queue), now)


def match_any(picture: Picture, now: int) -> Match | None:
    """The oldest call that somebody free may answer: the decision when a tier joins or the link comes back."""
    queue = int(next_match(picture.arrays, now))
    return None if queue == NONE else _match_queue(picture, queue, now, of_any=True)


def match_agent(picture: Picture, person: int, now: int) -> Match | None:
    """Which call an agent gets who has become free."""
    if person not in picture.idle:
        return None
    number = picture.agent_number(person)
    choice = pick_contact(picture.arrays, number, now)
    call = picture.call_in(int(choice.contact))
    if call is None:
        return None
    other, held = picture.call_in(int(choice.next_contact)), picture.call_in(int(choice.held))
    reason = Reason(
        by="contact",
        winner=_key_of(picture, call.queue, person, now),
        of=int(count_waiting(picture.arrays, number, now)),
        waited_ms=now - call.offered_ms,
        next_contact=other.contact.id if other else None,
        next_waited_ms=now - other.offered_ms if other else 0,
        protected=_protected(picture, call),
        held=picture.standing(held.cell) if held else None,
        held_ms=now - held.offered_ms if held else 0,
    )
    return Match(call, person, reason)


def match_named(picture: Picture, call: Call, now: int) -> Match | None:
    """The first of those for whom a call that was passed on is meant, who is free; each is asked once."""
    while call.named:
        person, call.named = call.named[0], call.named[1:]
        if person in picture.idle:
            free = Key(person, 0, 1, now - picture.idle[person])
            return Match(call, person, Reason(by="named", winner=free, of=1, waited_ms=now - call.offered_ms))
    return None


def next_due(picture: Picture, now: int) -> int:
    """The next instant at which time alone changes something: a ring ends, a tier joins, or more people for a call that
    was passed on. NEVER if none."""
    return min(picture.next_ring_end(), picture.next_widening(), int(next_opening(picture.arrays, now)))


def _protected(picture: Picture, call: Call) -> Standing | None:
    """Its client's standing, where that has fewer agents than it is guaranteed."""
    client = picture.standing(call.cell)
    return client if client.serving < client.guarantee else None


def _match_queue(picture: Picture, queue: int, now: int, *, of_any: bool = False) -> Match | None:
    choice = pick_agent(picture.arrays, queue, now)
    call = picture.call_in(int(picture.arrays.head[queue]))
    if choice.agent == NONE or call is None:
        return None
    winner, runner_up = _keys(picture, queue, choice, now)
    free = int(count_free(picture.arrays, queue, now))
    reason = Reason(
        "agent", winner, free, now - call.offered_ms, runner_up,
        protected=_protected(picture, call) if of_any else None,
    )
    return Match(call, winner.person, reason)


def _keys(picture: Picture, queue: int, choice: AgentChoice, now: int) -> tuple[Key, Key | None]:
    def key(agent: int, tier: int, rank: int, since: int) -> Key:
        after_ms = int(picture.arrays.after[queue, tier])
        return Key(picture.agents[agent].person, tier, rank, max(0, now - since), after_ms // 1000)

    winner = key(int(choice.agent), int(choice.tier), int(choice.rank), int(choice.since))
    if choice.next_agent == NONE:
        return winner, None
    return winner, key(int(choice.next_agent), int(choice.next_tier), int(choice.next_rank), int(choice.next_since))


def _key_of(picture: Picture, queue: QueueKey, person: int, now: int) -> Key:
    """The order key of one agent for one queue, who need not be the best."""
    agent = picture.agent(person)
    seconds = sorted({after_s for after_s, _ in queue.tiers})
    tier = next(
        n for n, second in enumerate(seconds) if any(t in agent.teams for s, t in queue.tiers if s == second)
    )
    level = agent.level(queue.service) or 1
    return Key(person, tier, rank_of(level), max(0, now - picture.idle[person]), seconds[tier])
