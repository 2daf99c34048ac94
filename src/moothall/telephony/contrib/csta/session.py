"""One connection to the exchange: frames in and out, invoke ids, time-outs, the application session and its
keep-alive.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from moothall.lib import clock
from moothall.telephony.contrib.csta import messages
from moothall.telephony.contrib.csta.counters import Counters
from moothall.telephony.contrib.csta.elements import STANDARDS, BadXml, Node, parse
from moothall.telephony.contrib.csta.frames import EVENT_ID, BadHeader, Decoder, Frame, encode

REQUEST_TIMEOUT_S = 12.0  # the exchange itself waits up to 10 s for its switch and then says so
FRAME_TIMEOUT_S = 5.0
SESSION_S = 60
CLEANUP_S = 60
LAST_INVOKE_ID = 9998
MOST_SEGMENTED = 200


class Stamp(NamedTuple):
    """When a message's first byte came: wall clock and monotonic nanoseconds."""

    at: datetime
    monotonic_ns: int


def stamp_now() -> Stamp:
    return Stamp(clock.now(), time.monotonic_ns())


@dataclass(frozen=True, slots=True)
class Failure:
    """A CSTAErrorCode or a NegResponse: its category and value."""

    category: str
    value: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No answer in time, an unreadable one, or the link broke: what was asked may have happened."""

    reason: str


Answer = Node | Failure | NoAnswer


class SessionRefused(Exception):
    """The exchange doesn't let us in; the text is its word for it."""


