"""What people sent as proof: one row a file, its bytes made anew (opener.py) beside what is known of it."""
from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel, tenant_key


class Document(ServiceModel):
    """A file of a run: of its step `step`, and there for `item` where the step is a list of proofs. `contact` is set
    once it was sent with the run; from then on it stands. Of one that was taken away before, its hashes stay."""

    class Kind(models.TextChoices):
        JPEG = "jpeg", "Photo"
        PNG = "png", "Picture"
        PDF = "pdf", "PDF"

    class State(models.TextChoices):
        KEPT = "kept", "Kept"
        REMOVED = "removed", "Taken away"

    run = tenant_key("scripts.Run", related_name="documents")
    contact = tenant_key("contacts.Contact", null=True)
    step = models.CharField(max_length=80)
    item = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=100)  # as it was called, cleaned: it is shown and never opened
    kind = models.CharField(max_length=4, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.KEPT)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)  # of what is kept
    sent_sha256 = models.CharField(max_length=64)  # of what was sent
    came_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    content = models.BinaryField()
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["council", "run", "step", "item", "sent_sha256"], condition=models.Q(state="kept"),
                name="one_document_a_file",
            )
        ]
        indexes = [models.Index(fields=["run"], name="document_run")]
