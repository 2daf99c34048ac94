"""The decisions, compiled: which agent gets a queue's head, which contact an agent gets. No I/O, no clock, no random.

Both orders are total, so the same picture gives the same answer everywhere: live, in simulation, with the JIT off
(NUMBA_DISABLE_JIT=1 runs this very source). An agent's order key is (tier, rank, idle since, agent), a contact's is
(0 while fewer agents serve its group than it is guaranteed, else 1; offered at; queue; place in the queue); the
smallest wins. A group at its cap has no key. Each decision also returns the runner-up, for its reasons.
"""
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from moothall.domain.routing.arrays import NEVER, NONE, Arrays

ZERO, ONE = np.uint64(0), np.uint64(1)
_HALVES = (np.uint64(32), np.uint64(16), np.uint64(8), np.uint64(4), np.uint64(2), np.uint64(1))
_MASKS = tuple((ONE << half) - ONE for half in _HALVES)
_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
LAST = np.int64(2**62)
Int = int | np.int64  # what the compiled kernel returns, and what the same source returns with the JIT off


class AgentChoice(NamedTuple):
    """`agent` is NONE when nobody is free; `next_agent` is NONE when nobody else was."""

    agent: Int
    tier: Int
    rank: Int
    since: Int
    next_agent: Int
    next_tier: Int
    next_rank: Int
    next_since: Int


class ContactChoice(NamedTuple):
    """`contact` is NONE when nothing waits that the agent may answer by now. `held` would have come first, were its
    group not at its cap."""

    contact: Int
    offered: Int
    next_contact: Int
    next_offered: Int
    held: Int


@njit(cache=True, inline="always")
def lowest_bit(word):  # type: ignore[no-untyped-def]
    """Place of the lowest set bit of a word that is not 0."""
    place: Int = 0
    for half in range(6):
        if word & _MASKS[half] == ZERO:
            place += 32 >> half
            word >>= _HALVES[half]
    return place


@njit(cache=True)
def count_bits(word):  # type: ignore[no-untyped-def]
    word = word - ((word >> np.uint64(1)) & _M1)
    word = (word & _M2) + ((word >> np.uint64(2)) & _M2)
    word = (word + (word >> np.uint64(4))) & _M4
    total: Int = 0
    for byte in range(8):
        total += np.int64((word >> np.uint64(8 * byte)) & np.uint64(0xFF))
    return total


@njit(cache=True, inline="always")
def bit_of(number):  # type: ignore[no-untyped-def]
    return ONE << np.uint64(number & 63)


@njit(cache=True)
def set_idle(s: Arrays, agent, since):  # type: ignore[no-untyped-def]
    s.idle[agent >> 6] |= bit_of(agent)
    s.since[agent] = since


@njit(cache=True)
def set_busy(s: Arrays, agent):  # type: ignore[no-untyped-def]
    s.idle[agent >> 6] &= ~bit_of(agent)


@njit(cache=True)
def enqueue(s: Arrays, contact, queue, offered):  # type: ignore[no-untyped-def]
    """Put a contact in its place by the time it was offered; one that comes back goes before those that came later."""
    before = s.tail[queue]
    after = np.int64(NONE)
    while before >= 0 and s.offered[before] > offered:
        after = before
        before = s.ahead[before]
    s.offered[contact] = offered
    s.queue[contact] = queue
    s.ahead[contact] = before
    s.behind[contact] = after
    if before >= 0:
        s.behind[before] = contact
    else:
        s.head[queue] = contact
    if after >= 0:
        s.ahead[after] = contact
    else:
        s.tail[queue] = contact
    s.waiting[queue >> 6] |= bit_of(queue)


@njit(cache=True)
def dequeue(s: Arrays, contact):  # type: ignore[no-untyped-def]
    """Take a contact out of its queue, wherever it stands; one that does not wait stays as it is."""
    queue = s.queue[contact]
    if queue < 0:
        return
    before, after = s.ahead[contact], s.behind[contact]
    if before >= 0:
        s.behind[before] = after
    else:
        s.head[queue] = after
    if after >= 0:
        s.ahead[after] = before
    else:
        s.tail[queue] = before
    s.queue[contact] = NONE
    if s.head[queue] < 0:
        s.waiting[queue >> 6] &= ~bit_of(queue)


