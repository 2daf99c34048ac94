"""What a council has chosen on its way to live: services with their parameters, and lines that it means to have."""

from __future__ import annotations

from django.db import models

from moothall.tenancy.models import Council, Service


class ChosenService(models.Model):
    """A service that a council wants answered. `values` are the parameters that it named; the pack knows the others."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["council", "service"], name="one_choice_a_service")]


class PlannedLine(models.Model):
    """A line as the council means to publish it; it rings once an agreement in force names it."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)  # as the exchange dials it
    public_number = models.CharField(max_length=20, unique=True)  # E.164
    name = models.CharField(max_length=80)
    greeting = models.CharField(max_length=200, blank=True)


class DryRun(models.Model):
    """That calls were played for a council, by which version, and what they heard. The calls themselves are gone."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey("agreements.AgreementVersion", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=10)  # rehearsed: by the queue, in transactions that were undone
    calls = models.PositiveIntegerField()
    problems = models.PositiveIntegerField()
    told = models.JSONField(default=dict, db_default={})  # what each call heard, as Rehearsal.as_dict() says it

    class Meta:
        indexes = [models.Index(fields=["council", "at"], name="dry_runs_of_a_council")]
