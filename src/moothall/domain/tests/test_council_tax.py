"""The officers' worked sums of council tax come out to the penny and to the day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall import data
from moothall.domain.council_tax import (
    RecoveryRules,
    exempt_until,
    offer,
    part_of_year,
    recovery_dates,
    rules_on,
    year_of,
)

TABLE = [RecoveryRules.from_row(row) for row in data.rows("recovery_rules.csv")]
RULES = TABLE[0]


def test_a_year_of_2190_pounds_sold_on_14_september_is_996_and_1194():
    seller = part_of_year(219_000, date(2026, 4, 1), date(2026, 9, 13))
    buyer = part_of_year(219_000, date(2026, 9, 14), date(2027, 3, 31))
    assert (seller.days, seller.pence) == (166, 99_600)
    assert (buyer.days, buyer.pence) == (199, 119_400)


@given(st.integers(1, 1_000_000), st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_the_parts_of_a_year_add_up_to_it_within_a_penny(charge, day):
    year = year_of(day)
    before = part_of_year(charge, year.first, day).pence
    after = part_of_year(charge, day, year.last).pence - part_of_year(charge, day, day).pence
    assert abs(before + after - charge) <= 2
    assert part_of_year(charge, year.first, year.last).pence == charge


def test_a_part_never_reaches_into_the_next_year():
    assert part_of_year(36_500, date(2027, 3, 31), date(2027, 4, 30)).days == 1
    assert part_of_year(36_500, date(2026, 9, 14), date(2026, 9, 1)).pence == 0


def test_a_reminder_of_10_december_and_a_summons_of_18_january():
    day = date(2026, 12, 10)
    counted = recovery_dates("reminder", day, RULES, failure_day_counts=True)
    cautious = recovery_dates("reminder", day, RULES, failure_day_counts=False)
    assert counted.pay_by == cautious.pay_by == date(2026, 12, 16)
    assert (counted.whole_due, cautious.whole_due) == (date(2026, 12, 22), date(2026, 12, 23))
    summons = recovery_dates("summons", date(2027, 1, 18), RULES, failure_day_counts=True)
    assert (summons.pay_by, summons.order_from) == (None, date(2027, 2, 2))
    assert recovery_dates("final_notice", day, RULES, failure_day_counts=True).pay_by == date(2026, 12, 16)
    assert recovery_dates("instalments", day, RULES, failure_day_counts=True).pay_by is None


def test_the_table_of_recovery_has_one_row_for_a_day_and_changes_on_its_day():
    assert rules_on(TABLE, date(2026, 11, 26)) is RULES
    assert rules_on(TABLE, date(1990, 1, 1)) is None
    until = RecoveryRules(RULES.valid_from, date(2027, 4, 1), 7, 7, 7, 14)
    later = RecoveryRules(date(2027, 4, 1), None, 14, 14, 14, 14)
    assert rules_on([until, later], date(2027, 3, 31)) is until
    assert rules_on([until, later], date(2027, 4, 1)) is later


@pytest.mark.parametrize(
    ("owing", "expected"),
    [
        (12_000, (3, date(2027, 3, 1), True, 0)),
        (12_001, (4, date(2027, 4, 1), False, 1)),
        (48_000, (12, date(2027, 12, 1), False, 9)),
        (1, (1, date(2027, 1, 1), True, 0)),
    ],
)
def test_what_an_offer_of_40_pounds_a_month_clears_by_when(owing, expected):
    found = offer(owing, 4_000, date(2027, 1, 1))
    assert (found.months, found.last, found.in_year, found.over) == expected


@pytest.mark.parametrize(("owing", "monthly"), [(10_000, 0), (10_000, -1), (0, 100), (10_000_000, 1)])
def test_an_offer_that_clears_nothing_is_none(owing, monthly):
    assert offer(owing, monthly, date(2027, 1, 1)) is None


def test_class_f_runs_six_months_from_the_grant():
    assert exempt_until(date(2026, 8, 20)) == date(2027, 2, 20)
    assert exempt_until(date(2026, 8, 31)) == date(2027, 2, 28)
