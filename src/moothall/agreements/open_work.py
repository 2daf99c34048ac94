"""What is open of a council's service: its cases and its calls, counted from the journal under the reader's own scope.

Not under a purpose of the installation's: a page that may count for one purpose could count every council. And not from
the tables, of which a manager, who reads figures alone, sees no case; the journal counts alike for all who may count.
"""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from moothall.journal.models import Entry
from moothall.people.queries import teams_of
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import current_principal

LONGEST_CALL = timedelta(hours=12)  # one that began earlier isn't looked for
CALL_BEGINS = ("contact.offer", "leg.begin")  # a call on a shared line goes on as a contact of the council it is about
CALL_OVER = ("contact.abandon", "contact.end", "contact.wrap_up", "contact.pass", "call.lose")
Key = tuple[int, int]  # council, service


@dataclass(frozen=True, slots=True)
class Open:
    """How much is open of one service."""

    cases: int = 0
    calls: int = 0


def count_open(keys: Collection[Key], *, at: datetime) -> dict[Key, Open]:
    """How many cases and calls are open at `at`, by service. One that the reader may not count isn't in it, which is
    something else than none. Within a scope; four statements.
    """
    wanted = _countable(keys, at)
    if not wanted:
        return {}
    cases = _open(Q(kind="case.open"), ("case.close",), "case_id", wanted)
    began = Q(kind__in=CALL_BEGINS, at__gte=at - LONGEST_CALL, at__lte=at)
    calls = _open(began, CALL_OVER, "contact_id", wanted)
    return {key: Open(cases.get(key, 0), calls.get(key, 0)) for key in wanted}


def _countable(keys: Collection[Key], at: datetime) -> list[Key]:
    """Those of which row security shows the reader the journal; asked so that unknown isn't told as none."""
    match current_principal():
        case Staff(person):
            grants = Grant.objects.open_at(at).filter(team_id__in=teams_of(person, at))
            rights = (Grant.Right.ANSWER, Grant.Right.RESOLVE, Grant.Right.REPORT)
            may = set(grants.filter(right__in=rights).values_list("council_id", "service_id"))
            return [key for key in keys if key in may]
        case System(_, council):
            return [key for key in keys if council in (None, key[0])]
        case _:
            return []


def _open(begun: Q, over: tuple[str, ...], column: str, keys: Collection[Key]) -> dict[Key, int]:
    """How many began and aren't over, by council and service."""
    ended = Entry.objects.filter(**{column: OuterRef(column)}, kind__in=over, id__gt=OuterRef("id"))
    where = Q(council_id__in={council for council, _ in keys}, service_id__in={service for _, service in keys})
    rows = Entry.objects.filter(begun & where & ~Exists(ended)).order_by().values_list("council_id", "service_id")
    return {(council, service): count for council, service, count in rows.annotate(Count(column, distinct=True))}
