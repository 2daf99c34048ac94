"""Whether a demo can have its folder and its ports. Python's own library alone: it is looked at before anything else is
installed, so that nobody waits for what can't start, and once more when the demo starts."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PORTS = 10
FIRST_PORT, DATABASE_STEP = 8000, 5  # the first port where none is given, and the database's from it


class InUse(RuntimeError):
    """Another demo, or another program, has the folder or a port."""


def refuse_unfit(data: Path) -> None:
    """Raise InUse where the path can't be a demo's folder: a file, or a folder with something else in it."""
    if data.exists() and not data.is_dir():
        raise InUse(f"{data} is a file, and a demo needs a folder. Give another with --data DIR.")
    if data.is_dir() and not (data / "lock").exists() and any(data.iterdir()):
        raise InUse(f"{data} holds something that is no demo's. Give a new folder, or an empty one, with --data DIR.")


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the folder's lock, so that no second demo works on the same files."""
    refuse_unfit(data)
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"A demo is already running on {data}. Give another folder with --data DIR.") from None
        yield


def refuse_taken(first: int, *, but: int | None) -> None:
    """Raise InUse where one of the ports is taken; `but` is our own database's, left running by a killed demo."""
    for port in range(first, first + PORTS):
        if port != but and not free(port):
            raise InUse(f"Port {port} is in use. Give another first port with --port N; a demo uses N to N+9.")


def refuse_early(data: Path, first: int) -> None:
    """Raise InUse for what can be seen without the packages: folder and ports, but for the database's own."""
    refuse_unfit(data)
    if (data / "lock").exists():
        with only_one(data):
            pass
    refuse_taken(first, but=first + DATABASE_STEP)


def free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
