"""The reads of the outbox, and the one write that must not read back what it wrote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from moothall.messages.models import Message
from moothall.tenancy.scope import require_scope

COLUMNS = (
    "council_id", "service_id", "reference", "template", "language", "channel", "to", "subject", "body", "shown",
    "recorded", "contact_id", "case_id", "customer_id", "state", "code", "carrier_id", "attempts", "made_at", "next_at",
)  # fmt: skip


def insert_message(message: Message) -> None:
    """Write the row without reading it back: whoever may send needn't be able to see what was sent (the public)."""
    require_scope("Message")
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    places = ", ".join(["%s"] * len(COLUMNS))
    values = [getattr(message, column) for column in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO outbox_message ({columns}) VALUES ({places})", values)


def due_messages(at: datetime, most: int) -> list[Message]:
    """Those that somebody must look at now, the longest overdue first."""
    return list(Message.objects.filter(next_at__lte=at).order_by("next_at", "pk")[:most])


def messages_of_case(case: int) -> list[Message]:
    return list(Message.objects.filter(case=case).order_by("-pk"))


def unreached(cases: Collection[int]) -> frozenset[int]:
    """The cases of which a message couldn't be sent and nothing was sent since, so that somebody must reach them
    otherwise."""
    never = (Message.State.FAILED, Message.State.STOPPED)
    settled = (*never, Message.State.SENT, Message.State.DELIVERED)
    rows = Message.objects.filter(case__in=cases, state__in=settled).order_by("pk")
    last = dict(rows.values_list("case_id", "state"))
    return frozenset(case for case, state in last.items() if case is not None and state in never)
