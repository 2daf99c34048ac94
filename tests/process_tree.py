"""Processes as the system's own table shows them, for tests that kill some and look for what was left behind."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Running(NamedTuple):
    """One process. `session` is its leader's number: a process keeps it when its parent dies."""

    pid: int
    parent: int
    session: int
    command: str


def running() -> Iterator[Running]:
    """Every process that lives; a dead one that nobody has waited for doesn't."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            state, parent, _, session = (folder / "stat").read_text().rpartition(") ")[2].split()[:4]
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:  # it has ended meanwhile
            continue
        if state not in {"Z", "X"}:
            yield Running(int(folder.name), int(parent), int(session), command)


def children_of(pid: int) -> list[Running]:
    return [process for process in running() if process.parent == pid]


def descendants_of(pid: int) -> list[Running]:
    """Its children, theirs, and so on."""
    found = children_of(pid)
    return found + [below for child in found for below in descendants_of(child.pid)]
