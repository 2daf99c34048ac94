"""What makes a queue and a group of calls, by ids. Apart from the router's picture, so that pages which tell of them
don't load the kernel and its compiler.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from moothall.domain.routing.bounds import NO_CAP, Bounds


class Cell(NamedTuple):
    """A council's service, answered by telephone."""

    council: int
    service: int


@dataclass(frozen=True, slots=True)
class Group:
    """The calls for which one share answers now: how many agents its client is guaranteed, and gets at most."""

    share: int
    council: int
    guarantee: int = 0
    cap: int | None = None

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.guarantee, NO_CAP if self.cap is None else self.cap)


NO_GROUP = Group(0, 0)


class QueueKey(NamedTuple):
    """What makes one queue: the line's council and service, and the stamped tiers as ((after_s, team), …)."""

    council: int
    service: int
    tiers: tuple[tuple[int, int], ...]

    @property
    def cell(self) -> Cell:
        return Cell(self.council, self.service)


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
