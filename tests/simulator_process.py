"""Starting the simulated systems that speak HTTP as their own processes, for tests; and asking them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class Simulated:
    """A running simulator: its address, and `ask(method, path, body)`."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port, self.address = process, port, f"http://127.0.0.1:{port}"

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.address + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.loads(answer.read() or b"{}"))

    def fault(self, kind: str, **more: Any) -> None:
        self.ask("POST", "/simulator/faults", {"kind": kind, **more})

    def well_again(self) -> None:
        self.ask("DELETE", "/simulator/faults")


@contextmanager
def simulator(name: str, *options: str) -> Iterator[Simulated]:
    """`python -m simulators.<name>` on a free port, while the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"simulators.{name}", "--port", "0", *options], stdout=subprocess.PIPE, cwd=ROOT,
        text=True,
    )  # fmt: skip
    assert process.stdout
    try:
        yield Simulated(process, int(json.loads(process.stdout.readline())["port"]))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
