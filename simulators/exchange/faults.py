"""What goes wrong on command: faults of the link, drawn from one seeded random source."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field


@dataclass
class Faults:
    """The standing faults; 0 and False mean that all is well."""

    seed: int = 0
    split: int = 0  # send in pieces of so many bytes
    delay_s: float = 0.0  # each message waits up to so long, in order
    duplicates: bool = False  # each event twice
    swap: bool = False  # each pair of events in the other order
    lose: float = 0.0  # this share of events never leaves
    ghosts: int = 0  # so many cleared calls (all their ConnectionCleared events) never leave
    mute: bool = False  # requests are not answered
    refuse: list[tuple[str, str]] = field(default_factory=list)  # the next requests get these errors
    shut_until: float = 0.0  # connections are closed at once until then (loop time)
    ghost_calls: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    @property
    def slow(self) -> bool:
        return bool(self.split or self.delay_s)

    def clear(self) -> None:
        """All is well again."""
        self.__dict__.update(Faults(self.seed).__dict__)

    def keeps_back(self, call_id: int, *, cleared: bool) -> bool:
        """Is this event to be lost?"""
        if cleared and (self.ghosts or call_id in self.ghost_calls):
            if call_id not in self.ghost_calls:
                self.ghosts -= 1
                if len(self.ghost_calls) > 1000:
                    self.ghost_calls.clear()
                self.ghost_calls.add(call_id)
            return True
        return bool(self.lose) and self.random.random() < self.lose


class Outgoing:
    """The sending side of one connection: straight to the socket, or through a slow lane while a fault asks for it."""

    MOST_WAITING = 16 * 1024 * 1024
    HELD_S = 0.05  # so long the swap fault waits for an event to let go first

    def __init__(self, writer: asyncio.StreamWriter, faults: Faults) -> None:
        self._writer, self._faults = writer, faults
        self._lane: asyncio.Queue[bytes] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._held: bytes | None = None

    def send(self, frame: bytes, *, is_event: bool = False) -> None:
        if self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > self.MOST_WAITING:
            self._writer.transport.abort()  # a reader that doesn't read must not fill our memory
            return
        if not is_event:
            self._pass(frame)
            return
        if self._faults.swap and self._held is None:
            self._held = frame
            asyncio.get_running_loop().call_later(self.HELD_S, self._release, frame)
            return
        self._pass(frame)
        if self._held is not None:
            self._release(self._held)
        if self._faults.duplicates:
            self._pass(frame)

    def _release(self, held: bytes) -> None:
        if self._held is held and not self._writer.is_closing():
            self._held = None
            self._pass(held)

    def close(self) -> None:
        if self._task:
            self._task.cancel()
        self._writer.close()

    def abort(self) -> None:
        if self._task:
            self._task.cancel()
        self._writer.transport.abort()

    def _pass(self, frame: bytes) -> None:
        if not self._faults.slow and (self._task is None or self._task.done()):
            self._writer.write(frame)
            return
        self._lane.put_nowait(frame)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drip())

    async def _drip(self) -> None:
        try:
            while not self._lane.empty():
                frame = self._lane.get_nowait()
                if self._faults.delay_s:
                    await asyncio.sleep(self._faults.random.uniform(0, self._faults.delay_s))
                size = self._faults.split or len(frame)
                for start in range(0, len(frame), size):
                    self._writer.write(frame[start : start + size])
                    await self._writer.drain()
                    if self._faults.split:
                        await asyncio.sleep(0)
        except ConnectionError:
            self._writer.close()
