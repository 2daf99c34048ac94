"""Instants as somebody types them: by London's clocks where no zone is given."""
from __future__ import annotations

import argparse
from datetime import UTC, datetime

from moothall.cli.given import FIRST_YEAR, LAST_YEAR
from moothall.domain.calendar import NoSuchTime, instant_of


def instant(text: str) -> datetime:
    """An ISO 8601 instant; of one that London's clocks show twice, the first."""
    return _read(text)[0]


def one_instant(text: str) -> datetime:
    """The same, but one that London's clocks show twice is refused: too much hangs on it to guess."""
    at, doubtful = _read(text)
    if doubtful:
        why = "happens twice on that night, as the clocks change"
        raise argparse.ArgumentTypeError(f"{text} {why}. Add Z or an offset")
    return at


def _read(text: str) -> tuple[datetime, bool]:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” isn't an instant. Write it like 2026-12-24T15:30") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text} is too far away. Give an instant from {FIRST_YEAR} to {LAST_YEAR}")
    if found.tzinfo is not None:
        return found.astimezone(UTC), False
    try:
        made = instant_of(found.date(), found.hour * 60 + found.minute)
    except NoSuchTime as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None
    return made.at.replace(second=found.second, microsecond=found.microsecond), made.doubtful
