"""The kernel against an oracle that shares no code with it: plain lists, sorted by the order that the docs state."""
from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.domain.routing import kernel
from moothall.domain.routing.arrays import NEVER, NONE, Tier, build
from moothall.domain.routing.bounds import NO_CAP, Bounds

AGENTS = 70  # more than one word
JIT_OFF = os.environ.get("NUMBA_DISABLE_JIT") == "1"
EXAMPLES = 40 if JIT_OFF else 200


@dataclass
class Oracle:
    """The same centre as lists: plans[q] = [(after, {agent: level})], waiting = [(offered, queue, contact)].

    Queue q is of the client clients[q]; shares[client] = (guarantee, cap or None); `on` names the client of each call
    that rings or is on.
    """

    plans: list[list[tuple[int, dict[int, int]]]]
    clients: list[int]
    shares: list[tuple[int, int | None]]
    on: list[int] = field(default_factory=list)
    idle: dict[int, int] = field(default_factory=dict)
    waiting: list[tuple[int, int, int]] = field(default_factory=list)

    def line(self, queue: int) -> list[tuple[int, int, int]]:
        return sorted((w for w in self.waiting if w[1] == queue), key=lambda w: w[0])  # stable: first come

    def key(self, queue: int, agent: int, waited: int) -> tuple[int, int, int, int] | None:
        for tier, (after, levels) in enumerate(self.plans[queue]):
            if agent in levels:
                return (tier, 3 - levels[agent], self.idle.get(agent, 0), agent) if after <= waited else None
        return None

    def is_full(self, queue: int) -> bool:
        cap = self.shares[self.clients[queue]][1]
        return cap is not None and self.on.count(self.clients[queue]) >= cap

    def is_short(self, queue: int) -> bool:
        return self.on.count(self.clients[queue]) < self.shares[self.clients[queue]][0]

    def agents(self, queue: int, now: int) -> list[tuple[int, int, int, int]]:
        line = self.line(queue)
        if not line or self.is_full(queue):
            return []
        keys = [self.key(queue, agent, now - line[0][0]) for agent in self.idle]
        return sorted(key for key in keys if key is not None)

    def contacts(self, agent: int, now: int, *, full: bool = False) -> list[tuple[bool, int, int, int]]:
        """(not protected, offered, queue, contact) in order; `full` reckons as though there were no caps."""
        every = [
            (not self.is_short(queue), offered, queue, contact)
            for queue in range(len(self.plans))
            for offered, _, contact in self.line(queue)
            if self.key(queue, agent, now - offered) is not None and (full or not self.is_full(queue))
        ]
        return sorted(every, key=lambda w: w[:3])


FEW = (0, 1, 63, 64)  # in both words


def plans_of(agents, sizes, *, most):
    """Plans of one to three tiers that rise."""
    steps = st.lists(st.tuples(st.integers(1, 60), st.dictionaries(agents, st.integers(1, 3), **sizes)),
                     min_size=1, max_size=3)
    return st.lists(
        steps.map(lambda steps: [(sum(gap for gap, _ in steps[:n]), levels) for n, (_, levels) in enumerate(steps)]),
        min_size=1, max_size=most,
    )


def acts_of(agents, queues, *, fewest):
    return st.lists(
        st.one_of(
            st.tuples(st.just("ready"), agents, st.integers(0, 50)),
            st.tuples(st.just("busy"), agents, st.just(0)),
            st.tuples(st.just("offer"), queues, st.integers(0, 120)),
            st.tuples(st.just("offer"), queues, st.sampled_from((7, 70, 119))),  # at one instant
            st.tuples(st.just("leave"), st.integers(0, 39), st.just(0)),
            st.tuples(st.just("take"), st.integers(0, 2), st.just(0)),
            st.tuples(st.just("hang up"), st.integers(0, 2), st.just(0)),
        ),
        min_size=fewest, max_size=40,
    )


