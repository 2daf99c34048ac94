"""How soon 1,000 listeners hear that their desk has changed, and whether any misses it when the live process is killed.

    ./moot bench live_listeners [--listeners 1000]

Each listener is a person signed in, with a stream of their own; one process plays all. A change is a row's new version
and its NOTIFY in one durable commit; the clock runs from before its statement is sent until the line was read. Gates:
p95 at most 100 ms at 200 changes a second; after kill -9 of the live process, with every desk changed while it is away
and more while the listeners come back, each has heard of its last version. Exit 1 where a gate is missed.
"""
from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from time import perf_counter
from urllib.parse import urlsplit

import psycopg

from bench.agents import session_key
from bench.ground import DATABASE, ROOT, environment, ground, percentile
from bench.stack import Stack, stack

GATE_MS, A_SECOND, SECONDS = 100.0, 200, 10
AT_ONCE, AGAIN_S, PATIENCE_S = 50, 1.0, 60.0  # AGAIN_S as the stream's own `retry:`
RING = (
    "WITH desk AS (UPDATE queueing_presence SET version = version + 1 WHERE person_id = %s "
    "RETURNING person_id, version) "
    "SELECT version, pg_notify('moothall_desk', person_id || ':' || version) FROM desk"
)
Link = psycopg.AsyncConnection[tuple[int, str]]
Rung = tuple[int, int, float]  # whose desk, to which version, when it was sent
MINE = "SELECT id FROM people_person WHERE email LIKE 'bench-%%' ORDER BY id"


class Crowd:
    """Everybody who listens. `heard`: person → the last version heard; `moments`: person → (version, when)."""

    def __init__(self, running: Stack, people: list[int]) -> None:
        self.port, self.origin, self.people = urlsplit(running.live).port, running.staff, people
        self.heard = dict.fromkeys(people, 0)
        self.moments: dict[int, list[tuple[int, float]]] = {person: [] for person in people}
        self.came_back = 0
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def listen(self, number: int, person: int) -> None:
        """As a browser does: a stream that broke is opened again."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._follow(number, person)
            self.came_back += 1
            await asyncio.sleep(AGAIN_S)

    async def _follow(self, number: int, person: int) -> None:
        async with self._gate:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            head = f"GET /desk HTTP/1.1\r\nHost: localhost\r\nOrigin: {self.origin}\r\n"
            writer.write(f"{head}Cookie: sessionid={session_key(number)}\r\n\r\n".encode())
            line = await reader.readline()
        try:
            while line:
                if line.startswith(b"data: "):
                    version = int(json.loads(line[6:])["version"])
                    self.heard[person] = version
                    self.moments[person].append((version, perf_counter()))
                line = await reader.readline()
        finally:
            writer.close()

    def since(self, person: int, version: int) -> float:
        """When this person first knew of this version or a later one; never is infinite."""
        return next((moment for heard, moment in self.moments[person] if heard >= version), float("inf"))

    async def until_all(self, versions: dict[int, int]) -> int:
        """How many have not heard of these versions when patience is over."""
        until = perf_counter() + PATIENCE_S
        while perf_counter() < until:
            if not (late := sum(self.heard[person] < version for person, version in versions.items())):
                return 0
            await asyncio.sleep(0.05)
        return late


async def ring(link: Link, people: list[int], seconds: float) -> list[Rung]:
    """Change desk after desk, evenly in time."""
    rung: list[Rung] = []
    started = perf_counter()
    for turn in range(int(seconds * A_SECOND)):
        await asyncio.sleep(max(0.0, started + turn / A_SECOND - perf_counter()))
        person, sent = people[turn * 7 % len(people)], perf_counter()
        row = await (await link.execute(RING, [person])).fetchone()
        assert row
        rung.append((person, row[0], sent))
    return rung


async def measure(running: Stack, owner: str, count: int) -> bool:
    async with await psycopg.AsyncConnection.connect(owner, autocommit=True) as link:
        people = [row[0] for row in await (await link.execute(MINE)).fetchall()]
        assert len(people) == count
        crowd = Crowd(running, people)
        tasks = [asyncio.create_task(crowd.listen(number, person)) for number, person in enumerate(people)]
        assert not await crowd.until_all(dict.fromkeys(people, 1)), "not every stream opened"
        rung = await ring(link, people, SECONDS)
        unheard = await crowd.until_all({person: version for person, version, _ in rung})
        heard = [(crowd.since(person, version), sent) for person, version, sent in rung]
        times = [(moment - sent) * 1000 for moment, sent in heard]
        lost, took = await killed(running, link, crowd)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    p95 = percentile(times, 0.95)
    print(f"{count} listeners, {A_SECOND} changes a second over {SECONDS} s: p50 {percentile(times, 0.5):.1f}, "
          f"p95 {p95:.1f} ms, {unheard} unheard; gate {GATE_MS:.0f} ms, ratio {p95 / GATE_MS:.2f}")
    print(f"killed with kill -9: {crowd.came_back} came back, all were up to date {took:.1f} s after; {lost} lost")
    return p95 <= GATE_MS and not unheard and not lost and crowd.came_back >= count


async def killed(running: Stack, link: Link, crowd: Crowd) -> tuple[int, float]:
    """Kill the live process, change every desk while it is away and some as it comes back: who never heard, and how
    long it took until all had."""
    live = next(child for child in running.supervisor.children if child.program.name == "live")
    assert live.process is not None
    os.kill(live.process.pid, signal.SIGKILL)
    started = perf_counter()
    for person in crowd.people:
        await link.execute(RING, [person])
    looking = asyncio.create_task(look_after(running))
    await ring(link, crowd.people, 5)
    rows = await (await link.execute("SELECT person_id, version FROM queueing_presence")).fetchall()
    mine = {int(person): int(version) for person, version in rows if person in crowd.heard}
    lost = await crowd.until_all(mine)
    took = perf_counter() - started
    looking.cancel()
    return lost, took


async def look_after(running: Stack) -> None:
    """The product's own supervisor starts again what died."""
    while True:
        await asyncio.to_thread(running.supervisor.turn)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=1000)
    args = parser.parse_args()
    with ground("live-listeners", customers=1000) as (cluster, url):
        subprocess.run(
            [sys.executable, "-m", "bench.agents", "add", str(args.listeners)],
            env=environment(url, MOOTHALL_ROLE="owner"), cwd=ROOT, check=True,
        )
        with stack(url, cluster.folder / "log") as running:
            good = asyncio.run(measure(running, cluster.bootstrap_url(DATABASE), args.listeners))
    print("held" if good else "MISSED")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
