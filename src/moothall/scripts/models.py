"""Published scripts and the walks through them."""

from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel, tenant_key


class ScriptVersion(models.Model):
    """One script as published, by the SHA-256 of its text; never changed."""

    hash = models.CharField(max_length=64, primary_key=True)
    pack = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    text = models.TextField()
    published_at = models.DateTimeField()


class Run(ServiceModel):
    """One walk: the script's hash, parameters, answers, facts with source and time, and the effects it had."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        LEFT = "left", "Left"
        GIVEN = "given", "Given away"  # in a call: they have a code to go on with it on the web

    contact = tenant_key("contacts.Contact", null=True, related_name="runs")
    need = tenant_key("contacts.Need", null=True, related_name="runs")
    need_number = models.BigIntegerField(null=True)  # that it left when it went on on the web, where no need is seen
    script = models.ForeignKey(ScriptVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    channel = models.CharField(max_length=10, default="phone")
    level = models.SmallIntegerField(default=0)  # how far it is proved who the caller is
    parent = tenant_key("scripts.Run", null=True, related_name="interrupts")  # to which an interrupt returns
    parameters = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)  # name → {"value", "source", "at"}
    effects = models.JSONField(default=dict)  # step → result
    started_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()


class RunKey(models.Model):
    """What opens a run on the public pages: hashes and ids alone, which no login role reads (tenancy/residents.sql)."""

    run = models.BigIntegerField(primary_key=True, db_column="run_id")
    council = models.IntegerField()
    service = models.IntegerField()
    secret_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, db_index=True)
    used_hash = models.CharField(max_length=64, db_index=True)  # the code that opened it last
    expires_at = models.DateTimeField()
    contact = models.BigIntegerField(null=True, db_column="contact_id")


class CodeGuess(models.Model):
    """A code that opens nothing was typed; too many of them and nobody is let try. `who` is a hash."""

    who = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)


class IdentityCheck(ServiceModel):
    """One fact that somebody was asked to prove who they are: which kind, and whether it was right; never the fact.

    Run and contact are numbers, no keys: a run may speak for another council than its own, and rows never point across.
    """

    run_number = models.BigIntegerField()
    contact_number = models.BigIntegerField(null=True)
    property = tenant_key("places.Property")
    fact = models.CharField(max_length=20)
    matched = models.BooleanField()
    at = models.DateTimeField()
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        indexes = [models.Index(fields=["property", "at"], name="identity_check_day")]


class StepComment(ServiceModel):
    """Something is wrong with a step: what somebody wrote in a call, and the word back once it is dealt with."""

    LONGEST = 300

    contact = tenant_key("contacts.Contact", null=True)
    run_number = models.BigIntegerField()
    script = models.ForeignKey(ScriptVersion, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=80)
    text = models.CharField(max_length=LONGEST)
    written_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    word = models.CharField(max_length=LONGEST)

    objects = TenantManager()
