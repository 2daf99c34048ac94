"""Writing the journal. Every action writes one entry in its own transaction."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from moothall.journal.queries import insert_entry
from moothall.lib import clock
from moothall.tenancy.scope import current_principal


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
    principal = str(current_principal())
    insert_entry((kind, council, service, contact, need, case, principal, at or recorded, recorded, body or {}))
