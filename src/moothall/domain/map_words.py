"""A place that was marked on a map, as the answers of a case say it, and read back from there. Pure."""
from __future__ import annotations

import re

from moothall.domain.interview.answers import parted

_MARKED = re.compile(r"[Oo]n the map at (-?[0-9]{1,2}\.[0-9]{5}), (-?[0-9]{1,3}\.[0-9]{5})\)?$")


def place_in_words(kept: str) -> str:
    """`By the bus stop (on the map at 52.48120, -0.92040)`: the numbers that any map program finds."""
    mark, said = parted(kept)
    if mark is None:
        return said
    where = f"on the map at {mark[0]:.5f}, {mark[1]:.5f}"
    return f"{said} ({where})" if said else where[0].upper() + where[1:]


def mark_in(words: str) -> tuple[float, float] | None:
    """The mark, in degrees north and east, of a place that `place_in_words` wrote; None where none was set."""
    found = _MARKED.search(words)
    return (float(found[1]), float(found[2])) if found else None
