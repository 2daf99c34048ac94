"""The right `see_protected`: who has it, who gives it, and whom everybody else asks.

The database decides (tenancy/protected.sql): a scope that doesn't ask for the right, or whose person hasn't it, shows
nobody who is protected. Each step is in the journal of the council whose people they are.
"""
from __future__ import annotations

from datetime import datetime

from django.db.models import F

from moothall.customers.models import ProtectedSight, ProtectedSights
from moothall.tenancy.models import Council


def may_see_protected(person: int, council: int, at: datetime) -> bool:
    """Whether this person holds the right at that council now: what is offered; the database decides what is seen."""
    return _held(council, at).filter(person_id=person).exists()


def whom_to_ask(council: Council, at: datetime) -> str:
    """Who can tell what is hidden: `Lee Marsh, or a manager of Northby`."""
    names = list(_held(council.pk, at).order_by("person__name").values_list("person__name", flat=True)[:2])
    return ", ".join([*names, f"{'or ' if names else ''}a manager of {council.short_name}"])


def _held(council: int, at: datetime) -> ProtectedSights:
    found = ProtectedSight.objects.open_at(at).filter(council_id=council, person__is_active=True)
    return found.filter(person__employer_id=F("council_id"))
