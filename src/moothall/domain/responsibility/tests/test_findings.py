from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from moothall.domain.calendar import ALL_DAY, CLOSED, WeekHours
from moothall.domain.findings import Place, as_dicts
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.overlaps import contested_shares
from moothall.domain.responsibility.shares import NO_STANDARD, LineTerms, StandardTerms
from moothall.domain.responsibility.tests.one_council import (
    DAY,
    HOLIDAYS,
    NAMES,
    agreement,
    check,
    cover,
    share,
    week,
)
from moothall.domain.weeks import Weeks


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


def test_between_agreements_only_what_two_of_them_claim_is_told() -> None:
    """What one claims twice is a finding of its own text, with another remedy."""
    shares = [share(1), share(2)]
    table = compile_shares(shares, HOLIDAYS)
    assert [*contested_shares(shares, table, NAMES, {1: "A", 2: "A"})] == []
    [told] = contested_shares(shares, table, NAMES, {1: "A", 2: "B"})
    assert "of A" in told.words and "of B" in told.words


def test_a_seam_without_a_minute_between_is_clean() -> None:
    assert check(share(1, hours=week(((540, 780),))), share(2, hours=week(((780, 1020),)))) == []


def test_a_narrower_share_may_override_a_wider_one() -> None:
    assert check(share(1), share(2, services=(524,), hours=week(((540, 600),)), overrides=(1,))) == []


def test_an_override_that_is_wider_is_refused() -> None:
    [found] = check(share(1), share(2, services=(524,), hours=week(((480, 600),)), overrides=(1,)))
    assert found.code == "override-wider"
    assert found.times == ("Mondays to Fridays 08:00 to 09:00",)
    found = {f.code: f for f in check(share(1, services=(57,)), share(2, services=(524, 57), overrides=(1,)))}
    assert set(found) == {"override-wider", "share-never"}
    assert "it also covers Bins (phone), which “share-1” doesn't" in found["override-wider"].words


def test_two_shares_that_override_each_other_stay_an_overlap() -> None:
    found = check(share(1, overrides=(2,)), share(2, overrides=(1,)))
    assert [finding.code for finding in found] == ["overlap"]


def test_a_line_that_leads_to_nobody() -> None:
    line = LineTerms("5001", 2, 860, "phone", "Licensing", place=Place(line=9))
    [found] = check(share(1), lines=(line,))
    assert found.code == "line-nowhere"
    assert found.words.startswith("The line 5001 leads to Harborough's calls about Licensing")


def test_a_share_outside_the_agreements_period() -> None:
    found = check(share(1, ends=datetime(2028, 1, 1, tzinfo=UTC)))
    assert [finding.code for finding in found] == ["outside-period"]


def test_a_council_that_promises_nothing() -> None:
    found = check(share(1), covers=(cover(council=3, services=()),))
    assert [finding.code for finding in found] == ["promises-unknown"]
    assert found[0].severity == "warning"


def test_a_gap_stands_in_a_calendar_too() -> None:
    eve = date(2026, 12, 24)
    [gap] = check(share(1, hours=replace(week(fri=((540, 960),)), exceptions=((eve, ((540, 720),)),))))
    friday = (CLOSED,) * 4 + (((960, 1020),),) + (CLOSED,) * 3
    assert gap.spans == (
        Weeks(date(2026, 9, 1), date(2026, 12, 23), friday),
        Weeks(eve, eve, (((720, 1020),),) * 8),
        Weeks(date(2026, 12, 25), date(2027, 8, 31), friday),
    )
    assert as_dicts([gap])[0]["spans"] == [
        {"from": "2026-09-01", "through": "2026-12-23", "days": {"friday": ((960, 1020),)}},
        {"on": "2026-12-24", "hours": ((720, 1020),)},
        {"from": "2026-12-25", "through": "2027-08-31", "days": {"friday": ((960, 1020),)}},
    ]
    assert gap.spans[0].on(date(2026, 9, 4), HOLIDAYS[2]) == ((960, 1020),)
    assert gap.spans[0].on(date(2026, 12, 25), HOLIDAYS[2]) == CLOSED


def test_a_seam_of_one_minute_says_how_hours_meet() -> None:
    [gap] = check(share(1, hours=week(((540, 779),))), share(2, hours=week(((780, 1020),))))
    assert gap.times == ("Mondays to Fridays 12:59 to 13:00",)
    assert gap.remedy.startswith("An end isn't included")
    [gap] = check(share(1, hours=week(((540, 779),))), share(2, hours=week(((780, 1000),))))
    assert gap.remedy.startswith("Let a share's hours reach over these times")
    assert gap.remedy.endswith("are written 09:00-17:00 and 17:00-20:00.")


