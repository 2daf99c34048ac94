"""People and organisations as one council knows them; never merged across councils."""
from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import TenantModel, tenant_key


class Customer(TenantModel):
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    property = tenant_key("places.Property", null=True)
    protected = models.BooleanField(default=False)

    objects = TenantManager()


class CustomerPhone(TenantModel):
    """A telephone number that may be a customer's: it suggests a person, it never checks one."""

    customer = tenant_key("customers.Customer", related_name="phones")
    number = models.CharField(max_length=16, db_collation="C")  # E.164: +441858960123

    objects = TenantManager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["number", "council"], name="customer_phone")]


class CustomerToken(TenantModel):
    """One word of a name, normalised (lower case, no accents), for search by prefix under row security."""

    customer = tenant_key("customers.Customer", related_name="tokens")
    token = models.CharField(max_length=60, db_collation="C")

    objects = TenantManager()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["token", "customer"], name="customer_token")]
