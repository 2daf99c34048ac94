"""What was sent about a case and what was asked to be paid for it, in words for whoever reads the case."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moothall.cases.models import Case
from moothall.customers.phones import spoken
from moothall.messages.models import Message
from moothall.messages.queries import messages_of_case
from moothall.payments.actions import until_words
from moothall.payments.models import PaymentRequest
from moothall.payments.queries import requests_of_case

MESSAGES = {
    "queued": "waits to be sent", "sending": "is being sent", "unknown": "sent or not: we are asking",
    "sent": "sent", "delivered": "delivered", "failed": "could not be sent", "stopped": "stopped before it was sent",
}  # fmt: skip
CHANNELS = {"sms": "Text", "email": "E-mail", "letter": "Letter"}
PAYMENTS = {
    "asked": "not paid yet", "opening": "they are paying now", "begun": "they are paying now",
    "submitted": "their bank has been asked", "paid": "paid", "withdrawn": "no longer asked for",
    "lapsed": "not paid in time",
}  # fmt: skip
WELL = {"sent", "delivered", "paid"}


@dataclass(frozen=True, slots=True)
class SentOrPaid:
    """One message or payment: how it stands, in words; `good` where it went well; `text` of a message."""

    at: datetime
    words: str
    good: bool
    text: str = ""


def sent_and_paid(case: Case) -> list[SentOrPaid]:
    """The newest first; nothing about somebody protected whom the open scope doesn't show."""
    found = [_payment(request) for request in requests_of_case(case.pk)]
    found += [_message(message) for message in messages_of_case(case.pk)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def unpaid(case: Case) -> tuple[str, ...]:
    """What has to be paid first and isn't: nobody should do the work before. Of what was paid since, nothing."""
    requests = [each for each in requests_of_case(case.pk) if each.state != PaymentRequest.State.WITHDRAWN]
    paid = {each.what for each in requests if each.state == PaymentRequest.State.PAID}
    return tuple(payment_words(each) for each in requests if each.what not in paid)


def payment_words(request: PaymentRequest) -> str:
    """How a payment that was asked for stands."""
    words = f"£{request.pounds} for {request.what}: {PAYMENTS[request.state]}"
    if request.state == PaymentRequest.State.ASKED:
        words += f", by {until_words(request.until)}"
    return words


def _payment(request: PaymentRequest) -> SentOrPaid:
    words = payment_words(request)
    return SentOrPaid(request.settled_at or request.made_at, words, request.state in WELL)


def _message(message: Message) -> SentOrPaid:
    to = spoken(message.to) if message.channel == Message.Channel.SMS else message.to
    where = f" to {to}" if to else ""
    words = f"{CHANNELS[message.channel]}{where}: {MESSAGES[message.state]}"
    return SentOrPaid(message.made_at, words, message.state in WELL, message.shown)
