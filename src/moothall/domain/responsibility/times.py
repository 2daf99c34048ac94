"""Times of many dates in a manager's words: "Wednesdays 17:00 to 20:00, from 1 December 2026 to 31 January 2027"."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from moothall.domain.calendar import BANK_HOLIDAY, MINUTES, Hours, Span, kind_of

DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays", "bank holidays")
ONE_DAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class _Run:
    """The same span on dates of one kind that follow each other."""

    kind: int
    span: Span
    first: date
    last: date
    alone: bool
    from_start: bool
    to_end: bool


def in_words(found: Mapping[date, Hours], upto: tuple[date, date], holidays: Collection[date]) -> tuple[str, ...]:
    """The spans of many dates, merged. `upto` is the first and last date that could have had any."""
    runs = [run for kind in range(BANK_HOLIDAY + 1) for run in _runs(kind, found, upto, holidays)]
    singles = sorted((run.first, run.span) for run in runs if run.alone)
    merged = _merge([run for run in runs if not run.alone])
    return (*(_words(group) for group in merged), *(f"{_on(day)}, {hours(span)}" for day, span in singles))


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


def listed(words: Sequence[str], joint: str = "and") -> str:
    """"a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}" if words else ""


def _on(day: date) -> str:
    return f"{ONE_DAY[day.weekday()]} {day_words(day)}"


def _runs(
    kind: int, found: Mapping[date, Hours], upto: tuple[date, date], holidays: Collection[date]
) -> Iterable[_Run]:
    first, last = upto
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    dates = [day for day in days if kind_of(day, holidays) == kind]
    opened: dict[Span, int] = {}
    for index in range(len(dates) + 1):
        spans = found.get(dates[index], ()) if index < len(dates) else ()
        for span in [span for span in opened if span not in spans]:
            start = opened.pop(span)
            yield _Run(kind, span, dates[start], dates[index - 1], index - start == 1, start == 0, index == len(dates))
        for span in spans:
            opened.setdefault(span, index)


def _merge(runs: list[_Run]) -> list[list[_Run]]:
    """Runs of several kinds with the same span over the same weeks belong together."""
    groups: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (run.kind, run.first, run.span)):
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
