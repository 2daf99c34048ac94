"""The link to an exchange over CSTA: keeps it up, watches devices, mends the picture after faults, and does what the
port asks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import ssl
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any

from moothall.telephony import port
from moothall.telephony.contrib.csta import messages
from moothall.telephony.contrib.csta.asking import Asking
from moothall.telephony.contrib.csta.causes import AGENT_WISHES, BACK_OFF
from moothall.telephony.contrib.csta.elements import Node
from moothall.telephony.contrib.csta.resync import Differences, LinkLost, request_all, snapshot_of, take_stock
from moothall.telephony.contrib.csta.session import (
    CLEANUP_S,
    Failure,
    Session,
    SessionRefused,
    Stamp,
    stamp_now,
)

log = logging.getLogger("moothall.telephony.csta")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
CONNECT_TIMEOUT_S = 5.0
MOST_EVENTS_WAITING = 10_000
OLDEST_LEG_S = 4 * 3600
AUDIT_S, AUDIT_DEVICES = 5.0, 20


class CstaLink(Asking):
    """Implements `port.ExchangeLink` and what a link may have besides."""

    def __init__(
        self, host: str, tcp_port: int, *, user: str = "moothall", password: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__()
        self._address, self._user, self._password, self._tls = (host, tcp_port), user, password, tls
        self._events: asyncio.Queue[port.Event | None] = asyncio.Queue()
        self._monitors: dict[str, str] = {}  # monitorCrossRefID → device
        self._resume: tuple[str, float] = ("", 0.0)  # session id, until when
        self._unwatched: set[str] = set()  # devices whose monitor the exchange took away
        self._audit_from = 0
        self._up = False
        self._runner: asyncio.Task[None] | None = None

    # The port

    async def connect(self, *, lines: Iterable[str], stations: Iterable[str]) -> None:
        self._picture.lines, self._picture.stations = frozenset(lines), frozenset(stations)
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        self._work.set()

    async def events(self) -> AsyncIterator[port.Event]:
        while (event := await self._events.get()) is not None:
            yield event
            if self._session and self._events.qsize() == MOST_EVENTS_WAITING // 2:
                self._session.pause(reading=True)

    async def snapshot(self) -> list[port.CallSnapshot]:
        if self._session and self._up:
            with contextlib.suppress(LinkLost):
                self._tell_differences(
                    await take_stock(self._session, self._picture, self._picture.watched(), verify=False)
                )
        return [snapshot_of(call, self._picture.consults.about(call.key)) for call in self._picture.calls.values()]

    async def close(self) -> None:
        if self._session:
            await self._session.stop()
        if self._runner:
            self._runner.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._runner
        self._events.put_nowait(None)

    # Staying linked

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                linked = await self._link_once()
            except (OSError, TimeoutError, LinkLost, SessionRefused) as problem:
                linked = False
                if isinstance(problem, ssl.SSLError):
                    self.counters.meet("tls_refused", getattr(problem, "verify_message", "") or problem.reason or "")
                self.counters["connect_failed"] += 1
                log.info("No link to the exchange: %s", problem or type(problem).__name__)
            pause = FIRST_PAUSE_S if linked else min(pause * 2, LONGEST_PAUSE_S)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # so that two routers don't knock in step

    async def _link_once(self) -> bool:
        """One life of the link, to its end; True if it ever was up."""
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, session = await asyncio.get_running_loop().create_connection(
                lambda: Session(self._on_message, self.counters), *self._address, ssl=self._tls
            )
        self._session = session
        tasks: list[Coroutine[Any, Any, None]] = []
        try:
            session_id, until = self._resume
            resumed = await session.start(
                user=self._user, password=self._password, resume=session_id if until > time.monotonic() else ""
            )
            session.keep_time()
            await self._take_up(session, resumed=resumed)
            tasks = [self._mend(session), self._audit(session)]
            running = [asyncio.create_task(task) for task in tasks]
            try:
                ends: list[asyncio.Future[Any]] = [session.lost, *running]
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in running:
                    task.cancel()
            return True
        finally:
            self._leave(session)

    def _leave(self, session: Session) -> None:
        session.abort("link given up")
        self._session = None
        if session.session_id:
            self._resume = (session.session_id, time.monotonic() + CLEANUP_S)
        self._picture.forget_ids()
        if self._up:
            self._up = False
            reason = session.lost.result() if session.lost.done() else ""
            self._put(port.Link(state="down", reason=reason, **_times(stamp_now())))

    async def _take_up(self, session: Session, *, resumed: bool) -> None:
        before = set(self._picture.calls)  # as it was when the link broke; events change it as soon as a monitor stands
        if not resumed:
            self._monitors.clear()
        await self._adjust_monitors(session)
        if not resumed:
            states = {
                d: messages.set_agent_state(d, AGENT_WISHES[state], agent or d)
                for d, (state, agent) in self._agents.items()
            }
            await request_all(session, states)
        self._up = True
        self._put(port.Link(state="up", reason="resumed" if resumed else "", **_times(stamp_now())))
        differences = await take_stock(session, self._picture, self._picture.watched(), verify=True)
        now = set(self._picture.calls)
        differences.opened, differences.closed = sorted(now - before), sorted(before - now)
        self._put_all(differences)
        self._put_resynced(differences)

    async def _adjust_monitors(self, session: Session) -> set[str]:
        """Watch what should be watched and nothing else; gives the devices newly watched."""
        wanted = self._picture.watched()
        have = set(self._monitors.values())
        gone = [reference for reference, device in self._monitors.items() if device not in wanted]
        await request_all(session, {reference: messages.monitor_stop(reference) for reference in gone})
        for reference in gone:
            self._monitors.pop(reference, None)
        missing = sorted(wanted - have)
        new = set()
        while missing:
            answers = await request_all(session, {device: messages.monitor_start(device) for device in missing})
            missing = []
            for device, answer in answers.items():
                if isinstance(answer, Failure) and answer.category in BACK_OFF:
                    missing.append(device)
                elif isinstance(answer, Node):
                    self._monitors[answer.text_of("monitorCrossRefID")] = device
                    new.add(device)
                else:
                    self.counters.meet("monitor_refused", f"{device} {getattr(answer, 'value', 'no answer')}")
            if missing:
                await asyncio.sleep(1.0)
        return new

    async def _mend(self, session: Session) -> None:
        """While linked: watch changed devices, set lost monitors anew, settle doubts by snapshots."""
        while True:
            await self._work.wait()
            self._work.clear()
            lost, self._unwatched = self._unwatched, set()
            new = await self._adjust_monitors(session)
            doubts = (self._picture.doubts | new | lost) & self._picture.watched()
            self._picture.doubts.clear()
            if doubts:
                self._tell_differences(await take_stock(session, self._picture, doubts, verify=False), tell=bool(lost))

    async def _audit(self, session: Session) -> None:
        """A monitor can die without a word: compare some devices at a time; where they differ set all monitors anew."""
        while True:
            await asyncio.sleep(AUDIT_S)
            now = time.monotonic_ns()
            for call in self._picture.calls.values():
                self._picture.doubts |= {d for d, leg in call.legs.items() if now - leg.since_ns > OLDEST_LEG_S * 10**9}
            devices = sorted(self._picture.watched())
            start = self._audit_from % max(1, len(devices))
            some = devices[start : start + AUDIT_DEVICES]
            self._audit_from = start + len(some)
            differences = await take_stock(session, self._picture, some, verify=False)
            self._tell_differences(differences)
            if differences.events:
                self.counters.meet("audit_difference")
                self._monitors.clear()
                self._unwatched |= set(devices)
                self._work.set()

    # Events

    def _on_message(self, root: Node, stamp: Stamp) -> None:
        if root.name == "MonitorStop":
            if device := self._monitors.pop(root.text_of("monitorCrossRefID"), ""):
                self._unwatched.add(device)
                self._work.set()
            return
        if root.name == "SystemStatus":
            self._on_system_status(root)
            return
        for event in self._picture.apply(root, stamp):
            self._put(event)
        self._end_tones()
        if self._picture.doubts:
            self._work.set()

    def _on_system_status(self, root: Node) -> None:
        status = root.text_of("systemStatus")
        self.counters["system_status:" + status[:30]] += 1
        if status in {"enabled", "messagesLost", "initializing"}:  # the switch began anew or lost something
            self._picture.doubts |= self._picture.watched()
            self._work.set()

    def _put(self, event: port.Event) -> None:
        self._events.put_nowait(event)
        if self._session and self._events.qsize() == MOST_EVENTS_WAITING:
            self.counters.meet("reader_behind")
            self._session.pause(reading=False)

    def _put_all(self, differences: Differences) -> None:
        for event in differences.events:
            self._put(event)

    def _tell_differences(self, differences: Differences, *, tell: bool = False) -> None:
        self._put_all(differences)
        if differences.events or tell:
            self._put_resynced(differences)

    def _put_resynced(self, differences: Differences) -> None:
        self._put(
            port.Resynced(
                opened=tuple(differences.opened),
                closed=tuple(differences.closed),
                live=tuple(self._picture.calls),
                **_times(stamp_now()),
            )
        )


def _times(stamp: Stamp) -> dict[str, Any]:
    return {"at": stamp.at, "monotonic_ns": stamp.monotonic_ns}
