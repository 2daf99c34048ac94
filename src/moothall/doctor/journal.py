"""Whether the journal is sealed in time, its chain holds, and its tables refuse a change."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from moothall.doctor import queries as queries_of_jobs
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.phrases import moment_words
from moothall.journal import queries
from moothall.journal.chain import MOST
from moothall.journal.verify import verify_newest
from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

LATE = timedelta(minutes=5)
LOOKED_AT = 50_000  # entries: a second's work, since a doctor is asked often
PROVING = "moothall.journal.tasks.prove_journal"
LONG_AGO = timedelta(days=2)
MENDING = ("Change nothing. Run `./moot audit verify`: it names every break. What to do then stands in "
           "docs/guides/agreement-life.md.")


def check_journal() -> Iterator[Finding]:
    """Its tables' guard, its sealer, its chain."""
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
    yield from _check_chain()


def _check_chain() -> Iterator[Finding]:
    """The whole chain where it is short; else its newest part, and how the worker's look at all of it last ended."""
    proof, whole = verify_newest(LOOKED_AT)
    if not proof.holds:
        where = f"at block {proof.broken}" if proof.broken is not None else "by entries that were added"
        yield Finding("journal.broken", f"The journal’s chain is broken {where}: {proof.findings[0].words}", MENDING,
                      Place(f"block {proof.broken or proof.head.number}"))
    last = None if whole else queries_of_jobs.last_job(PROVING)
    if last is not None and not last[0]:
        words = f"The worker went through the whole chain on {moment_words(last[1])} and found a break."
        yield Finding("journal.broken", words, MENDING, Place("journal"))
    elif not whole and (last is None or clock.now() - last[1] > LONG_AGO):
        since = f"since {moment_words(last[1])}" if last else "yet"
        words = f"Only the newest {proof.entries:,} entries were looked at, and the whole chain wasn’t proved {since}."
        yield Finding("journal.unproved", words, "Run `./moot audit verify`. A running worker does so each night.",
                      Place("journal"), severity="warning")
