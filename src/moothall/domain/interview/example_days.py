"""A day that a question takes, to say how one is written: nobody who claims is born in a December to come."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from moothall.domain.interview.answers import JSON, accept
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.model import Script, Step

USUAL = "24/12/2026"  # in the words of every field that asks for a day
_YEAR = 365
_APART = (28, -7, 0, -60, -_YEAR, -3 * _YEAR, -10 * _YEAR, -30 * _YEAR, -70 * _YEAR)  # days from today, the usual first


def example_day(script: Script, step: Step, values: Mapping[str, JSON], today: date) -> str:
    """`14/3/1996`: one that the question takes, given what is known; the usual one where none is found."""
    for day in (date(2026, 12, 24), *(today + timedelta(days=apart) for apart in _APART)):
        if day - today <= timedelta(days=_YEAR) and not isinstance(
            accept(script, step, day.isoformat(), values), Refusal
        ):
            return f"{day.day}/{day.month}/{day.year}"
    return USUAL
