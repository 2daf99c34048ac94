"""A council's identity as stored: every version that was published, and the draft of the next."""

from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import Council, TenantModel


class Look(models.Model):
    """What both have. `texts` are keyed by language, then by text: `{"en": {"name": …, "greeting": …}}`."""

    brand = models.CharField(max_length=7)
    on_brand = models.CharField(max_length=7)
    host = models.CharField(max_length=253, blank=True)
    logo = models.TextField(blank=True)  # made harmless before it came here
    logo_sha256 = models.CharField(max_length=64, blank=True)
    texts = models.JSONField(default=dict)

    class Meta:
        abstract = True


class Identity(Look):
    """A version that was published: everybody may read it, nobody alters it. The last one of a council holds."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["council", "-number"]
        constraints = [models.UniqueConstraint(fields=["council", "number"], name="one_identity_a_number")]
        indexes = [models.Index(fields=["logo_sha256"], name="identity_logo", condition=~models.Q(logo_sha256=""))]


class IdentityDraft(TenantModel, Look):
    """The next version, while the council's managers work on it. `base` is the number of the published one from which
    it began, `revision` rises with each saving."""

    base = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    objects = TenantManager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council"], name="one_draft_a_council")]
