"""The append-only record of every action: audit, report source and charging source at once."""
from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel


class Entry(ServiceModel):
    """One action. `body` holds ids and codes, never personal data."""

    kind = models.CharField(max_length=40)
    contact_id = models.BigIntegerField(null=True)
    need_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    principal = models.CharField(max_length=40)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    body = models.JSONField(default=dict)

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["contact_id", "id"], name="entry_contact", condition=models.Q(contact_id__isnull=False)
            ),
            models.Index(fields=["case_id", "id"], name="entry_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["at"], name="entry_at"),
        ]


class Block(models.Model):
    """A minute of the journal, sealed: its Merkle root, chained to the block before."""

    number = models.BigIntegerField(primary_key=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    entries = models.IntegerField()
    root = models.CharField(max_length=64)
    chained = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
