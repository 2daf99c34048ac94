"""A link to a real exchange process, its events kept as they come, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from exchange_process import Exchange, exchange
from moothall.telephony import port
from moothall.telephony.registry import link_to

LINES, STATIONS = ("5000", "5001", "5002"), ("4001", "4002", "4003")
PATIENCE_S = 20.0


class Linked:
    """`events` holds all so far; `story(call)` tells them in words."""

    def __init__(self, link: Any, running: Exchange) -> None:
        self.link, self.exchange = link, running
        self.events: list[port.Event] = []

    async def listen(self) -> None:
        async for event in self.link.events():
            self.events.append(event)

    def story(self, call: str) -> list[str]:
        return [word_of(event) for event in self.events if isinstance(event, port.CallEvent) and event.call == call]

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait for a condition; a failure shows what came instead."""
        async with asyncio.timeout(PATIENCE_S):
            while not (value := condition()):
                await asyncio.sleep(0.005)
        return value

    async def told(self, call: str, last: str) -> list[str]:
        """The call's story, once it ends in `last`."""
        await self.until(lambda: self.story(call)[-1:] == [last])
        return self.story(call)

    async def answered(self, line: str, station: str) -> str:
        """A call that talks at a station."""
        call = await self.exchange.place(line)
        await self.told(call, f"offered {line}")
        assert await self.link.deflect(call, station) == port.Done()
        await self.told(call, f"alerting {station}")
        assert await self.link.answer(call, station) == port.Done()
        await self.told(call, f"answered {station}")
        return call


def word_of(event: port.CallEvent) -> str:
    """`offered 5001`, `diverted 5001>4001`, `ended caller normal` …"""
    match event:
        case port.Diverted():
            return f"diverted {event.device}>{event.to}"
        case port.Ended():
            return f"ended {event.by} {event.cause}"
        case port.Abandoned():
            return "abandoned"
        case _:
            return f"{type(event).__name__.lower()} {event.device}"


@asynccontextmanager
async def linked(*options: str, lines: Any = LINES, stations: Any = STATIONS) -> AsyncIterator[Linked]:
    """An exchange and a link to it that is up and compared."""
    async with exchange(*options) as running:
        link = link_to(f"127.0.0.1:{running.csta}")
        both = Linked(link, running)
        listening = asyncio.create_task(both.listen())
        await link.connect(lines=lines, stations=stations)
        await both.until(lambda: both.of(port.Resynced))
        try:
            yield both
        finally:
            await link.close()
            await listening


def run(scenario: Callable[[Linked], Awaitable[None]], *options: str, **devices: Any) -> None:
    """Run a scenario over a fresh exchange."""

    async def whole() -> None:
        async with linked(*options, **devices) as both:
            await scenario(both)

    asyncio.run(whole())
