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

AGENTS = 70  # more than one word
JIT_OFF = os.environ.get("NUMBA_DISABLE_JIT") == "1"
EXAMPLES = 40 if JIT_OFF else 200


@dataclass
class Oracle:
    """The same centre as lists: plans[q] = [(after, {agent: level})], waiting = [(offered, queue, contact)]."""

    plans: list[list[tuple[int, dict[int, int]]]]
    idle: dict[int, int] = field(default_factory=dict)
    waiting: list[tuple[int, int, int]] = field(default_factory=list)

    def line(self, queue: int) -> list[tuple[int, int, int]]:
        return sorted((w for w in self.waiting if w[1] == queue), key=lambda w: w[0])  # stable: first come

    def key(self, queue: int, agent: int, waited: int) -> tuple[int, int, int, int] | None:
        for tier, (after, levels) in enumerate(self.plans[queue]):
            if agent in levels:
                return (tier, 3 - levels[agent], self.idle.get(agent, 0), agent) if after <= waited else None
        return None

    def agents(self, queue: int, now: int) -> list[tuple[int, int, int, int]]:
        line = self.line(queue)
        if not line:
            return []
        keys = [self.key(queue, agent, now - line[0][0]) for agent in self.idle]
        return sorted(key for key in keys if key is not None)

    def contacts(self, agent: int, now: int) -> list[tuple[int, int, int]]:
        every = [
            (offered, queue, contact)
            for queue in range(len(self.plans))
            for offered, _, contact in self.line(queue)
            if self.key(queue, agent, now - offered) is not None
        ]
        return sorted(every, key=lambda w: w[:2])


plans = st.lists(
    st.lists(
        st.tuples(st.integers(1, 60), st.dictionaries(st.integers(0, AGENTS - 1), st.integers(1, 3), max_size=12)),
        min_size=1, max_size=3,
    ).map(lambda steps: [(sum(gap for gap, _ in steps[: n]), levels) for n, (_, levels) in enumerate(steps)]),
    min_size=1, max_size=70,
)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("ready"), st.integers(0, AGENTS - 1), st.integers(0, 50)),
        st.tuples(st.just("busy"), st.integers(0, AGENTS - 1), st.just(0)),
        st.tuples(st.just("offer"), st.integers(0, 69), st.integers(0, 120)),
        st.tuples(st.just("leave"), st.integers(0, 39), st.just(0)),
    ),
    max_size=40,
)


def play(plan, history):
    oracle = Oracle(plan)
    queues = [[Tier(after, tuple(levels.items())) for after, levels in steps] for steps in plan]
    arrays = build(queues, agents=AGENTS, contacts=64)
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
        else:
            oracle.waiting = [w for w in oracle.waiting if w[2] != which]
            kernel.dequeue(arrays, which)
    return oracle, arrays


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans, acts, st.integers(120, 300))
def test_agents_are_chosen_as_the_oracle_does(plan, history, now):
    oracle, arrays = play(plan, history)
    for queue in range(len(plan)):
        expected = oracle.agents(queue, now)
        choice = kernel.pick_agent(arrays, queue, now)
        keys = [(choice.tier, choice.rank, choice.since, choice.agent),
                (choice.next_tier, choice.next_rank, choice.next_since, choice.next_agent)]
        assert [key for key in keys if key[3] != NONE] == expected[:2]
        assert kernel.count_free(arrays, queue, now) == len(expected)


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans, acts, st.integers(120, 300))
def test_contacts_are_chosen_as_the_oracle_does(plan, history, now):
    oracle, arrays = play(plan, history)
    for agent in range(AGENTS):
        expected = oracle.contacts(agent, now)
        choice = kernel.pick_contact(arrays, agent, now)
        found = [c for c in (choice.contact, choice.next_contact) if c != NONE]
        assert found == [contact for _, _, contact in expected[:2]]
        assert kernel.count_waiting(arrays, agent, now) == len(expected)


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans, acts, st.integers(120, 300))
def test_the_next_match_is_the_oldest_contact_that_somebody_free_may_answer(plan, history, now):
    oracle, arrays = play(plan, history)
    heads = [(oracle.line(q)[0][0], q) for q in range(len(plan)) if oracle.agents(q, now)]
    assert kernel.next_match(arrays, now) == (min(heads)[1] if heads else NONE)


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans, acts, st.integers(0, 300))
def test_the_next_opening_is_the_first_instant_at_which_a_tier_joins(plan, history, now):
    oracle, arrays = play(plan, history)
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
