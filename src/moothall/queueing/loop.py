"""The router's loop: one stream of events, notices and due moments, taken one after the other by one thread.

The thread holds the database connection and the picture; the event loop holds the exchange's link and the bells. What
the exchange is asked is carried out in order for each call, while the next event is already being taken.
"""
from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import connection

from moothall.agreements.in_force import InForce, current, forget
from moothall.domain.routing.arrays import NEVER
from moothall.domain.routing.kernel import warm
from moothall.lib import clock
from moothall.queueing.acts import Act, Follow
from moothall.queueing.asks import do_commands, hear_answer, look_at_desk, look_at_everything
from moothall.queueing.calls import Calls
from moothall.queueing.picture import Agent
from moothall.queueing.queries import watched_lines
from moothall.queueing.queues import milliseconds
from moothall.queueing.reconcile import close_lost, mend
from moothall.queueing.router_state import write_router_state
from moothall.queueing.verbs import carry_out
from moothall.telephony.port import (
    CallEvent,
    CallSnapshot,
    CallsOut,
    Consults,
    Done,
    Event,
    ExchangeLink,
    HandlesCalls,
    Link,
    Resynced,
)

log = logging.getLogger(__name__)
HEARTBEAT_S = 5.0
ROSTER_S = 60.0
TOGETHER = 8  # events of the exchange in one transaction, when they come faster than a commit takes
AGREEMENT = "agreement"
Value = TypeVar("Value")
Work = Callable[[], list[Act]]


