"""What every request asks and hardly ever changes: read once, and again when its time is over."""
from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """The last value of `read`, for as long as `seconds` says. Whoever asks shares it: nobody changes it.

    When its time is over one thread reads again, and the others have what was read before until it has.
    """

    def __init__(self, read: Callable[[], Value], seconds: Callable[[], float]) -> None:
        self._read, self._seconds = read, seconds
        self._kept: tuple[Value, float] | None = None

    def __call__(self) -> Value:
        moment, kept = time.monotonic(), self._kept
        if kept is not None and moment - kept[1] < self._seconds():
            return kept[0]
        self._kept = kept and (kept[0], moment)
        try:
            found = self._read()
        except BaseException:
            self._kept = None
            raise
        self._kept = (found, moment)
        return found

    def forget(self) -> None:
        """Read again at the next question."""
        self._kept = None
