"""Lines of progress with the seconds since the start. Standard library alone: set-up uses it before all else."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

STARTED = "MOOTHALL_STARTED"  # the start on the system's monotonic clock, handed to the programs that carry on


class Progress:
    """Says what has been done, one line each: `  1.2 s  text`."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.start = float(os.environ.get(STARTED) or time.monotonic())
        self.stream = stream or sys.stdout

    def seconds(self) -> float:
        return time.monotonic() - self.start

    def say(self, text: str) -> None:
        self.stream.write(f"{self.seconds():6.1f} s  {text}\n")
        self.stream.flush()
