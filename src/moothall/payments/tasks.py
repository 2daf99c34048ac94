"""The jobs of payments. The rows say what is due; a job that is lost is made up for within a minute."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

WITHDRAW = "moothall.payments.tasks.withdraw_for_case"
MOST = 200  # a minute; the rest waits for the next


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="watch_payments", pass_context=False, retry=RetryStrategy(max_attempts=2))
def watch_payments(timestamp: int) -> int:
    """What was begun is looked at; what nobody paid in time lapses. How many were due."""
    from moothall.payments.follow import watch
    from moothall.payments.queries import due_requests

    with scope(System("pay")):
        due = [(str(row.key), row.council_id) for row in due_requests(clock.now(), MOST)]
    for key, council in due:
        watch(key, council)
    return len(due)


@app.task(retry=RetryStrategy(max_attempts=5, wait=30))
def withdraw_for_case(case: int, council: int) -> int:
    """A case was closed: nobody shall pay for it any more. How much was still asked."""
    from moothall.payments.actions import withdraw_payment
    from moothall.payments.queries import asked_of_case

    with scope(System("pay", council)):
        return len([withdraw_payment(request) for request in asked_of_case(case)])
