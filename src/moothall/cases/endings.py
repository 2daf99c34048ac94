"""What packs say of their cases: how each may end, in the resident's words, and what its marks mean."""
from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PACKS = Path(__file__).resolve().parents[3] / "packs"
ANY = "any"


@dataclass(frozen=True, slots=True)
class Ending:
    """One outcome: code, words, what the resident is told; `say_why` where the officer must finish the sentence,
    `calls_off` where what was booked goes back."""

    code: str
    words: str
    told: str
    say_why: bool = False
    calls_off: bool = False


def endings_of(kind: str) -> tuple[Ending, ...]:
    """The endings of this kind of case; those of any kind where no pack knows it."""
    known = read_endings(PACKS)
    return known.get(kind) or known[ANY]


def words_of_mark(mark: str) -> str:
    """A mark in words; the mark itself where no pack explains it."""
    return _marks(PACKS).get(mark) or mark.replace("_", " ").capitalize()


@functools.cache
def read_endings(packs: Path) -> dict[str, tuple[Ending, ...]]:
    found: dict[str, list[Ending]] = {}
    for text in _read(packs):
        for row in text["endings"]:
            ending = Ending(
                row["code"], row["words"], row["told"], bool(row.get("say_why")), bool(row.get("calls_off"))
            )
            for kind in row["kinds"]:
                found.setdefault(kind, []).append(ending)
    return {kind: tuple(endings) for kind, endings in found.items()}


@functools.cache
def _marks(packs: Path) -> dict[str, str]:
    return {mark: words for text in _read(packs) for mark, words in text.get("marks", {}).items()}


def _read(packs: Path) -> list[dict[str, Any]]:
    files = (packs / "cases.yaml", *sorted(packs.glob("*/cases.yaml")))
    return [YAML(typ="safe").load(path.read_text(encoding="utf-8")) for path in files]
