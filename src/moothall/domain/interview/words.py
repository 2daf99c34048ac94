"""Texts with variables in them: `{due}` is said as people say it, `{case_reference:spelled}` by the spelling list.

A part in square brackets is left out when one of its variables isn't known: "Leave it out. [We come on {next_day}.]"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from moothall.domain.interview.expressions import Kind

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z]+))?\}")
OPTIONAL = re.compile(r"\[([^\]]*)\]")
_QUOTED = (("“", "”"), ('"', '"'), ("‘", "’"))
MANNERS = frozenset({"spelled", "lower", "short", "pounds", "postcode"})
_SPELLING = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            "alpha",
            "bravo",
            "charlie",
            "delta",
            "echo",
            "foxtrot",
            "golf",
            "hotel",
            "india",
            "juliet",
            "kilo",
            "lima",
            "mike",
            "november",
            "oscar",
            "papa",
            "quebec",
            "romeo",
            "sierra",
            "tango",
            "uniform",
            "victor",
            "whisky",
            "x-ray",
            "yankee",
            "zulu",
        ),
        strict=True,
    )
)
FAR = timedelta(days=300)  # so far from today, a day has its year, and nobody asks which weekday it is
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def needed(text: str) -> list[str]:
    """The variables that must be known for the text to be said: those outside its optional parts."""
    return [name for name, _ in placeholders(OPTIONAL.sub("", text))]


def placeholders(text: str) -> list[tuple[str, str]]:
    """The variables of a text with the manner asked for, in order: `[("due", ""), ("case_reference", "spelled")]`."""
    return [(match[1], match[2] or "") for match in PLACEHOLDER.finditer(text)]


def fill(text: str, values: Mapping[str, Any], kinds: Mapping[str, Kind]) -> str:
    """The text with its variables said in words. One that isn't known reads "(not known)"; a day far from `today`, if
    the values have that, has its year."""

    def said(match: re.Match[str]) -> str:
        value, kind = values.get(match[1]), kinds.get(match[1], "text")
        if value is None:
            return "(not known)"
        if kind == "date" and (today := values.get("today")) and is_far(_date(value), _date(today)):
            return dated(_date(value))
        return in_words(value, kind, match[2] or "")

    def kept(match: re.Match[str]) -> str:
        known = all(values.get(name) is not None for name, _ in placeholders(match[1]))
        return match[1] if known else ""

    return " ".join(PLACEHOLDER.sub(said, OPTIONAL.sub(kept, text)).split())


def unfilled(text: str) -> str:
    """A text where nothing is known yet: without its optional parts, and … for each variable."""
    return " ".join(PLACEHOLDER.sub("…", OPTIONAL.sub("", text)).split())


def read_not_heard(text: str) -> str:
    """What is said, as a page has it: a reference is read as it is written, not by the spelling list."""
    return text.replace(":spelled}", "}")


def unquoted(words: str) -> str:
    """Without the quotation marks of speech."""
    for start, end in _QUOTED:
        if words.startswith(start) and words.endswith(end) and len(words) > 1:
            return words[1:-1]
    return words


def in_words(value: Any, kind: Kind, manner: str = "") -> str:
    """One value as a person says it: "Thursday 24 December", "7am", "yes"."""
    if kind == "date":
        day = _date(value)
        return short_day(day) if manner == "short" else spoken_day(day)
    if kind == "time":
        return spoken_time(int(value))
    if kind == "truth":
        return "yes" if value else "no"
    if kind == "choices":
        return said_together([str(item[1]) for item in value])
    if kind == "whole" and manner == "pounds":
        return pounds(int(value))
    text = str(value)
    if manner == "spelled":
        return spelled(text)
    if manner == "postcode":  # kept as LE80ES
        return f"{text[:-3]} {text[-3:]}"
    return text[:1].lower() + text[1:] if manner == "lower" else text


def said_together(words: list[str]) -> str:
    """Several as people say them: "a passport, a payslip and a bank statement"; those with commas are parted by ;."""
    if any("," in word for word in words):
        return "; ".join(words)
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0] if words else "none"


def pounds(pence: int) -> str:
    """Pence as "£24.50", or "£45" where they are whole pounds."""
    sign, (whole, rest) = "-" if pence < 0 else "", divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{rest:02}" if rest else f"{sign}£{whole:,}"


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def is_far(day: date, today: date) -> bool:
    """Whether a day is told by its year: of a birth, or of a tenancy that began long ago."""
    return abs(day - today) > FAR


def dated(day: date) -> str:
    """`3 March 1950`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def day_told(day: date, today: date) -> str:
    """A day with its year: `Thursday 24 December 2026`, and of one far from today `3 March 1950`."""
    return dated(day) if is_far(day, today) else f"{spoken_day(day)} {day.year}"


def spoken_day(day: date) -> str:
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def short_day(day: date) -> str:
    return f"{_DAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]}"


def spoken_time(minutes: int) -> str:
    """Minutes after midnight as "7am", "2:30pm", "midnight"."""
    if minutes % 1440 == 0:
        return "midnight"
    hour, minute = divmod(minutes, 60)
    half = "am" if hour < 12 else "pm"
    clock = (hour - 1) % 12 + 1
    return f"{clock}:{minute:02}{half}" if minute else f"{clock}{half}"


def spelled(text: str) -> str:
    """`HB-48213-K` as "H for hotel, B for bravo, 4 8 2 1 3, K for kilo"."""
    parts: list[str] = []
    for group in re.findall(r"[A-Za-z]|\d+", text.replace(" ", "")):
        parts.append(" ".join(group) if group.isdigit() else f"{group.upper()} for {_SPELLING[group.upper()]}")
    return ", ".join(parts)
