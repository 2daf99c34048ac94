"""Reading times, hours and dates of an agreement's text."""
from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from moothall.agreements.document import Entry, Reading, nearest
from moothall.domain.calendar import (
    ALWAYS,
    CLOSED,
    MINUTES,
    SUNDAY,
    Hours,
    NoSuchTime,
    Span,
    WeekHours,
    instant_of,
    tidy,
)
from moothall.domain.responsibility.times import day_words

DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GROUPS = {"weekdays": range(5), "weekend": range(5, 7), "daily": range(7)}
OTHER_KEYS = ("bank-holidays", "on")
TIME = re.compile(r"(\d{1,2}):(\d\d)")
SPAN = re.compile(r"\s*(\S+?)\s*(?:-|–|\bto\b)\s*(\S+)\s*")
YEARS = (2000, 2099)  # beyond, neither clocks nor holidays are known
DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d))?")


def read_hours(entry: Entry | Node | None, reading: Reading, named: Mapping[str, WeekHours]) -> WeekHours | None:
    """Hours by name, or written out; "always" is every minute."""
    node = entry[1] if isinstance(entry, tuple) else entry
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        known = {"always": ALWAYS, **named}
        if node.value not in known:
            reading.add("unknown-hours", node, f"No hours are called “{node.value}” here.", nearest(node.value, known))
        return known.get(node.value)
    if not isinstance(node, MappingNode):
        reading.add("not-hours", node, "Hours are lines like weekdays: \"09:00-17:00\".")
        return None
    return _week(node, reading)


def _week(node: MappingNode, reading: Reading) -> WeekHours:
    entries = reading.mapping(node, "hours", (), [*day_keys(), *OTHER_KEYS])
    days: list[Hours] = [CLOSED] * 7
    for name, numbers in _by_breadth(entries):
        spans = read_spans(entries[name], reading)
        for number in numbers:
            days[number] = spans
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    bank = _bank_holiday(entries.get("bank-holidays"), days[SUNDAY], reading)
    named = _named_days(entries.get("on"), reading)
    return WeekHours((monday, tuesday, wednesday, thursday, friday, saturday, sunday), bank, named)


def day_keys() -> list[str]:
    short = [name[:3] for name in DAY_NAMES]
    ranges = [f"{a}-{b}" for i, a in enumerate(short) for b in short[i + 1 :]]
    return [*DAY_NAMES, *short, *GROUPS, *ranges]


def _by_breadth(entries: Mapping[str, Entry]) -> list[tuple[str, list[int]]]:
    """Keys with their days, the widest first, so that a single day beats a group."""
    return sorted(day_numbers(entries), key=lambda pair: -len(pair[1]))


def day_numbers(week: Mapping[str, object]) -> list[tuple[str, list[int]]]:
    """The keys of written hours that are days, or several, each with which these are."""
    return [(name, _numbers(name)) for name in week if name not in OTHER_KEYS]


def _numbers(name: str) -> list[int]:
    if name in GROUPS:
        return list(GROUPS[name])
    short = [day[:3] for day in DAY_NAMES]
    first, _, last = name.partition("-")
    start = short.index(first[:3])
    return list(range(start, short.index(last[:3]) + 1)) if last else [start]


def _bank_holiday(entry: Entry | None, sunday: Hours, reading: Reading) -> Hours:
    if entry is None:
        return CLOSED
    if isinstance(entry[1], MappingNode):
        like = reading.text(reading.mapping(entry[1], "bank-holidays", ["as"]).get("as"))
        if like is not None and like != "sunday":
            reading.add("not-hours", entry[1], f"Bank holidays can't be “as {like}”.",
                        "Write as: sunday, closed or hours.")
        return sunday
    return read_spans(entry, reading)


def _named_days(entry: Entry | None, reading: Reading) -> tuple[tuple[date, Hours], ...]:
    if entry is None:
        return ()
    found = []
    for key, value in reading.mapping(entry[1], "on", (), None).values():
        day = _date(key, str(key.value), reading)
        spans = read_spans(value, reading)
        if day:
            found.append((day, spans))
    return tuple(sorted(found))


