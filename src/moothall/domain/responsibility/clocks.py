"""Hours that begin or end between 01:00 and 02:00, on the two nights on which the clocks change."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from moothall.domain.calendar import Hours, WeekHours, midnight
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.shares import AgreementTerms, Cover, Names, ShareTerms
from moothall.domain.responsibility.spans import dates_of
from moothall.domain.responsibility.times import clock, listed, weekday
from moothall.domain.weeks import A_DAY, NEVER, Weeks

HOUR = (60, 120)  # comes twice in autumn, and not at all in spring
WHOLE_DAY = timedelta(days=1)


def changing_hours(
    terms: AgreementTerms, names: Names, holidays: Mapping[int, frozenset[date]]
) -> Iterator[Finding]:
    """A note for each share and promise whose hours are cut within that hour; once where a text is for several."""
    told: set[tuple[Place, WeekHours]] = set()
    whose: list[tuple[str, int, ShareTerms | Cover]] = []
    whose += ((f"“{share.key}”", share.client, share) for share in terms.shares)
    whose += ((f"What {names.council(cover.council)} promises", cover.council, cover) for cover in terms.covers)
    for subject, council, held in whose:
        days = _cut_days(held.hours, (held.starts, held.ends), holidays.get(council, frozenset()))
        if days and (held.place, held.hours) not in told:
            told.add((held.place, held.hours))
            yield _finding(subject, days, held.place)


def _cut_days(
    hours: WeekHours, period: tuple[datetime, datetime], holidays: frozenset[date]
) -> dict[date, list[int]]:
    """The nights of a period on which the clocks change, with the minutes of that hour at which the hours are cut."""
    if not _cuts((*hours.weekdays, hours.bank_holiday, *(own for _, own in hours.exceptions))):
        return {}
    first, last = dates_of(*period)
    found = {}
    for day in (day for year in range(first.year, last.year + 1) for day in clock_changes(year)):
        minutes = _cuts((hours.on(day, holidays),))
        if minutes and first <= day <= last:
            found[day] = minutes
    return found


@lru_cache(maxsize=1024)  # councils keep like hours
def _cuts(days: tuple[Hours, ...]) -> list[int]:
    """The minutes within the hour at which one of these days' hours begin or end."""
    return sorted({minute for hours in days for span in hours for minute in span if HOUR[0] < minute < HOUR[1]})


@lru_cache
def clock_changes(year: int) -> tuple[date, ...]:
    """The dates of a year on which London's clocks change."""
    days = (date(year, 1, 1) + n * A_DAY for n in range(366))
    return tuple(day for day in days if midnight(day + A_DAY) - midnight(day) != WHOLE_DAY)


def _finding(subject: str, days: Mapping[date, list[int]], place: Place) -> Finding:
    cuts = listed([clock(minute) for minute in sorted({m for minutes in days.values() for m in minutes})])
    return Finding(
        "clock-change",
        f"{subject} begins or ends at {cuts}, within an hour that the clocks change.",
        "Nothing has to be done; hours that begin and end at 01:00 or 02:00 are plainer.", place, "note",
        times=tuple(_on(day, minutes) for day, minutes in days.items()),
        spans=tuple(Weeks(day, day, ((HOUR,),) * len(NEVER)) for day in days),
    )


def _on(day: date, minutes: list[int]) -> str:
    times = listed([clock(minute) for minute in minutes])
    if midnight(day + A_DAY) - midnight(day) > WHOLE_DAY:
        return f"{weekday(day)}: {times} comes twice and counts both times"
    return f"{weekday(day)}: {times} is skipped, 02:00 takes its place"
