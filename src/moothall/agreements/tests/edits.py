"""The shipped agreements with one thing edited, and what that changes."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from moothall.agreements.compare import read_texts
from moothall.agreements.register import register_from_files
from moothall.domain.responsibility.changes import Change, Changes

FOLDER = Path(__file__).resolve().parents[4] / "agreements"
HUB = (FOLDER / "leicestershire-hub.yaml").read_text(encoding="utf-8")
EIGHT = (FOLDER / "staffordshire-eight.yaml").read_text(encoding="utf-8")
OPEN = "Mondays to Thursdays 08:45 to 17:00; Fridays 08:45 to 16:30; but Thursday 24 December 2026 08:45 to 12:30"
NIGHT = (
    "Mondays to Fridays midnight to 08:45; Mondays to Thursdays 17:00 to midnight; Fridays 16:30 to midnight; "
    "Saturdays, Sundays and bank holidays all day; but Thursday 24 December 2026 midnight to 08:45 and 12:30 to "
    "midnight"
)
SHARED = (
    "bins and recycling, large items, garden waste, council tax, housing benefit and council tax support, "
    "payments, licensing, general enquiries and switchboard"
)
FIRST_STANDARD = "standard: {answered_within_s: 45, for_percent: 80}\n    price"
PEOPLE = {"charnwood-contact-centre": 12, "harborough-customer-services": 1, "charnwood-services": 0}


def edited(text: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def added(share: str) -> tuple[str, str]:
    """One share more in the hub's text, written in its place."""
    return "  charnwood-answers:\n", f"{share}\n  charnwood-answers:\n"


def compared(
    before: str | None, after: str, people: Mapping[str, int] | None = None, since: datetime | None = None
) -> Changes:
    return read_texts(before, after, register=register_from_files()).changes(people=people or {}, since=since)


def told(text: str, *edits: tuple[str, str], people: Mapping[str, int] | None = None) -> list[str]:
    return [change.sentence for change in compared(text, edited(text, *edits), people)]


def one(text: str, *edits: tuple[str, str]) -> Change:
    [change] = compared(text, edited(text, *edits))
    return change
