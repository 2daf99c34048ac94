"""What an effect is asked to do."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moothall.cases.numbering import Ready


@dataclass(frozen=True, slots=True)
class Order:
    """Its arguments, and the words and marks that the script gives; `ready`: what was asked for its case already."""

    args: Mapping[str, Any]
    marks: Sequence[str]
    title: str
    told: str
    answers: Sequence[Mapping[str, str]]
    ready: Ready | None = None
