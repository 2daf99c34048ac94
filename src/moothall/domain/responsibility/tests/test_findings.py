from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from moothall.domain.calendar import ALL_DAY, CLOSED, Hours, WeekHours
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.shares import AgreementTerms, Cover, LineTerms, Names, ShareTerms

STARTS, ENDS = datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2027, 8, 31, 23, tzinfo=UTC)
NAMES = Names({2: "Harborough"}, {524: "Bins", 57: "Council tax"}, {"hub": "The hub"})
HOLIDAYS = {2: frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})}
DAY: Hours = ((540, 1020),)


def week(day: Hours = DAY, *, bank: Hours = CLOSED, **changes: Hours) -> WeekHours:
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day) | {"sat": CLOSED, "sun": CLOSED} | changes
    return WeekHours(tuple(days.values()), bank)  # type: ignore[arg-type]


def share(number: int, **changes: object) -> ShareTerms:
    terms: dict[str, object] = {
        "id": number, "key": f"share-{number}", "client": 2, "services": (524, 57), "channels": ("phone",),
        "function": "answer", "team": "hub", "hours": week(), "starts": STARTS, "ends": ENDS,
        "place": Place(line=number),
    }
    return ShareTerms(**{**terms, **changes})  # type: ignore[arg-type]


def cover(**changes: object) -> Cover:
    terms: dict[str, object] = {
        "council": 2, "services": (524, 57), "channels": ("phone",), "functions": ("answer",), "hours": week(),
        "starts": STARTS, "ends": ENDS,
    }
    return Cover(**{**terms, **changes})  # type: ignore[arg-type]


def check(*shares: ShareTerms, covers: tuple[Cover, ...] = (), lines: tuple[LineTerms, ...] = ()) -> list[Finding]:
    terms = AgreementTerms("test", "Test", STARTS, ENDS, (2,), (), covers or (cover(),), shares, lines)
    return check_agreement(terms, names=NAMES, holidays=HOLIDAYS)


def test_a_complete_agreement_has_no_findings() -> None:
    assert check(share(1)) == []


def test_an_evening_in_winter_that_nobody_answers() -> None:
    late = week(wed=((540, 1200),))
    winter = cover(hours=late, starts=datetime(2026, 12, 1, tzinfo=UTC), ends=datetime(2027, 2, 1, tzinfo=UTC))
    [gap] = check(share(1), covers=(winter,))
    assert gap.code == "gap-answer"
    assert gap.words == (
        "Nobody answers Harborough's calls about Bins and Council tax at times that Harborough promises."
    )
    assert gap.times == ("Wednesdays 17:00 to 20:00",)
    december, february = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
    until, since = share(1, hours=late, ends=december), share(2, starts=december)
    [gap] = check(until, since, covers=(cover(hours=late),))
    assert gap.times == ("Wednesdays 17:00 to 20:00, from 2 December 2026",)
    between, again = share(2, starts=december, ends=february), share(3, hours=late, starts=february)
    [gap] = check(until, between, again, covers=(cover(hours=late),))
    assert gap.times == ("Wednesdays 17:00 to 20:00, from 2 December 2026 to 27 January 2027",)


def test_days_that_are_alike_are_told_together() -> None:
    [gap] = check(share(1, hours=week(((540, 1019),))))
    assert gap.times == ("Mondays to Fridays 16:59 to 17:00",)
    [gap] = check(share(1), covers=(cover(hours=week(bank=DAY)),))
    assert gap.times == ("Bank holidays 09:00 to 17:00",)
    [gap] = check(share(1), covers=(cover(hours=WeekHours((ALL_DAY,) * 7, ALL_DAY)),))  # type: ignore[arg-type]
    assert gap.times == (
        "Mondays to Fridays midnight to 09:00", "Mondays to Fridays 17:00 to midnight",
        "Saturdays, Sundays and bank holidays all day",
    )


def test_a_promise_that_no_share_meets_is_a_gap_of_its_service_alone() -> None:
    [gap] = check(share(1, services=(57,)))
    assert gap.words.startswith("Nobody answers Harborough's calls about Bins at times")
    assert gap.times == ("Mondays to Fridays 09:00 to 17:00",)


def test_a_named_day_is_told_by_its_date() -> None:
    eve = date(2026, 12, 24)
    [gap] = check(share(1, hours=replace(week(), exceptions=((eve, ((540, 720),)),))))
    assert gap.times == ("Thursday 24 December 2026, 12:00 to 17:00",)


def test_nobody_resolves() -> None:
    [gap] = check(share(1), covers=(cover(functions=("answer", "resolve")),))
    assert gap.code == "gap-resolve"
    assert gap.words.startswith("Nobody resolves Harborough's cases of Bins and Council tax that come as calls")


def test_an_overlap_of_one_minute() -> None:
    [overlap] = check(
        share(1, hours=week(((540, 781),))), share(2, hours=week(((780, 1020),))),
    )
    assert overlap.code == "overlap"
    assert overlap.times == ("Mondays to Fridays 13:00 to 13:01",)
    assert "“share-1” and “share-2” both answer Harborough's calls about Bins and Council tax" in overlap.words
    assert "overrides: [share-1]" in overlap.remedy
    assert overlap.place.line == 2


def test_a_seam_without_a_minute_between_is_clean() -> None:
    assert check(share(1, hours=week(((540, 780),))), share(2, hours=week(((780, 1020),)))) == []


def test_a_narrower_share_may_override_a_wider_one() -> None:
    assert check(share(1), share(2, services=(524,), hours=week(((540, 600),)), overrides=(1,))) == []


def test_an_override_that_is_wider_is_refused() -> None:
    [found] = check(share(1), share(2, services=(524,), hours=week(((480, 600),)), overrides=(1,)))
    assert found.code == "override-wider"
    assert found.times == ("Mondays to Fridays 08:00 to 09:00",)
    [found] = check(share(1, services=(57,)), share(2, services=(524, 57), hours=week(), overrides=(1,)))
    assert found.code == "override-wider"
    assert "Bins" in found.words


def test_two_shares_that_override_each_other_stay_an_overlap() -> None:
    found = check(share(1, overrides=(2,)), share(2, overrides=(1,)))
    assert [finding.code for finding in found] == ["overlap"]


def test_tiers_do_not_overlap_with_each_other() -> None:
    assert check(share(1), share(2, tier=1, after_s=120)) == []
    assert [finding.code for finding in check(share(1), share(2, tier=1))] == ["tier-at-once"]


def test_a_line_that_leads_to_nobody() -> None:
    line = LineTerms("5001", 2, 860, "phone", "Licensing", place=Place(line=9))
    [found] = check(share(1), lines=(line,))
    assert found.code == "line-nowhere"
    assert found.words.startswith("The line 5001 leads to Harborough's calls about service 860")


def test_a_share_outside_the_agreements_period() -> None:
    found = check(share(1, ends=datetime(2028, 1, 1, tzinfo=UTC)))
    assert [finding.code for finding in found] == ["outside-period"]


def test_a_council_that_promises_nothing() -> None:
    found = check(share(1), covers=(cover(council=3, services=()),))
    assert [finding.code for finding in found] == ["promises-unknown"]
    assert found[0].severity == "warning"