class Session(asyncio.Protocol):
    """Lives as long as its TCP connection. `on_message` gets each event of the exchange, `lost` is set at the end."""

    def __init__(self, on_message: Callable[[Node, Stamp], None], counters: Counters) -> None:
        self._on_message, self._counters = on_message, counters
        self._decoder: Decoder[Stamp] = Decoder()
        self._transport: asyncio.Transport | None = None
        self._pending: dict[int, asyncio.Future[Answer]] = {}
        self._last_id = 0
        self._segmented: dict[str, tuple[Node, asyncio.Future[Answer]]] = {}
        self._timers: list[asyncio.Task[None]] = []
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.session_id, self.duration_s, self.version = "", SESSION_S, ""

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if raw := transport.get_extra_info("socket"):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._decoder.feed(data, stamp_now()):
                self._take(frame)
        except BadHeader as problem:
            self._counters.meet("bad_header")
            self.abort(f"bad header: {problem}")

    def connection_lost(self, problem: Exception | None) -> None:
        self._end(str(problem) if problem else "closed by the exchange")

    # What the link calls

    async def start(self, *, user: str, password: str, resume: str = "") -> bool:
        """Open the application session, taking up `resume` if the exchange still knows it: then True, monitors live on.

        Raises SessionRefused if not even a new session is granted, ConnectionError if nothing is answered.
        """
        if resume and not await self._start_once(user=user, password=password, session_id=resume):
            return True
        if refused := await self._start_once(user=user, password=password, session_id=""):
            raise SessionRefused(refused)
        return False

    async def request(self, body: bytes, *, timeout: float = REQUEST_TIMEOUT_S) -> Answer:
        """Send one request and wait for its answer; never raises for what the exchange says or doesn't."""
        if self._transport is None or self._transport.is_closing() or self.lost.done():
            return NoAnswer("no link")
        invoke_id = self._next_id()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._pending[invoke_id] = answer
        self._transport.write(encode(invoke_id, body))
        try:
            async with asyncio.timeout(timeout):
                return await answer
        except TimeoutError:
            self._counters.meet("request_timeout")
            return NoAnswer("time-out")
        finally:
            self._pending.pop(invoke_id, None)

    async def segments(self, reference: str, *, timeout: float = REQUEST_TIMEOUT_S) -> Answer:
        """The data that a snapshot's answer promised under a cross reference, all segments beneath one element."""
        _, whole = self._segments_of(reference)
        try:
            async with asyncio.timeout(timeout):
                return await whole
        except TimeoutError:
            self._counters.meet("segments_timeout")
            return NoAnswer("time-out")
        finally:
            self._segmented.pop(reference, None)

    def keep_time(self) -> None:
        """Begin the keep-alive and the watch over frames that never end."""
        self._timers = [asyncio.create_task(self._keep_alive()), asyncio.create_task(self._watch_frames())]

    def pause(self, *, reading: bool) -> None:
        """Stop or go on reading, when the reader of our events is behind."""
        if self._transport and not self._transport.is_closing():
            with contextlib.suppress(RuntimeError):
                (self._transport.resume_reading if reading else self._transport.pause_reading)()

    async def stop(self) -> None:
        """End the session in good order."""
        if self.session_id and not self.lost.done():
            await self.request(messages.stop_session(self.session_id), timeout=1.0)
        self.abort("closed")

    def abort(self, reason: str) -> None:
        """Cut the connection now."""
        if self._transport:
            self._transport.abort()
        self._end(reason)

    # Within

    async def _start_once(self, *, user: str, password: str, session_id: str) -> str:
        """Empty if granted, else the exchange's reason."""
        answer = await self.request(
            messages.start_session(
                user=user, password=password, cleanup_s=CLEANUP_S, session_id=session_id, duration_s=SESSION_S
            )
        )
        if isinstance(answer, NoAnswer):
            raise ConnectionError(f"no answer to the start of a session: {answer.reason}")
        if isinstance(answer, Failure):
            return answer.value or "refused"
        self.session_id = answer.text_of("sessionID") or session_id
        self.version = answer.text_of("actualProtocolVersion")
        self._set_duration(answer.text_of("actualSessionDuration"))
        return ""

    def _set_duration(self, seconds: str) -> None:
        if seconds.isdecimal() and 0 < int(seconds) < 1_000_000:
            self.duration_s = int(seconds)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self.duration_s / 3)
            body = messages.keep_alive(self.session_id, self.duration_s)
            answer = await self.request(body, timeout=min(REQUEST_TIMEOUT_S, self.duration_s / 2))
            if not isinstance(answer, Node):
                self.abort(f"keep-alive: {answer}")
                return
            self._set_duration(answer.text_of("actualSessionDuration"))

    async def _watch_frames(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            begun = self._decoder.begun
            if begun and time.monotonic_ns() - begun.monotonic_ns > FRAME_TIMEOUT_S * 1e9:
                self._counters.meet("frame_timeout")
                self.abort("a frame that doesn't end")
                return

    def _next_id(self) -> int:
        if len(self._pending) >= LAST_INVOKE_ID:
            raise RuntimeError("too many requests pending")
        while True:
            self._last_id = self._last_id % LAST_INVOKE_ID + 1
            if self._last_id not in self._pending:
                return self._last_id

    def _take(self, frame: Frame[Stamp]) -> None:
        try:
            root = parse(frame.body)
        except BadXml:
            self._counters.meet("bad_xml")
            if frame.invoke_id != EVENT_ID:
                self._answer(frame.invoke_id, NoAnswer("unreadable answer"))
            return
        name = root.name
        if name.endswith("Response") or name == "CSTAErrorCode":
            self._answer(frame.invoke_id, _answer_of(root))
        elif name == "SystemStatus" and self._transport:
            self._transport.write(encode(frame.invoke_id, messages.system_status_response()))
            self._on_message(root, frame.stamp)
        elif name == "SnapshotDeviceData":
            self._take_segment(root)
        elif root.namespace and not root.namespace.startswith(STANDARDS):
            self._counters.meet("unknown_root", f"{root.namespace} {name}")
        else:
            self._on_message(root, frame.stamp)

    def _segments_of(self, reference: str) -> tuple[Node, asyncio.Future[Answer]]:
        if reference not in self._segmented:
            while len(self._segmented) >= MOST_SEGMENTED:  # promised to nobody who waits
                del self._segmented[next(iter(self._segmented))]
            self._segmented[reference] = (Node("segments"), asyncio.get_running_loop().create_future())
        return self._segmented[reference]

    def _take_segment(self, root: Node) -> None:
        collected, whole = self._segments_of(root.text_of("crossRefIdentifier"))
        collected.children.append(root)
        if root.text_of("lastSegment") != "false" and not whole.done():
            whole.set_result(collected)

    def _answer(self, invoke_id: int, answer: Answer) -> None:
        waiting = self._pending.pop(invoke_id, None)
        if waiting is None or waiting.done():
            self._counters.meet("late_answer")
        else:
            waiting.set_result(answer)

    def _end(self, reason: str) -> None:
        if self.lost.done():
            return
        self.lost.set_result(reason)
        current = asyncio.current_task()
        for timer in self._timers:
            if timer is not current:
                timer.cancel()
        for waiting in (*self._pending.values(), *(whole for _, whole in self._segmented.values())):
            if not waiting.done():
                waiting.set_result(NoAnswer("link lost"))


def _answer_of(root: Node) -> Answer:
    if root.name == "CSTAErrorCode":
        first = root.children[0] if root.children else Node("unspecified")
        return Failure(first.name, first.text.strip())
    if root.name.endswith("NegResponse"):
        return Failure("session", root.text_of("errorCode", "definedError") or "refused")
    return root
