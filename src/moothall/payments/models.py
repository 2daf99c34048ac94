"""What somebody was asked to pay. No column here could hold a card number, nor does any text come from the payer."""

from __future__ import annotations

import uuid

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel, tenant_key


class PaymentRequest(ServiceModel):
    """One amount for one thing, payable by whoever holds its link, until `until`.

    The payment at the provider is made when the link is opened, since there it lives for 90 minutes only; each such
    beginning is an `attempt`. `next_at` is when a job looks at it next; without one it is settled.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Not paid yet"
        OPENING = "opening", "Being begun at the provider"
        BEGUN = "begun", "The payer is on the provider’s page"
        SUBMITTED = "submitted", "The bank has been asked"
        PAID = "paid", "Paid"
        WITHDRAWN = "withdrawn", "No longer asked for"
        LAPSED = "lapsed", "Not paid in time"

    NOT_WANTED = "withdrawn"  # a code: nobody shall pay it any more
    OVER = (State.PAID, State.WITHDRAWN, State.LAPSED)

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    link = models.CharField(max_length=64, db_collation="C")  # SHA-256 of the link's secret
    pence = models.IntegerField()
    what = models.CharField(max_length=200)
    reference = models.CharField(max_length=40)
    case = tenant_key("cases.Case", null=True)
    contact = tenant_key("contacts.Contact", null=True)
    receipt_to = models.CharField(max_length=400, blank=True)
    after = models.CharField(max_length=120, blank=True)  # the job that is told how it ended
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    code = models.CharField(max_length=20, blank=True)  # why the last attempt took nothing
    attempt = models.IntegerField(default=0)
    provider_id = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["council", "key"], name="one_request_a_key"),
            models.UniqueConstraint(fields=["council", "link"], name="one_request_a_link"),
            models.CheckConstraint(condition=models.Q(pence__gt=0, pence__lte=10_000_000), name="amount_payable"),
        ]
        indexes = [
            models.Index(fields=["link"], name="request_link"),
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="request_next"),
            models.Index(fields=["case"], name="request_case"),
        ]

    @property
    def over(self) -> bool:
        return self.state in self.OVER

    @property
    def withdrawn(self) -> bool:
        return self.code == self.NOT_WANTED

    @property
    def bill_key(self) -> str:
        """Names one attempt at the provider."""
        return f"{self.key}-{self.attempt}"

    @property
    def pounds(self) -> str:
        return pounds(self.pence)


def pounds(pence: int) -> str:
    """`1,234.50`, without the sign."""
    return f"{pence // 100:,}.{pence % 100:02}"
