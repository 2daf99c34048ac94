"""Sending a message: `send_message` writes it in the caller's transaction, and a job carries it out after the commit.

    reference = send_message("link-to-pay", "07700 900123", {"amount": "£35.00", "link": link}, council=…, service=…)

The words stand in packs (templates.py). Nothing goes out if the caller's transaction is undone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from moothall.customers.phones import e164, spoken
from moothall.domain.typed import is_email
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.lib.jobs import leave
from moothall.messages.models import Message
from moothall.messages.queries import insert_message
from moothall.messages.templates import MessageRefused, Words, words_of
from moothall.tenancy.models import Council

LONGEST_TO = 400
Channel = Literal["sms", "email", "letter"]


@dataclass(frozen=True, slots=True)
class About:
    """What a message belongs to, by id. `recorded`: its address was read from the customer's record, and is looked up
    there again before it goes."""

    contact: int | None = None
    case: int | None = None
    customer: int | None = None
    recorded: bool = False


def send_message(
    template: str,
    to: str,
    values: Mapping[str, str],
    *,
    council: int,
    service: int,
    channel: Channel | None = None,
    language: str = "en",
    about: About | None = None,
    reference: uuid.UUID | None = None,
) -> uuid.UUID:
    """Write a message, to be sent when this transaction is committed; its reference.

    Without a channel an address with @ is an e-mail, and anything else a text. A reference of the caller's own can be
    written once only. Raises MessageRefused, in words for
    whoever wrote the call, for what can't be sent; nothing is written then.
    """
    channel = channel or ("email" if "@" in to else "sms")
    body = Council.objects.get(pk=council)
    words = words_of(template, channel, council=body.gss, language=language)
    filled = {**_own_words(body), **_checked(template, words, values)}
    subject, text = words.filled(filled)
    shown_subject, shown = words.filled(filled, masked=True)
    about, at = about or About(), clock.now()
    message = Message(
        council_id=council, service_id=service, template=template, language=language, channel=channel,
        to=address_of(to, channel), subject=shown_subject if subject != shown_subject else subject, body=text,
        shown=shown, recorded=about.recorded, contact_id=about.contact, case_id=about.case,
        customer_id=about.customer, made_at=at, next_at=at, reference=reference or uuid.uuid4(),
    )  # fmt: skip
    insert_message(message)
    write("message.send", council=council, service=service, contact=about.contact, case=about.case, at=at,
          body={"message": str(message.reference), "template": template, "channel": channel})  # fmt: skip
    leave("moothall.messages.tasks.carry_message", message=str(message.reference), council=council)
    return message.reference


def address_of(to: str, channel: Channel) -> str:
    """The address in the one form in which it is kept. MessageRefused for what can't be one."""
    to = to.strip()
    if channel == "sms":
        number = e164(to)
        if number is None:
            raise MessageRefused(f"“{to[:40]}” is not a telephone number. Give one such as 07700 900123.")
        return number
    if channel == "email" and not is_email(to):
        raise MessageRefused(f"“{to[:40]}” is not an e-mail address. Give one such as name@example.com.")
    if not to or len(to) > LONGEST_TO:
        raise MessageRefused(f"The address is empty, or longer than {LONGEST_TO} characters.")
    return to


def _own_words(council: Council) -> dict[str, str]:
    phone = spoken(council.phone) if council.phone else ""
    names = {"council": council.name, "council_short": council.short_name}
    return {**names, "phone": phone, "website": council.website}


def _checked(template: str, words: Words, values: Mapping[str, str]) -> dict[str, str]:
    if missing := sorted(words.names - values.keys()):
        raise MessageRefused(f"The message '{template}' needs {', '.join(missing)}.")
    return {name: str(value) for name, value in values.items()}
