"""State Pension age and the dates of a claim, by the tables of the Acts and examples worked out by hand."""
from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.benefit_dates import add_months, claim_dates, state_pension_day


@pytest.mark.parametrize(
    ("born", "reaches"),
    [
        (date(1960, 4, 5), date(2026, 4, 5)),  # the last of 66
        (date(1960, 4, 6), date(2026, 5, 6)),
        (date(1960, 5, 5), date(2026, 6, 5)),
        (date(1960, 5, 6), date(2026, 7, 6)),
        (date(1960, 7, 31), date(2026, 11, 30)),  # November has no 31st
        (date(1960, 12, 31), date(2027, 9, 30)),
        (date(1961, 3, 5), date(2028, 2, 5)),
        (date(1961, 3, 6), date(2028, 3, 6)),  # 67
        (date(1977, 4, 5), date(2044, 4, 5)),
        (date(1977, 4, 6), date(2044, 5, 6)),
        (date(1978, 3, 5), date(2046, 2, 5)),
        (date(1978, 4, 6), date(2046, 4, 6)),  # 68
    ],
)
def test_state_pension_age_is_a_table_of_birthdays(born: date, reaches: date) -> None:
    assert state_pension_day(born) == reaches


@given(st.dates(date(1955, 1, 1), date(1979, 12, 31)))
def test_nobody_born_later_reaches_it_much_earlier(born: date) -> None:
    later = date.fromordinal(born.toordinal() + 40)
    assert state_pension_day(born) < state_pension_day(later)


def test_a_leap_day_falls_on_the_last_of_february() -> None:
    assert add_months(date(1960, 2, 29), 66 * 12) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 25), -3) == date(2026, 8, 25)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("claimed", "rent", "starts"),
    [
        (date(2026, 11, 25), date(2026, 3, 1), date(2026, 11, 30)),  # Wednesday: the Monday after
        (date(2026, 11, 25), date(2026, 11, 24), date(2026, 11, 24)),  # the flat was taken that week
        (date(2026, 11, 25), date(2026, 11, 23), date(2026, 11, 23)),  # its first day
        (date(2026, 11, 25), date(2026, 11, 29), date(2026, 11, 29)),  # its last
        (date(2026, 11, 25), date(2026, 11, 22), date(2026, 11, 30)),  # the day before it
        (date(2026, 11, 23), date(2026, 3, 1), date(2026, 11, 30)),  # on a Monday: the next one
        (date(2026, 11, 29), date(2026, 3, 1), date(2026, 11, 30)),  # on a Sunday
    ],
)
def test_benefit_begins_on_the_monday_after_the_claim_or_with_the_rent(claimed: date, rent: date, starts: date) -> None:
    assert claim_dates(claimed, rent, pension_age=False).starts == starts
    assert claim_dates(claimed, rent, pension_age=False).back_to is None


def test_at_pension_age_three_months_back_and_not_before_the_rent() -> None:
    assert claim_dates(date(2026, 11, 25), date(2026, 6, 1), pension_age=True).back_to == date(2026, 8, 25)
    assert claim_dates(date(2026, 11, 25), date(2026, 10, 1), pension_age=True).back_to == date(2026, 10, 1)
    assert claim_dates(date(2026, 11, 25), date(2026, 11, 24), pension_age=True).back_to is None