def test_channels_that_lack_the_same_are_told_together() -> None:
    promised = cover(channels=("phone", "email", "chat"), services=(524, 57))
    found = check(share(1, services=(57,), channels=("email",)), covers=(promised,))
    assert [f.words.split(" at times")[0] for f in found] == [
        "Nobody answers Harborough's calls and chats about Bins and Council tax",
        "Nobody answers Harborough's e-mails about Bins",
    ]


def test_a_long_list_of_services_is_counted() -> None:
    [gap] = check(share(1), covers=(cover(services=tuple(range(1, 21))),))
    assert "service 5, service 6 and 14 more services at times" in gap.words


def test_hours_of_a_holiday_that_never_comes_are_no_gap() -> None:
    autumn = cover(hours=week(bank=DAY), ends=datetime(2026, 11, 1, tzinfo=UTC))
    assert check(share(1), covers=(autumn,)) == []


def test_a_share_below_the_councils_own_minimum() -> None:
    least, own = StandardTerms(45, 80), StandardTerms(90, 80)
    late = share(2, key="late", hours=week(((960, 1020),)), standard=own)
    [found] = check(share(1, hours=week(((540, 960),)), standard=least), late, covers=(cover(standard=least),))
    assert (found.code, found.place.line) == ("standard-below", 2)
    assert found.words == (
        "“late” promises that Harborough's calls about Bins and Council tax are answered within 90 seconds, for 80 in "
        "a hundred; Harborough's own minimum is answered within 45 seconds, for 80 in a hundred."
    )
    assert found.times == ("Mondays to Fridays 16:00 to 17:00",)


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        (StandardTerms(None, 95), False), (StandardTerms(45, 80), True), (StandardTerms(30, 90), True),
        (StandardTerms(45, 79), False), (StandardTerms(46, 80), False), (StandardTerms(45), False),
    ],
)
def test_what_keeps_a_standard_of_answers(own: StandardTerms, kept: bool) -> None:
    assert own.keeps(StandardTerms(45, 80), "answer") is kept
    assert own.keeps(StandardTerms(resolved_within_days=3), "answer")


def test_what_keeps_a_standard_of_cases() -> None:
    least = StandardTerms(resolved_within_days=3, by_minute=1020)
    assert StandardTerms(resolved_within_days=2, by_minute=1439).keeps(least, "resolve")
    assert not StandardTerms(resolved_within_days=3, by_minute=1021).keeps(least, "resolve")
    assert not NO_STANDARD.keeps(least, "resolve")


def test_holidays_that_are_not_published_yet() -> None:
    terms = agreement(share(1))
    assert check_agreement(terms, names=NAMES, holidays=HOLIDAYS, published_through=2027) == []
    [found] = check_agreement(terms, names=NAMES, holidays=HOLIDAYS, published_through=2026)
    assert (found.code, found.severity) == ("holidays-unknown", "warning")
    assert "from 1 January 2027 to 31 August 2027" in found.words
    assert [(weeks.first, weeks.last) for weeks in found.spans] == [(date(2027, 1, 1), date(2027, 8, 31))]


def test_hours_within_the_hour_of_the_clock_change() -> None:
    night = WeekHours((((0, 90),),) * 7, ((0, 90),))  # type: ignore[arg-type]
    [found] = [f for f in check(share(1), share(2, hours=night)) if f.place.line == 2]
    assert (found.code, found.severity) == ("clock-change", "note")
    assert found.words == "“share-2” begins or ends at 01:30, within an hour that the clocks change."
    assert found.times == (
        "Sunday 25 October 2026: 01:30 comes twice and counts both times",
        "Sunday 28 March 2027: 01:30 is skipped, 02:00 takes its place",
    )
    assert [weeks.first for weeks in found.spans] == [date(2026, 10, 25), date(2027, 3, 28)]
    plain = WeekHours((((60, 120),),) * 7)  # type: ignore[arg-type]
    assert not [f for f in check(share(1), share(2, hours=plain)) if f.code == "clock-change"]


def test_promises_that_end_within_the_hour_are_told_once() -> None:
    night = WeekHours((((0, 90),),) * 7, ((0, 90),))  # type: ignore[arg-type]
    found = check(share(1, hours=night), covers=(cover(hours=night), cover(hours=night, services=(524,))))
    assert [f.words.split(" begins")[0] for f in found if f.code == "clock-change"] == [
        "What Harborough promises", "“share-1”",
    ]
