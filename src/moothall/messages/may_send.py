"""Whether a message may still go, asked at the last moment: between the writing and the sending somebody may have been
marked as protected, or have given another number.

Other parts add their own question to CHECKS; each gives a code that says why not, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from moothall.customers.models import Customer, KeptApart
from moothall.messages.emergency_looks import reader_is_gone
from moothall.messages.models import Message

Check = Callable[[Message], str]


def may_send(message: Message) -> str:
    """Nothing where it may go, else why it may not: protected, contact_changed …"""
    return next((code for check in CHECKS if (code := check(message))), "")


def protected_person(message: Message) -> str:
    """A letter to somebody protected is never sent by itself: their address might be known to whom it mustn't be. A
    text or an e-mail goes where their record says now, and nowhere else: also what is about their case or their call
    and doesn't name them, such as a receipt to a number that somebody typed."""
    if not message.apart:
        return ""
    customer = _customer(message)
    if customer is None:
        return "protected"
    if message.channel == Message.Channel.LETTER or not _stands_in_record(message, customer):
        return "protected"
    return ""


def contact_changed(message: Message) -> str:
    """An address that was read from the record must still stand there."""
    if not message.recorded or message.customer_id is None:
        return ""
    customer = _customer(message)
    return "" if customer is not None and _stands_in_record(message, customer) else "contact_changed"


def _customer(message: Message) -> Customer | None:
    return Customer.objects.filter(pk=message.customer_id or _whose(message) or 0).first()


def _whose(message: Message) -> int | None:
    """Whose case or call a message is about that names nobody, where they are protected."""
    about = Q(what=KeptApart.What.CASE, row=message.case_id) | Q(what=KeptApart.What.CONTACT, row=message.contact_id)
    kept = KeptApart.objects.filter(about, council_id=message.council_id).order_by("pk").first()
    return kept.customer_id if kept else None


def _stands_in_record(message: Message, customer: Customer) -> bool:
    if message.channel == Message.Channel.EMAIL:
        return message.to.casefold() == customer.email.casefold()
    if message.channel == Message.Channel.SMS:
        return customer.phones.filter(number=message.to).exists()
    return True


CHECKS: list[Check] = [protected_person, contact_changed, reader_is_gone]
