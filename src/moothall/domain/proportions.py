"""A share of a few cases, told honestly: with its 95 % range, and below ten cases without a per cent."""
from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

Z = 1.959963984540054  # the normal deviate of a two-sided 95 % range
FEW = 10  # below this many cases no per cent is told

Verdict = Literal["kept", "unsure", "missed", "few", "none"]


def wilson(met: int, of: int) -> tuple[float, float]:
    """The 95 % range of a proportion, 0 to 1, by Wilson's score interval (JASA 22, 1927, 209-212).

    Raises ValueError unless 0 <= met <= of and of > 0.
    """
    if not 0 <= met <= of or of <= 0:
        raise ValueError(f"{met} of {of} is no proportion")
    share, spread = met / of, Z * Z / of
    middle = share + spread / 2
    reach = Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


@dataclass(frozen=True, slots=True)
class Proportion:
    """`met` of `of` cases."""

    met: int
    of: int

    @property
    def few(self) -> bool:
        return self.of < FEW

    @property
    def percent(self) -> int | None:
        """Whole per cent; None where there are too few cases to tell one."""
        return None if self.few else round(100 * self.met / self.of)

    @property
    def range(self) -> tuple[int, int] | None:
        """The 95 % range in whole per cent; None where there are too few cases."""
        if self.few:
            return None
        low, high = wilson(self.met, self.of)
        return round(100 * low), round(100 * high)

    def __str__(self) -> str:
        """`57% (45 to 69)`, `3 of 5`, or `–` where nothing was measured."""
        if self.of == 0:
            return "–"
        if self.range is None:
            return f"{self.met} of {self.of}"
        low, high = self.range
        return f"{self.percent}% ({low} to {high})"

    def against(self, promise: int | None) -> Verdict:
        """How it stands to a promise in per cent: `unsure` is below it, but chance alone could explain that."""
        if self.of == 0 or promise is None:
            return "none"
        if self.few:
            return "few"
        if 100 * self.met >= promise * self.of:
            return "kept"
        return "unsure" if 100 * wilson(self.met, self.of)[1] >= promise else "missed"
