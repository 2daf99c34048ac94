"""Who works at a council, as its switchboard knows them: people and teams, their lines, and who must not be told of."""
from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Listing(ServiceModel):
    """One person or team of a council. Its service is the switchboard, whose agents alone may see it.

    A restricted person is never confirmed to exist: nothing that a script or page asks gives such a row.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        TEAM = "team", "Team"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    code = models.CharField(max_length=60)  # the feed's own id of it
    name = models.CharField(max_length=120)
    also = ArrayField(models.CharField(max_length=120), default=list)  # nicknames, names before a marriage
    team = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=40, blank=True)  # of a team: planning, press, housing-duty …
    number = models.CharField(max_length=20, blank=True)  # rung by the agent, never read out
    takes_calls = models.BooleanField(default=True)
    restricted = models.BooleanField(default=False)
    deputy = models.CharField(max_length=60, blank=True)  # the code of whoever is rung instead
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # half-open
    checked_on = models.DateField()

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council", "code"], name="one_listing_a_code")]

    @staticmethod
    def listed(council: int, day: date) -> QuerySet[Listing]:
        """What may be told of on a day: in place then, and not restricted."""
        until = Q(valid_to=None) | Q(valid_to__gt=day)
        found: QuerySet[Listing] = Listing.objects.filter(until, council_id=council, valid_from__lte=day)
        return found.filter(restricted=False).order_by("council", "code")
