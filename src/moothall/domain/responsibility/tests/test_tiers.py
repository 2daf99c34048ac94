"""Shares and tiers that stand in a text and never come to anything, and overrides that say nothing."""
from __future__ import annotations

from datetime import UTC, datetime

from moothall.domain.calendar import ALWAYS, CLOSED, WeekHours
from moothall.domain.findings import Finding
from moothall.domain.responsibility.tests.one_council import DAY, check, cover, share, week

EVENING = week(((1020, 1200),))


def codes(found: list[Finding]) -> list[tuple[str, str, int]]:
    return [(f.code, f.severity, f.place.line) for f in found]


def test_a_tier_that_joins_later_is_well() -> None:
    assert check(share(1), share(2, team="own", tier=1, after_s=120)) == []


def test_a_tier_that_does_not_say_when() -> None:
    [found] = check(share(1), share(2, team="own", tier=1))
    assert (found.code, found.severity) == ("tier-at-once", "warning")
    assert found.times == ("Mondays to Fridays 09:00 to 17:00",)


def test_a_tier_that_joins_before_the_one_below() -> None:
    middle, top = share(2, team="own", tier=1, after_s=120), share(3, team="far", tier=2, after_s=60, hours=week(DAY))
    [found] = check(share(1), middle, top)
    assert codes([found]) == [("tier-order", "error", 3)]
    assert "“share-3” (tier 2, after 1 minute) joins before “share-2” (tier 1, after 2 minutes)" in found.words
    assert found.times == ("Mondays to Fridays 09:00 to 17:00",)
    together = check(share(1), middle, share(3, team="far", tier=2, after_s=120))
    assert codes(together) == [("tier-order", "warning", 3)]


def test_tiers_of_cases_have_no_order_in_time() -> None:
    cases = cover(functions=("resolve",))
    own = share(2, function="resolve", hours=ALWAYS, tier=1, team="own")
    found = check(share(1), share(3, function="resolve"), own, covers=(cases,))
    assert codes(found) == []


def test_a_tier_that_only_answers_out_of_hours_never_waits() -> None:
    night = share(2, team="own", tier=1, after_s=120, hours=EVENING)
    [found] = check(share(1), night)
    assert codes([found]) == [("after-never", "warning", 2)]
    assert found.words.startswith("“share-2” joins after 2 minutes, but no lower tier is open at its hours")
    assert check(share(1), share(2, team="own", tier=1, hours=EVENING)) == []


def test_a_tier_of_the_same_team_adds_nobody() -> None:
    [found] = check(share(1), share(2, tier=1, after_s=120))
    assert codes([found]) == [("tier-never", "warning", 2)]
    assert "can never take a call. The hub already answers there" in found.words
    wider = week(((540, 1080),))
    assert check(share(1), share(2, tier=1, hours=wider)) != []
    assert "tier-never" not in {f.code for f in check(share(1), share(2, tier=1, after_s=60, hours=wider))}


def test_a_higher_tier_of_cases_is_never_reached() -> None:
    found = check(share(1), share(3, function="resolve"), share(2, function="resolve", team="own", tier=1))
    assert codes(found) == [("tier-never", "warning", 2)]
    assert "A case goes to the lowest tier that is open" in found[0].words


def test_a_share_that_another_always_overrides() -> None:
    [found] = check(share(1), share(2, team="own", overrides=(1,)))
    assert codes([found]) == [("share-never", "warning", 1)]
    assert found.words == (
        "“share-1” is never in effect: “share-2” always comes before it. The hub would see Bins and Council tax of "
        "Harborough and never serve it."
    )


def test_a_share_without_an_hour_in_its_period() -> None:
    holidays = WeekHours((CLOSED,) * 7, DAY)  # type: ignore[arg-type]
    [found] = check(share(1), share(2, hours=holidays, ends=datetime(2026, 10, 1, tzinfo=UTC)))
    assert codes([found]) == [("share-never", "warning", 2)]
    assert "none of its hours lie in its period" in found.words


def test_overrides_that_say_nothing() -> None:
    [hours] = check(share(1), share(2, hours=EVENING, overrides=(1,)))
    [tier] = check(share(1), share(2, team="own", tier=1, after_s=60, overrides=(1,)))
    [services] = check(share(1), share(2, services=(860,), overrides=(1,)))
    assert {f.code for f in (hours, tier, services)} == {"override-never"}
    assert hours.words == (
        "That “share-2” overrides “share-1” is never in effect: they are never open at the same time."
    )
    assert "one is tier 1, the other tier 0" in tier.words
    assert "no service and channel in common" in services.words
