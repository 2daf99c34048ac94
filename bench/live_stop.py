"""How soon the live process ends when it is told to, with many streams open; and how soon it rings them all.

    ./moot bench live_stop [--streams 1000]

Gate: the process has ended within 2 s of SIGTERM, and every stream was ended by it, not cut off.
"""
from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

from bench.agents import session_key
from bench.ground import ROOT, environment, ground
from bench.stack import stack

GATE_S = 2.0
DESKS = 50  # so many people; each opens many streams
AT_ONCE = 50


async def open_streams(live: str, origin: str, count: int) -> list[asyncio.StreamReader]:
    port, gate = urlsplit(live).port, asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> asyncio.StreamReader:
        async with gate:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            cookie = f"sessionid={session_key(number % DESKS)}"
            head = f"GET /desk HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nCookie: {cookie}"
            writer.write(head.encode() + b"\r\n\r\n")
            while not (line := await reader.readline()).startswith(b"data: "):
                if not line:
                    raise SystemExit("A stream was refused.")
            kept.append(writer)
            return reader

    kept: list[asyncio.StreamWriter] = []
    readers = await asyncio.gather(*(one(number) for number in range(count)))
    open_streams.kept = kept  # type: ignore[attr-defined]  # or they would be closed with this function
    return readers


async def measure(live: str, origin: str, count: int, pid: int) -> tuple[float, float, int]:
    """Seconds to open all, seconds from SIGTERM to the process's end, and how many streams ended in order."""
    started = time.perf_counter()
    readers = await open_streams(live, origin, count)
    opened = time.perf_counter() - started
    started = time.perf_counter()
    os.kill(pid, signal.SIGTERM)

    async def to_its_end(reader: asyncio.StreamReader) -> bool:
        rest = await reader.read()
        return rest.endswith(b"0\r\n\r\n")  # the last chunk: ended by the server, not cut off

    ended = sum(await asyncio.gather(*(to_its_end(reader) for reader in readers), return_exceptions=False))
    while _lives(pid):
        await asyncio.sleep(0.005)
    return opened, time.perf_counter() - started, ended


def _lives(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    args = parser.parse_args()
    with ground("live-stop", customers=1000) as (cluster, url):
        subprocess.run(
            [sys.executable, "-m", "bench.agents", "add", str(DESKS)], env=environment(url, MOOTHALL_ROLE="owner"),
            cwd=ROOT, check=True,
        )
        with stack(url, cluster.folder / "log") as running:
            live = next(child for child in running.supervisor.children if child.program.name == "live")
            assert live.process is not None
            opened, took, ended = asyncio.run(measure(running.live, running.staff, args.streams, live.process.pid))
    print(f"{args.streams} streams opened in {opened:.1f} s; {ended} ended in order, {took:.2f} s after SIGTERM")
    print(f"gate {GATE_S:.0f} s, ratio {took / GATE_S:.2f}")
    return 0 if took <= GATE_S and ended == args.streams else 1


if __name__ == "__main__":
    raise SystemExit(main())
