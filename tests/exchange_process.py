"""Starting the simulated exchange as its own process, for tests; and asking its callers' port."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class Exchange:
    """A running exchange: its ports, and `ask(op, …)`."""

    def __init__(self, process: asyncio.subprocess.Process, ports: dict[str, Any]) -> None:
        self.process, self.csta, self.callers = process, int(ports["csta"]), int(ports["callers"])
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """One operation; `caller` becomes the JSON's `from`."""
        if "caller" in fields:
            fields["from"] = fields.pop("caller")
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.callers)
        reader, writer = self._streams
        writer.write(json.dumps({"op": op, **fields}).encode() + b"\n")
        return dict(json.loads(await reader.readline()))

    async def place(self, to: str, caller: str | None = "01632960123", **fields: Any) -> str:
        answer = await self.ask("place", to=to, caller=caller, **fields)
        assert answer["ok"], answer
        return str(answer["call"])

    async def state(self, call: str) -> str:
        return str((await self.ask("status", call=call))["state"])

    async def end(self, *, kill: bool = False) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None
        if self.process.returncode is None:
            (self.process.kill if kill else self.process.terminate)()
        await self.process.wait()


@asynccontextmanager
async def exchange(*options: str, csta_port: int = 0) -> AsyncIterator[Exchange]:
    """Run an exchange while the block lasts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulators.exchange",
        "--csta-port",
        str(csta_port),
        "--callers-port",
        "0",
        *options,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout
    running = Exchange(process, json.loads(await process.stdout.readline()))
    try:
        yield running
    finally:
        await running.end()
