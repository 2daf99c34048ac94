"""Staff, their teams and what they can do. No residents here."""
from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from moothall.tenancy.models import Council, Service


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A member of staff, or an operator of the installation (who sees no residents)."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    employer = models.ForeignKey(Council, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)
    station = models.CharField(max_length=40, blank=True)  # the telephone on the desk: a device of the exchange
    is_operator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]


class Team(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    employer = models.ForeignKey(Council, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Job(models.TextChoices):
        AGENT = "agent", "Agent"
        LEADER = "leader", "Team leader"
        OFFICER = "officer", "Officer"
        MANAGER = "manager", "Manager"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    job = models.CharField(max_length=10, choices=Job.choices, default=Job.AGENT)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "team"])]


class Skill(models.Model):
    """How well a person answers a service: 1 learning, 2 able, 3 expert."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "service"], name="one_level_a_skill")]


class SharedValue(models.Model):
    """What all web processes remember together for a while: how often somebody tried to sign in, which code is used."""

    key = models.CharField(max_length=255, primary_key=True, db_collation="C")
    value = models.JSONField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="shared_value_expires")]