@njit(cache=True, inline="always")
def at_cap(s: Arrays, queue):  # type: ignore[no-untyped-def]
    """Whether the queue's group is served by as many agents as it may."""
    return s.serving[s.group[queue]] >= s.cap[s.group[queue]]


@njit(cache=True, inline="always")
def comes_behind(s: Arrays, queue):  # type: ignore[no-untyped-def]
    """0 while the queue's group has fewer agents than it is guaranteed, else 1: the first part of a contact's key."""
    return np.int64(s.serving[s.group[queue]] >= s.guarantee[s.group[queue]])


@njit(cache=True)
def pick_agent(s: Arrays, queue, now):  # type: ignore[no-untyped-def]
    """Who gets the queue's head at `now`: first the tiers in order, in a tier the best rank, then the longest idle."""
    best, best_tier, best_rank, best_since = np.int64(NONE), np.int64(0), np.int64(0), LAST
    second, second_tier, second_rank, second_since = np.int64(NONE), np.int64(0), np.int64(0), LAST
    head = s.head[queue]
    if head < 0 or at_cap(s, queue):
        return AgentChoice(best, best_tier, best_rank, best_since, second, second_tier, second_rank, second_since)
    waited = now - s.offered[head]
    for tier in range(s.after.shape[1]):
        if s.after[queue, tier] > waited or second >= 0:
            break
        for rank in range(s.eligible.shape[2]):
            if second >= 0:
                break
            best_is_here = False
            for word in range(s.idle.shape[0]):
                bits = s.eligible[queue, tier, rank, word] & s.idle[word]
                while bits != ZERO:
                    agent = (word << 6) + lowest_bit(bits)
                    bits &= bits - ONE
                    since = s.since[agent]
                    if best < 0 or (best_is_here and since < best_since):
                        if best_is_here:
                            second, second_tier, second_rank, second_since = best, best_tier, best_rank, best_since
                        best, best_tier, best_rank, best_since = np.int64(agent), np.int64(tier), np.int64(rank), since
                        best_is_here = True
                    elif since < second_since:
                        second, second_tier, second_rank, second_since = (
                            np.int64(agent), np.int64(tier), np.int64(rank), since,
                        )
    return AgentChoice(best, best_tier, best_rank, best_since, second, second_tier, second_rank, second_since)


@njit(cache=True)
def pick_contact(s: Arrays, agent, now):  # type: ignore[no-untyped-def]
    """What the agent gets at `now`: the first in order of what has waited until the agent's tier joins."""
    best, best_behind, best_offered = np.int64(NONE), np.int64(2), LAST
    second, second_behind, second_offered = np.int64(NONE), np.int64(2), LAST
    held, held_behind, held_offered = np.int64(NONE), np.int64(2), LAST
    for word in range(s.waiting.shape[0]):
        bits = s.reach[agent, word] & s.waiting[word]
        while bits != ZERO:
            queue = (word << 6) + lowest_bit(bits)
            bits &= bits - ONE
            joins, behind = s.joins[agent, queue], comes_behind(s, queue)
            contact = s.head[queue]
            if at_cap(s, queue):
                offered = s.offered[contact]
                if now - offered >= joins and _sooner(behind, offered, held_behind, held_offered):
                    held, held_behind, held_offered = contact, behind, offered
                continue
            for _ in range(2):  # the head, and the one behind it, which may be the runner-up
                if contact < 0 or now - s.offered[contact] < joins:
                    break
                offered = s.offered[contact]
                if _sooner(behind, offered, best_behind, best_offered):
                    second, second_behind, second_offered = best, best_behind, best_offered
                    best, best_behind, best_offered = contact, behind, offered
                elif _sooner(behind, offered, second_behind, second_offered):
                    second, second_behind, second_offered = contact, behind, offered
                contact = s.behind[contact]
    if held >= 0 and best >= 0:
        same = held_behind == best_behind and held_offered == best_offered
        sooner = _sooner(held_behind, held_offered, best_behind, best_offered)
        if not sooner and not (same and s.queue[held] < s.queue[best]):
            held = np.int64(NONE)
    return ContactChoice(best, best_offered, second, second_offered, held)


