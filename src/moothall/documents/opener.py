"""Opens what somebody sent, in a process that can do nothing else, and says in words why it isn't taken.

What is kept is never what was sent: pictures and PDFs are made anew (opening/), so that what hides in them, beside them
or behind their end doesn't come along. No virus scanner runs: whoever has one puts it in `SCANNERS`, which see the
bytes as they are going to be kept.
"""
from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LARGEST = 10_000_000  # bytes of one file
TIME_S = 30
AT_ONCE, WAIT_S = 2, 20  # by one process; whoever comes then waits so long
_PACKAGES = Path(__file__).parents[2]
_START = "import sys; sys.path.insert(0, {!r}); from moothall.documents.opening.program import main; main({})"

# “{name}” is the file's own.
WORDS = {
    "kind": "“{name}” can't be used. Send a photo (JPEG or PNG), or a PDF",
    "heic": "“{name}” is a kind of photo that we can't open. Send it as a JPEG, or send a screenshot of it",
    "large": "“{name}” is larger than 10 MB. Send a photo, or a PDF under 10 MB",
    "empty": "“{name}” is empty. Choose another file",
    "dots": "“{name}” is too large a picture. Take it again at a lower resolution, or send a screenshot of it",
    "damaged": "“{name}” can't be opened. It may be damaged. Save it again, or send a photo of it",
    "locked": "“{name}” is locked with a password. Save it without one, or send a photo of it",
    "pages": "“{name}” has more than 100 pages. Send only the pages that we asked for",
    "form": "“{name}” is a form whose answers we can't see. Print it to a PDF, or send a photo of it",
    "active": "“{name}” does more than show pages. Print it to a PDF, or send a photo of it",
    "unsafe": "“{name}” looks unsafe, so we didn't take it. Send a photo of the document instead",
    "busy": "We are opening many files just now. Wait a minute, then send “{name}” again",
}
Scanner = Callable[[bytes], bool]
SCANNERS: list[Scanner] = []  # each tells whether the bytes are safe
_slots = threading.BoundedSemaphore(AT_ONCE)


class NotTaken(Exception):
    """The file isn't taken; `code` stands in WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def words(self, name: str) -> str:
        return WORDS[self.code].format(name=name)


@dataclass(frozen=True, slots=True)
class Opened:
    """What is kept of a file: its kind, its bytes, and the SHA-256 of these and of what was sent."""

    kind: str
    content: bytes
    sha256: str
    sent_sha256: str


def open_file(chunks: Iterable[bytes]) -> Opened:
    """Open a file that is given piece by piece. Raises NotTaken."""
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as sent:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise NotTaken("large")
            digest.update(chunk)
            sent.write(chunk)
        if not size:
            raise NotTaken("empty")
        if not _slots.acquire(timeout=WAIT_S):
            raise NotTaken("busy")
        try:
            kind, content = _run(sent)
        finally:
            _slots.release()
    if not all(safe(content) for safe in SCANNERS):
        raise NotTaken("unsafe")
    return Opened(kind, content, hashlib.sha256(content).hexdigest(), digest.hexdigest())


def _run(sent: IO[bytes]) -> tuple[str, bytes]:
    """The file as the program made it anew. Whatever else the program comes to, the file can't be opened."""
    sent.flush()
    sent.seek(0)
    command = [sys.executable, "-I", "-c", _START.format(str(_PACKAGES), LARGEST)]
    with tempfile.TemporaryFile() as made:
        try:
            done = subprocess.run(
                command, stdin=sent, stdout=made, stderr=subprocess.DEVNULL, cwd="/", env={}, timeout=TIME_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotTaken("damaged") from None
        made.seek(0)
        head, content = made.readline(200), made.read()
    try:
        told = json.loads(head)
    except ValueError:
        raise NotTaken("damaged") from None
    if "refused" in told:
        raise NotTaken(told["refused"] if told["refused"] in WORDS else "damaged")
    if done.returncode or told.get("kind") not in ("jpeg", "png", "pdf") or not content:
        raise NotTaken("damaged")
    return told["kind"], content
