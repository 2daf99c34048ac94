"""The sums and dates of council tax: a part of a year's charge, what recovery allows until when, what an offer clears.

Liability is daily (Local Government Finance Act 1992 s. 6); recovery follows the Administration and Enforcement
Regulations 1992. What those regulations say stands in a dated table (data/recovery_rules.csv), since it is going to
change; this module only counts by the row that holds. Pence are whole, halves are rounded up.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from moothall.domain.benefit_dates import add_months

_GRANT_MONTHS = 6  # class F after probate
LONGEST_OFFER = 120  # months: beyond that an offer clears nothing in any time that counts


@dataclass(frozen=True, slots=True)
class Year:
    """A financial year, both days within it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def year_of(day: date) -> Year:
    """The financial year in which a day lies: 1 April to 31 March."""
    begins = day.year if day >= date(day.year, 4, 1) else day.year - 1
    return Year(date(begins, 4, 1), date(begins + 1, 3, 31))


@dataclass(frozen=True, slots=True)
class Part:
    """So many days of a year, and their share of its charge."""

    days: int
    pence: int


def part_of_year(charge: int, first: date, last: date) -> Part:
    """The share of a year's charge for the days from `first` to `last`, both counted, within the year of `first`."""
    year = year_of(first)
    days = max(0, (min(last, year.last) - first).days + 1)
    return Part(days, (2 * charge * days + year.days) // (2 * year.days))


@dataclass(frozen=True, slots=True)
class RecoveryRules:
    """One row of the dated table: the days that the regulations of its time give."""

    valid_from: date
    valid_to: date | None
    reminder_days: int  # to pay what a reminder asks for
    further_days: int  # then until the whole year's balance is due
    final_days: int  # to pay a final notice
    hearing_days: int  # between a summons served and its order

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> RecoveryRules:
        until = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        return cls(
            date.fromisoformat(row["valid_from"]), until, int(row["reminder_days"]), int(row["further_days"]),
            int(row["final_days"]), int(row["hearing_days"]),
        )  # fmt: skip


def rules_on(table: Iterable[RecoveryRules], day: date) -> RecoveryRules | None:
    """The row that holds on a day."""
    return next((row for row in table if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)), None)


@dataclass(frozen=True, slots=True)
class RecoveryDates:
    """What follows from a letter or summons of a day; None where nothing of the kind does."""

    pay_by: date | None = None
    whole_due: date | None = None  # the whole balance falls due at this day's end
    order_from: date | None = None


def recovery_dates(stage: str, day: date, rules: RecoveryRules, *, failure_day_counts: bool) -> RecoveryDates:
    """Until when somebody can mend it. `failure_day_counts`: whether the day after the reminder's last is the first of
    the further days; the cautious reading doesn't count it."""
    if stage in ("reminder", "second_reminder"):
        pay_by = day + timedelta(days=rules.reminder_days - 1)
        further = rules.further_days - (1 if failure_day_counts else 0)
        return RecoveryDates(pay_by, day + timedelta(days=rules.reminder_days - 1 + further))
    if stage == "final_notice":
        return RecoveryDates(day + timedelta(days=rules.final_days - 1))
    if stage == "summons":
        return RecoveryDates(order_from=day + timedelta(days=rules.hearing_days + 1))
    return RecoveryDates()


@dataclass(frozen=True, slots=True)
class Offer:
    """How long an amount a month takes to clear a debt, when its last payment is, and whether that is in time."""

    months: int
    last: date
    in_year: bool  # by 31 March
    over: int  # months past the year's end


def offer(owing: int, monthly: int, first: date) -> Offer | None:
    """Monthly payments from `first` on; None for an offer that never clears it."""
    if monthly <= 0 or owing <= 0:
        return None
    months = -(-owing // monthly)
    if months > LONGEST_OFFER:
        return None
    last, end = add_months(first, months - 1), year_of(first).last
    over = max(0, (last.year - end.year) * 12 + last.month - end.month)
    return Offer(months, last, last <= end, over)


def exempt_until(granted: date) -> date:
    """The last day of exemption class F after a grant of probate: six months on."""
    return add_months(granted, _GRANT_MONTHS)
