"""The outbox's jobs. The rows say what is due; a job that is lost is made up for within a minute."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

KEPT_DAYS = 90  # the council may be asked what it told somebody; after that nobody need know whom
MOST = 200  # a minute; the rest waits for the next


@app.task(retry=RetryStrategy(max_attempts=2, wait=5))
def carry_message(message: str, council: int) -> str:
    """Send one message, right after it was written."""
    from moothall.messages.carry import carry

    return carry(message, council)


@app.task(retry=RetryStrategy(max_attempts=10, linear_wait=30))
def tell_of_look(glass: int) -> int:
    """Write to the managers of the council whose records somebody began to look at in an emergency; how many."""
    from moothall.messages.emergency_looks import tell_managers

    return tell_managers(glass)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="carry_due", pass_context=False, retry=RetryStrategy(max_attempts=2))
def carry_due(timestamp: int) -> int:
    """What was not reached, not answered or not yet delivered is looked at again; how many were."""
    from moothall.messages.carry import carry
    from moothall.messages.queries import due_messages

    with scope(System("send")):
        due = [(str(row.reference), row.council_id) for row in due_messages(clock.now(), MOST)]
    for reference, council in due:
        carry(reference, council)
    return len(due)


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="forget_messages", pass_context=False, retry=RetryStrategy(max_attempts=2))
def forget_messages(timestamp: int) -> int:
    """To whom old messages went, and their words, are forgotten; that there was one stays. How many were."""
    from moothall.messages.models import Message

    with scope(System("send")):
        old = Message.objects.filter(settled_at__lt=clock.now() - timedelta(days=KEPT_DAYS)).exclude(to="")
        return old.update(to="", subject="", shown="")
