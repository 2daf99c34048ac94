"""The router is awake at the second at which the agreements turn, and at no other: its heartbeats are an hour apart."""
from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import datetime, timedelta

import pytest

from moothall.agreements.in_force import forget
from moothall.domain.calendar import midnight, wall_clock
from moothall.lib import clock
from moothall.queueing import loop
from moothall.queueing.acts import Clear
from moothall.queueing.calls import Calls
from moothall.queueing.loop import Loop
from moothall.queueing.tests.test_desk import speak_as
from moothall.queueing.tests.two_clients import two_clients
from moothall.queueing.verbs import carry_out
from moothall.telephony.port import Done, Refused, Result


class Link:
    """An exchange on which nothing happens; what is watched, and since when."""

    def __init__(self) -> None:
        self.counters: dict[str, int] = {}
        self.watched: asyncio.Queue[tuple[datetime, list[str]]] = asyncio.Queue()

    async def connect(self, *, lines, stations) -> None:
        self.watched.put_nowait((clock.now(), list(lines)))

    async def events(self):
        await asyncio.Event().wait()
        yield

    async def snapshot(self) -> list:
        return []

    async def close(self) -> None:
        pass


@pytest.fixture
def still(monkeypatch):
    """`still(main)` runs a router's loop whose heartbeats would not wake it within the hour. Its work is done in the
    test's thread, which has the test's transaction."""
    jobs: queue.Queue = queue.Queue()

    async def here(self, work):
        done: Future = Future()
        jobs.put((work, done))
        return await asyncio.wrap_future(done)

    def run(main: Coroutine) -> None:
        def loop_of_its_own() -> None:
            try:
                asyncio.run(main)
            finally:
                jobs.put(None)

        thread = threading.Thread(target=loop_of_its_own, daemon=True)
        thread.start()
        while job := jobs.get(timeout=60):
            work, done = job
            if not done.set_running_or_notify_cancel():
                continue
            try:
                done.set_result(work())
            except Exception as problem:
                done.set_exception(problem)
        thread.join()

    monkeypatch.setattr(loop, "HEARTBEAT_S", 3600.0)
    monkeypatch.setattr(loop, "ROSTER_S", 3600.0)
    monkeypatch.setattr(loop, "_close_connection", lambda: None)
    monkeypatch.setattr(Loop, "_in_thread", here)
    yield run
    forget()


def shift(monkeypatch, to: datetime) -> None:
    """From now on the clock goes on from there."""
    ahead, now = to - clock.now(), clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + ahead)


async def watch(calls: Calls, found: list, begin: Callable[[], None]) -> None:
    """Run until other lines are watched than at the start."""
    link = Link()
    router = Loop(link, calls, leader="test")
    await router.start()
    begin()
    running = asyncio.create_task(router.run())
    for _ in range(2):
        found.append(await asyncio.wait_for(link.watched.get(), 30))
    router.stop()
    await running


@pytest.mark.parametrize("linked", [True, False])
def test_a_new_line_is_watched_at_its_versions_second_and_an_old_one_no_longer(world, still, monkeypatch, linked):
    two_clients()
    turn = midnight(wall_clock(clock.now())[0] + timedelta(days=2))
    two_clients(starts=turn, line="5909")
    speak_as("router")
    found: list = []
    soon = turn - timedelta(seconds=1)  # so long the first look may take on a busy machine
    still(watch(Calls(linked=linked), found, lambda: shift(monkeypatch, soon)))
    assert [lines for _, lines in found] == [["5001", "5901", "5902"], ["5001", "5901", "5909"]]
    assert found[0][0] < turn <= found[1][0]


class Speaking(Link):
    """An exchange that is asked to play a message; what it was asked for."""

    def __init__(self, answer: Result) -> None:
        super().__init__()
        self.answer, self.asked = answer, list[str]()

    async def tell_and_clear(self, call: str, device: str, words: str) -> Result:
        self.asked.append(words)
        return self.answer

    async def clear(self, call: str, device: str) -> Result:
        self.asked.append("clear")
        return Done()


@pytest.mark.parametrize(("answer", "asked"), [(Done(), ["Closed."]), (Refused("fault"), ["Closed.", "clear"])])
def test_an_exchange_that_plays_no_messages_drops_the_call_all_the_same(answer, asked):
    link = Speaking(answer)
    assert asyncio.run(carry_out(link, Clear("c1", "5001", says="Closed."))) == Done()
    assert link.asked == asked
