"""Whether a version gives the notice that was agreed: what it changes must not begin sooner.

What counts is the notice in the version that it amends, for each share its own or else the agreement's; a text can't
shorten the notice by which it is itself to be told.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from moothall.domain.calendar import midnight, wall_clock
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.shares import AgreementTerms, Notice, ShareTerms
from moothall.domain.responsibility.times import day_words


@dataclass(frozen=True, slots=True)
class Amendment:
    """The version that a text takes the place of, and when the text is signed."""

    before: AgreementTerms
    signed_at: datetime


def short_notice(terms: AgreementTerms, amends: Amendment) -> Iterator[Finding]:
    """Shares that are changed, added or ended sooner after signing than the notice that was agreed."""
    before = amends.before
    signed = wall_clock(amends.signed_at)[0]
    begins = max(terms.starts, amends.signed_at)
    old, new = ({share.key: share for share in each.shares} for each in (before, terms))
    for key in dict.fromkeys((*old, *new)):
        agreed = (old[key].notice if key in old else None) or before.notice
        first = agreed.over(signed)
        if midnight(first) <= begins:
            continue
        window = (begins, midnight(first))
        was, becomes = _part(before, old.get(key), window), _part(terms, new.get(key), window)
        if was != becomes:
            place = new[key].place if key in new else terms.place
            yield _short(key, (was, becomes), agreed, signed, place)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a share says, and from when to when it holds within a window."""

    says: tuple[object, ...]
    starts: datetime
    ends: datetime


def _part(terms: AgreementTerms, share: ShareTerms | None, window: tuple[datetime, datetime]) -> _Part | None:
    if share is None or share.ends <= window[0] or share.starts >= window[1]:
        return None
    named = {other.id: other.key for other in terms.shares}
    body = {name: value for name, value in terms.bodies.get(share.id, {}).items() if name != "overrides"}
    says = (
        share.client, frozenset(share.services), frozenset(share.channels), share.function, share.team, share.hours,
        share.tier, share.after_s, share.standard, frozenset(share.sees), share.notice or terms.notice, body,
        share.guarantee, share.cap,
        frozenset(named.get(number) for number in share.overrides),
    )
    return _Part(says, max(share.starts, window[0]), min(share.ends, window[1]))


def _short(
    key: str, parts: tuple[_Part | None, _Part | None], agreed: Notice, signed: date, place: Place
) -> Finding:
    was, becomes = parts
    if was and becomes:
        differs = was.says != becomes.says or was.starts != becomes.starts
        day = min(was.starts, becomes.starts) if differs else min(was.ends, becomes.ends)
        what = f"“{key}” changes on"
    elif becomes:
        what, day = f"“{key}” is added on", becomes.starts
    else:
        assert was is not None
        what, day = f"“{key}” ends on", was.starts
    first = day_words(agreed.over(signed))
    return Finding(
        "notice-short",
        f"{what} {day_words(wall_clock(day)[0])}, but {agreed} of notice were agreed: what is signed on "
        f"{day_words(signed)} can't begin before {first}.",
        f"Let it begin on {first}, or have every party agree in writing to shorter notice.", place, "warning",
    )
