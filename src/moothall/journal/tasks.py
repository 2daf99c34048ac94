"""The journal's job: each minute what has been written is sealed."""
from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from moothall.journal.seal import seal
from moothall.lib import clock


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_journal", pass_context=False, retry=RetryStrategy(max_attempts=2))
def seal_journal(timestamp: int) -> int:
    """How many blocks that made; mostly one, none where nothing was written."""
    return seal(clock.now())