# Large centres for the words of bits, and small ones in which everything meets.
bounds = st.lists(st.tuples(st.integers(0, 2), st.none() | st.integers(0, 3)), min_size=1, max_size=3)
everybody, somebody = st.integers(0, AGENTS - 1), st.sampled_from(FEW)
large = st.tuples(
    plans_of(everybody, {"max_size": 12}, most=70), acts_of(everybody, st.integers(0, 69), fewest=0), bounds,
    st.integers(120, 300),
)
small = st.tuples(
    plans_of(somebody, {"min_size": 2, "max_size": 4}, most=4), acts_of(somebody, st.integers(0, 3), fewest=12), bounds,
    st.integers(120, 200),
)
centres = large | small


def play(plan, history, shares, now):
    oracle = Oracle(plan, [queue % len(shares) for queue in range(len(plan))], list(shares))
    tiers = [[Tier(after, tuple(levels.items())) for after, levels in steps] for steps in plan]
    limits = [Bounds(guarantee, NO_CAP if cap is None else cap) for guarantee, cap in shares]
    arrays = build(tiers, agents=AGENTS, contacts=64, groups=oracle.clients, bounds=limits)
    for number, (act, which, when) in enumerate(history):
        if act == "ready":
            oracle.idle[which] = when
            kernel.set_idle(arrays, which, when)
        elif act == "busy":
            oracle.idle.pop(which, None)
            kernel.set_busy(arrays, which)
        elif act == "offer":
            queue = which % len(plan)
            oracle.waiting.append((when, queue, number))
            kernel.enqueue(arrays, number, queue, when)
        elif act == "take":
            oracle.on.append(which % len(shares))
            arrays.serving[which % len(shares)] += 1
        elif act == "hang up":
            if which % len(shares) in oracle.on:
                oracle.on.remove(which % len(shares))
                arrays.serving[which % len(shares)] -= 1
        else:
            oracle.waiting = [w for w in oracle.waiting if w[2] != which]
            kernel.dequeue(arrays, which)
    return oracle, arrays, now


@settings(max_examples=EXAMPLES)
@given(centres)
def test_agents_are_chosen_as_the_oracle_does(centre):
    oracle, arrays, now = play(*centre)
    for queue in range(len(oracle.plans)):
        expected = oracle.agents(queue, now)
        choice = kernel.pick_agent(arrays, queue, now)
        keys = [(choice.tier, choice.rank, choice.since, choice.agent),
                (choice.next_tier, choice.next_rank, choice.next_since, choice.next_agent)]
        assert [key for key in keys if key[3] != NONE] == expected[:2]
        assert kernel.count_free(arrays, queue, now) == len(expected)


@settings(max_examples=EXAMPLES)
@given(centres)
def test_contacts_are_chosen_as_the_oracle_does(centre):
    oracle, arrays, now = play(*centre)
    for agent in range(AGENTS):
        expected = oracle.contacts(agent, now)
        choice = kernel.pick_contact(arrays, agent, now)
        found = [c for c in (choice.contact, choice.next_contact) if c != NONE]
        assert found == [contact for _, _, _, contact in expected[:2]]
        uncapped = oracle.contacts(agent, now, full=True)[:1]
        assert choice.held == (uncapped[0][3] if uncapped and uncapped != expected[:1] else NONE)
        assert kernel.count_waiting(arrays, agent, now) == len(expected)


@settings(max_examples=EXAMPLES)
@given(centres)
def test_the_next_match_is_the_first_contact_that_somebody_free_may_answer(centre):
    oracle, arrays, now = play(*centre)
    heads = [
        (not oracle.is_short(q), oracle.line(q)[0][0], q) for q in range(len(oracle.plans)) if oracle.agents(q, now)
    ]
    assert kernel.next_match(arrays, now) == (min(heads)[2] if heads else NONE)


@settings(max_examples=EXAMPLES)
@given(centres)
def test_the_next_opening_is_the_first_instant_at_which_a_tier_joins(centre):
    oracle, arrays, now = play(*centre)
    instants = [offered + after for offered, q, _ in oracle.waiting for after, _ in oracle.plans[q]]
    later = [instant for instant in instants if instant > now]
    assert kernel.next_opening(arrays, now) == min(later, default=NEVER)


