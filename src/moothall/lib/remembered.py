"""What every request asks and hardly ever changes: read once, and again when its time is over."""
from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """The last value of `read`, for as long as `seconds` says. Whoever asks shares it: nobody changes it."""

    def __init__(self, read: Callable[[], Value], seconds: Callable[[], float]) -> None:
        self._read, self._seconds = read, seconds
        self._kept: tuple[Value, float] | None = None

    def __call__(self) -> Value:
        moment = time.monotonic()
        if self._kept is None or moment - self._kept[1] >= self._seconds():
            self._kept = (self._read(), moment)
        return self._kept[0]

    def forget(self) -> None:
        """Read again at the next question."""
        self._kept = None
