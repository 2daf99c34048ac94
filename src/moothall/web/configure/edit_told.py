"""What the overview of a draft says of an entry, and how an address holds its key."""
from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote


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
