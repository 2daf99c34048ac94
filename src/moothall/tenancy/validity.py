"""Periods of rows that run from an instant up to another, half-open; without an end they run on."""
from __future__ import annotations

from datetime import datetime

from django.db.models import Q


def valid_at(at: datetime, prefix: str = "") -> Q:
    """The row (or, with a prefix like `team__memberships__`, the related one) is valid at this instant."""
    begun = Q(**{f"{prefix}valid_from__lte": at})
    return begun & (Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": at}))
