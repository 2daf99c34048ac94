"""Who rings which line: read from a file that the demo writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_BYTES = 10_000_000


class BadFile(Exception):
    """The file can't be used; the text says why."""


@dataclass(frozen=True)
class Line:
    """A line, its weight beside the others, and the numbers that ring it ("" or "withheld": number withheld)."""

    to: str
    weight: float
    callers: tuple[str, ...]


def read_lines(path: Path) -> list[Line]:
    """Lines from `{"lines": [{"to", "weight", "from": […]}, …]}` or `[{"to", "from", "weight"}, …]`; raises BadFile."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadFile(f"{path} is too large")
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadFile(f"{path} can't be read: {problem}") from None
    entries = content.get("lines") if isinstance(content, dict) else content
    if not isinstance(entries, list):
        raise BadFile(f"{path} holds no list of lines")
    lines = [_line(entry, number) for number, entry in enumerate(entries, 1)]
    if not lines:
        raise BadFile(f"{path} holds no line to ring")
    return lines


def _line(entry: Any, number: int) -> Line:
    if not isinstance(entry, dict) or not isinstance(entry.get("to"), str):
        raise BadFile(f"entry {number} has no 'to', a number in quotation marks")
    callers = entry.get("from", "")
    callers = callers if isinstance(callers, list) else [callers]
    weight = entry.get("weight", 1)
    if not all(caller is None or isinstance(caller, str) for caller in callers) or not callers:
        raise BadFile(f"entry {number}: 'from' is a number in quotation marks, or a list of such")
    if isinstance(weight, bool) or not isinstance(weight, (int, float)) or weight <= 0:
        raise BadFile(f"entry {number}: 'weight' is a number above 0")
    return Line(entry["to"], float(weight), tuple(caller or "withheld" for caller in callers))
