"""Asking somebody to pay, and withdrawing it. What the payer and the provider do is in follow.py.

    link = request_payment(Ask(council=…, service=…, pence=3500, what="Collection of 3 large items", reference="HB-…",
                               until=…, send_to="07700 900123"))

The link is sent with the message `link-to-pay` where there is somewhere to send it, and returned, to be shown as the
next step on the web. The row holds its hash alone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.opening import time_words
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.messages.actions import About, Channel, address_of, send_message
from moothall.payments.links import address_of_link, hash_of, secret_of
from moothall.payments.models import PaymentRequest
from moothall.payments.queries import insert_request
from moothall.tenancy.models import Council
from moothall.tenancy.scope import current_principal


class NothingToPay(ValueError):
    """An amount that nobody can pay."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be paid, for what, until when. `after` names the job (its task name) that is told how it ended, with
    the request's key and council."""

    council: int
    service: int
    pence: int
    what: str
    reference: str
    until: datetime
    case: int | None = None
    contact: int | None = None
    send_to: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The request's key, and the link: whoever holds it may pay, and sees what for."""

    key: str
    link: str


def request_payment(ask: Ask) -> Asked:
    """Ask for it. NothingToPay where the amount is none; MessageRefused where the link can't be sent there."""
    if not 0 < ask.pence <= 10_000_000:
        raise NothingToPay(f"{ask.pence} pence can't be paid by link")
    at, key = clock.now(), uuid.uuid4()
    secret = secret_of(key)
    channel: Channel = "email" if "@" in ask.send_to else "sms"
    request = PaymentRequest(
        council_id=ask.council, service_id=ask.service, key=key, link=hash_of(secret), pence=ask.pence,
        what=ask.what[:200], reference=ask.reference, case_id=ask.case, contact_id=ask.contact, after=ask.after,
        made_at=at, until=ask.until, next_at=ask.until,
        receipt_to=address_of(ask.send_to, channel) if ask.send_to else "",
    )  # fmt: skip
    insert_request(request)
    link = address_of_link(Council.objects.get(pk=ask.council), secret)
    write("payment.request", council=ask.council, service=ask.service, contact=ask.contact, case=ask.case, at=at,
          body={"payment": str(request.key), "pence": ask.pence, "until": ask.until.isoformat()})  # fmt: skip
    if ask.send_to:
        values = {"amount": request.pounds, "what": request.what, "reference": ask.reference, "link": link,
                  "until": until_words(ask.until)}  # fmt: skip
        send_message("link-to-pay", ask.send_to, values, council=ask.council, service=ask.service,
                     about=About(contact=ask.contact, case=ask.case))  # fmt: skip
    return Asked(str(request.key), link)


def withdraw_payment(request: PaymentRequest) -> PaymentRequest:
    """Nobody shall pay it any more. One that is begun is looked at once more, and cancelled there by the job."""
    at = clock.now()
    request = PaymentRequest.objects.select_for_update().get(pk=request.pk)
    if request.over:
        return request
    request.until = request.next_at = at
    request.code = request.NOT_WANTED
    request.save(update_fields=["until", "next_at", "code"])
    write("payment.withdraw", council=request.council_id, service=request.service_id, case=request.case_id, at=at,
          body={"payment": str(request.key), "by": str(current_principal())})  # fmt: skip
    return request


def until_words(at: datetime) -> str:
    """`27 November, 3:15pm`"""
    day, minute = wall_clock(at)
    return f"{day.day} {day:%B}, {time_words(minute)}"
