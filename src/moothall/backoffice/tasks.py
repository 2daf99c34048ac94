"""The jobs of errands. The rows say what is due; a job that is lost is made up for within a minute."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

MOST = 200  # a minute; the rest waits for the next


@app.task(retry=RetryStrategy(max_attempts=2, wait=5))
def run_errand(errand: str, council: int) -> str:
    """Do one errand, right after it was left."""
    from moothall.backoffice.errands import run

    return run(errand, council)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="run_errands", pass_context=False, retry=RetryStrategy(max_attempts=2))
def run_errands(timestamp: int) -> int:
    """What was not reached or not answered is looked at again; how many were."""
    from moothall.backoffice.errands import run
    from moothall.backoffice.queries import due_errands

    with scope(System("post")):
        due = [(row.key, row.council_id) for row in due_errands(clock.now(), MOST)]
    for key, council in due:
        run(key, council)
    return len(due)
