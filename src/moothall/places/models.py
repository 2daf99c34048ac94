"""Where people are: postcodes, properties, the days on which crews come."""
from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import TenantModel


class Postcode(models.Model):
    """ONSPD's row for one postcode: which council most of it lies in. An address may lie in another."""

    key = models.CharField(max_length=7, primary_key=True, db_collation="C")  # LE167AA
    display = models.CharField(max_length=8)
    lad = models.CharField(max_length=9)
    county = models.CharField(max_length=9, blank=True)
    ward = models.CharField(max_length=9, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="postcode_where")]


class Authority(models.Model):
    """Any UK council, also those that don't take part: to name the right one to a caller from outside."""

    gss = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=120)
    tier = models.CharField(max_length=20)
    website = models.URLField(blank=True, max_length=300)


class Holiday(models.Model):
    division = models.CharField(max_length=30)
    date = models.DateField()
    title = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "date"], name="one_holiday_a_day")]


class Property(TenantModel):
    """An address with its UPRN (BS 7666). A street part and a number, so that a list can be read out in order."""

    uprn = models.BigIntegerField()
    usrn = models.BigIntegerField(null=True)
    number = models.CharField(max_length=40)
    street = models.CharField(max_length=80)
    town = models.CharField(max_length=60)
    postcode_key = models.CharField(max_length=7, db_collation="C")
    postcode = models.CharField(max_length=8)
    ward = models.CharField(max_length=9, blank=True)
    round_code = models.CharField(max_length=12, blank=True)
    assisted = models.BooleanField(default=False)  # assisted collection: shown to the service only, never said

    objects = TenantManager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council", "uprn"], name="one_property_a_uprn")]
        indexes = [
            models.Index(fields=["postcode_key", "street", "number"], name="property_postcode"),
            models.Index(fields=["uprn"], name="property_uprn"),
        ]

    @property
    def line(self) -> str:
        """`14 Mill Lane, Kibworth`."""
        return f"{self.number} {self.street}, {self.town}"


class Collection(TenantModel):
    """One planned visit of a crew: the normal date and the actual one (holidays move rounds, both ways)."""

    round_code = models.CharField(max_length=12)
    stream = models.CharField(max_length=12)  # refuse, recycling, food, garden
    scheduled = models.DateField()
    actual = models.DateField()

    objects = TenantManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["council", "round_code", "stream", "scheduled"], name="one_visit_a_date")
        ]
