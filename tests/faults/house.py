"""A whole house as processes, under the product's own supervisor: exchange, staff pages, live, router. To be killed."""
from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moothall.cli.supervise import Program, Supervisor
from moothall.telephony import callers
from process_tree import children_of, running
from tests.faults.books import Books

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0
STANDS = """
SELECT 'contact ' || state, count(*) FROM contacts_contact GROUP BY state
UNION ALL SELECT 'desk ' || state, count(*) FROM queueing_presence GROUP BY state
UNION ALL SELECT 'router ' || link, 1 FROM queueing_routerstate
"""
PYTHON = (sys.executable, "-W", "ignore", "-m")


class House(Books):
    """Where each part answers, how to kill one, and the books."""

    def __init__(self, url: str, logs: Path) -> None:
        super().__init__(url, role="test", purpose="load")
        self.said: list[str] = []
        self._dead: set[int] = set()
        self.supervisor = Supervisor(self.said.append, logs)
        self._ports = dict(zip(("staff", "live", "csta", "callers"), free_ports(4), strict=True))
        self.staff, self.live = (f"http://localhost:{self._ports[name]}" for name in ("staff", "live"))
        self.callers = f"127.0.0.1:{self._ports['callers']}"

    def start(self, *, workers: int) -> None:
        self.rows("UPDATE queueing_presence SET state = 'away' RETURNING 1")  # who sat there in an earlier test
        ports = {name: str(port) for name, port in self._ports.items()}
        exchange = ["--csta-port", ports["csta"], "--callers-port", ports["callers"], "--default-route-point", "5000"]
        pages = ["serve", "--port", ports["staff"], "--workers", str(workers)]
        self.supervisor.start([
            Program("exchange", [*PYTHON, "simulators.exchange", *exchange]),
            self._ours("staff-pages", *pages, pages=self._ports["staff"]),
            self._ours("live", "live", "--port", ports["live"], port=self._ports["live"]),
            self._ours("router", "router"),
        ])
        self.wait_for(self.is_linked)

    def _ours(self, name: str, *words: str, **shows: int) -> Program:
        environment = {
            "DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "moothall.settings.base",
            "MOOTHALL_STAFF_URL": self.staff, "MOOTHALL_LIVE_URL": self.live,
            "MOOTHALL_EXCHANGE": f"127.0.0.1:{self._ports['csta']}", "MOOTHALL_EXCHANGE_CALLERS": self.callers,
        }
        return Program(name, [*PYTHON, "moothall", *words], environment, **shows)

    def place(self, *, to: str = "5001", caller: str = "01632960123", talk: float | None = None) -> str:
        return callers.place(self.callers, to=to, caller=caller, patience=600, talk=talk)

    # -- what goes on --------------------------------------------------------------------------------------------------
    def wait_for(self, condition: Callable[[], Any]) -> Any:
        """Look after the programs until the condition holds; what it gave."""
        until = time.monotonic() + PATIENCE_S
        while not (found := condition()):
            assert time.monotonic() < until, f"it never came to this: {self.rows(STANDS)}, {self.said}"
            self.supervisor.turn()
        return found

    def pid_of(self, name: str) -> int | None:
        found = next(child for child in self.supervisor.children if child.program.name == name)
        return found.process.pid if found.process and found.ended() is None else None

    def workers(self) -> list[int]:
        """The processes that serve the staff pages; their parent only looks after them."""
        parent = self.pid_of("staff-pages")
        return [process.pid for process in children_of(parent)] if parent else []

    def kill(self, *pids: int | None) -> None:
        """As the machine would: no chance to say good-bye."""
        assert any(pids), "nobody to kill"
        for pid in filter(None, pids):
            os.kill(pid, signal.SIGKILL)
            self._dead.add(pid)

    def orphans(self) -> list[str]:
        """What still runs of a program whose first process was killed."""
        return [process.command for process in running() if process.session in self._dead]

    @contextmanager
    def agents(self, count: int) -> Iterator[Agents]:
        """A crowd of agents over HTTP, in a process of its own, ready for calls."""
        words = ["--staff", self.staff, "--live", self.live, "--callers", self.callers, "--agents", str(count)]
        process = subprocess.Popen(
            [*PYTHON, "tests.faults.web_agents", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout and json.loads(process.stdout.readline())["ready"]
            yield Agents(process)
        finally:
            process.kill()
            process.communicate()


class Agents:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def stop(self) -> dict[str, Any]:
        """Let them go home; what was acknowledged to them."""
        self._process.send_signal(signal.SIGTERM)
        said, _ = self._process.communicate(timeout=PATIENCE_S)
        assert self._process.returncode == 0
        return dict(json.loads(said.splitlines()[-1]))


@contextmanager
def running_house(url: str, logs: Path, *, workers: int = 2) -> Iterator[House]:
    made = House(url, logs)
    try:
        made.start(workers=workers)
        yield made
    finally:
        made.supervisor.stop()


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
