"""Jobs that follow what scripts did. Each names ids alone."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from moothall.documents.actions import remove_document
from moothall.documents.queries import never_sent
from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.residents import DAYS
from moothall.tenancy.scope import scope

UNSENT = timedelta(days=DAYS + 1)  # by then neither code nor browser opens a run that wasn't sent
AT_ONCE = 100


@app.task(retry=RetryStrategy(max_attempts=5, wait=30))
def settle_booking(payment: str, council: int) -> None:
    """The payment for a held day has ended."""
    from moothall.scripts.bookings import settle

    settle(payment, council)


@app.task(retry=RetryStrategy(max_attempts=5, wait=30))
def tell_booking(errand: str, council: int) -> None:
    """The confirmation of a day has ended."""
    from moothall.scripts.bookings import tell

    tell(errand, council)


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="forget_unsent", pass_context=False, retry=RetryStrategy(max_attempts=2))
def forget_unsent(timestamp: int) -> int:
    """Files that a resident uploaded and never sent go, with their names; how many went."""
    gone = 0
    while True:
        with scope(System("forget")):
            some = never_sent(clock.now() - UNSENT, AT_ONCE)
            gone += sum(remove_document(each) for each in some)
        if len(some) < AT_ONCE:
            return gone
