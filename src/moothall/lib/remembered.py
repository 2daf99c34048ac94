"""What every request asks and hardly ever changes: read once, and again when its time is over."""
from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")
LONG_AGO = float("-inf")


class Kept(Generic[Value]):
    """A value that threads read anew: while one does, the others have what was there before.

    Of several readings the one that began last is kept, and none that began before `forget`: what it found may be older
    than the change for which the value was forgotten.
    """

    def __init__(self) -> None:
        self._lock, self._begun, self._counts = Lock(), 0, 0
        self._kept: tuple[Value, float] | None = None

    def now(self) -> tuple[Value, float] | None:
        """The value, and when it was last begun to be read; None where there is none."""
        return self._kept

    def read(self, read: Callable[[], Value], moment: float) -> Value:
        """Read anew, for whoever asks; it is kept where its turn counts."""
        turn = self._begin(moment)
        try:
            found = read()
        except BaseException:
            self._fail(turn)
            raise
        return self._keep(turn, found, moment)

    def _begin(self, moment: float) -> int:
        """A reading begins; its turn."""
        with self._lock:
            self._begun += 1
            self._kept = self._kept and (self._kept[0], moment)
            return self._begun

    def _keep(self, turn: int, value: Value, moment: float) -> Value:
        with self._lock:
            if turn > self._counts:
                self._counts, self._kept = turn, (value, moment)
        return value

    def _fail(self, turn: int) -> None:
        """Nothing came of a reading: the next question reads again, unless somebody does already."""
        with self._lock:
            if turn == self._begun:
                self._kept = self._kept and (self._kept[0], LONG_AGO)

    def forget(self) -> None:
        """Read again at the next question."""
        with self._lock:
            self._counts, self._kept = self._begun, None


class Remembered(Generic[Value]):
    """The last value of `read`, for as long as `seconds` says. Whoever asks shares it: nobody changes it."""

    def __init__(self, read: Callable[[], Value], seconds: Callable[[], float]) -> None:
        self._read, self._seconds = read, seconds
        self._kept: Kept[Value] = Kept()

    def __call__(self) -> Value:
        moment, kept = time.monotonic(), self._kept.now()
        if kept is not None and moment - kept[1] < self._seconds():
            return kept[0]
        return self._kept.read(self._read, moment)

    def forget(self) -> None:
        """Read again at the next question; what is being read meanwhile isn't kept."""
        self._kept.forget()
