"""Jobs that follow what scripts did. Each names ids alone."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


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
