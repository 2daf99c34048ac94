"""What is open of a council and what was done for it, counted from the journal in the reader's own scope; and the rows
behind each figure."""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from moothall.agreements.open_work import CALL_BEGINS, CALL_OVER, LONGEST_CALL, Key, count_open
from moothall.journal.models import Entry

CASES, CALLS, HISTORY = "cases", "calls", "history"
DONE = {
    "contact.offer": "contact was offered", "case.open": "case was opened", "case.close": "case was closed",
    "need.close": "need was dealt with", "case.note": "note was written",
}  # fmt: skip
PAGE = 50


@dataclass(frozen=True, slots=True)
class Past:
    """How much there is of one kind."""

    kind: str
    count: int

    @property
    def words(self) -> str:
        one = DONE[self.kind]
        if self.count == 1:
            return f"1 {one}"
        noun, _, rest = one.partition(" was ")
        return f"{self.count:,} {noun}s were {rest}"


def countable(keys: Collection[Key], at: datetime) -> list[Key]:
    """Those of which the reader sees the journal."""
    return list(count_open(keys, at=at))


def past_of(keys: Collection[Key]) -> list[Past]:
    """What was done for these services, by kind."""
    rows = _entries(keys).filter(kind__in=DONE).order_by().values_list("kind").annotate(Count("id"))
    found = dict(rows)
    return [Past(kind, found[kind]) for kind in DONE if found.get(kind)]


def rows_behind(what: str, keys: Collection[Key], at: datetime) -> QuerySet[Entry]:
    """The entries that a figure counts: the beginning of each case or call that is open, or all that was done."""
    entries = _entries(keys)
    if what == CASES:
        return _not_over(entries.filter(kind="case.open"), ("case.close",), "case_id")
    if what == CALLS:
        begun = entries.filter(kind__in=CALL_BEGINS, at__gte=at - LONGEST_CALL, at__lte=at)
        return _not_over(begun, CALL_OVER, "contact_id")
    return entries.filter(kind__in=DONE)


def _not_over(entries: QuerySet[Entry], over: tuple[str, ...], column: str) -> QuerySet[Entry]:
    ended = Entry.objects.filter(**{column: OuterRef(column)}, kind__in=over, id__gt=OuterRef("id"))
    return entries.filter(~Exists(ended))


def _entries(keys: Collection[Key]) -> QuerySet[Entry]:
    councils, services = {council for council, _ in keys}, {service for _, service in keys}
    return Entry.objects.filter(council_id__in=councils, service_id__in=services)
