"""What we owe other systems: each thing that is to be done there once."""

from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel, tenant_key


class Errand(ServiceModel):
    """One posting to a back office, by its key. `next_at` is when a job looks at it; a waiting one has none yet."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for something else"
        QUEUED = "queued", "To be sent"
        SENDING = "sending", "Being sent"
        UNKNOWN = "unknown", "Not known whether it was done"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        DROPPED = "dropped", "No longer wanted"

    key = models.CharField(max_length=80, db_collation="C")
    system = models.CharField(max_length=20)
    operation = models.CharField(max_length=30)
    body = models.JSONField(default=dict)
    case = tenant_key("cases.Case", null=True)
    contact = tenant_key("contacts.Contact", null=True)
    after = models.CharField(max_length=120, blank=True)  # the job that is told how it ended
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    code = models.CharField(max_length=60, blank=True)
    theirs = models.CharField(max_length=60, blank=True)  # their reference
    attempts = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council", "key"], name="one_errand_a_key")]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="errand_next"),
            models.Index(fields=["case"], name="errand_case"),
        ]
