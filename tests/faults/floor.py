"""A whole floor as processes: its database, the exchange, routers to kill, agents who use the desk's actions."""
from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from exchange_process import Exchange, exchange
from tests.faults.books import Books

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0


class Process:
    """One of our processes; `said` are the lines of JSON that it printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: list[dict[str, Any]] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.said.append(json.loads(line))

    async def until_said(self, word: str) -> dict[str, Any]:
        await until(lambda: any(word in line for line in self.said) or self.process.returncode is not None)
        found = next((line for line in self.said if word in line), None)
        assert found is not None, f"ended with {self.process.returncode}"
        return found

    async def kill(self) -> None:
        """As the machine would: no chance to say good-bye."""
        self.process.kill()
        await self.process.wait()
        await self._reading

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.process.wait(), PATIENCE_S)
        await self._reading
        return code


class Floor(Books):
    def __init__(self, url: str, running: Exchange) -> None:
        super().__init__(url)
        self.exchange = running
        self.processes: list[Process] = []

    async def start(self, *words: str, role: str) -> Process:
        environment = {
            **os.environ, "DATABASE_URL": self.url, "MOOTHALL_ROLE": role,
            "MOOTHALL_EXCHANGE": f"127.0.0.1:{self.exchange.csta}", "DJANGO_SETTINGS_MODULE": "moothall.settings.base",
        }
        made = Process(await asyncio.create_subprocess_exec(
            sys.executable, "-W", "ignore", "-m", *words, env=environment, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        ))
        self.processes.append(made)
        return made

    async def router(self, *options: str) -> Process:
        return await self.start("moothall", "router", *options, role="router")

    async def agents(self, *options: str) -> Process:
        return await self.start("tests.faults.agents", *options, role="web")

    async def linked(self) -> None:
        await until(self.is_linked)


async def until(condition: Callable[[], Any]) -> Any:
    async with asyncio.timeout(PATIENCE_S):
        while not (value := condition()):
            await asyncio.sleep(0.05)
    return value


@asynccontextmanager
async def floor(url: str, *options: str) -> AsyncIterator[Floor]:
    async with exchange("--default-route-point", "5000", *options) as running:
        made = Floor(url, running)
        try:
            yield made
        finally:
            for process in made.processes:
                if process.process.returncode is None:
                    await process.kill()


def play(url: str, scenario: Callable[[Floor], Awaitable[None]], *options: str) -> None:
    async def whole() -> None:
        async with floor(url, *options) as made:
            await scenario(made)

    asyncio.run(whole())
