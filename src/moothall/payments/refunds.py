"""Giving money back to the card that paid. Who may decide it is the caller's question."""

from __future__ import annotations

from moothall.journal.actions import write
from moothall.lib import clock
from moothall.lib.answers import Later, Refused, Unknown
from moothall.payments.models import PaymentRequest
from moothall.payments.port import Done, Payment
from moothall.payments.registry import provider_of
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


def refund_payment(key: str, council: int, pence: int) -> Done | Refused | Later | Unknown:
    """Refund so much of a paid request. What could be refunded is asked first and told with the order, so that the
    provider refuses a second order that didn't know of the first."""
    with scope(System("pay", council)):
        request = PaymentRequest.objects.select_related("council").get(key=key)
    provider = provider_of(request.council.gss)
    if provider is None:
        return Later("no provider is connected")
    if request.state != PaymentRequest.State.PAID or not 0 < pence <= request.pence - request.refunded:
        return Refused("amount_changed", "more than was paid")
    now = provider.look(request.provider_id)
    if not isinstance(now, Payment):
        return now
    outcome = provider.refund(request.provider_id, pence, now.refundable)
    if isinstance(outcome, Done):
        with scope(System("pay", council)):
            row = PaymentRequest.objects.select_for_update().get(pk=request.pk)
            row.refunded += pence
            row.save(update_fields=["refunded"])
            write("payment.refund", council=council, service=row.service_id, case=row.case_id, at=clock.now(),
                  body={"payment": key, "pence": pence, "refund": outcome.id})  # fmt: skip
    return outcome
