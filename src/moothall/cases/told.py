"""What a resident was told of a case, one thing after the other: kept as one text, its parts TOLD_BREAK apart. What was
told after the opening begins with its time, between two STAMPs.

tenancy/residents.sql writes it by the same rule (`told_break`, `told_parts`, `told_after`).
"""
from __future__ import annotations

from datetime import datetime

TOLD_BREAK = "\f"
STAMP = "\v"


def parts_told(told: str) -> list[str]:
    """Each thing that was told, the first first."""
    return [words for _, words in timed_told(told)]


def timed_told(told: str) -> list[tuple[datetime | None, str]]:
    """Each thing that was told, with its time; None where that wasn't kept: at the opening, or at the closing."""
    return [_timed(part) for part in _kept(told)]


def told_after(told: str, words: str, at: datetime | None = None) -> str:
    """What was told, and after it these words, if there are any; `at`: when they were said."""
    stamp = f"{STAMP}{at.isoformat()}{STAMP}" if at else ""
    return TOLD_BREAK.join([*_kept(told), *(f"{stamp}{part}" for part in _kept(words))])


def _kept(told: str) -> list[str]:
    return [part for part in told.split(TOLD_BREAK) if part.strip()]


def _timed(part: str) -> tuple[datetime | None, str]:
    if not part.startswith(STAMP):
        return None, part
    _, at, words = part.split(STAMP, 2)
    return datetime.fromisoformat(at), words
