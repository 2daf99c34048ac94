"""The compiled map against a minute loop that shares no code with it."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.domain.calendar import ALWAYS, CLOSED, KINDS, WeekHours
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.lookup import next_plan, plan_at, stretch_at
from moothall.domain.responsibility.shares import Cell, ShareTerms
from moothall.domain.responsibility.tests.by_the_minute import HOLIDAYS, now, share_lists

Seen = tuple[int, list[tuple[int, str]], set[int]]


def expected(shares: list[ShareTerms], council: int, at: datetime) -> Seen | None:
    found = now(shares, council, at)
    if not found.holders:
        return None
    first = found.holders[0]
    tiers = [(max(0, share.after_s - first.after_s), share.team) for share in found.holders]
    return first.id, tiers, {id for fight in found.fights for id in fight}


@settings(max_examples=60)
@given(share_lists())
def test_the_map_agrees_with_a_minute_loop(shares: list[ShareTerms]) -> None:
    table = compile_shares(shares, HOLIDAYS)
    start = min(share.starts for share in shares) - timedelta(hours=1)
    for council in {share.client for share in shares}:
        cell = Cell(council, 524, "phone", shares[0].function)
        for step in range(0, 10 * 24 * 60, 5):  # bounds lie on quarters
            at = start + timedelta(minutes=step)
            plan = plan_at(table, cell, at)
            found = (plan.share, list(plan.tiers), {id for group in plan.contested for id in group}) if plan else None
            assert found == expected(shares, council, at), at


@settings(max_examples=60)
@given(share_lists(), st.integers(0, 8 * 24 * 12))
def test_until_is_the_first_minute_with_another_plan(shares: list[ShareTerms], step: int) -> None:
    table = compile_shares(shares, HOLIDAYS)
    cell = Cell(shares[0].client, 524, "phone", shares[0].function)
    at = min(share.starts for share in shares) + timedelta(minutes=5 * step - 60)
    stretch = stretch_at(table, cell, at)
    loop = (at + timedelta(minutes=5 * n) for n in range(1, 14 * 24 * 12))
    assert stretch.plan == plan_at(table, cell, at)
    assert stretch.ends == next((minute for minute in loop if plan_at(table, cell, minute) != stretch.plan), None)
    if stretch.plan is None:
        following = next_plan(table, cell, at)
        assert (following.starts if following else None) == stretch.ends


def share(number: int, **changes: object) -> ShareTerms:
    terms: dict[str, object] = {
        "id": number, "key": f"s{number}", "client": 1, "services": (524, 57), "channels": ("phone",),
        "function": "answer", "team": "hub", "hours": ALWAYS, "starts": datetime(2026, 9, 1, tzinfo=UTC),
        "ends": datetime(2027, 9, 1, tzinfo=UTC),
    }
    return ShareTerms(**{**terms, **changes})  # type: ignore[arg-type]


def test_cells_with_the_same_shares_compile_once() -> None:
    table = compile_shares([share(1)], {})
    first, second = table.cells[Cell(1, 524, "phone", "answer")], table.cells[Cell(1, 57, "phone", "answer")]
    assert first is second
    assert len(table.weeks) == 2  # nobody's and the hub's
    assert {len(week) for week in table.weeks} == {KINDS}
    eve = replace(ALWAYS, exceptions=((date(2026, 12, 24), CLOSED),))
    assert {len(week) for week in compile_shares([share(1, hours=eve)], {}).weeks} == {KINDS}


def test_a_whole_year_of_one_plan_ends_with_the_share() -> None:
    table = compile_shares([share(1)], {})
    stretch = stretch_at(table, Cell(1, 524, "phone", "answer"), datetime(2026, 11, 25, tzinfo=UTC))
    assert stretch.ends == datetime(2027, 9, 1, tzinfo=UTC)


def test_a_cell_that_nobody_named_is_a_gap_for_ever() -> None:
    table = compile_shares([share(1)], {})
    nowhere = Cell(2, 524, "phone", "answer")
    at = datetime(2026, 11, 25, tzinfo=UTC)
    assert plan_at(table, nowhere, at) is None
    assert stretch_at(table, nowhere, at).ends is None
    assert next_plan(table, nowhere, at) is None


def test_out_of_hours_the_next_tier_answers_at_once() -> None:
    day = ((540, 1020),)
    office = WeekHours((day, day, day, day, day, CLOSED, CLOSED))
    table = compile_shares([share(1, hours=office), share(2, team="night", tier=1, after_s=120)], {})
    cell = Cell(1, 524, "phone", "answer")
    noon, evening = datetime(2026, 11, 25, 12, tzinfo=UTC), datetime(2026, 11, 25, 20, tzinfo=UTC)
    in_hours, after_hours = plan_at(table, cell, noon), plan_at(table, cell, evening)
    assert in_hours and in_hours.tiers == ((0, "hub"), (120, "night"))
    assert after_hours and after_hours.share == 2
    assert after_hours.tiers == ((0, "night"),)
