"""When a case is due: working days of its council, by a time of day."""
from __future__ import annotations

from datetime import date, datetime

from moothall.agreements.in_force import look_again_s
from moothall.domain.calendar import due_on_day
from moothall.lib.remembered import Remembered
from moothall.places.models import Holiday
from moothall.tenancy.models import Council


def _read() -> dict[str, frozenset[date]]:
    found: dict[str, set[date]] = {}
    for division, day in Holiday.objects.values_list("division", "date"):
        found.setdefault(division, set()).add(day)
    return {division: frozenset(days) for division, days in found.items()}


holidays_now = Remembered(_read, look_again_s)  # by division


def due_at(council: Council, at: datetime, *, days: int, minute: int) -> datetime:
    """The `days`th working day after `at` at `minute` after midnight in London; never before `at`.

    Due on the same day at a time that has passed is due at that time of the next working day.
    """
    holidays = holidays_now().get(council.division, frozenset())
    due = due_on_day(at, days, minute, holidays)
    return due if due > at else due_on_day(at, days + 1, minute, holidays)
