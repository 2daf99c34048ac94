"""What is halted at an instant: shares that are paused or taken back, and all that is of a council that is cut off."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from moothall.agreements.models import Halt, Share
from moothall.domain.responsibility.shares import Cell, ShareTerms

CODES = {"pause": "paused", "recall": "taken_back", "cut": "cut_off"}


class Halted(NamedTuple):
    """A share that is paused or taken back, or a council that is cut off (`share` is None), from when to when."""

    kind: str
    council: int
    share: int | None
    team: int | None
    starts: datetime
    ends: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.starts <= at and (self.ends is None or self.ends > at)

    def stops(self, row: Share) -> bool:
        """Whether the share's team is not offered its contacts while this holds."""
        if self.share is not None:
            return (self.share, self.team) == (row.pk, row.team_id)
        return self.council in (row.client_id, row.team.employer_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """The shares as they stand at an instant. `stopped` are those whose team gets nothing now, with why; `gaps` says
    why of each cell that such a share would cover, and what its clause lets callers hear."""

    shares: tuple[ShareTerms, ...]
    stopped: Mapping[int, str]
    gaps: Mapping[Cell, tuple[str, str]]


def halts_to_come(at: datetime) -> tuple[Halted, ...]:
    """What is halted at an instant or will be."""
    rows = Halt.objects.filter(Q(ends=None) | Q(ends__gt=at)).order_by("pk")
    return tuple(Halted(*row) for row in rows.values_list("kind", "council", "share", "team", "starts", "ends"))


def turns_of(halts: Iterable[Halted]) -> list[datetime]:
    """When what is halted changes."""
    return [moment for halt in halts for moment in (halt.starts, halt.ends) if moment is not None]


def stand(shares: Iterable[ShareTerms], rows: Sequence[Share], halts: Sequence[Halted], at: datetime) -> Standing:
    """A stopped share goes to the team that its clause names; without one it is left out, or begins when a pause ends
    whose end is known. The map is made anew at each turn, so only what holds at `at` counts."""
    now = [halt for halt in halts if halt.holds(at)]
    row_of = {row.pk: row for row in rows}
    standing: list[ShareTerms] = []
    stopped: dict[int, str] = {}
    gaps: dict[Cell, tuple[str, str]] = {}
    for share in shares:
        row = row_of[share.id]
        reasons = [halt for halt in now if halt.stops(row)]
        if not reasons:
            standing.append(share)
            continue
        last = max(reasons, key=lambda halt: list(CODES).index(halt.kind))
        stopped[share.id] = CODES[last.kind]
        clause = row.body.get("emergency") or {}
        fallback = clause.get("fallback")
        if fallback and fallback != share.team and last.kind != "cut":
            standing.append(replace(share, team=fallback))
            continue
        gaps |= dict.fromkeys(share.cells(), (CODES[last.kind], str(clause.get("message") or "")))
        ends = [halt.ends for halt in reasons]
        until = None if None in ends else max(end for end in ends if end is not None)
        if until is not None and until < share.ends:
            standing.append(replace(share, starts=max(share.starts, until)))
    return Standing(tuple(standing), stopped, gaps)
