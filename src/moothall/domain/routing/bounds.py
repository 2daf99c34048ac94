"""What a share says of how many agents may serve its client at a time. Apart from the arrays, which need more."""
from __future__ import annotations

from typing import NamedTuple

NO_CAP = 2**62


class Bounds(NamedTuple):
    """How many are guaranteed, and how many it gets at most."""

    guarantee: int = 0
    cap: int = NO_CAP
