from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from moothall.domain.findings import Finding
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.shares import Emergency, ShareTerms
from moothall.domain.responsibility.staffing import Member, Staffing
from moothall.domain.responsibility.tests.one_council import HOLIDAYS, NAMES, STARTS, agreement, share

BOTH = frozenset({524, 57})
SPRING = datetime(2027, 3, 31, 23, tzinfo=UTC)
FOR_GOOD = Member(STARTS, None, BOTH)


def staffed(one: ShareTerms, *members: Member, at: datetime = STARTS) -> list[Finding]:
    staffing = Staffing(at, {"hub": members})
    return check_agreement(agreement(one), names=NAMES, holidays=HOLIDAYS, staffing=staffing)


def test_a_team_with_somebody_who_can_do_all() -> None:
    assert staffed(share(1), FOR_GOOD) == []


def test_a_team_that_is_empty() -> None:
    [found] = staffed(share(1))
    assert (found.code, found.severity) == ("team-empty", "warning")
    assert found.words == "The hub has no members at hours of “share-1”."
    assert found.times == ("Mondays to Fridays 09:00 to 17:00",)


def test_a_team_whose_only_member_leaves() -> None:
    [found] = staffed(share(1), Member(STARTS, SPRING, BOTH))
    assert found.code == "team-empty"
    assert found.times == ("Mondays to Fridays 09:00 to 17:00, from 1 April 2027",)
    assert staffed(share(1), Member(STARTS, SPRING, BOTH), Member(SPRING, None, BOTH)) == []


def test_a_service_that_nobody_in_the_team_can_answer() -> None:
    [found] = staffed(share(1), Member(STARTS, None, frozenset({57})), Member(SPRING, None, frozenset({524})))
    assert found.code == "team-unskilled"
    assert found.words == "Nobody in The hub has the skill for Bins at hours of “share-1”."
    assert found.times == ("Mondays to Fridays 09:00 to 17:00, to 31 March 2027",)


def test_what_is_past_is_not_asked_about() -> None:
    assert staffed(share(1), Member(SPRING, None, BOTH), at=SPRING) == []


def test_cases_ask_for_members_and_for_no_skill() -> None:
    cases = share(1, function="resolve", services=(524, 57, 860))
    found = staffed(cases, Member(STARTS, None, frozenset()))
    assert "team-unskilled" not in {f.code for f in found}
    assert "team-empty" not in {f.code for f in found}


def test_a_fallback_that_is_empty_when_the_emergency_comes() -> None:
    """Its hours aren't asked: an emergency comes at any of them. One who stays covers it, one who leaves doesn't."""
    clause = Emergency(fallback=((1, "own"),))

    def told(*members: Member) -> list[str]:
        staffing = Staffing(STARTS, {"hub": (FOR_GOOD,), "own": members})
        terms = replace(agreement(share(1)), emergency=clause)
        return [each.words for each in check_agreement(terms, names=NAMES, holidays=HOLIDAYS, staffing=staffing)]

    [words] = told()
    assert words.startswith("Own has no members at times when ") and words.endswith(" in an emergency.")
    assert told(Member(STARTS, SPRING, BOTH)) == [words]
    assert told(Member(STARTS, SPRING, BOTH), Member(SPRING, None, frozenset())) == []
