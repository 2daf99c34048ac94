"""Who takes part (councils, services) and what each team may see (grants)."""
from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from moothall.domain.colours import INK, WHITE
from moothall.tenancy.validity import valid_at

CORE = 0
KEY_FACTOR = 10_000


def scope_key(council: int, service: int = CORE) -> int:
    """The stored key of a tenant row: council number × 10,000 + service number."""
    return council * KEY_FACTOR + service


class Councils(models.QuerySet["Council"]):
    def here(self) -> Councils:
        """Those that take part: without the ones that were added by mistake and taken out again."""
        return self.exclude(kind=Council.Kind.REMOVED)


class Council(models.Model):
    """A local authority, or a partnership of several, which owns the shared lines."""

    class Kind(models.TextChoices):
        COUNCIL = "council", "Council"
        PARTNERSHIP = "partnership", "Partnership"
        REMOVED = "removed", "Removed"  # added by mistake; the journal still names its number

    number = models.PositiveIntegerField(primary_key=True)
    gss = models.CharField(max_length=9, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.COUNCIL)
    tier = models.CharField(max_length=12, default="district")
    county_gss = models.CharField(max_length=9, blank=True)
    letters = models.CharField(max_length=2)
    reference_prefix = models.CharField(max_length=3, unique=True)
    brand = models.CharField(max_length=7, default=INK)
    on_brand = models.CharField(max_length=7, default=WHITE)
    phone = models.CharField(max_length=20, blank=True)
    website = models.URLField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=30, default="england-and-wales")
    # Written by moothall.publish_identity alone, as are name, short_name, brand and on_brand from then on.
    host = models.CharField(max_length=253, unique=True, null=True, blank=True)
    logo = models.CharField(max_length=64, blank=True, default="")  # the hash of its drawing
    identity = models.PositiveBigIntegerField(null=True)  # the published version

    objects = Councils.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """An entry of the catalogue; its number is its LGSL id where that list has one."""

    number = models.PositiveIntegerField(primary_key=True)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    lgsl = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class Grants(models.QuerySet["Grant"]):
    def open_at(self, at: datetime) -> Grants:
        """Those that give sight at an instant, as open_scope.sql decides: valid, and neither paused, taken back nor of
        a council that is cut off."""
        halts = apps.get_model("agreements", "Halt").objects.filter(Q(ends=None) | Q(ends__gt=at), starts__lte=at)
        shares = halts.filter(share_id=OuterRef("share_id"), team_id=OuterRef("team_id"))
        whose = Q(council_id=OuterRef("council_id")) | Q(council_id=OuterRef("team__employer_id"))
        return self.filter(valid_at(at), ~Exists(shares), ~Exists(halts.filter(whose, kind="cut")))


class Grant(models.Model):
    """This team may, by this share, see that council's service, from then to then (half-open)."""

    class Right(models.TextChoices):
        ANSWER = "answer", "Answers contacts"
        RESOLVE = "resolve", "Resolves cases"
        REPORT = "report", "Reads figures"
        DIRECTORY = "directory", "Looks up people and extensions"

    team = models.ForeignKey("people.Team", on_delete=models.CASCADE, related_name="grants")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    right = models.CharField(max_length=12, choices=Right.choices)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    share = models.ForeignKey("agreements.Share", on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    objects = Grants.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "valid_from"])]


class Purpose(models.Model):
    """What the installation itself may do in whose login role, and which arrays of the scope that fills."""

    purpose = models.CharField(max_length=20)
    role = models.CharField(max_length=12)
    arrays = ArrayField(models.CharField(max_length=20))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "role"], name="one_purpose_a_role")]


class TenantModel(models.Model):
    """A row that belongs to one council. Its manager refuses to work outside a scope; the database refuses anyway."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
        base_manager_name = "objects"


class ServiceModel(TenantModel):
    """A row that belongs to one service of one council."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta(TenantModel.Meta):
        abstract = True


def tenant_key(to: str, *, null: bool = False, related_name: str = "+") -> models.ForeignKey:  # type: ignore[type-arg]
    """A foreign key between tenant tables: Django's single column; the constraint with the council is SQL."""
    return models.ForeignKey(
        to, on_delete=models.PROTECT, null=null, blank=null, related_name=related_name, db_constraint=False
    )
