"""Which share answers for each cell now, what it guarantees, and until when the map says so."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from moothall.agreements.in_force import InForce, current
from moothall.agreements.queries import Answer, responsible
from moothall.contacts.actions import PHONE
from moothall.queueing.queues import NO_GROUP, Cell, Group


@dataclass(frozen=True, slots=True)
class Groups:
    """`of` holds at least each cell that was asked about. `until`: the map turns then, for one of them or as a whole
    (lines too); None where nothing is known to change. `agreements`: of which set of versions this was read."""

    of: Mapping[Cell, Group]
    until: datetime | None
    agreements: InForce

    def hold(self, cells: set[Cell], at: datetime) -> bool:
        """Whether they still say how it is."""
        known = cells <= self.of.keys() and (self.until is None or at < self.until)
        return known and self.agreements is current()


def groups_at(cells: Iterable[Cell], at: datetime) -> Groups:
    """As the agreements in force have it at an instant. Where nobody answers now, nothing is guaranteed or capped."""
    agreements = current()
    found: dict[Cell, Group] = {}
    turns = [agreements.until]
    for cell in cells:
        answer = responsible(cell.council, cell.service, PHONE, "answer", at)
        if isinstance(answer, Answer):
            found[cell] = Group(answer.share_id, cell.council, answer.guarantee, answer.cap)
            turns.append(answer.until)
        else:
            found[cell] = NO_GROUP
            turns.append(answer.next_at)
    return Groups(found, min((turn for turn in turns if turn is not None), default=None), agreements)
