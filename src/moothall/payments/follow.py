"""What becomes of a request: begun by the payer through the link, looked at there, settled once.

Two may act at a time, the payer's page and the watching job. Each claims the row with a lease (next_at), speaks to the
provider outside any transaction, and writes down what it heard only where its claim still stands.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings

from moothall.journal.actions import write
from moothall.lib import clock
from moothall.lib.answers import Later, Refused, Unknown
from moothall.lib.jobs import leave
from moothall.messages.actions import About, send_message
from moothall.payments.links import address_of_link, hash_of, secret_of
from moothall.payments.models import PaymentRequest
from moothall.payments.port import Bill, Payment, Provider
from moothall.payments.queries import request_of_link
from moothall.payments.registry import provider_of
from moothall.tenancy.principals import LinkHolder, System
from moothall.tenancy.scope import scope

SETTLE = timedelta(seconds=settings.OUTBOUND_LEASE_S)  # longer than any question to a provider may take
LOOK = timedelta(minutes=1)
State = PaymentRequest.State
Heard = Payment | Refused | Later | Unknown
log = logging.getLogger(__name__)


class NotPayable(Exception):
    """The link is somebody's guess, what it asks for is paid, withdrawn or lapsed, or its council is cut off."""


def seen_by_link(secret: str) -> PaymentRequest:
    """What the holder of a link may see. NotPayable for a link that leads nowhere."""
    link = hash_of(secret)
    with scope(LinkHolder(link)):
        request = request_of_link(link)
    if request is None:
        raise NotPayable
    return request


def begin_payment(secret: str) -> str:
    """The payer goes to the provider: where to, or nothing where that isn't known now (the page says so).

    A payment that is begun already is gone on with; a finished one that took nothing is begun anew, and only that.
    """
    link = hash_of(secret)
    with scope(LinkHolder(link)):
        request = _claim_by_link(link)
    provider = provider_of(request.council.gss)
    if provider is None:
        return ""
    if request.state != State.OPENING:
        now = provider.look(request.provider_id)
        if not isinstance(now, Payment) or now.standing != "failed":
            with scope(LinkHolder(link)):
                _look_soon(request)
            return now.page if isinstance(now, Payment) and now.standing in ("created", "begun") else ""
        with scope(LinkHolder(link)):
            request = _claim_anew(link, request)
    if request.state != State.OPENING:
        return ""
    heard = provider.create(_bill(request))
    with scope(LinkHolder(link)):
        if not _write_beginning(request, heard):
            raise NotPayable
    return heard.page if isinstance(heard, Payment) else ""


def _claim_by_link(link: str) -> PaymentRequest:
    """Lock the row and, where no attempt is alive, begin one."""
    at = clock.now()
    request = PaymentRequest.objects.select_for_update(of=("self",)).select_related("council").filter(link=link).first()
    if request is None or request.over or request.until <= at:
        raise NotPayable
    if request.state == State.ASKED:
        request.state, request.code = State.OPENING, ""
        request.attempt += 1
        request.next_at = at + SETTLE
        request.save(update_fields=["state", "code", "attempt", "next_at"])
        write("payment.begin", council=request.council_id, service=request.service_id, at=at,
              body={"payment": str(request.key), "attempt": request.attempt})  # fmt: skip
    return request


def _claim_anew(link: str, seen: PaymentRequest) -> PaymentRequest:
    """The last attempt took nothing, so the provider has just said: begin another, unless somebody else has."""
    request = PaymentRequest.objects.select_for_update().filter(link=link).first()
    if request is not None and request.attempt == seen.attempt and not request.over:
        request.state = State.ASKED
        request.save(update_fields=["state"])
    return _claim_by_link(link)


def _bill(request: PaymentRequest) -> Bill:
    """The same whoever asks: a key that comes again with other words is refused."""
    return_to = address_of_link(request.council, secret_of(request.key))
    return Bill(request.bill_key, request.pence, request.reference, request.what, return_to)


