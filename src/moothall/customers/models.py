"""People and organisations as one council knows them; never merged across councils."""
from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Func

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import TenantModel, tenant_key


class Customer(TenantModel):
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    property = tenant_key("places.Property", null=True)
    protected = models.BooleanField(default=False)  # the database shows them to whoever may see them, and asks to

    objects = TenantManager()


class CustomerPhone(TenantModel):
    """A telephone number that may be a customer's: it suggests a person, it never checks one."""

    customer = tenant_key("customers.Customer", related_name="phones")
    number = models.CharField(max_length=16, db_collation="C")  # E.164: +441858960123
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["number", "council"], name="customer_phone")]


class CustomerToken(TenantModel):
    """One word of a name, normalised (lower case, no accents), for search by prefix under row security."""

    customer = tenant_key("customers.Customer", related_name="tokens")
    token = models.CharField(max_length=60, db_collation="C")  # its index is the migration's: scope_key leads it
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()


class NameWord(TenantModel):
    """A word that stands in names of a council's customers, once, and how it sounds: what somebody typed is compared
    with these few and not with all names. The database keeps them (names.sql) whenever tokens are written; its indexes
    are the migration's, and hold scope_key."""

    word = models.CharField(max_length=60, db_collation="C")
    sound: models.GeneratedField = models.GeneratedField(
        expression=Func(F("word"), function="moothall.sound_of"),
        output_field=models.CharField(max_length=60, null=True, db_collation="C"), db_persist=True,
    )  # fmt: skip

    objects = TenantManager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council", "word"], name="one_word_a_council")]


class KeptApart(TenantModel):
    """What a case or a contact of somebody protected told, taken out of its row by triggers: column → value."""

    class What(models.TextChoices):
        CASE = "case", "A case"
        CONTACT = "contact", "A contact"

    customer = tenant_key("customers.Customer")
    what = models.CharField(max_length=8, choices=What.choices)
    row = models.BigIntegerField()
    texts = models.JSONField(default=dict)

    objects = TenantManager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council", "what", "row"], name="one_kept_apart_a_row")]


class ProtectedSights(models.QuerySet["ProtectedSight"]):
    def open_at(self, at: datetime) -> ProtectedSights:
        return self.filter(starts__lte=at, ends__gt=at)


class ProtectedSight(models.Model):
    """The right `see_protected`: this person may see the council's protected people, from `starts` up to `ends`.

    Written by the functions of tenancy/protected.sql alone. Who ends it before its time brings `ends` nearer.
    """

    council = models.ForeignKey("tenancy.Council", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ProtectedSights.as_manager()
