"""Which demos run from this clone, and what to say to one: a word that finds no installation names them."""
from __future__ import annotations

import hashlib
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KNOWN = Path(__file__).resolve().parents[3] / ".moothall/demos"


@contextmanager
def known(data: Path, folder: Path = KNOWN) -> Iterator[None]:
    """Note, while a demo runs, that it does and where."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / hashlib.sha256(str(data).encode()).hexdigest()[:16]
    note.write_text(f"{os.getpid()}\n{data}", encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def running(folder: Path = KNOWN) -> list[Path]:
    """The folders of the demos that run now, sorted. The note of one that was killed counts for nothing."""
    found = []
    for note in folder.glob("*") if folder.is_dir() else ():
        process, _, data = note.read_text(encoding="utf-8").partition("\n")
        if process.isdigit() and _is_demo(int(process)):
            found.append(Path(data))
    return sorted(found)


def _is_demo(process: int) -> bool:
    try:
        os.kill(process, 0)
        command = Path(f"/proc/{process}/cmdline")
        return not command.exists() or b"demo" in command.read_bytes().split(b"\0")
    except PermissionError:
        return True
    except OSError:
        return False


def where_to_speak(folder: Path = KNOWN) -> str:
    """Which demos run, each with this very command as it is spoken to that one; or how to start one."""
    there = running(folder)
    if not there:
        return "No demo runs here. Start one with `./moot demo`."
    said = shlex.join(sys.argv[1:])
    count = "One demo runs" if len(there) == 1 else f"{len(there)} demos run"
    return f"{count}. Say: " + " or ".join(f"./moot --data {shlex.quote(str(each))} {said}".rstrip() for each in there)
