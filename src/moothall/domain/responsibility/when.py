"""When something differs, in words: the usual days first, then the few dates on which it is otherwise."""
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from moothall.domain.calendar import Hours, kind_of
from moothall.domain.responsibility.times import ONE_DAY, day_words, hours, in_words, listed

MOST_EXCEPTIONS = 3  # of one kind of day; more are a change of its own, with its from and to


def when(found: Mapping[date, Hours], upto: tuple[date, date], holidays: Collection[date]) -> tuple[str, ...]:
    """Like `in_words`, but Christmas Eve doesn't divide the year's Thursdays: ("Mondays to Fridays 09:00 to 17:00",
    "but Thursday 24 December 2026 09:00 to 12:00").
    """
    usual, otherwise = dict(found), []
    by_kind: dict[int, list[date]] = {}
    for number in range((upto[1] - upto[0]).days + 1):
        day = upto[0] + timedelta(days=number)
        by_kind.setdefault(kind_of(day, holidays), []).append(day)
    for _, dates in sorted(by_kind.items()):
        spans, odd = _usual(found, dates)
        if spans and len(odd) <= MOST_EXCEPTIONS and not {dates[0], dates[-1]} & set(odd):
            usual |= dict.fromkeys(odd, spans)
            otherwise += odd
    return (*in_words(usual, upto, holidays), *(_but(day, found.get(day, ())) for day in sorted(otherwise)))


def _usual(found: Mapping[date, Hours], dates: list[date]) -> tuple[Hours, list[date]]:
    """What holds on most of these dates, and the dates on which it doesn't."""
    spans = Counter(found.get(day, ()) for day in dates).most_common(1)[0][0]
    return spans, [day for day in dates if found.get(day, ()) != spans]


def _but(day: date, spans: Hours) -> str:
    named = f"{ONE_DAY[day.weekday()]} {day_words(day)}"
    return f"but {named} {listed([hours(span) for span in spans])}" if spans else f"but not {named}"


