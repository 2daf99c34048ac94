"""Decisions a second of the routing kernel: against plain Python that sorts, and against itself without guarantees.

200 agents, 40 queues of two tiers, 500 waiting calls of ten clients, a third of the agents free.
"""
from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable

from moothall.domain.routing import kernel
from moothall.domain.routing.arrays import Arrays, Tier, build
from moothall.domain.routing.bounds import NO_CAP, Bounds

NAME = "routing"
HELP = "decisions a second of the routing kernel, against sorted Python and without guarantees"
AGENTS, QUEUES, WAITING, CLIENTS = 200, 40, 500, 10
NOW = 600_000
LEAST, MOST = 10.0, 1.5


class Plain:
    """The same centre as dictionaries, decided by sorting whatever could be chosen."""

    def __init__(self, plans: list[list[Tier]], bounds: list[Bounds]) -> None:
        self.joins = [
            {agent: tier.after_ms for tier in reversed(plan) for agent, _ in tier.agents} for plan in plans
        ]
        self.bounds, self.serving = bounds, [0] * CLIENTS
        self.waiting: list[tuple[int, int, int]] = []  # (offered, queue, contact)

    def pick(self, agent: int) -> int:
        found = sorted(
            (self.serving[queue % CLIENTS] >= self.bounds[queue % CLIENTS].guarantee, offered, queue, contact)
            for offered, queue, contact in self.waiting
            if agent in self.joins[queue] and NOW - offered >= self.joins[queue][agent]
            and self.serving[queue % CLIENTS] < self.bounds[queue % CLIENTS].cap
        )
        return found[0][3] if found else -1


def centre(bounds: list[Bounds], seed: int = 1) -> tuple[Arrays, Plain]:
    rng = random.Random(seed)
    plans = [
        [Tier(after, tuple((agent, rng.randint(1, 3)) for agent in rng.sample(range(AGENTS), 60)))
         for after in (0, 120_000)]
        for _ in range(QUEUES)
    ]
    arrays = build(plans, agents=AGENTS, contacts=WAITING, groups=[q % CLIENTS for q in range(QUEUES)], bounds=bounds)
    plain = Plain(plans, bounds)
    for contact in range(WAITING):
        queue, offered = rng.randrange(QUEUES), rng.randrange(NOW)
        kernel.enqueue(arrays, contact, queue, offered)
        plain.waiting.append((offered, queue, contact))
    for agent in range(0, AGENTS, 3):
        kernel.set_idle(arrays, agent, rng.randrange(NOW))
    for client in range(CLIENTS):
        arrays.serving[client] = plain.serving[client] = client % 4
    return arrays, plain


def seconds(work: Callable[[], object], times: int) -> float:
    """A decision's, the median of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - began) / times)
    return statistics.median(rounds)


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser(prog="bench routing", description=HELP).parse_args(argv)
    guaranteed = [Bounds(guarantee=client % 3, cap=NO_CAP if client % 2 else 4) for client in range(CLIENTS)]
    arrays, plain = centre(guaranteed)
    without, _ = centre([Bounds()] * CLIENTS)
    kernel.warm()
    for agent in range(AGENTS):
        assert int(kernel.pick_contact(arrays, agent, NOW).contact) == plain.pick(agent), agent
    kept = seconds(lambda: kernel.pick_contact(arrays, 7, NOW), 2_000)
    bare = seconds(lambda: kernel.pick_contact(without, 7, NOW), 2_000)
    whole = seconds(lambda: kernel.next_match(arrays, NOW), 2_000)
    sorted_ = seconds(lambda: plain.pick(7), 50)
    print(f"kernel, with guarantees and caps: {1 / kept:,.0f} choices of a call a second; {1 / whole:,.0f} matches")
    print(f"plain Python that sorts:          {1 / sorted_:,.0f}")
    print(f"ratio to plain Python: {sorted_ / kept:.1f} (gate: at least {LEAST:.0f})")
    print(f"ratio of time to the kernel without guarantees: {kept / bare:.2f} (gate: at most {MOST})")
    return 0 if sorted_ / kept >= LEAST and kept / bare <= MOST else 1


if __name__ == "__main__":
    raise SystemExit(main())
