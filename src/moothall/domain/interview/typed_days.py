"""Days as people type them."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import date

from moothall.domain.interview.expressions import Refusal

A_DAY = "Enter a day, like 24/12/2026"
_NUMBERS = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]?(?:of )?([a-z]{3,9}),?[ -]?(\d{4}|\d{2})")
_NO_YEAR = re.compile(r"(\d{1,2})(?:[/. -](\d{1,2})|(?:st|nd|rd|th)?[ -]?(?:of )?([a-z]{3,9}))")
_NO_DAY = re.compile(r"(?:(\d{1,2})[/. -]|([a-z]{3,9}),?[ -]?)\d{4}")
_YEAR_ALONE = re.compile(r"\d{4}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MONTHS = [name.lower() for name in month_name]


def typed_day(text: str) -> str | Refusal:
    """The day as it is kept, `2026-12-24`, or what is wrong with it: which part is missing, where one is."""
    british = _NUMBERS.fullmatch(text)
    named = _NAMED.fullmatch(text.lower())
    if named:  # "24th December 2026", "24 Dec 2026"
        month = _month(named[2])
        return _real_day(named[3], month, int(named[1])) if month else Refusal(A_DAY)
    if british:
        return _real_day(british[3], int(british[2]), int(british[1]))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Refusal(_part_missing(text.lower()) or A_DAY)
    return _real_day(f"{day.year:04}", day.month, day.day)


def _part_missing(text: str) -> str:
    """What to add where a day, a month or a year was left out; empty where it is no day at all."""
    no_year, no_day = _NO_YEAR.fullmatch(text), _NO_DAY.fullmatch(text)
    if no_year and _is_month(no_year[2], no_year[3]):
        return "The year is missing. Add it, like 24/12/2026"
    if no_day and _is_month(no_day[1], no_day[2]):
        return "The day is missing. Add it, like 24/12/2026"
    return "The day and the month are missing. Add them, like 24/12/2026" if _YEAR_ALONE.fullmatch(text) else ""


def _is_month(number: str | None, name: str | None) -> bool:
    return 1 <= int(number) <= 12 if number else bool(_month(name or ""))


def _month(name: str) -> int:
    """The number of a month by its name or the beginning of it; 0 for none."""
    return next((at for at, each in enumerate(_MONTHS) if name and each.startswith(name)), 0)


def _real_day(year: str, month: int, day: int) -> str | Refusal:
    """A day that was written as one, or what is wrong with it. A year of two figures isn't guessed: who writes 26 for a
    birth may mean 1926."""
    if len(year) != 4:
        return Refusal("Write the year with all 4 figures, like 24/12/2026")
    if not 1 <= month <= 12:
        return Refusal(f"There is no month {month}. The day comes first, like 24/12/2026")
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return Refusal(f"{year} is too {'long ago' if int(year) < _FIRST_YEAR else 'far ahead'}. Check the year")
    days = monthrange(int(year), month)[1]
    if not 1 <= day <= days:
        return Refusal(f"{month_name[month]} {year} has {days} days. Check the day")
    return date(int(year), month, day).isoformat()
