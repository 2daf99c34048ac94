"""What is halted at an instant: shares that are paused or taken back, and all that is of a council that is cut off."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple, TypeVar

from django.db.models import Q

from moothall.agreements.models import AgreementVersion, Halt, HaltRows, Share
from moothall.domain.responsibility.shares import Cell, ShareTerms

FIELDS = ("kind", "council_id", "share_id", "team_id", "starts", "ends")
CODES = {"pause": "paused", "recall": "taken_back", "cut": "cut_off"}


class Halted(NamedTuple):
    """A share that is paused or taken back, or a council that is cut off (`share` is None), from when to when."""

    kind: str
    council: int
    share: int | None
    team: int | None
    starts: datetime
    ends: datetime | None

    @classmethod
    def of(cls, row: Halt) -> Halted:
        return cls(*(getattr(row, name) for name in FIELDS))

    def holds(self, at: datetime) -> bool:
        return self.starts <= at and (self.ends is None or self.ends > at)

    def stops(self, row: Share) -> bool:
        """Whether the share's team is not offered its contacts while this holds."""
        if self.share is not None:
            return (self.share, self.team) == (row.pk, row.team_id)
        return self.council in (row.client_id, row.team.employer_id)


AnyHalt = TypeVar("AnyHalt", Halted, Halt)


@dataclass(frozen=True, slots=True)
class Standing:
    """The shares as they stand at an instant. `stopped` are those whose team gets nothing now, with why; `gaps` says
    why of each cell that such a share would cover, and what its clause lets callers hear."""

    shares: tuple[ShareTerms, ...]
    stopped: Mapping[int, str]
    gaps: Mapping[Cell, tuple[str, str]]


def halts_to_come(at: datetime) -> tuple[Halted, ...]:
    """What is halted at an instant or will be."""
    rows = Halt.objects.to_come(at).order_by("pk")
    return tuple(Halted(*row) for row in rows.values_list(*FIELDS))


def halts_ever(shares: Sequence[Share]) -> tuple[Halted, ...]:
    """All that ever stopped these shares or will: for looks at another time than now."""
    return tuple(Halted(*row) for row in rows_on(shares).values_list(*FIELDS))


def rows_on(shares: Sequence[Share]) -> HaltRows:
    """The rows of what ever stopped these shares or will. They come with their team."""
    councils = {number for share in shares for number in (share.client_id, share.team.employer_id)}
    return Halt.objects.filter(Q(share__in=shares) | Q(share=None, council__in=councils - {None})).order_by("pk")


def turns_of(halts: Iterable[Halted]) -> list[datetime]:
    """When what is halted changes."""
    return [moment for halt in halts for moment in (halt.starts, halt.ends) if moment is not None]


def stand(shares: Iterable[ShareTerms], rows: Sequence[Share], halts: Sequence[Halted], at: datetime) -> Standing:
    """As they stand from `at` on. What is stopped, and why, is of `at` alone; the map is made anew at each turn."""
    row_of = {row.pk: row for row in rows}
    agreement_of = {row.pk: row.version.agreement_id for row in rows}
    terms = list(shares)
    standing = yield_to_others(stand_over_time(terms, row_of, halts, since=at), agreement_of, halts)
    stopped: dict[int, str] = {}
    gaps: dict[Cell, tuple[str, str]] = {}
    for share in terms:
        row = row_of[share.id]
        reasons = [halt for halt in halts if halt.holds(at) and halt.stops(row)]
        if not reasons:
            continue
        stopped[share.id] = CODES[gravest(reasons).kind]
        if not stands_in(row, reasons):
            message = str((row.body.get("emergency") or {}).get("message") or "")
            gaps |= dict.fromkeys(share.cells(), (stopped[share.id], message))
    return Standing(tuple(standing), stopped, gaps)


def stand_over_time(
    shares: Iterable[ShareTerms], row_of: Mapping[int, Share], halts: Sequence[Halted], *, since: datetime | None = None
) -> Iterator[ShareTerms]:
    """Each share as long as nothing stops it; while something does it is the team's that its clause names, or nobody's.
    What is over by `since` is left out. `row_of` is by the shares' ids."""
    for share in shares:
        row = row_of[share.id]
        own = [halt for halt in halts if halt.stops(row)]
        if not own:
            yield share
            continue
        turns = {moment for moment in turns_of(own) if share.starts < moment < share.ends}
        for starts, ends in pairwise(sorted({share.starts, share.ends, *turns})):
            reasons = [halt for halt in own if halt.holds(starts)]
            team = stands_in(row, reasons) if reasons else share.team
            if team and (since is None or ends > since):
                yield replace(share, starts=starts, ends=ends, team=team)


def until_taken_back(shares: Iterable[ShareTerms]) -> list[ShareTerms]:
    """By their rows' ids: what was taken back for good claims nothing from then on, and whoever stands in for it
    gives way to others. One that is paused comes back."""
    terms = list(shares)
    rows = Halt.objects.filter(kind=Halt.Kind.RECALL).order_by("-starts").values_list("share", "starts")
    recalls = dict(rows) if terms else {}
    found = [replace(share, ends=min(share.ends, recalls.get(share.id, share.ends))) for share in terms]
    return [share for share in found if share.starts < share.ends]


def after_recalls(shares: Iterable[ShareTerms], version: AgreementVersion) -> tuple[ShareTerms, ...]:
    """The shares of a version's text with what was taken back for good of it; `version` is that text's."""
    rows = {row.number: row for row in version.shares.select_related("team")}
    recalls = [halt for halt in halts_ever(list(rows.values())) if halt.kind == "recall"]
    return tuple(stand_over_time(shares, rows, recalls)) if recalls else tuple(shares)


def stands_in(row: Share, reasons: Iterable[Halted]) -> str:
    """The team that takes over from a stopped share; empty where nobody does."""
    fallback = str((row.body.get("emergency") or {}).get("fallback") or "")
    return "" if fallback == row.team.slug or gravest(reasons).kind == "cut" else fallback


def yield_to_others(
    shares: Iterable[ShareTerms], agreement_of: Mapping[int, int], halts: Iterable[Halted]
) -> list[ShareTerms]:
    """Who stands in for a share that was taken back for good gives way to whoever another agreement names."""
    found = list(shares)
    recalled = {halt.share for halt in halts if halt.kind == "recall"}
    wider = [(share, frozenset(share.cells())) for share in found if share.id in recalled]
    if not wider:
        return found
    return [
        replace(share, overrides=(*share.overrides, *dict.fromkeys(
            other.id for other, cells in wider
            if other.tier == share.tier and agreement_of[other.id] != agreement_of[share.id]
            and other.id not in share.overrides and not cells.isdisjoint(share.cells())
        )))
        for share in found
    ]  # fmt: skip


def gravest(halts: Iterable[AnyHalt]) -> AnyHalt:
    """Which of several is told, and decides who takes over."""
    return max(halts, key=lambda halt: list(CODES).index(halt.kind))
