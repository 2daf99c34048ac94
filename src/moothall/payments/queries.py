"""The reads of payments, and the one write that must not read back what it wrote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from moothall.payments.models import PaymentRequest
from moothall.tenancy.scope import require_scope

COLUMNS = (
    "council_id", "service_id", "key", "link", "pence", "what", "reference", "case_id", "contact_id", "receipt_to",
    "after", "state", "code", "attempt", "provider_id", "made_at", "until", "next_at",
)  # fmt: skip


def insert_request(request: PaymentRequest) -> None:
    """Write the row without reading it back: whoever asks needn't see what others were asked (the public)."""
    require_scope("PaymentRequest")
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    values = [getattr(request, column) for column in COLUMNS]
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(COLUMNS))
        cursor.execute(f"INSERT INTO payments_paymentrequest ({columns}) VALUES ({places})", values)


def request_of_link(link: str) -> PaymentRequest | None:
    """Within the scope of a link: the one that it leads to."""
    return PaymentRequest.objects.select_related("council", "service").filter(link=link).first()


def due_requests(at: datetime, most: int) -> list[PaymentRequest]:
    """Those that somebody must look at now, the longest overdue first."""
    return list(PaymentRequest.objects.filter(next_at__lte=at).order_by("next_at", "pk")[:most])


def asked_of_case(case: int) -> list[PaymentRequest]:
    """What is still asked for it, as far as the scope shows."""
    rows = PaymentRequest.objects.filter(case=case, settled_at=None).exclude(code=PaymentRequest.NOT_WANTED)
    return list(rows.order_by("pk"))


def requests_of_cases(cases: Collection[int]) -> list[PaymentRequest]:
    """What was asked to be paid for any of these cases, the last first; nothing is asked for none."""
    return list(PaymentRequest.objects.filter(case__in=cases).order_by("-made_at", "-pk")) if cases else []


def requests_of_case(case: int) -> list[PaymentRequest]:
    return list(PaymentRequest.objects.filter(case=case).order_by("-made_at"))
