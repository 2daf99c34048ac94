"""The demo's agreements, whenever it is looked at: their files name one year, and would have run out by the next."""
from __future__ import annotations

import re
from datetime import date

DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def as_of(text: str, today: date) -> str:
    """An agreement's text that holds on a day: all its days are so many whole years later that it hasn't ended."""
    return _later_until(text, "to", today)


def next_to(held: str, text: str, today: date) -> str:
    """The text of the next version, with a first day that is still to come. Where its own is past, it is next year's,
    and begins when the one that is held ends."""
    moved = _later_until(text, "from", today)
    begins = min(_day(moved, "from"), _day(held, "to"))
    return re.sub(r"^from: .*$", f"from: {begins}", moved, count=1, flags=re.M)


def _later_until(text: str, key: str, today: date) -> str:
    """Later by as few whole years as bring the day of this key after today."""
    years = 0
    while _day(moved := _later(text, years), key) <= today:
        years += 1
    return moved


def _later(text: str, years: int) -> str:
    return DAY.sub(lambda found: _years_on(date.fromisoformat(found[0]), years), text)


def _years_on(day: date, years: int) -> str:
    year = day.year + years
    try:
        return day.replace(year=year).isoformat()
    except ValueError:  # 29 February of a year that has none
        return day.replace(year=year, day=28).isoformat()


def _day(text: str, key: str) -> date:
    found = re.search(rf"^{key}: (\S+)$", text, flags=re.M)
    if found is None:
        raise ValueError(f"an agreement of the demo says no plain day at `{key}:`")
    return date.fromisoformat(found[1])
