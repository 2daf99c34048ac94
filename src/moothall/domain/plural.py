"""Counted things in words: the one rule of one and many."""
from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """"1 agent", "2 agents", "0 parties"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def count_of(number: int, one: str, many: str = "") -> str:
    """The same, but "no agents" for none, as a sentence says it."""
    return count(number, one, many) if number else f"no {many or one + 's'}"
