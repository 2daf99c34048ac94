"""Who answers and resolves for a council just before an instant, and who from then on."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from moothall.agreements.halts import halts_ever, stand_over_time
from moothall.agreements.in_force import holidays_by_council, terms_of_rows
from moothall.agreements.models import Agreement, AgreementVersion, Line, Share
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_database
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.gaps import Gap, gaps, window_of
from moothall.domain.responsibility.shares import Cell, Cover, ShareTerms
from moothall.domain.responsibility.spans import Times
from moothall.domain.responsibility.times import weeks_in_words
from moothall.people.models import Team

JUST_BEFORE = timedelta(seconds=1)
LOOKED_AT = timedelta(weeks=8)  # after the day: all kinds of day come, and mostly a bank holiday
Way = Literal["dated", "draft", "supposed"]
DECIDING = (AgreementVersion.State.DRAFT, AgreementVersion.State.PROPOSED)


@dataclass(frozen=True, slots=True)
class Turn:
    """Both sides of an instant for one council. `way`: whether it is signed, drafted, or only supposed."""

    council: int
    at: datetime
    way: Way
    version: AgreementVersion | None  # the agreement's own that holds just before
    following: AgreementVersion | None  # that begins then, if any
    before: tuple[ShareTerms, ...]
    after: tuple[ShareTerms, ...]
    lines: tuple[Line, ...]
    lines_after: tuple[Line, ...]

    def first(self, cell: Cell, *, after: bool) -> tuple[str, ...]:
        """The teams that take it first, at some time of the week or other; none where nobody does."""
        found = [share for share in (self.after if after else self.before) if cell in set(share.cells())]
        lowest = min((share.tier for share in found), default=0)
        return tuple(dict.fromkeys(share.team for share in found if share.tier == lowest))

    @property
    def cells(self) -> list[Cell]:
        """All that is answered or resolved for the council on either side, in order."""
        shares = (*self.before, *self.after)
        return sorted({cell for share in shares if share.client == self.council for cell in share.cells()})


def turn_of(council: int, agreement: Agreement, at: datetime) -> Turn:
    """What is signed for the instant; else what a draft says that begins then; else as if the others' shares ended."""
    signed = AgreementVersion.objects.select_related("agreement")
    before, after = list(signed.in_force(at - JUST_BEFORE)), list(signed.in_force(at))
    own, follows = _of(agreement, before), _of(agreement, after)
    way: Way = "dated"
    supposed = False
    if own is not None and follows is not None and own.pk == follows.pk:
        drafts = signed.filter(agreement=agreement, state__in=DECIDING, starts=at)
        follows = drafts.order_by("-number").first()
        way, supposed = ("draft", False) if follows else ("supposed", True)
        after = [*(each for each in after if each.pk != own.pk), follows or own]
    elif own is None and follows is None:
        way = "supposed"
    shares = _shares(council, before, at - JUST_BEFORE)
    then = _shares(council, after, at)
    if supposed and own:
        then = _without_others(then, council, set(own.shares.values_list("pk", flat=True)))
    lines = tuple(Line.objects.filter(version__in=[each.pk for each in before]).select_related("council", "service"))
    lines_after = Line.objects.filter(version__in=[each.pk for each in after]).select_related("council", "service")
    return Turn(council, at, way, own, None if supposed else follows, shares, then, lines, tuple(lines_after))


def _of(agreement: Agreement, versions: Iterable[AgreementVersion]) -> AgreementVersion | None:
    return next((each for each in versions if each.agreement_id == agreement.pk), None)


def _shares(council: int, versions: Sequence[AgreementVersion], at: datetime) -> tuple[ShareTerms, ...]:
    rows = Share.objects.filter(version__in=[each.pk for each in versions], client=council)
    held = {row.pk: row for row in rows.select_related("team", "version").order_by("version", "number")}
    found = stand_over_time(terms_of_rows(held.values()), held, halts_ever(list(held.values())))
    return tuple(share for share in found if share.starts <= at < share.ends)


def _without_others(shares: Iterable[ShareTerms], council: int, of_version: set[int]) -> tuple[ShareTerms, ...]:
    own = set(Team.objects.filter(employer=council).values_list("slug", flat=True))
    return tuple(share for share in shares if share.team in own or share.id not in of_version)


def left_alone(turn: Turn) -> list[tuple[Gap, tuple[str, ...]]]:
    """What the council promises and nobody does after the instant, with the times in words."""
    ends = turn.at + LOOKED_AT
    if turn.way != "dated" and turn.version is not None:
        ends = min(ends, turn.version.ends)
    covers = [replace(cover, starts=turn.at, ends=ends) for cover in _promised(turn)] if turn.at < ends else []
    times = Times(compile_shares(turn.after, holidays_by_council()))
    found = []
    for gap in gaps(covers, times):
        window = window_of(gap.cover, times)
        found.append((gap, weeks_in_words(gap.times, window.dates, window.holidays)))
    return found


def _promised(turn: Turn) -> list[Cover]:
    """What its text says that the council promises; where it can't be read, what was done before."""
    terms = read_agreement(turn.version.text, register=register_from_database()).terms if turn.version else None
    if terms:
        return [cover for cover in terms.covers if cover.council == turn.council]
    return [
        Cover(turn.council, share.services, share.channels, (share.function,), share.hours, share.starts, share.ends)
        for share in turn.before
    ]
