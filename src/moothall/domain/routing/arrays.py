"""The picture that the kernel decides on: agents and queues as bits in 64-bit words, all else as 64-bit integers.

A *queue* is one plan: the contacts of one council's service that were stamped with the same tiers. An *agent* is one
person with one slot. Times are integers in milliseconds on one clock of the caller's choosing: since 1970 in the
router, since the start in a simulation. A rule that is added (ageing) adds an array here and a comparison there.

A *group* is the queues of one share: the client whose calls it answers is guaranteed so many agents at a time while
calls of it wait, and gets at most `cap`. What one group doesn't use of its guarantee, the others have.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moothall.domain.routing.bounds import Bounds

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

NONE = -1  # no agent, no contact, no queue
NEVER = 2**62  # a tier that the plan does not have; no wait is so long
RANKS = 3  # levels 3, 2 and 1 of a skill
BEST_LEVEL = 3


class Arrays(NamedTuple):
    """Sizes: A agents in W words, Q queues in V words, T tiers, R ranks, C contacts, G groups. The kernel changes them
    in place."""

    after: Ints  # [Q, T] ms of waiting until the tier joins, NEVER where there is none; rises with T
    eligible: Words  # [Q, T, R, W] who may answer the queue, in the first tier that holds the agent
    joins: Ints  # [A, Q] ms of waiting until the agent may answer the queue, NEVER if not at all
    reach: Words  # [A, V] the queues that the agent may answer at some time
    idle: Words  # [W] who is ready
    since: Ints  # [A] idle since
    waiting: Words  # [V] queues that hold a waiting contact
    head: Ints  # [Q] the contact that waited longest
    tail: Ints  # [Q]
    offered: Ints  # [C] when the contact was offered at the line
    queue: Ints  # [C] its queue, NONE when it does not wait
    behind: Ints  # [C] the next one in its queue
    ahead: Ints  # [C] the one before
    group: Ints  # [Q] the group to which the queue belongs
    guarantee: Ints  # [G] as long as fewer agents serve it, its waiting contacts come first
    cap: Ints  # [G] as soon as so many serve it, none is given to it; NO_CAP where there is none
    serving: Ints  # [G] calls of it that ring at an agent or are on: the caller counts them


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a queue's plan: `agents` as (agent, level 1 to 3) join when the contact has waited `after_ms`."""

    after_ms: int
    agents: tuple[tuple[int, int], ...]


def rank_of(level: int) -> int:
    """The expert (3) before the able (2) before the learner (1): 0, 1, 2."""
    return BEST_LEVEL - level


def words_for(count: int) -> int:
    return max(1, (count + 63) // 64)


def build(
    queues: Sequence[Sequence[Tier]], *, agents: int, contacts: int, groups: Sequence[int] = (),
    bounds: Sequence[Bounds] = (Bounds(),),
) -> Arrays:
    """An empty picture: nobody ready, nothing waiting. Each queue's tiers must rise in `after_ms` (else ValueError).

    `groups` has each queue's group, `bounds` what each group is guaranteed; left out, all queues are of one that is
    guaranteed nothing.
    """
    tiers = max([len(plan) for plan in queues], default=1) or 1
    count, words, queue_words = max(1, len(queues)), words_for(agents), words_for(len(queues))
    arrays = Arrays(
        after=np.full((count, tiers), NEVER, np.int64),
        eligible=np.zeros((count, tiers, RANKS, words), np.uint64),
        joins=np.full((max(1, agents), count), NEVER, np.int64),
        reach=np.zeros((max(1, agents), queue_words), np.uint64),
        idle=np.zeros(words, np.uint64),
        since=np.zeros(max(1, agents), np.int64),
        waiting=np.zeros(queue_words, np.uint64),
        head=np.full(count, NONE, np.int64),
        tail=np.full(count, NONE, np.int64),
        offered=np.zeros(max(1, contacts), np.int64),
        queue=np.full(max(1, contacts), NONE, np.int64),
        behind=np.full(max(1, contacts), NONE, np.int64),
        ahead=np.full(max(1, contacts), NONE, np.int64),
        group=np.array(groups or [0] * count, np.int64),
        guarantee=np.array([each.guarantee for each in bounds], np.int64),
        cap=np.array([each.cap for each in bounds], np.int64),
        serving=np.zeros(len(bounds), np.int64),
    )
    for number, plan in enumerate(queues):
        _fill_queue(arrays, number, plan)
    return arrays


def _fill_queue(arrays: Arrays, queue: int, plan: Sequence[Tier]) -> None:
    for number, tier in enumerate(plan):
        if number and tier.after_ms <= plan[number - 1].after_ms:
            raise ValueError(f"queue {queue}: tier {number} joins no later than the tier before it")
        arrays.after[queue, number] = tier.after_ms
        for agent, level in _best_levels(tier.agents):
            if arrays.joins[agent, queue] != NEVER:
                continue  # an earlier tier holds this agent
            set_bit(arrays.eligible[queue, number, rank_of(level)], agent)
            set_bit(arrays.reach[agent], queue)
            arrays.joins[agent, queue] = tier.after_ms


def _best_levels(agents: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    best: dict[int, int] = {}
    for agent, level in agents:
        if not 1 <= level <= BEST_LEVEL:
            raise ValueError(f"agent {agent}: a level is 1, 2 or 3, not {level}")
        best[agent] = max(level, best.get(agent, 0))
    return best.items()


def set_bit(words: Words, bit: int) -> None:
    words[bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
