"""Agreements as stored: their texts, the shares and lines that a text holds."""
from __future__ import annotations

from django.db import models

from moothall.tenancy.models import Council, Service


class Agreement(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)


class AgreementVersion(models.Model):
    """A dated text of an agreement. The text is the truth; its shares and lines are rows too, for keys and look-ups."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_FORCE = "in_force", "In force"
        ENDED = "ended", "Ended"

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="one_version_a_number")]


class Share(models.Model):
    """A line of an agreement's version."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="shares")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=60)
    client = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=8)  # answer, resolve
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField(default=0)
    after_s = models.PositiveIntegerField(default=0)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    body = models.JSONField(default=dict)  # services, channels, hours, standard, price, as in the text

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_share_a_key")]


class Line(models.Model):
    """A number that a council, or the partnership, publishes for a service."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="lines")
    number = models.CharField(max_length=20)  # as the exchange dials it: the route point
    public_number = models.CharField(max_length=20, blank=True)  # as the public dials it, E.164
    aliases = models.JSONField(default=list)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, default="phone")
    name = models.CharField(max_length=80)
    greeting = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_line_a_number")]