def _write_beginning(claimed: PaymentRequest, heard: Heard) -> bool:
    """False where the council was cut off meanwhile, so that nobody is led to pay."""
    request = PaymentRequest.objects.select_for_update().filter(pk=claimed.pk).first()
    if request is None:
        return False
    if request.state != State.OPENING or request.attempt != claimed.attempt:
        return True
    if isinstance(heard, Payment):
        request.provider_id, request.state, request.next_at = heard.id, State.BEGUN, clock.now() + LOOK
    elif isinstance(heard, Later | Refused):  # nothing was begun: it may be tried again
        request.state, request.next_at = State.ASKED, request.until
        log.warning("payment %s could not be begun: %s", request.key, heard)
    request.save(update_fields=["provider_id", "state", "next_at"])
    return True


def _look_soon(claimed: PaymentRequest) -> None:
    """The payer came back or went on: the job looks at once."""
    PaymentRequest.objects.filter(pk=claimed.pk, settled_at=None).exclude(next_at=None).update(next_at=clock.now())


def payment_now(secret: str) -> tuple[PaymentRequest, Heard | None]:
    """For the page to which the payer returns: the request, and where the payment stands at this moment, asked of the
    provider. The job that settles it is told to look."""
    request = seen_by_link(secret)
    if request.over or not request.provider_id:
        return request, None
    provider = provider_of(request.council.gss)
    heard = provider.look(request.provider_id) if provider else None
    with scope(LinkHolder(request.link)):
        _look_soon(request)
    return request, heard


# -- the watching job -----------------------------------------------------------------------------------------------


def watch(key: str, council: int) -> str:
    """Look at a request that is due; its state afterwards, or nothing where it isn't due."""
    at = clock.now()
    with scope(System("pay", council)):
        rows = PaymentRequest.objects.select_for_update(skip_locked=True, of=("self",)).select_related("council")
        request = rows.filter(key=key, next_at__lte=at).first()
        if request is None:
            return ""
        request.next_at = at + SETTLE
        request.save(update_fields=["next_at"])
    provider = provider_of(request.council.gss)
    heard = _ask(provider, request) if provider else Unknown("no provider is connected")
    with scope(System("pay", council)):
        row = PaymentRequest.objects.select_for_update().get(pk=request.pk)
        if row.next_at == request.next_at:
            _hear(row, heard)
        return row.state


def _ask(provider: Provider, request: PaymentRequest) -> Heard | None:
    """Where it stands. One whose beginning is unknown is begun again by the same key, which makes no second one. One
    that is out of time is cancelled there first."""
    if request.state == State.ASKED:
        return None
    if request.state == State.OPENING:
        return provider.create(_bill(request))
    now = provider.look(request.provider_id)
    over = request.until <= clock.now()
    if over and isinstance(now, Payment) and now.standing in ("created", "begun"):
        provider.cancel(request.provider_id)
        return provider.look(request.provider_id)
    return now


def _hear(request: PaymentRequest, heard: Heard | None) -> None:
    at = clock.now()
    if isinstance(heard, Payment):
        request.provider_id = heard.id
        if heard.standing == "paid":
            request.code = ""  # also where it was withdrawn meanwhile
            settle_payment(request, State.PAID, at)
            return
        if heard.standing == "failed":
            request.state, request.code = State.ASKED, request.code if request.withdrawn else heard.code
        else:
            request.state = State.SUBMITTED if heard.standing == "submitted" else State.BEGUN
    elif isinstance(heard, Refused) and request.state == State.OPENING:
        request.state = State.ASKED  # never begun
    if request.state == State.ASKED and request.until <= at:
        settle_payment(request, State.WITHDRAWN if request.withdrawn else State.LAPSED, at)
        return
    request.next_at = request.until if request.state == State.ASKED else at + LOOK
    request.save()


def settle_payment(request: PaymentRequest, state: str, at: datetime) -> None:
    """How it ended: once, with its receipt, and with the job that waits for it, in one transaction."""
    request.state, request.settled_at, request.next_at = state, at, None
    request.save()
    write("payment.settle", council=request.council_id, service=request.service_id, case=request.case_id, at=at,
          body={"payment": str(request.key), "state": state, "pence": request.pence})  # fmt: skip
    if state == State.PAID and request.receipt_to:
        values = {"amount": request.pounds, "what": request.what, "reference": request.reference}
        send_message("paid", request.receipt_to, values, council=request.council_id, service=request.service_id,
                     about=About(contact=request.contact_id, case=request.case_id))  # fmt: skip
    if request.after:
        leave(request.after, payment=str(request.key), council=request.council_id)