class Loop:
    """Runs until `stop` or until something breaks that a new start mends (then it raises)."""

    def __init__(self, link: ExchangeLink, calls: Calls, *, leader: str) -> None:
        self.link, self.calls, self.leader = link, calls, leader
        self.leader_since = clock.now()
        self.link_since = self.leader_since
        self._work: asyncio.Queue[Work | CallEvent] = asyncio.Queue()
        self._kept: Work | CallEvent | None = None  # taken from the queue, and its turn is next
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="router")
        self._after: dict[str, asyncio.Task[None]] = {}
        self._watched: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._resyncs = 0
        self._in_force: InForce | None = None  # by which the lines are watched
        self._comparing: asyncio.Task[None] | None = None
        self._seen: tuple[Agent, ...] = ()
        self._stopped = asyncio.Event()

    async def start(self) -> None:
        """Rows become the picture; then the link may begin. After this the router is ready."""
        await self._in_thread(warm)
        await self._in_thread(lambda: self.calls.start(clock.now()))
        await self._watch()
        await self._in_thread(self._write_state)

    async def run(self) -> None:
        tasks = [asyncio.create_task(part) for part in (self._listen_to_exchange(), self._consume(), self._keep_time())]
        stopped = asyncio.create_task(self._stopped.wait())
        try:
            done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*tasks, stopped):
                task.cancel()
            await asyncio.gather(*tasks, stopped, return_exceptions=True)
            await self._close()

    def stop(self) -> None:
        self._stopped.set()

    def notice(self, payload: str) -> None:
        """A bell of the database: `command`, `presence:<person>`, or anything else, which means everything."""
        word, _, number = payload.partition(":")
        if word == "command":
            self._put(lambda: do_commands(self.calls, clock.now()))
        elif word == "presence" and number.isdecimal():
            self._put(lambda: look_at_desk(self.calls, int(number), clock.now()))
        else:
            if word == AGREEMENT:
                forget()  # what is in force has changed: don't go by what was true half a second ago
            self._put(lambda: look_at_everything(self.calls, clock.now()))
            self._put(lambda: do_commands(self.calls, clock.now()))

    # -- the parts -----------------------------------------------------------------------------------------------------
    async def _listen_to_exchange(self) -> None:
        async for event in self.link.events():
            self._hear(event)
        if not self._stopped.is_set():
            raise RuntimeError("the exchange's events ended")

    def _hear(self, event: Event) -> None:
        match event:
            case CallEvent():
                self._put(event)
            case Link(state="down", at=at):
                self._resyncs += 1
                self._put(lambda: self._set_link(False, at))
            case Resynced(live=live):
                self._resyncs += 1
                self._put(lambda: close_lost(self.calls, live, clock.now()))
                self._comparing = asyncio.create_task(self._compare(self._resyncs))

    async def _compare(self, number: int) -> None:
        """Ask the exchange where every call stands; only then is anything offered again."""
        snapshots = await self.link.snapshot()
        self._put(lambda: self._compared(snapshots, number))

    def _compared(self, snapshots: list[CallSnapshot], number: int) -> list[Act]:
        if number != self._resyncs:
            return []  # the link went again meanwhile
        self._set_link(True, clock.now())
        acts = mend(self.calls, snapshots, clock.now(), time.monotonic_ns())
        return acts + do_commands(self.calls, clock.now())  # their bells may have rung while nobody listened

    def _set_link(self, up: bool, at: datetime) -> list[Act]:
        if self.calls.linked != up:
            self.link_since = at
            self.calls.counters["link_up" if up else "link_down"] += 1
        self.calls.linked = up
        self._write_state()
        return []

    async def _consume(self) -> None:
        """One piece of work after the other; between them, what time alone changes."""
        due = 0
        while True:
            wait = max(0.0, (due - milliseconds(clock.now())) / 1000)
            try:
                work = await asyncio.wait_for(self._next(), min(wait, HEARTBEAT_S))
            except TimeoutError:
                work = self._expire
            before = self._in_force
            acts, due = await self._in_thread(lambda work=work: self._take(work))  # type: ignore[misc]
            self._carry_out(acts)
            seated = self.calls.picture.agents is not self._seen  # somebody, at a telephone not yet watched
            if seated or self._in_force is not before:
                await self._watch()

    async def _next(self) -> Work:
        """The next piece of work: what the exchange has told since the last one, as one, or one of another kind."""
        item = self._kept or await self._work.get()
        self._kept = None
        if not isinstance(item, CallEvent):
            return item
        events = [item]
        while len(events) < TOGETHER and not self._work.empty():
            following = self._work.get_nowait()
            if not isinstance(following, CallEvent):
                self._kept = following
                break
            events.append(following)
        return lambda: self.calls.hear_all(events, clock.now())

    def _take(self, work: Work) -> tuple[list[Act], int]:
        """One piece of work, and what follows where what is in force has turned meanwhile; when to look again."""
        acts, now = work(), current()
        if now is not self._in_force:
            self._in_force = now
            acts = acts + look_at_everything(self.calls, clock.now())
        return acts, self._next_due()

    def _expire(self) -> list[Act]:
        return self.calls.expire(clock.now())

    def _next_due(self) -> int:
        now = milliseconds(clock.now())
        until = self._in_force.until if self._in_force else None  # who answers changes then otherwise than by its hours
        turn = milliseconds(until) if until else NEVER
        due = self.calls.next_due(now) if self.calls.linked else now + int(HEARTBEAT_S * 1000)
        return max(now + 1, min(due, turn))

    async def _keep_time(self) -> None:
        """The heartbeat for doctor; now and then the roster and the lines, which change without a bell."""
        last = time.monotonic()
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self._put(self._write_state)
            if time.monotonic() - last >= ROSTER_S:
                last = time.monotonic()
                self._put(lambda: look_at_everything(self.calls, clock.now()))
                await self._watch()

    # -- the exchange --------------------------------------------------------------------------------------------------
    async def _watch(self) -> None:
        """Watch the lines in force and every agent's telephone; again when these changed."""
        lines = await self._in_thread(self._lines)
        self._seen = self.calls.picture.agents
        stations = sorted({agent.station for agent in self._seen if agent.station})
        wanted = (tuple(lines), tuple(stations))
        if wanted != self._watched:
            self._watched = wanted
            await self.link.connect(lines=lines, stations=stations)

    def _lines(self) -> list[str]:
        """Those of now, with room made for their queues."""
        now = clock.now()
        lines = watched_lines(now)
        self.calls.know_lines(lines, now)
        return lines

    def _carry_out(self, acts: Iterable[Act]) -> None:
        for act in acts:
            key = act.device if isinstance(act, Follow) else act.call
            task = asyncio.create_task(self._do(act, self._after.get(key)))
            self._after[key] = task
            task.add_done_callback(partial(self._forget, key))

    def _forget(self, key: str, done: asyncio.Task[None]) -> None:
        if self._after.get(key) is done:
            del self._after[key]
        if not done.cancelled():
            done.result()  # verbs answer with values: what is raised is a fault of ours, to be seen

    async def _do(self, act: Act, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        result = await carry_out(self.link, act)
        if not isinstance(result, Done):
            log.info("%s: %s", act, result)
            self._put(lambda: hear_answer(self.calls, act, result, clock.now()))

    # -- the thread ----------------------------------------------------------------------------------------------------
    def _put(self, work: Work | CallEvent) -> None:
        self._work.put_nowait(work)

    async def _in_thread(self, work: Callable[[], Value]) -> Value:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _write_state(self) -> list[Act]:
        counters: dict[str, Any] = {**dict(getattr(self.link, "counters", {})), **self.calls.counters}
        write_router_state({
            "leader": self.leader, "leader_since": self.leader_since, "at": clock.now(),
            "link": "up" if self.calls.linked else "down", "link_since": self.link_since,
            "handles_calls": isinstance(self.link, HandlesCalls), "consults": isinstance(self.link, Consults),
            "calls_out": isinstance(self.link, CallsOut),
            "counters": counters,
        })
        return []

    async def _close(self) -> None:
        """In good order: the exchange keeps its calls, the row says that nobody leads."""
        self.calls.linked, self.leader = False, ""
        await self.link.close()
        try:
            await self._in_thread(self._write_state)
            await self._in_thread(_close_connection)
        finally:
            self._thread.shutdown(wait=False)


def _close_connection() -> None:
    """The calling thread's own: each thread has one behind the same name."""
    connection.close()
