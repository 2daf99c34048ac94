"""Made-up bin rounds: on which day which crew was meant to come, and on which it really comes. Pure."""
from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DAYS = ("MON", "TUE", "WED", "THU", "FRI")
ROUNDS = tuple(f"{day}-{half}" for day in DAYS for half in "AB")
_FIRST_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a crew. `council` is the council's number."""

    council: int
    round_code: str
    stream: str
    scheduled: date
    actual: date


@dataclass(frozen=True, slots=True)
class Timetable:
    """The rounds' rules, read from rounds.yaml."""

    streams: Mapping[str, Mapping[str, Any]]
    earlier: frozenset[str]
    shifts: Mapping[str, Mapping[date, date]]

    def actual(self, gss: str, scheduled: date) -> date:
        return self.shifts["earlier" if gss in self.earlier else "later"].get(scheduled, scheduled)


def half_of(day: date) -> str:
    """`A` in even weeks, `B` in odd ones: the rounds that have refuse in that week."""
    return "AB"[(day - _FIRST_MONDAY).days // 7 % 2]


def runs(stream: Mapping[str, Any], half: str, day: date) -> bool:
    """Whether a stream is collected in the week of `day` from rounds of the fortnight `half`."""
    if day.month not in stream.get("months", range(1, 13)):
        return False
    if stream["every"] == "week":
        return True
    return bool((half_of(day) == half) == (stream["week"] == "own"))


def visits(timetable: Timetable, councils: Sequence[tuple[int, str]], first: date, last: date) -> Iterator[Visit]:
    """All visits with a normal date from `first` to `last` (included) of `councils` (number, GSS code)."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for number, gss in councils:
        for day in days:
            if day.weekday() >= len(DAYS):
                continue
            for half in "AB":
                for name, stream in timetable.streams.items():
                    if runs(stream, half, day):
                        code = f"{DAYS[day.weekday()]}-{half}"
                        yield Visit(number, code, name, day, timetable.actual(gss, day))


def round_just_missed(timetable: Timetable, gss: str, today: date, closed: Collection[date] = ()) -> str:
    """The round whose refuse was due on the last ordinary working day before `today`: the street of "missed my bin"."""
    for back in range(1, 15):
        day = today - timedelta(days=back)
        if day.weekday() < len(DAYS) and day not in closed and timetable.actual(gss, day) == day:
            return f"{DAYS[day.weekday()]}-{half_of(day)}"
    raise ValueError(f"No ordinary working day in the two weeks before {today}")
