"""The dates that decide a claim for help with rent: State Pension age, and from when benefit can be paid.

Sources: Pensions Act 1995 sched. 4 as amended by the Pensions Act 2014 (the table of birthdays); Housing Benefit
Regulations 2006 reg. 76 and their pension-age twin SI 2006/214 regs 57 and 64 (the Monday after the claim, the week in
which rent begins, three months back).
"""
from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_RISE_BEGINS, _SIXTY_SEVEN = date(1960, 4, 6), date(1961, 3, 6)
_NEXT_RISE, _SIXTY_EIGHT = date(1977, 4, 6), date(1978, 4, 6)
_BACK_MONTHS = 3  # pension age: no reason needed


def state_pension_day(born: date) -> date:
    """The day on which somebody reaches State Pension age.

    66 for births up to 5 April 1960, then a month more for each month of birth, 67 from 6 March 1961. Births from
    6 April 1977 rise to 68 over a year in the same way. Earlier ages than 66 are all past: they are given as 66.
    """
    if born < _RISE_BEGINS:
        return add_months(born, 66 * 12)
    if born < _SIXTY_SEVEN:
        return add_months(born, 66 * 12 + _steps(_RISE_BEGINS, born))
    if born < _NEXT_RISE:
        return add_months(born, 67 * 12)
    if born < _SIXTY_EIGHT:
        return add_months(born, 67 * 12 + _steps(_NEXT_RISE, born))
    return add_months(born, 68 * 12)


def _steps(first: date, born: date) -> int:
    """1 for the first month of birth of a rise, which runs from the 6th to the 5th, then one more for each."""
    months = (born.year - first.year) * 12 + born.month - first.month
    return months + (born.day >= first.day)


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class ClaimDates:
    """From when Housing Benefit is paid on a claim, and how far back it may be asked for."""

    starts: date
    back_to: date | None


def claim_dates(claimed: date, rent_began: date, *, pension_age: bool) -> ClaimDates:
    """The Monday after the claim; the day itself where the rent began in the week of the claim (Monday to Sunday)."""
    monday = claimed - timedelta(days=claimed.weekday())
    same_week = monday <= rent_began <= monday + timedelta(days=6)
    starts = rent_began if same_week else monday + timedelta(days=7)
    back = max(add_months(claimed, -_BACK_MONTHS), rent_began) if pension_age else None
    return ClaimDates(starts, back if back is not None and back < starts else None)
