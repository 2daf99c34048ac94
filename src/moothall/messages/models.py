"""What goes out to people."""

from __future__ import annotations

import uuid

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel, tenant_key


class Message(ServiceModel):
    """One text, e-mail or letter. `next_at` is when somebody must look at it next; without one it is settled.

    `body` is what is sent; it is emptied when the carrier has it, and `shown` stays, with what was secret masked.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        UNKNOWN = "unknown", "Not known whether it was sent"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Could not be sent"
        STOPPED = "stopped", "Stopped before it was sent"

    class Channel(models.TextChoices):
        SMS = "sms", "Text message"
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Letter"

    reference = models.UUIDField(default=uuid.uuid4, editable=False)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=5, default="en")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    to = models.CharField(max_length=400)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    shown = models.TextField(blank=True)
    recorded = models.BooleanField(default=False)  # `to` was read from the customer's record
    contact = tenant_key("contacts.Contact", null=True)
    case = tenant_key("cases.Case", null=True)
    customer = tenant_key("customers.Customer", null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    code = models.CharField(max_length=40, blank=True)  # why it failed or was stopped
    carrier_id = models.CharField(max_length=80, blank=True)
    attempts = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council", "reference"], name="one_message_a_reference")]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="message_next"),
            models.Index(fields=["case"], name="message_case"),
        ]
