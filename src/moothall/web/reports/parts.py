"""A part that every report has: a figure that opens."""
from __future__ import annotations

from typing import NamedTuple


class Cell(NamedTuple):
    """A figure as shown, and the address of what is behind it (none where there is none to show)."""

    text: str
    address: str = ""
