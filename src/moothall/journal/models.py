"""The append-only record of every action: audit, report source and charging source at once."""
from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel


class WritingTransaction(models.Func):
    """The number of the transaction that writes, which the sealer compares with those that still run."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class IdSet(models.Field):  # type: ignore[type-arg]
    """A set of ids, kept as ranges."""

    def db_type(self, connection: object) -> str:
        return "int8multirange"


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
    xact = models.BigIntegerField(db_default=WritingTransaction())

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["contact_id", "id"], name="entry_contact", condition=models.Q(contact_id__isnull=False)
            ),
            models.Index(fields=["case_id", "id"], name="entry_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["at"], name="entry_at"),
            models.Index(fields=["xact", "id"], name="entry_xact"),
        ]


class Block(models.Model):
    """Some of the journal, sealed: its Merkle root, chained to the block before. See chain.py for each column."""

    number = models.BigIntegerField(primary_key=True)
    ids = IdSet()
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    entries = models.IntegerField()
    root = models.CharField(max_length=64)
    marks = models.BinaryField()
    cluster = models.CharField(max_length=20)
    horizon = models.BigIntegerField()
    own_xact = models.BigIntegerField()
    settled_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField()
    chained = models.CharField(max_length=64)

    class Meta:
        constraints = [
            ExclusionConstraint(name="one_block_an_entry", expressions=[("ids", RangeOperators.OVERLAPS)]),
        ]
