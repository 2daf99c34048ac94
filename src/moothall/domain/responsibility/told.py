"""A change as it is told: a sentence that a manager reads, and the same as values for programs."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# The headings under which a change is told, in their order. The first three stand even where nothing is under them.
HEADINGS = {
    "gain-sight": "Gain sight",
    "lose-sight": "Lose sight",
    "calls": "Calls go elsewhere",
    "cases": "Cases go elsewhere",
    "promises": "Promises and prices",
    "greetings": "What callers hear",
    "agreement": "Parties, dates and clauses",
}
ALWAYS_TOLD = ("gain-sight", "lose-sight", "calls", "promises")
# After these somebody else deals with what is open, or sees it.
MOVING = ("sight-gained", "sight-lost", "cover-added", "cover-removed", "first-moved")


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence. `kind` is stable, `group` a key of HEADINGS, `times` are when (none: always, or as the words say).

    Of the rest each kind fills what it is about. Councils and services are numbers, teams slugs, shares and lines the
    keys and numbers of the text; `before` and `after` are figures, tiers ((seconds, team), …), or texts. `beyond`:
    sight of what the team will not serve, and who has confirmed it.
    """

    kind: str
    group: str
    words: str
    times: tuple[str, ...] = ()
    councils: tuple[int, ...] = ()
    services: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    function: str = ""
    teams: tuple[str, ...] = ()
    people: int | None = None
    beyond: bool = False
    confirmed_by: str = ""
    shares: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    figure: str = ""
    before: Any = None
    after: Any = None
    starts: datetime | None = None
    ends: datetime | None = None
    note: str = ""

    @property
    def sentence(self) -> str:
        """The words with their times, and what is to be known besides."""
        words = self.words
        if self.times:
            joint = ", " if ": " in words else ": "
            words = f"{words.removesuffix('.')}{joint}{'; '.join(_within(time) for time in self.times)}."
        return f"{words} {self.note}" if self.note else words


def _within(time: str) -> str:
    """Within a sentence only the names of days stay capital."""
    return time[0].lower() + time[1:] if time.startswith(("Every", "Bank")) else time


@dataclass(frozen=True, slots=True)
class Group:
    """The changes under one heading."""

    key: str
    heading: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A council's service that somebody else deals with, or sees, after the change; and who resolves its cases before
    and after (slugs of teams; nobody is empty).
    """

    council: int
    service: int
    resolved_by: str = ""
    will_resolve: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that a text changes from `starts` on, in the order in which it is told."""

    starts: datetime
    ends: datetime
    told: tuple[Change, ...]
    moved: tuple[Moved, ...] = ()

    def __iter__(self) -> Iterator[Change]:
        return iter(self.told)

    def __len__(self) -> int:
        return len(self.told)

    def of(self, *kinds: str) -> tuple[Change, ...]:
        """Those of these kinds."""
        return tuple(change for change in self.told if change.kind in kinds)

    @property
    def groups(self) -> tuple[Group, ...]:
        """By heading; one without changes is left out unless a reader would miss it."""
        found = (Group(key, heading, _under(self.told, key)) for key, heading in HEADINGS.items())
        return tuple(group for group in found if group.changes or group.key in ALWAYS_TOLD)


def _under(told: Sequence[Change], key: str) -> tuple[Change, ...]:
    return tuple(change for change in told if change.group == key)
