"""Whether the journal is sealed in time, its newest block holds, and its tables refuse a change."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from moothall.domain.findings import Finding, Place
from moothall.journal import queries
from moothall.journal.chain import MOST
from moothall.journal.verify import verify_head
from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

LATE = timedelta(minutes=5)


def check_journal() -> Iterator[Finding]:
    """The newest block alone, since a doctor is asked often; `audit verify` goes through all of them."""
    for table in queries.unguarded_tables():
        yield Finding("journal.open", f"Nothing keeps {table} from being changed: its trigger append_only is off.",
                      f"ALTER TABLE {table} ENABLE TRIGGER append_only, then `./moot audit verify`.", Place(table))
    with scope(System("audit")):
        oldest, held = queries.waiting_entries(MOST)
    if oldest and clock.now() - oldest > LATE:
        minutes = int((clock.now() - oldest).total_seconds() // 60)
        remedy = ("A transaction is open since then; find it in pg_stat_activity and end it." if held
                  else "Start `moothall worker`; if one runs, its log says why it doesn't seal.")
        yield Finding("journal.behind", f"The journal isn't sealed since {minutes} minutes.", remedy, Place("journal"))
    proof = verify_head()
    if not proof.holds:
        yield Finding("journal.broken", f"The newest block doesn't hold: {proof.findings[0].words}",
                      "Run `./moot audit verify`: it names every break.", Place(f"block {proof.head.number}"))
