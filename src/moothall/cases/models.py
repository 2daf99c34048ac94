"""The record of a need that outlives the contact."""
from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel, tenant_key

NAME = "name"  # of an answer: somebody's name
DISCREET = "discreet"  # of the marks: nobody near whoever told it should see what it is about


class Case(ServiceModel):
    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    reference = models.CharField(max_length=16, db_collation="C")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey("agreements.AgreementVersion", on_delete=models.PROTECT, null=True, related_name="+")
    share = models.ForeignKey("agreements.Share", on_delete=models.PROTECT, null=True, related_name="+")
    property = tenant_key("places.Property", null=True)
    customer = tenant_key("customers.Customer", null=True)
    contact = tenant_key("contacts.Contact", null=True, related_name="cases")
    about = models.CharField(max_length=120, blank=True, db_collation="C")  # what it is about, to find a duplicate
    answers = models.JSONField(default=list)  # [{"question", "answer"}, …] as the resident gave them; a name has "kind"
    marks = models.JSONField(default=list)  # unverified_by_crew, priority, …
    told = models.TextField(blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    outcome_words = models.TextField(blank=True)
    changed = models.IntegerField(default=1)
    # Of somebody protected: title, address, answers and what was told stand elsewhere (tenancy/protected.sql).
    apart = models.BooleanField(default=False, db_default=False)

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council", "reference"], name="one_case_a_reference")]
        indexes = [
            models.Index(fields=["reference"], name="case_reference"),
            models.Index(fields=["due_at"], condition=models.Q(state="open"), name="case_open_due"),
            models.Index(fields=["property", "state"], name="case_property"),
            models.Index(fields=["officer", "due_at"], condition=models.Q(state="open"), name="case_officer_due"),
            models.Index(fields=["team", "-closed_at"], condition=models.Q(state="closed"), name="case_team_closed"),
            models.Index(fields=["about"], condition=models.Q(state="open"), name="case_about"),
        ]


class CaseNote(ServiceModel):
    case = tenant_key("cases.Case", related_name="notes")
    text = models.TextField()
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()