@njit(cache=True, inline="always")
def _sooner(behind, offered, other_behind, other_offered):  # type: ignore[no-untyped-def]
    return behind < other_behind or (behind == other_behind and offered < other_offered)


@njit(cache=True)
def next_match(s: Arrays, now):  # type: ignore[no-untyped-def]
    """The queue whose head comes first of those that somebody free may answer at `now`; NONE if there is none."""
    best, best_behind, best_offered = np.int64(NONE), np.int64(2), LAST
    for word in range(s.waiting.shape[0]):
        bits = s.waiting[word]
        while bits != ZERO:
            queue = (word << 6) + lowest_bit(bits)
            bits &= bits - ONE
            if at_cap(s, queue):
                continue
            behind, offered = comes_behind(s, queue), s.offered[s.head[queue]]
            if _sooner(behind, offered, best_behind, best_offered) and _somebody(s, queue, now - offered):
                best, best_behind, best_offered = np.int64(queue), behind, offered
    return best


@njit(cache=True)
def _somebody(s: Arrays, queue, waited):  # type: ignore[no-untyped-def]
    for tier in range(s.after.shape[1]):
        if s.after[queue, tier] > waited:
            break
        for rank in range(s.eligible.shape[2]):
            for word in range(s.idle.shape[0]):
                if s.eligible[queue, tier, rank, word] & s.idle[word] != ZERO:
                    return True
    return False


@njit(cache=True)
def count_free(s: Arrays, queue, now):  # type: ignore[no-untyped-def]
    """How many free agents the head's tiers hold at `now`: what "of 3" says."""
    total = 0
    head = s.head[queue]
    if head < 0 or at_cap(s, queue):
        return total
    for tier in range(s.after.shape[1]):
        if s.after[queue, tier] > now - s.offered[head]:
            break
        for rank in range(s.eligible.shape[2]):
            for word in range(s.idle.shape[0]):
                total += count_bits(s.eligible[queue, tier, rank, word] & s.idle[word])
    return total


@njit(cache=True)
def count_waiting(s: Arrays, agent, now):  # type: ignore[no-untyped-def]
    """How many waiting contacts the agent may answer at `now`."""
    total = 0
    for word in range(s.waiting.shape[0]):
        bits = s.reach[agent, word] & s.waiting[word]
        while bits != ZERO:
            queue = (word << 6) + lowest_bit(bits)
            bits &= bits - ONE
            contact = s.head[queue] if not at_cap(s, queue) else np.int64(NONE)
            while contact >= 0 and now - s.offered[contact] >= s.joins[agent, queue]:
                total += 1
                contact = s.behind[contact]
    return total


@njit(cache=True)
def next_opening(s: Arrays, now):  # type: ignore[no-untyped-def]
    """The next instant after `now` at which a tier joins for a waiting contact; NEVER if none does."""
    best = np.int64(NEVER)
    for word in range(s.waiting.shape[0]):
        bits = s.waiting[word]
        while bits != ZERO:
            queue = (word << 6) + lowest_bit(bits)
            bits &= bits - ONE
            contact = s.head[queue]
            while contact >= 0:
                for tier in range(s.after.shape[1]):
                    opens = s.offered[contact] + s.after[queue, tier]
                    if s.after[queue, tier] < NEVER and now < opens < best:
                        best = opens
                contact = s.behind[contact]
    return best


def warm() -> None:
    """Compile, or load what an earlier process compiled, before the first call waits for it."""
    from moothall.domain.routing.arrays import Tier, build

    s = build([(Tier(0, ((0, 2),)),)], agents=1, contacts=1)
    set_idle(s, 0, 0)
    enqueue(s, 0, 0, 0)
    pick_agent(s, 0, 0), pick_contact(s, 0, 0), next_match(s, 0)
    count_free(s, 0, 0), count_waiting(s, 0, 0), next_opening(s, 0)
    set_busy(s, 0)
    dequeue(s, 0)
