"""One LISTEN connection for the whole process, and the streams that wait for it."""
from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psycopg
from django.conf import settings

from moothall.lib import clock
from moothall.web.live_leavers import ANYONE, HERE, Leavers
from moothall.web.live_people import Listener, identify, versions_of

logger = logging.getLogger("moothall.live")
CHANNEL = "moothall_desk"
RIGHTS = "rights"  # instead of a desk and its version: what desks may see has changed
RECONNECT_S = (0.2, 0.5, 1.0, 2.0, 5.0)
LOOK_AGAIN_S = 60  # a session that ended while somebody listened


class Stream:
    """One open stream. `rung` is set when there is something to say."""

    __slots__ = ("again", "cookies", "ended", "listener", "rung", "said", "version")

    def __init__(self, listener: Listener, cookies: str) -> None:
        self.listener = listener
        self.cookies = cookies
        self.version = listener.version
        self.said = -1
        self.again = False  # what this person may see has changed: fetch though the version hasn't
        self.ended = False
        self.rung = asyncio.Event()

    def ring(self, version: int) -> None:
        if version > self.version or self.said < 0:
            self.version = max(version, self.version)
            self.rung.set()

    def ring_rights(self) -> None:
        self.again = True
        self.rung.set()

    def end(self) -> None:
        self.ended = True
        self.rung.set()


class Doorbell:
    """Knows who listens, and rings them."""

    def __init__(self) -> None:
        self.streams: dict[int, set[Stream]] = defaultdict(set)
        self.listening = False
        self.closing = False
        self._newest: dict[int, int] = {}  # the last version that was rung, by person
        self._links = 0  # how often the bells were connected
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live-database")
        self._tasks: list[asyncio.Task[None]] = []
        self._rights = asyncio.Event()
        self.leavers = Leavers(self.ask, self.hears)

    def hears(self, person: int) -> bool:
        return any(not stream.ended for stream in self.streams.get(person, ()))

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._watch_grants())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._threads.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End every stream now; new ones are refused."""
        self.closing = True
        for stream in self._all():
            stream.end()

    async def join(self, cookies: str) -> Stream | None:
        link = self._links
        listener = await self.ask(identify, cookies)
        if listener is None or self.closing:
            return None
        stream = Stream(listener, cookies)
        self.streams[listener.person].add(stream)
        stream.version = max(stream.version, self._newest.get(listener.person, 0))  # rung while we looked who it is
        if self._links != link:  # or while nobody heard the bells: whoever came before was asked after then
            for person, version in (await self.ask(versions_of, [listener.person])).items():
                self._rung(f"{person}:{version}")
        self.leavers.returned(listener.person)
        return stream

    def leave(self, stream: Stream) -> None:
        mine = self.streams.get(stream.listener.person, set())
        mine.discard(stream)
        if not mine:
            self.streams.pop(stream.listener.person, None)
            if not self.closing:
                self.leavers.left(stream.listener.person, clock.now())

    async def ask(self, question: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, question, *arguments)

    def _all(self) -> list[Stream]:
        return [stream for streams in self.streams.values() for stream in streams]

    async def _listen(self) -> None:
        """Listen for ever; after each new connection ask for what was missed, since a NOTIFY isn't kept."""
        attempt = 0
        while True:
            try:
                async with await _connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.listening, attempt = True, 0
                    self._links += 1
                    await self._catch_up()
                    async for notification in connection.notifies():
                        self._rung(notification.payload)
            except (psycopg.Error, OSError) as problem:
                logger.warning("The doorbell lost the database: %s", problem)
            finally:
                self.listening = False
            await asyncio.sleep(RECONNECT_S[min(attempt, len(RECONNECT_S) - 1)])
            attempt += 1

    def _rung(self, payload: str) -> None:
        if payload == RIGHTS:
            self._rights.set()
            return
        person, _, version = payload.partition(":")
        if person in (ANYONE, HERE) and version.isdigit():
            self.leavers.rung(person, int(version))
        if person.isdigit() and version.isdigit():
            self._newest[int(person)] = max(int(version), self._newest.get(int(person), 0))
            for stream in self.streams.get(int(person), ()):
                stream.ring(int(version))

    async def _catch_up(self) -> None:
        self._rights.set()
        people = list(self.streams)
        versions = await self.ask(versions_of, people) if people else {}
        for person, version in versions.items():
            self._rung(f"{person}:{version}")

    async def _watch_grants(self) -> None:
        """Each second: ring those whose grants change now. At the bell of another version: ring everybody, one after
        the other, so that their pages don't all ask at once. Each minute: look whether they are signed in still, and
        which desks nobody sits at any more.
        """
        looked: dict[Stream, datetime] = {}
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rights.wait(), 1)
            changed = self._rights.is_set()
            self._rights.clear()
            at = clock.now()
            streams = self._all()
            looked = {stream: looked.get(stream, at) for stream in streams}
            for stream in streams:
                change = stream.listener.grants_change
                due = changed or (change is not None and change <= at)
                if due or (at - looked[stream]).total_seconds() >= LOOK_AGAIN_S:
                    looked[stream] = at
                    await self._look_again(stream, due)
            await self.leavers.look(at)

    async def _look_again(self, stream: Stream, due: bool) -> None:
        try:
            listener = await self.ask(identify, stream.cookies)
        except Exception:  # the database is away: the page polls, and we look again later
            logger.warning("Could not look again at a listener", exc_info=True)
            return
        if listener is None or listener.person != stream.listener.person:  # or somebody else signed in there
            stream.end()
            self.leavers.ended(stream.listener.person, clock.now())
            return
        moved = listener.grants_change != stream.listener.grants_change
        stream.listener = listener
        if due or moved:
            stream.ring_rights()


async def _connect() -> psycopg.AsyncConnection[Any]:
    chosen = settings.DATABASES["default"]
    return await psycopg.AsyncConnection.connect(
        host=chosen["HOST"], port=chosen["PORT"], dbname=chosen["NAME"], user=chosen["USER"],
        password=chosen["PASSWORD"], application_name="moothall-live", autocommit=True, connect_timeout=5,
    )  # fmt: skip
