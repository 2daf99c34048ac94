"""A day's bands against a walk through its minutes."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from moothall.agreements.check import check_text
from moothall.agreements.register import register_from_files
from moothall.domain.calendar import ALL_DAY, midnight, wall_clock
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.gaps import gaps
from moothall.domain.responsibility.lookup import plan_at
from moothall.domain.responsibility.shares import Cell
from moothall.domain.responsibility.spans import Times
from moothall.web.configure import hours_words
from moothall.web.configure.bands import bands_of_date, gaps_of
from moothall.web.configure.tests.texts import GAPPED

CELL = Cell(2, 860, "phone", "answer")
DAYS = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 24), date(2026, 12, 25),
        date(2027, 1, 31), date(2027, 2, 1), date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 1)]  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("starts", ["2026-12-01", '"2026-12-02 10:30"'])
def test_the_bands_of_a_day_are_its_minutes(day, starts):
    register = register_from_files()
    terms = check_text(GAPPED.replace("from: 2026-12-01", f"from: {starts}", 1), register=register).terms
    table = compile_shares(terms.shares, register.holidays_by_council())
    covers = [cover for cover in terms.covers if CELL in set(cover.cells())]
    bands = bands_of_date(table, CELL, covers, day)
    holidays = table.holidays_of(2)
    at = midnight(day)
    while at < midnight(day + timedelta(days=1)):
        minute = wall_clock(at)[1]
        band = next(band for band in bands if band.start <= minute < band.end)
        promised = any(
            cover.starts <= at < cover.ends and start <= minute < end
            for cover in covers for start, end in cover.hours.on(day, holidays)
        )
        assert (band.plan, band.promised) == (plan_at(table, CELL, at), promised), at.astimezone(UTC)
        at += timedelta(minutes=15)


def test_a_gap_is_what_is_promised_and_nobodys():
    register = register_from_files()
    terms = check_text(GAPPED, register=register).terms
    table = compile_shares(terms.shares, register.holidays_by_council())
    covers = [cover for cover in terms.covers if CELL in set(cover.cells())]
    assert gaps_of(bands_of_date(table, CELL, covers, date(2026, 12, 2))) == ((1020, 1200),)
    assert gaps_of(bands_of_date(table, CELL, covers, date(2026, 12, 3))) == ()
    assert datetime(2026, 12, 1, tzinfo=UTC) == terms.starts


def test_the_gaps_are_those_of_the_check():
    """The calendar and the findings say the same, day by day over the whole period."""
    register = register_from_files()
    terms = check_text(GAPPED, register=register).terms
    table = compile_shares(terms.shares, register.holidays_by_council())
    cover = next(cover for cover in terms.covers if CELL in set(cover.cells()))
    found = list(gaps([cover], Times(table)))
    day, last = wall_clock(terms.starts)[0], wall_clock(terms.ends)[0]
    while day < last:
        lacking = [span for gap in found for weeks in gap.times for span in weeks.on(day, table.holidays_of(2))]
        assert list(gaps_of(bands_of_date(table, CELL, [cover], day))) == lacking, day
        day += timedelta(days=1)


def test_hours_in_words():
    day, other = ((525, 1020),), ((525, 720), (780, 990))
    assert hours_words.week([day] * 4 + [other] + [()] * 3) == (
        "Mon to Thu 08:45 to 17:00, Fri 08:45 to 12:00 and 13:00 to 16:30"
    )
    assert hours_words.week([ALL_DAY] * 8) == "day and night, every day"
    assert hours_words.week([()] * 7 + [day]) == "bank holidays 08:45 to 17:00"
    assert hours_words.days_and_hours([()] * 5 + [day, day, ()]) == ["Saturdays and Sundays from 08:45 to 17:00"]
    assert [hours_words.length(minutes) for minutes in (15, 60, 195, 0)] == ["15 min", "1 h", "3 h 15 min", ""]
