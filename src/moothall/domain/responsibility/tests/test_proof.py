"""Every finding about times against a minute loop that shares no code with it."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.domain.findings import Finding
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.shares import AgreementTerms, Cover, Names, ShareTerms, StandardTerms
from moothall.domain.responsibility.staffing import Member, Staffing
from moothall.domain.responsibility.tests.by_the_minute import (
    HOLIDAYS,
    LENGTH,
    Minute,
    agreements,
    instants,
    is_open,
    members,
    minutes_of,
    now,
    share_lists,
    shown,
)

Agreement = tuple[Cover, list[ShareTerms]]
Times = list[datetime]
MANY = settings(max_examples=80)


def check(shares: Sequence[ShareTerms], covers: tuple[Cover, ...] = ()) -> list[Finding]:
    base = start_of(shares)
    terms = AgreementTerms("t", "T", base, base + LENGTH, (), (), covers, tuple(shares))
    return check_agreement(terms, names=Names(), holidays=HOLIDAYS)


def start_of(shares: Sequence[ShareTerms]) -> datetime:
    return min(share.starts for share in shares)


def with_code(found: list[Finding], *codes: str, line: int | None = None) -> list[Finding]:
    return [f for f in found if f.code in codes and line in (None, f.place.line)]


def loop(shares: Sequence[ShareTerms], wanted: Callable[[datetime], bool], *more: Cover) -> set[Minute]:
    begins = min(held.starts for held in (*shares, *more))
    return {shown(at) for at in instants(begins) if wanted(at)}


@MANY
@given(agreements())
def test_gaps(agreement: Agreement) -> None:
    cover, shares = agreement
    found = with_code(check(shares, (cover,)), "gap-answer", "gap-resolve")
    wanted = loop(shares, lambda at: is_open(cover, at) and not now(shares, 1, at).holders, cover)
    assert minutes_of(found, 1) == wanted
    assert all(finding.times for finding in found)


@MANY
@given(share_lists())
def test_overlaps(shares: list[ShareTerms]) -> None:
    found = with_code(check(shares), "overlap")
    for council in (1, 2):
        own = [f for f in found if shares[f.place.line - 1].client == council]
        assert minutes_of(own, council) == loop(shares, lambda at, c=council: bool(now(shares, c, at).fights))


@MANY
@given(share_lists())
def test_shares_and_tiers_that_never_take_anything(shares: list[ShareTerms]) -> None:
    found = check(shares)
    for share in shares:
        states = [now(shares, share.client, at) for at in instants(start_of(shares))]
        held = [state.holders for state in states if share in state.holders]
        fights = any(share.id in fight for state in states for fight in state.fights)
        assert bool(with_code(found, "share-never", line=share.id)) == (not held and not fights)
        places = [holders.index(share) for holders in held]
        lowest = [place == 0 for place in places]
        teams = [[s.team for s in holders[:place]] for holders, place in zip(held, places, strict=True)]
        idle = bool(held) and (
            (share.function == "resolve" and not any(lowest)) or all(share.team in below for below in teams)
        )
        assert bool(with_code(found, "tier-never", line=share.id)) == idle
        waits_never = bool(held) and all(lowest) and share.after_s > 0
        assert bool(with_code(found, "after-never", line=share.id)) == waits_never


@MANY
@given(share_lists())
def test_tiers_that_join_too_early(shares: list[ShareTerms]) -> None:
    found = check(shares)
    for share in shares:
        def early(at: datetime, share: ShareTerms = share) -> bool:
            pairs = pairwise(now(shares, share.client, at).holders)
            return any(upper is share and upper.after_s <= lower.after_s for lower, upper in pairs)

        told = with_code(found, "tier-order", "tier-at-once", line=share.id)
        assert minutes_of(told, share.client) == (loop(shares, early) if share.function == "answer" else set())


@MANY
@given(share_lists())
def test_overrides(shares: list[ShareTerms]) -> None:
    found = check(shares)
    for share in shares:
        wider = [s for s in shares if s.id in share.overrides]
        same = [s for s in wider if s.client == share.client and s.tier == share.tier]
        opened = [at for at in instants(start_of(shares)) if is_open(share, at)]
        never = [s for s in wider if s not in same]
        never += [s for s in same if opened and not any(is_open(s, at) for at in opened)]
        assert len(with_code(found, "override-never", line=share.id)) == len(never)
        beyond = {
            shown(at) for s in same if s not in never for at in opened if not is_open(s, at)
        }
        assert minutes_of(with_code(found, "override-wider", line=share.id), share.client) == beyond


def below(standard: StandardTerms, least: StandardTerms, function: str) -> bool:
    """Whether a standard falls short, said once more in other words."""
    if (standard.for_percent or 0) < (least.for_percent or 0):
        short = True
    elif function == "answer":
        short = (standard.answered_within_s or 10**9) > (least.answered_within_s or 10**9)
    else:
        own = (standard.resolved_within_days or 10**9) * 1440 + standard.by_minute
        short = own > (least.resolved_within_days or 10**9) * 1440 + least.by_minute
    asked = least.answered_within_s if function == "answer" else least.resolved_within_days
    return short and asked is not None


@MANY
@given(agreements())
def test_standards_below_the_minimum(agreement: Agreement) -> None:
    cover, shares = agreement
    found = check(shares, (cover,))
    for share in shares:
        def short(at: datetime, share: ShareTerms = share) -> bool:
            holders = now(shares, 1, at).holders
            return is_open(cover, at) and bool(holders) and holders[0] is share

        wanted = loop(shares, short, cover) if below(share.standard, cover.standard, share.function) else set()
        assert minutes_of(with_code(found, "standard-below", line=share.id), 1) == wanted


@MANY
@given(share_lists(), st.data())
def test_teams_without_people(shares: list[ShareTerms], data: st.DataObject) -> None:
    base = start_of(shares)
    teams = {f"team-{number}": data.draw(members(base)) for number in (1, 2, 3)}
    since = base + timedelta(hours=data.draw(st.integers(-24, 96)))
    terms = AgreementTerms("t", "T", base, base + LENGTH, (), (), (), tuple(shares))
    found = check_agreement(terms, names=Names(), holidays=HOLIDAYS, staffing=Staffing(since, teams))
    for share in shares:
        def there(at: datetime, share: ShareTerms = share) -> list[Member]:
            return [m for m in teams[share.team] if m.starts <= at and (m.ends is None or at < m.ends)]

        def hours(wanted: Callable[[datetime], bool], share: ShareTerms = share) -> set[Minute]:
            return loop(shares, lambda at: at >= since and is_open(share, at) and wanted(at))

        empty = minutes_of(with_code(found, "team-empty", line=share.id), share.client)
        lacking = minutes_of(with_code(found, "team-unskilled", line=share.id), share.client)
        assert empty == hours(lambda at: not there(at))
        if share.function == "answer":
            assert lacking | empty == hours(lambda at: not any(member.services for member in there(at)))
        else:
            assert not lacking
