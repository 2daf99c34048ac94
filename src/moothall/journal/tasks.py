"""The journal's jobs: each minute what has been written is sealed, and each night the whole chain is proved."""
from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from moothall.journal.seal import seal
from moothall.journal.verify import verify
from moothall.lib import clock


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_journal", pass_context=False, retry=RetryStrategy(max_attempts=2))
def seal_journal(timestamp: int) -> int:
    """How many blocks that made; mostly one, none where nothing was written."""
    return seal(clock.now())


class Broken(Exception):
    """The chain doesn't hold; it says where."""


@app.periodic(cron="23 2 * * *")
@app.task(queueing_lock="prove_journal", pass_context=False)
def prove_journal(timestamp: int) -> int:
    """How many blocks hold. The doctor reads how the last look ended; a failed one stays until somebody has seen it."""
    proof = verify()
    if not proof.holds:
        raise Broken(f"block {proof.broken}: {proof.findings[0].words}")
    return proof.blocks
