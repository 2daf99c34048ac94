"""Jobs of the house itself. Parts put theirs into their own `tasks.py`.

A worker that is killed leaves its job marked as being done; nothing in the library takes it up again by itself.
"""
from __future__ import annotations

from datetime import UTC, datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

QUIET_S = 60  # a worker reports every 10 s; six silent times and it is gone


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take_up_stalled", pass_context=False, retry=RetryStrategy(max_attempts=2))
async def take_up_stalled(timestamp: int) -> int:
    """Give the jobs of workers that have gone quiet to those that are here; how many."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=QUIET_S)
    taken = 0
    for job in stalled:
        await app.job_manager.retry_job(job, retry_at=datetime.fromtimestamp(timestamp, UTC))
        taken += 1
    return taken
