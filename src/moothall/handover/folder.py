"""The folder into which a council's rows are written, so that a run that was killed goes on where it was.

After each batch the file is on the disk, and then the note of how far it is good. What stands behind that is cut off
when a run goes on: half a batch is never kept.
"""
from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

PROGRESS, LOCK = "progress.json", ".lock"
CHUNK = 1 << 16  # bytes read at a time
Note = dict[str, Any]


class WrongFolder(Exception):
    """Nothing can be written there; it says why."""


class Folder:
    """`note` is how far it is: what for, and of each file the rows and bytes that are good."""

    def __init__(self, path: Path, purpose: Note) -> None:
        self.path, self._purpose = path, purpose
        self.note: Note = {}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One run at a time; what was done before is taken up."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        others = {each.name for each in self.path.iterdir()} - {LOCK}
        if others and PROGRESS not in others:
            raise WrongFolder(f"{self.path} holds other things. Name an empty folder, or one that isn't there yet.")
        with (self.path / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise WrongFolder(f"Another run is writing into {self.path}.") from None
            self._take_up()
            yield

    def _take_up(self) -> None:
        progress = self.path / PROGRESS
        if not progress.exists():
            self.note = {**self._purpose, "files": {}}
            self.save()
            return
        self.note = json.loads(progress.read_text(encoding="utf-8"))
        if any(self.note.get(key) != value for key, value in self._purpose.items()):
            raise WrongFolder(f"{self.path} holds another council's rows, or was begun in another person's name. "
                              "Name another folder.")
        if not self.note.get("digest"):
            self._cut_off()

    def _cut_off(self) -> None:
        """Nothing stands behind what is good; a file that lacks some of it is written anew, and all that follow it."""
        short = False
        for name, state in list(self.note["files"].items()):
            path = self.path / f"{name}.jsonl"
            there = path.stat().st_size if path.exists() else 0
            short = short or there < state["bytes"]
            if short:
                del self.note["files"][name]
            elif there > state["bytes"]:
                os.truncate(path, state["bytes"])

    def save(self) -> None:
        """The note replaces the old one as a whole."""
        self.write(PROGRESS, json.dumps(self.note, indent=1).encode())

    def write(self, name: str, content: bytes) -> None:
        """A small file, all of it or none; its name may be one in a folder below."""
        place = self.path / name
        place.parent.mkdir(exist_ok=True, mode=0o700)
        new = place.with_name(f".{place.name}.new")
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(place)

    def drop(self, name: str) -> None:
        """Such a file goes, if it is there."""
        (self.path / name).unlink(missing_ok=True)

    def below(self, name: str) -> list[str]:
        """The names of what stands in a folder below; half a file isn't one."""
        folder = self.path / name
        found = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
        return [f"{name}/{each}" for each in found if not each.startswith(".")]

    def state(self, name: str) -> Note:
        """How far a file is; made at the first question."""
        state: Note = self.note["files"].setdefault(name, {"rows": 0, "bytes": 0, "last": None, "done": False})
        return state

    def begin_again(self, names: Iterable[str]) -> None:
        """Write these files anew."""
        for name in names:
            self.note["files"].pop(name, None)
        self.save()

    def append(self, batches: dict[str, list[bytes]]) -> None:
        """Lines behind what is good of each file; the caller says how far it is and saves the note."""
        for name, lines in batches.items():
            state = self.state(name)
            path = self.path / f"{name}.jsonl"
            with path.open("r+b" if path.exists() else "w+b") as file:
                file.truncate(state["bytes"])
                file.seek(state["bytes"])
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
                state["bytes"] = file.tell()
            state["rows"] += len(lines)

    def digest(self, file: str) -> str:
        """SHA-256 of a file, a piece at a time."""
        found = sha256()
        with (self.path / file).open("rb") as stream:
            while piece := stream.read(CHUNK):
                found.update(piece)
        return found.hexdigest()
