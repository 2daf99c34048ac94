"""The questions that an example expects, against those that were put: the first difference, in words.

`asks` lists the steps of the questions in their order, all of them; `…` at its start or its end stands for any others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from moothall.domain.interview.reading import nearest

OTHERS = ("…", "...")


def misnamed(asks: Sequence[Any], questions: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with the list itself, and what to do about it: a question that the script doesn't have."""
    for place, name in enumerate(asks):
        if name in OTHERS and 0 < place < len(asks) - 1:
            return "“…” stands first or last in asks:", "Name the questions between, or take one end out."
        if name not in OTHERS and str(name) not in questions:
            return f"asks: has “{name}”, and there is no such question", nearest(name, questions)
    return None


def difference(asks: Sequence[Any], put: Sequence[str]) -> str:
    """The first difference between the questions expected and those put; "" where there is none."""
    wanted = [str(name) for name in asks if name not in OTHERS]
    if asks and not wanted:
        return ""
    start = 0
    if asks and asks[0] in OTHERS:
        if wanted[0] not in put:
            return f"“{wanted[0]}” is expected, and isn't asked"
        start = put.index(wanted[0])
    behind = f"behind “{put[start - 1]}”" if start else "first"
    for name, asked in zip(wanted, put[start:], strict=False):
        if name != asked:
            return f"{behind} it asks “{asked}”, where “{name}” is expected"
        behind = f"behind “{asked}”"
    more = put[start + len(wanted) :]
    if len(put) - start < len(wanted):
        return f"{behind} it asks nothing, where “{wanted[len(put) - start]}” is expected"
    if more and not (asks and asks[-1] in OTHERS):
        return f"{behind} it asks “{more[0]}”, where no question is expected"
    return ""
