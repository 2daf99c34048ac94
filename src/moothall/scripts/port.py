"""What one look-up or effect takes and gives. No Django: a pack is checked alone."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moothall.domain.interview.expressions import Kind


@dataclass(frozen=True, slots=True)
class Port:
    """`takes` are the arguments that must be there; `also` those that may; None: any. `gives` are its results.

    `tells`: an effect that tells the answers so far. `needs`: the function that the agreement must give somebody.
    `case`: an effect that leads to a case. The answers behind the arguments `unkept` aren't kept once the effect has
    compared them.
    """

    gives: Mapping[str, Kind]
    takes: frozenset[str] = frozenset()
    also: frozenset[str] | None = frozenset()
    tells: bool = False
    needs: str = ""
    case: bool = False
    unkept: frozenset[str] = frozenset()
