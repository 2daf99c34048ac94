"""Jobs of the house itself. Parts put theirs into their own `tasks.py`.

A worker that is killed leaves its job marked as being done; nothing in the library takes it up again by itself.
"""
from __future__ import annotations

from datetime import UTC, datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

QUIET_S = 60  # a worker reports every 10 s; six silent times and it is gone
KEPT_HOURS = 72  # a job that was done can be looked up over a weekend


def leave(task: str, **ids: str | int) -> None:
    """Leave a job in the caller's transaction, also within a job: a worker's own way to the queue is a connection of
    its own, by which the job would be seen, and run, before what it is about is committed. Or when it never is."""
    job = app.configure_task(task).job
    JobDeferrer(job_manager=JobManager(DjangoConnector()), job=job).defer(**ids)


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


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_done", pass_context=False, retry=RetryStrategy(max_attempts=2))
async def forget_done(timestamp: int) -> None:
    """Remove what was done long ago. Jobs that failed stay until somebody has looked at them."""
    await app.job_manager.delete_old_jobs(KEPT_HOURS)
