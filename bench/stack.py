"""The whole of Moothall, running on the bench's ground: exchange, staff pages, live, router."""
from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ground import environment, free_port
from moothall.cli.supervise import Program, Supervisor

MOOTHALL = (sys.executable, "-m", "moothall")


@dataclass(frozen=True, slots=True)
class Stack:
    """Where each part answers."""

    staff: str
    live: str
    callers: str
    supervisor: Supervisor


@contextmanager
def stack(url: str, folder: Path, *, workers: int = 1) -> Iterator[Stack]:
    """Start the parts on free ports and stop them at the end."""
    staff, live, csta, callers = (free_port() for _ in range(4))
    os.environ.update(
        environment(
            url,
            MOOTHALL_STAFF_URL=f"http://localhost:{staff}",
            MOOTHALL_LIVE_URL=f"http://localhost:{live}",
            MOOTHALL_EXCHANGE=f"127.0.0.1:{csta}",
            MOOTHALL_EXCHANGE_CALLERS=f"127.0.0.1:{callers}",
        )
    )
    supervisor = Supervisor(lambda words: None, folder)
    exchange = ["--csta-port", str(csta), "--callers-port", str(callers)]
    try:
        supervisor.start([
            Program("exchange", [sys.executable, "-m", "simulators.exchange", *exchange]),
            Program("staff-pages", [*MOOTHALL, "serve", "--port", str(staff), "--workers", str(workers)], pages=staff),
            Program("live", [*MOOTHALL, "live", "--port", str(live)], port=live),
            Program("router", [*MOOTHALL, "router"]),
        ])
        yield Stack(f"http://localhost:{staff}", f"http://localhost:{live}", f"127.0.0.1:{callers}", supervisor)
    finally:
        supervisor.stop()