@given(st.integers(1, 2**64 - 1))
def test_bits(word):
    assert kernel.lowest_bit(np.uint64(word)) == (word & -word).bit_length() - 1
    assert kernel.count_bits(np.uint64(word)) == word.bit_count()


def test_a_contact_that_comes_back_goes_before_those_that_came_later():
    arrays = build([[Tier(0, ((0, 2),))]], agents=1, contacts=4)
    for contact, offered in ((0, 10), (1, 20), (2, 30)):
        kernel.enqueue(arrays, contact, 0, offered)
    kernel.dequeue(arrays, 0)
    kernel.enqueue(arrays, 0, 0, 10)
    kernel.set_idle(arrays, 0, 0)
    assert kernel.pick_contact(arrays, 0, 40).contact == 0


ONE_DESK = [[Tier(0, ((0, 2), (1, 2)))]] * 2  # two clients, whose calls both desks answer


def two_clients(*shares: Bounds):
    """The calls 0 to 3 wait, the first client's two before the second's."""
    arrays = build(ONE_DESK, agents=2, contacts=8, groups=(0, 1), bounds=shares)
    for contact, queue in enumerate((0, 0, 1, 1)):
        kernel.enqueue(arrays, contact, queue, contact)
    kernel.set_idle(arrays, 0, 0)
    return arrays


def give(arrays, group: int) -> int:
    """The next call goes to a desk."""
    contact = int(kernel.pick_contact(arrays, 0, 9).contact)
    if contact != NONE:
        kernel.dequeue(arrays, contact)
        arrays.serving[group] += 1
    return contact


def test_a_client_short_of_its_guarantee_comes_first_until_it_has_it():
    arrays = two_clients(Bounds(), Bounds(guarantee=1))
    assert [give(arrays, 1), give(arrays, 0), give(arrays, 0), give(arrays, 1)] == [2, 0, 1, 3]


def test_what_a_client_does_not_use_of_its_guarantee_is_lent():
    arrays = two_clients(Bounds(), Bounds(guarantee=2))
    for contact in (2, 3):
        kernel.dequeue(arrays, contact)
    assert [give(arrays, 0), give(arrays, 0)] == [0, 1]  # though the second client is guaranteed both desks


def test_a_client_at_its_cap_waits_until_a_call_of_it_is_over():
    arrays = two_clients(Bounds(cap=1), Bounds())
    assert [give(arrays, 0), give(arrays, 1), give(arrays, 1), give(arrays, 1)] == [0, 2, 3, NONE]
    assert kernel.pick_contact(arrays, 0, 9).held == 1 and kernel.next_match(arrays, 9) == NONE
    assert kernel.pick_agent(arrays, 0, 9).agent == NONE
    arrays.serving[0] -= 1
    assert kernel.next_match(arrays, 9) == 0 and kernel.pick_agent(arrays, 0, 9).agent == 0
    assert give(arrays, 0) == 1


def test_of_calls_of_one_instant_the_first_queue_is_the_one_held_back():
    arrays = two_clients(Bounds(cap=0), Bounds())
    kernel.dequeue(arrays, 0)
    assert kernel.pick_contact(arrays, 0, 9)[:1] == (2,) and kernel.pick_contact(arrays, 0, 9).held == 1
    arrays.offered[1] = arrays.offered[2]
    assert kernel.pick_contact(arrays, 0, 9).held == 1


def test_a_plan_whose_tiers_do_not_rise_is_refused():
    with pytest.raises(ValueError, match="joins no later"):
        build([[Tier(5, ()), Tier(5, ())]], agents=1, contacts=1)


@pytest.mark.skipif(JIT_OFF, reason="this is the run without the JIT")
def test_the_same_source_decides_alike_without_the_jit():
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", __file__],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, timeout=300, check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]
