"""What the overview of a draft says of an entry, and what it says of hours."""
from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

from moothall.domain.calendar import WeekHours
from moothall.web.configure.bands import KINDS_SHOWN
from moothall.web.configure.hours_words import week


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, the entry of the text that says it as an address holds it, and what the entry is called."""

    sentence: str
    entry: str
    name: str = ""


def token(key: str) -> str:
    """A key of the text as one step of an address: people call hours what they like."""
    return quote(key, safe="").replace(".", "%2E")


def key_of(entry: str) -> str:
    return unquote(entry)


def hours_words(hours: WeekHours) -> str:
    """The week in words, and how many named days differ."""
    words = week([hours.of_kind(kind) for kind in KINDS_SHOWN]) or "never"
    count = len(hours.exceptions)
    return f"{words} ({count} named {'day differs' if count == 1 else 'days differ'})" if count else words
