"""Times of many dates in a manager's words: "Wednesdays 17:00 to 20:00, from 1 December 2026 to 31 January 2027"."""
from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from moothall.domain.calendar import BANK_HOLIDAY, MINUTES, Hours, Span
from moothall.domain.weeks import A_DAY, NEVER, Weeks, first_of, last_of

DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays", "bank holidays")
ONE_DAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_NAMED = 8  # what is listed by name; of more the rest is counted


@dataclass(frozen=True, slots=True)
class _Run:
    """The same span on dates of one kind that follow each other."""

    kind: int
    span: Span
    first: date
    last: date
    from_start: bool
    to_end: bool

    @property
    def alone(self) -> bool:
        return self.first == self.last


def in_words(found: Mapping[date, Hours], upto: tuple[date, date], holidays: Collection[date]) -> tuple[str, ...]:
    """The spans of many dates, merged. `upto` is the first and last date that could have had any."""
    return weeks_in_words(tuple(Weeks(day, day, (found[day],) * len(NEVER)) for day in sorted(found)), upto,
                          frozenset(holidays))


@lru_cache(maxsize=1024)  # many cells of many councils lack the same times
def weeks_in_words(found: tuple[Weeks, ...], upto: tuple[date, date], holidays: frozenset[date]) -> tuple[str, ...]:
    """The same of weeks, in order."""
    seen = [run for kind in range(BANK_HOLIDAY + 1) for run in _runs(kind, found, upto, holidays)]
    singles = sorted((run.first, run.span) for run in seen if run.alone)
    merged = _merge([run for run in seen if not run.alone])
    return (*(_words(group) for group in merged), *(f"{weekday(day)}, {hours(span)}" for day, span in singles))


def hours(span: Span) -> str:
    """"09:00 to 17:00", "all day"."""
    if span == (0, MINUTES):
        return "all day"
    return f"{clock(span[0])} to {clock(span[1])}"


def clock(minute: int) -> str:
    """"17:00"; the end of a day is midnight."""
    return "midnight" if minute in (0, MINUTES) else f"{minute // 60:02}:{minute % 60:02}"


def day_words(day: date) -> str:
    """"1 December 2026"."""
    return f"{day.day} {day:%B %Y}"


def weekday(day: date) -> str:
    """"Tuesday 1 December 2026"."""
    return f"{ONE_DAY[day.weekday()]} {day_words(day)}"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """"a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}" if words else ""


def counted(words: Sequence[str], more: str) -> str:
    """"a, b and c", or "a, b, c, d, e, f and 194 more services" where a list would be too long to read."""
    if len(words) <= MOST_NAMED:
        return listed(words)
    return f"{', '.join(words[: MOST_NAMED - 2])} and {len(words) - MOST_NAMED + 2} more {more}"


def _runs(kind: int, found: Sequence[Weeks], upto: tuple[date, date], holidays: Collection[date]) -> Iterator[_Run]:
    start, end = first_of(kind, upto[0], holidays), last_of(kind, upto[1], holidays)
    opened: dict[Span, date] = {}  # span → since when
    before = date.min
    for weeks in found:
        first, last = first_of(kind, weeks.first, holidays), last_of(kind, weeks.last, holidays)
        if first > last or not (opened or weeks.days[kind]):
            continue
        follows = bool(opened) and first_of(kind, before + A_DAY, holidays) == first
        for span in [span for span in opened if not follows or span not in weeks.days[kind]]:
            since = opened.pop(span)
            yield _Run(kind, span, since, before, since == start, before == end)
        for span in weeks.days[kind]:
            opened.setdefault(span, first)
        before = last
    for span, since in opened.items():
        yield _Run(kind, span, since, before, since == start, before == end)


def _merge(found: list[_Run]) -> list[list[_Run]]:
    """Runs of several kinds with the same span over the same weeks belong together."""
    groups: list[list[_Run]] = []
    for run in sorted(found, key=lambda run: (run.kind, run.first, run.span)):
        for group in groups:
            if group[0].span == run.span and _same_weeks(group[0], run):
                group.append(run)
                break
        else:
            groups.append([run])
    return groups


def _same_weeks(one: _Run, other: _Run) -> bool:
    starts = (one.from_start and other.from_start) or abs((one.first - other.first).days) < 7
    ends = (one.to_end and other.to_end) or abs((one.last - other.last).days) < 7
    return starts and ends


def _words(group: Sequence[_Run]) -> str:
    words = f"{_kinds([run.kind for run in group])} {hours(group[0].span)}"
    if not all(run.from_start for run in group):
        words += f", from {day_words(min(run.first for run in group))}"
    if not all(run.to_end for run in group):
        words += f"{'' if ', from' in words else ','} to {day_words(max(run.last for run in group))}"
    return words


def _kinds(kinds: Sequence[int]) -> str:
    week = [kind for kind in kinds if kind < BANK_HOLIDAY]
    others = [DAYS[kind] for kind in kinds if kind == BANK_HOLIDAY]
    if len(week) == 7:
        return "Every day" if others else listed(["Mondays to Sundays", *others])
    if len(week) > 2 and week == list(range(week[0], week[-1] + 1)):
        return listed([f"{DAYS[week[0]]} to {DAYS[week[-1]]}", *others])
    words = listed([*(DAYS[kind] for kind in week), *others])
    return words[0].upper() + words[1:]
