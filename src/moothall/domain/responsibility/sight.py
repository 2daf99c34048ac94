"""Who sees what by an agreement, and who gains and loses sight when one text takes the place of another.

Whoever answers a service sees its calls and its cases, whoever resolves it sees its cases, in every hour of the share's
period. What a share lets its team see without serving it, it sees as if it did; a named person must confirm that.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from itertools import pairwise

from moothall.domain.responsibility.shares import ShareTerms


class Sight(IntEnum):
    """How much a team sees of a council's service; the more holds the less."""

    NOTHING = 0
    CASES = 1
    CALLS_AND_CASES = 2


SIGHT_OF = {"answer": Sight.CALLS_AND_CASES, "resolve": Sight.CASES}


@dataclass(frozen=True, slots=True)
class SightChange:
    """From `starts` to `ends` a team sees more, or less, of these services of a council than before.

    `shares`: the keys of the shares from which what was gained, or lost, follows. `beyond`: what is gained the team
    will not serve; `confirmed_by` has confirmed that it sees it all the same.
    """

    team: str
    council: int
    services: tuple[int, ...]
    before: Sight
    after: Sight
    starts: datetime
    ends: datetime
    shares: tuple[str, ...]
    beyond: bool = False
    confirmed_by: str = ""

    @property
    def gains(self) -> bool:
        return self.after > self.before


_Key = tuple[str, int, int]  # team, council, service


def sight_changes(
    before: Sequence[ShareTerms], after: Sequence[ShareTerms], starts: datetime, ends: datetime
) -> list[SightChange]:
    """Every gain and loss of sight within the period, services that change alike told together."""
    old, new = _by_key(before), _by_key(after)
    found: dict[SightChange, list[SightChange]] = {}
    for key in dict.fromkeys((*new, *old)):
        for change in _changes(key, old.get(key, []), new.get(key, []), (starts, ends)):
            found.setdefault(replace(change, services=(), shares=()), []).append(change)
    return [_joined(changes) for changes in found.values()]


def _joined(alike: list[SightChange]) -> SightChange:
    services = tuple(service for change in alike for service in change.services)
    shares = dict.fromkeys(key for change in alike for key in change.shares)
    return replace(alike[0], services=services, shares=tuple(shares))


def _by_key(shares: Iterable[ShareTerms]) -> dict[_Key, list[ShareTerms]]:
    found: dict[_Key, list[ShareTerms]] = {}
    for share in shares:
        for service in dict.fromkeys((*share.services, *share.sees)):
            found.setdefault((share.team, share.client, service), []).append(share)
    return found


def _changes(
    key: _Key, old: list[ShareTerms], new: list[ShareTerms], period: tuple[datetime, datetime]
) -> list[SightChange]:
    """The changes of one team's sight of one service of one council."""
    starts, ends = period
    moments = {moment for share in (*old, *new) for moment in (share.starts, share.ends) if starts < moment < ends}
    found: list[SightChange] = []
    for begins, until in pairwise(sorted({starts, ends} | moments) if starts < ends else []):
        was, becomes = _sight_at(old, begins), _sight_at(new, begins)
        if was == becomes:
            continue
        giving = _giving(new, begins, was) if becomes > was else _giving(old, begins, becomes)
        change = SightChange(key[0], key[1], (key[2],), was, becomes, begins, until, _keys(giving))
        if becomes > was and not any(key[2] in share.services for share in giving):
            names = sorted({share.sight_confirmed_by for share in giving} - {""})
            change = replace(change, beyond=True, confirmed_by=", ".join(names))
        if found and found[-1] == replace(change, starts=found[-1].starts, ends=begins, shares=found[-1].shares):
            found[-1] = replace(found[-1], ends=until, shares=tuple(sorted({*found[-1].shares, *change.shares})))
        else:
            found.append(change)
    return found


def _sight_at(shares: Iterable[ShareTerms], at: datetime) -> Sight:
    return max((SIGHT_OF[share.function] for share in shares if share.starts <= at < share.ends), default=Sight.NOTHING)


def _giving(shares: Iterable[ShareTerms], at: datetime, more_than: Sight) -> list[ShareTerms]:
    return [share for share in shares if share.starts <= at < share.ends and SIGHT_OF[share.function] > more_than]


def _keys(shares: Iterable[ShareTerms]) -> tuple[str, ...]:
    return tuple(sorted({share.key for share in shares}))
