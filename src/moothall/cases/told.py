"""What a resident was told of a case, one thing after the other: kept as one text, its parts TOLD_BREAK apart.

tenancy/residents.sql writes it by the same rule (`told_break`, `told_parts`, `told_after`).
"""
from __future__ import annotations

TOLD_BREAK = "\f"


def parts_told(told: str) -> list[str]:
    """Each thing that was told, the first first."""
    return [part for part in told.split(TOLD_BREAK) if part.strip()]


def told_after(told: str, words: str) -> str:
    """What was told, and after it these words, if there are any."""
    return TOLD_BREAK.join([*parts_told(told), *parts_told(words)])
