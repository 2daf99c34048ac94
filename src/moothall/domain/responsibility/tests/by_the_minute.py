"""What an agreement means, found out minute by minute: slow, plain, and without any code of what it is a check on.

Only values are taken from `shares` and `calendar`. Bounds lie on quarters of an hour, so that a step is a quarter.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from moothall.domain.calendar import WeekHours
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.shares import Cover, ShareTerms, StandardTerms
from moothall.domain.responsibility.staffing import Member

LONDON = ZoneInfo("Europe/London")
QUARTER = timedelta(minutes=15)
HOLIDAYS = {1: frozenset({date(2026, 10, 26), date(2027, 3, 26)}), 2: frozenset()}
# A clock change and a holiday in each.
WINDOWS = (datetime(2026, 10, 22, tzinfo=UTC), datetime(2027, 3, 24, tzinfo=UTC))
NAMED = (date(2026, 10, 25), date(2026, 10, 26), date(2027, 3, 27), date(2027, 3, 28))
LENGTH = timedelta(days=12)
Minute = tuple[date, int]  # as the clock shows it


def apart(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans sorted, none empty, none touching another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if start < end and (not kept or start > kept[-1][1]):
            kept.append((start, end))
    return tuple(kept)


quarters = st.integers(0, 96).map(lambda quarter: quarter * 15)
hours = st.lists(st.tuples(quarters, quarters), max_size=2).map(apart)
weeks = st.builds(
    lambda days, bank, names: WeekHours(tuple(days), bank, tuple(sorted(names.items()))),
    st.lists(hours, min_size=7, max_size=7), hours, st.dictionaries(st.sampled_from(NAMED), hours, max_size=2),
)

standards = st.builds(
    StandardTerms, st.sampled_from([None, 30, 60]), st.sampled_from([None, 80, 90]), st.sampled_from([None, 3, 5]),
    st.sampled_from([960, 1020]),
)


@st.composite
def periods(draw: st.DrawFn, base: datetime) -> tuple[datetime, datetime]:
    starts = base + QUARTER * draw(st.integers(0, 4 * 24 * 4))
    return starts, starts + QUARTER * draw(st.integers(1, 6 * 24 * 4))


@st.composite
def share_lists(draw: st.DrawFn, base: datetime | None = None) -> list[ShareTerms]:
    base = base or draw(st.sampled_from(WINDOWS))
    function = draw(st.sampled_from(["answer", "resolve"]))
    shares = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        starts, ends = draw(periods(base))
        tier = draw(st.integers(0, 2))
        shares.append(ShareTerms(
            id=number, key=f"s{number}", client=draw(st.sampled_from([1, 2])), services=(524,), channels=("phone",),
            function=function, team=f"team-{draw(st.integers(1, 3))}", hours=draw(weeks), starts=starts, ends=ends,
            tier=tier, after_s=60 * draw(st.sampled_from([tier, 0, 1, 2])), place=Place(line=number),
            overrides=tuple(draw(st.sets(st.integers(1, 4).filter(lambda n, own=number: n != own), max_size=2))),
            standard=draw(standards),
        ))
    return shares


@st.composite
def agreements(draw: st.DrawFn) -> tuple[Cover, list[ShareTerms]]:
    """A promise and some shares at the same time."""
    base = draw(st.sampled_from(WINDOWS))
    shares = draw(share_lists(base))
    starts, ends = draw(periods(base))
    function = shares[0].function
    promise = Cover(1, (524,), ("phone",), (function,), draw(weeks), starts, ends, Place(line=99), draw(standards))
    return promise, shares


@st.composite
def members(draw: st.DrawFn, base: datetime) -> tuple[Member, ...]:
    """Up to three people of a team, each with a skill or without."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        starts, ends = draw(periods(base - timedelta(days=2)))
        skills = frozenset(draw(st.sampled_from([[], [524]])))
        found.append(Member(starts, draw(st.sampled_from([ends, None])), skills))
    return tuple(found)


def instants(base: datetime) -> Iterator[datetime]:
    at = base - timedelta(hours=2)
    while at < base + LENGTH:
        yield at
        at += QUARTER


def shown(at: datetime) -> Minute:
    local = at.astimezone(LONDON)
    return local.date(), local.hour * 60 + local.minute


def says(hours: WeekHours, at: datetime, holidays: frozenset[date]) -> bool:
    """Whether the hours hold at this very minute."""
    day, minute = shown(at)
    spans = hours.weekdays[day.weekday()]
    if day in holidays:
        spans = hours.bank_holiday
    for named, own in hours.exceptions:
        if named == day:
            spans = own
    return any(start <= minute < end for start, end in spans)


def is_open(held: ShareTerms | Cover, at: datetime) -> bool:
    council = held.client if isinstance(held, ShareTerms) else held.council
    return held.starts <= at < held.ends and says(held.hours, at, HOLIDAYS[council])


@dataclass(frozen=True)
class Now:
    """Who holds the tiers, lowest first, and who fights for one."""

    holders: tuple[ShareTerms, ...]
    fights: tuple[frozenset[int], ...]


def now(shares: Sequence[ShareTerms], council: int, at: datetime) -> Now:
    opened = [share for share in shares if share.client == council and is_open(share, at)]
    holders, fights = [], []
    for tier in (0, 1, 2):
        here = [share for share in opened if share.tier == tier]
        free = [share for share in here if not any(share.id in other.overrides for other in here)]
        if here:
            holders.append(min(free or here, key=lambda share: share.id))
            if len(free) != 1:
                fights.append(frozenset(share.id for share in free or here))
    return Now(tuple(holders), tuple(fights))


def minutes_of(found: Sequence[Finding], council: int) -> set[Minute]:
    """The minutes of the findings' calendars, without an hour that a week has and the clocks of one date jump over."""
    minutes: set[Minute] = set()
    for finding in found:
        for week in finding.spans:
            day = week.first
            while day <= week.last:
                kind = 7 if day in HOLIDAYS[council] else day.weekday()
                for start, end in week.days[kind]:
                    minutes |= {(day, minute) for minute in range(start, end, 15) if exists(day, minute)}
                day += timedelta(days=1)
    return minutes


def exists(day: date, minute: int) -> bool:
    return not (day == date(2027, 3, 28) and 60 <= minute < 120)
