"""The reads of errands, and the one write that must not read back what it wrote."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import connection

from moothall.backoffice.models import Errand
from moothall.tenancy.scope import require_scope

COLUMNS = (
    "council_id", "service_id", "key", "system", "operation", "body", "case_id", "contact_id", "after", "state", "code",
    "theirs", "attempts", "made_at", "next_at",
)  # fmt: skip


def insert_errand(errand: Errand) -> None:
    """Write the row without reading it back: whoever leaves it needn't see others (the public)."""
    require_scope("Errand")
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    values = [json.dumps(errand.body) if column == "body" else getattr(errand, column) for column in COLUMNS]
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(COLUMNS))
        cursor.execute(f"INSERT INTO backoffice_errand ({columns}) VALUES ({places})", values)


def due_errands(at: datetime, most: int) -> list[Errand]:
    """Those that somebody must look at now, the longest overdue first."""
    return list(Errand.objects.filter(next_at__lte=at).order_by("next_at", "pk")[:most])
