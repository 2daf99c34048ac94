"""Writing the journal. Every action writes one entry in its own transaction."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from moothall.journal.models import Entry
from moothall.journal.queries import insert_entry
from moothall.lib import clock
from moothall.tenancy.scope import current_principal
from moothall.tenancy.together import hold


def write(
    kind: str,
    *,
    council: int,
    service: int,
    contact: int | None = None,
    need: int | None = None,
    case: int | None = None,
    at: datetime | None = None,
    body: dict[str, Any] | None = None,
) -> None:
    """Record that `kind` (noun.verb) was done at `at`. `body` holds ids and codes: the journal outlives people."""
    recorded = clock.now()
    entry = Entry(
        kind=kind, council_id=council, service_id=service, contact_id=contact, need_id=need, case_id=case,
        principal=str(current_principal()), at=at or recorded, recorded_at=recorded, body=body or {},
    )
    if not hold(entry):
        insert_entry(entry)