def read_spans(entry: Entry | Node, reading: Reading) -> Hours:
    """A span, several, or closed."""
    spans = []
    for node in reading.items(entry):
        if isinstance(node, ScalarNode) and node.value == "closed":
            continue
        span = _span(node, reading)
        if span:
            spans.append(span)
    joined = tidy(spans)
    if sum(b - a for a, b in joined) < sum(b - a for a, b in spans):
        node = entry[1] if isinstance(entry, tuple) else entry
        reading.add("hours-overlap", node, "These hours overlap each other.", "Write each time once.")
    return joined


def _span(node: Node, reading: Reading) -> Span | None:
    if isinstance(node, MappingNode):
        entries = reading.mapping(node, "hours", ["from", "to"])
        start, end = read_minute(entries.get("from"), reading), read_minute(entries.get("to"), reading)
    else:
        text = reading.quoted(node)
        if text is None:
            return None
        match = SPAN.fullmatch(text)
        if not match:
            reading.add("not-hours", node, f"“{text}” isn't a time from and to.",
                        'Write it like "09:00-17:00", or closed.')
            return None
        start, end = (_minute(part, node, reading) for part in match.groups())
    if start is None or end is None:
        return None
    if end == 0:
        reading.add("midnight-end", node, "Hours can't end at 00:00, which is where the day begins.",
                    "Write 24:00 for midnight at the day's end.")
        return None
    if end <= start:
        reading.add("times-swapped", node, "These hours end before they begin.",
                    "Swap the times. For a night, write one span to 24:00 and, on the next day, one from 00:00.")
        return None
    return start, end


def read_minute(entry: Entry | Node | None, reading: Reading) -> int | None:
    """A time of day in quotes, as minutes."""
    node = entry[1] if isinstance(entry, tuple) else entry
    text = reading.quoted(node)
    return None if node is None or text is None else _minute(text, node, reading)


def _minute(text: str, node: Node, reading: Reading) -> int | None:
    match = TIME.fullmatch(text)
    minute = int(match[1]) * 60 + int(match[2]) if match else -1
    if match is None or not 0 <= minute <= MINUTES or int(match[2]) > 59:
        reading.add("not-a-time", node, f"“{text}” isn't a time of day.", 'Write hours and minutes, like "17:30".')
        return None
    return minute


def read_instant(entry: Entry | Node | None, reading: Reading) -> datetime | None:
    """A date (its beginning) or a date with a time in quotes, London's clocks, made UTC once."""
    node = entry[1] if isinstance(entry, tuple) else entry
    text = reading.quoted(node)
    if node is None or text is None:
        return None
    match = DATE.fullmatch(text)
    if not match:
        reading.add("not-a-date", node, f"“{text}” isn't a date.", 'Write it like 2026-09-01, or "2026-09-01 08:30".')
        return None
    day = _date(node, match[1], reading)
    minute = _minute(match[2], node, reading) if match[2] else 0
    if day is None or minute is None:
        return None
    try:
        found = instant_of(day, minute)
    except NoSuchTime as problem:
        reading.add("no-such-time", node, f"{problem}.", "Write a time before or after the change.")
        return None
    if found.doubtful:
        reading.add("time-twice", node, f"{match[2]} comes twice on {day_words(day)}, when the clocks go back. "
                    "The first one is taken.", "Write an hour earlier or later to be plain.", "warning")
    return found.at


def _date(node: Node, text: str, reading: Reading) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        reading.add("not-a-date", node, f"“{text}” isn't a date.", "Write it like 2026-12-24.")
        return None
    if not YEARS[0] <= found.year <= YEARS[1]:
        reading.add("not-a-date", node, f"The year of {text} must be from {YEARS[0]} to {YEARS[1]}.")
        return None
    return found
