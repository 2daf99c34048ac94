"""Starting the simulated exchange as its own process, for tests; and asking its callers' port.

One process without options is kept for the tests that come after, and begun anew in between by `reset`.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class Exchange:
    """A running exchange: its ports, and `ask(op, …)`."""

    def __init__(self, process: subprocess.Popen[str], ports: dict[str, Any]) -> None:
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

    def hang_up(self) -> None:
        """Close our connection to the callers' port, which belongs to the running event loop."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    def end(self, *, kill: bool = False) -> None:
        """End the process, at once or in good order."""
        self.hang_up()
        (self.process.kill if kill else self.process.terminate)()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def start(*options: str, csta_port: int = 0) -> Exchange:
    """Start an exchange on free ports."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators.exchange", "--csta-port", str(csta_port), "--callers-port", "0", *options],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert process.stdout
    return Exchange(process, json.loads(process.stdout.readline()))


@asynccontextmanager
async def exchange(*options: str, csta_port: int = 0) -> AsyncIterator[Exchange]:
    """An exchange of one's own while the block lasts."""
    plain = not options and not csta_port
    running = _spare.pop() if plain and _spare else start(*options, csta_port=csta_port)
    try:
        yield running
        if plain and running.process.poll() is None:
            await running.ask("reset")
            running.hang_up()
            _spare.append(running)
    finally:
        if running not in _spare:
            running.end()


_spare: list[Exchange] = []


@atexit.register
def _end_spare() -> None:
    while _spare:
        _spare.pop().end()
