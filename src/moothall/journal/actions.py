"""Writing the journal. Every action writes one entry in its own transaction."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from moothall.journal.queries import Row, insert_entries, insert_entry
from moothall.lib import clock
from moothall.tenancy.scope import current_principal

_gathered: ContextVar[list[Row] | None] = ContextVar("moothall_gathered_entries", default=None)


@contextmanager
def gather() -> Iterator[None]:
    """Entries written within go in together at its end, in their order: for whoever writes several in a transaction and
    reads none of them, since each statement is a journey to the database. What raises leaves none, as its rows."""
    entries: list[Row] = []
    token = _gathered.set(entries)
    try:
        yield
    finally:
        _gathered.reset(token)
    insert_entries(entries)


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
    row = (kind, council, service, contact, need, case, principal, at or recorded, recorded, body or {})
    entries = _gathered.get()
    if entries is None:
        insert_entry(row)
    else:
        entries.append(row)
