"""Processes that answer in turn, each with its walls up or down: a line in, a JSON line out."""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bench.ground import ROOT, environment


class Child:
    """A process that does what it is told, and says how long that took and what it found."""

    def __init__(self, module: str, wall: str, url: str, role: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, wall], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=environment(url, MOOTHALL_ROLE=role),
        )

    def ask(self, line: str) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        told = self.process.stdout.readline()
        if not told:
            raise SystemExit("The measured process has gone; its error stands above.")
        answer: dict[str, Any] = json.loads(told)
        return answer

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


@contextmanager
def children(module: str, **walls: tuple[str, str]) -> Iterator[dict[str, Child]]:
    """One process a wall, with the database it asks and as which role; they end with the block."""
    with ExitStack() as ends:
        found = {}
        for wall, (url, role) in walls.items():
            found[wall] = Child(module, wall, url, role)
            ends.callback(found[wall].end)
        yield found
