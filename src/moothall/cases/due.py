"""When a case is due: working days of its council, by a time of day."""
from __future__ import annotations

from datetime import datetime

from moothall.domain.calendar import due_on_day
from moothall.places.models import Holiday
from moothall.tenancy.models import Council


def due_at(council: Council, at: datetime, *, days: int, minute: int) -> datetime:
    """The `days`th working day after `at` at `minute` after midnight in London; never before `at`.

    Due on the same day at a time that has passed is due at that time of the next working day.
    """
    holidays = frozenset(Holiday.objects.filter(division=council.division).values_list("date", flat=True))
    due = due_on_day(at, days, minute, holidays)
    return due if due > at else due_on_day(at, days + 1, minute, holidays)
