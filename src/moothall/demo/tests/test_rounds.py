"""Bin days: every fortnight, moved by the table at Christmas, both ways."""
from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from moothall.demo import sources
from moothall.demo.rounds import ROUNDS, Visit, half_of, round_just_missed, visits

HARBOROUGH, CHARNWOOD = (2, "E07000131"), (1, "E07000130")


def found(first: date, last: date) -> list[Visit]:
    return list(visits(sources.timetable(), [CHARNWOOD, HARBOROUGH], first, last))


def test_refuse_comes_every_fortnight_to_each_round() -> None:
    spring = [v for v in found(date(2026, 3, 2), date(2026, 5, 31)) if v.stream == "refuse" and v.council == 2]
    for code in ROUNDS:
        days = [v.scheduled for v in spring if v.round_code == code]
        assert {(later - day).days for day, later in pairwise(days)} == {14}


def test_recycling_comes_in_the_other_week() -> None:
    week = found(date(2026, 6, 1), date(2026, 6, 5))
    refuse = {v.round_code for v in week if v.stream == "refuse"}
    recycling = {v.round_code for v in week if v.stream == "recycling"}
    assert refuse | recycling == set(ROUNDS)
    assert not refuse & recycling


def test_garden_waste_rests_in_winter() -> None:
    assert not [v for v in found(date(2026, 12, 1), date(2027, 2, 26)) if v.stream == "garden"]


def test_christmas_moves_rounds_both_ways_and_onto_a_saturday() -> None:
    moved = [v for v in found(date(2026, 12, 21), date(2027, 1, 8)) if v.actual != v.scheduled]
    assert any(v.actual < v.scheduled for v in moved if v.council == 2)
    assert all(v.actual > v.scheduled for v in moved if v.council == 1)
    assert any(v.actual.weekday() == 5 for v in moved)


@pytest.mark.parametrize("scheme", ["later", "earlier"])
def test_no_crew_comes_on_christmas_day(scheme: str) -> None:
    shifts = sources.timetable().shifts[scheme]
    assert not {(12, 25), (12, 26), (1, 1)} & {(day.month, day.day) for day in shifts.values() if day.year != 2028}


@pytest.mark.parametrize(("today", "code"), [(date(2026, 11, 25), "TUE-B"), (date(2026, 11, 23), "FRI-A")])
def test_the_casts_street_was_due_on_the_last_working_day(today: date, code: str) -> None:
    assert round_just_missed(sources.timetable(), HARBOROUGH[1], today) == code


def test_the_casts_street_skips_holidays_and_moved_days() -> None:
    code = round_just_missed(sources.timetable(), HARBOROUGH[1], date(2026, 12, 29), {date(2026, 12, 28)})
    assert code == f"FRI-{half_of(date(2026, 12, 18))}"
