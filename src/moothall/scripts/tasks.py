"""Jobs that follow what scripts did. Each names ids alone."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from moothall.cases.models import Case
from moothall.documents.actions import remove_document
from moothall.documents.queries import never_sent
from moothall.lib import clock
from moothall.scripts.on_the_web import RING_BACK
from moothall.tenancy.principals import System
from moothall.tenancy.residents import DAYS, DAYS_FOR_FILES
from moothall.tenancy.scope import scope

UNSENT = timedelta(days=DAYS + 1)  # by then neither code nor browser opens a run that wasn't sent
RUNG = timedelta(days=DAYS_FOR_FILES + 1)  # nor one whose resident asked to be rung
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


@app.task(retry=RetryStrategy(max_attempts=5, wait=30))
def give_back_booking(case: int, council: int) -> None:
    """A case was closed by calling off what was booked."""
    from moothall.scripts.bookings import give_back

    give_back(case, council)


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="forget_unsent", pass_context=False, retry=RetryStrategy(max_attempts=2))
def forget_unsent(timestamp: int) -> int:
    """Files that a resident uploaded and never sent go, with their names; how many went. Of somebody who asked to be
    rung they stay until that is done, and as long as their code opens the script."""
    gone = 0
    while True:
        with scope(System("forget")):
            now = clock.now()
            waits = Q(state=Case.State.OPEN) | Q(opened_at__gt=now - RUNG)
            asked = Case.objects.filter(waits, kind=RING_BACK, contact=OuterRef("run__contact"))
            some = never_sent(now - UNSENT, AT_ONCE, but=Exists(asked))
            gone += sum(remove_document(each) for each in some)
        if len(some) < AT_ONCE:
            return gone
