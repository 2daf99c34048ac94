"""Guarantees and caps that are at odds with themselves, with the plan or with the people."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.findings import Finding
from moothall.domain.responsibility.bounds import too_many
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.shares import ShareTerms
from moothall.domain.responsibility.staffing import Member, Staffing
from moothall.domain.responsibility.tests.one_council import HOLIDAYS, NAMES, STARTS, agreement, check, share, week

BOTH = frozenset({524, 57})
SPRING = datetime(2027, 3, 31, 23, tzinfo=UTC)


def told(*shares: ShareTerms) -> list[tuple[str, str, str]]:
    return [(found.code, found.severity, found.words) for found in check(*shares)]


def test_what_can_be_kept_is_no_finding() -> None:
    assert check(share(1, guarantee=2, cap=2)) == []


def test_more_guaranteed_than_the_cap_allows() -> None:
    assert told(share(1, guarantee=3, cap=2)) == [(
        "guarantee-over-cap", "error", "“share-1” guarantees Harborough 3 agents at a time and gives it at most 2.",
    )]


def test_a_cap_of_nothing() -> None:
    [(code, severity, words)] = told(share(1, cap=0))
    assert (code, severity) == ("cap-nothing", "error")
    assert words == "“share-1” has a cap of 0: nobody would ever answer Harborough."


@pytest.mark.parametrize(("changes", "words"), [
    ({"tier": 1, "after_s": 60, "team": "own", "guarantee": 1},
     "The guarantee of “share-2” never counts: the share never answers first."),
    ({"function": "resolve", "cap": 4}, "The cap of “share-2” never counts: only calls are given to agents by it."),
    ({"services": (860,), "channels": ("email",), "guarantee": 1, "cap": 4},
     "The guarantee and cap of “share-2” never counts: only calls are given to agents by it."),
])
def test_a_guarantee_of_nothing(changes: dict[str, object], words: str) -> None:
    found = [each for each in told(share(1), share(2, **changes)) if each[0].startswith(("guarantee", "cap"))]
    assert found == [("guarantee-nothing", "warning", words)]


def staffed(shares: list[ShareTerms], *members: Member) -> list[Finding]:
    staffing = Staffing(STARTS, {"hub": members})
    found = check_agreement(agreement(*shares), names=NAMES, holidays=HOLIDAYS, staffing=staffing)
    return [each for each in found if each.code == "guarantee-team"]


def test_more_guaranteed_together_than_the_team_has_people() -> None:
    shares = [
        share(1, services=(524,), guarantee=2), share(2, services=(57,), guarantee=1, hours=week(((600, 1080),))),
    ]
    member = Member(STARTS, None, BOTH)
    assert staffed(shares, member, member, member) == []
    [found] = staffed(shares, member, member, Member(STARTS, SPRING, BOTH))
    assert (found.severity, found.words) == (
        "warning", "“share-1” and “share-2” guarantee 3 agents of The hub at a time, which has 2 members.",
    )
    assert found.times == ("Mondays to Fridays 10:00 to 17:00, from 1 April 2027",)


def test_of_a_team_without_anybody_only_that_is_said() -> None:
    assert staffed([share(1, guarantee=2)]) == []


quarters = st.integers(0, 96).map(lambda quarter: quarter * 15)


@given(st.lists(st.tuples(quarters, quarters, st.integers(1, 3)), max_size=4), st.integers(0, 5))
def test_the_hours_are_those_that_a_loop_over_every_minute_finds(given_: list[tuple[int, int, int]], most: int) -> None:
    open_ = [(min(a, b), max(a, b), count) for a, b, count in given_ if a != b]
    shares = [share(n, guarantee=count, hours=week(((a, b),))) for n, (a, b, count) in enumerate(open_)]
    sums = [sum(count for a, b, count in open_ if a <= minute < b) for minute in range(1440)]
    hours, worst = too_many(shares, most)
    assert [any(a <= minute < b for a, b in hours.of_kind(0)) for minute in range(1440)] == [s > most for s in sums]
    assert (worst, hours.of_kind(5)) == (max(sums), ())
