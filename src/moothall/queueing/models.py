"""Who is there, what was offered to whom, and what an agent may still see of a call."""
from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel, tenant_key


class Presence(models.Model):
    """One agent's desk. `version` rises in the transaction that changes what the desk shows."""

    class State(models.TextChoices):
        AWAY = "away", "Not here"
        READY = "ready", "Ready"
        RINGING = "ringing", "Ringing"
        IN_CALL = "in_call", "In call"
        WRAP_UP = "wrap_up", "Finishing"
        PAUSED = "paused", "Pause"
        ASKED = "asked", "Asked by a colleague"  # about the call of `contact_id`, which is the colleague's

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, primary_key=True, related_name="presence")
    state = models.CharField(max_length=10, choices=State.choices, default=State.AWAY)
    since = models.DateTimeField()
    idle_since = models.DateTimeField()  # the end of the last call, or sign-in: longest idle first
    device = models.CharField(max_length=40, blank=True)
    contact_id = models.BigIntegerField(null=True)
    contact_council = models.IntegerField(null=True)
    pause_reason = models.CharField(max_length=40, blank=True)
    notice = models.CharField(max_length=40, blank=True)  # a code of words to show once: taken, rang_off, no_answer
    version = models.BigIntegerField(default=1)


class Offer(ServiceModel):
    """A contact laid before one agent. At most one live offer a contact and one an agent: the table says so."""

    class State(models.TextChoices):
        LIVE = "live", "Live"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        EXPIRED = "expired", "Not answered in time"
        WITHDRAWN = "withdrawn", "Withdrawn"

    contact = tenant_key("contacts.Contact", related_name="offers")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.JSONField(default=dict)  # the winner's order key and the runner-up's

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["council", "contact"], condition=models.Q(state="live"), name="one_live_offer_a_contact"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="live"), name="one_live_offer_an_agent"
            ),
        ]


class Lease(models.Model):
    """One agent's sight of one contact and of what it led to, from answer to wrap-up. Ids only.

    `via` is the partnership on whose line the call came, where it has become a council's own since.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    contact_id = models.BigIntegerField()
    council = models.IntegerField()
    service = models.IntegerField()
    via = models.IntegerField(null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    # Of a call that was passed on: of which services it shows needs and runs. None: of all.
    keys = ArrayField(models.IntegerField(), null=True)
    cases = ArrayField(models.BigIntegerField(), default=list)
    customers = ArrayField(models.BigIntegerField(), default=list)
    properties = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "contact_id"], name="one_lease_a_contact")]
        indexes = [models.Index(fields=["person", "ends"], name="lease_running")]


class Command(models.Model):
    """What a desk asks the exchange to do. The router does it; the desk follows the exchange's events."""

    kind = models.CharField(max_length=12)  # answer, clear, decline, hold, retrieve, pass_on, ring; consults/route.py
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    contact_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=60, blank=True)


class Passing(ServiceModel):
    """A call that somebody passes on: who, to whom, why, with what the next must know, and what came of it.

    `wanted` is the service of the same council for which it waits then. `team` is also set where it goes to a `person`:
    the one by which they may have it. What may be written here, the database judges (passings/passings.sql).

    Whoever is to take it may be asked first, while the caller is on hold (`consult`): then they are `person`, also
    where a team was asked and the router chose them.
    """

    class Kind(models.TextChoices):
        TEAM = "team", "To a team"
        PERSON = "person", "To a colleague"
        OUTSIDE = "outside", "To a number outside"
        HANDSET = "handset", "At the telephone itself"

    class State(models.TextChoices):
        ASKED = "asked", "Asked of the exchange"
        REFUSED = "refused", "Refused by the exchange"
        CONSULT = "consult", "Somebody is asked first"
        ENDED = "ended", "Asked, and the call stayed"
        WAITING = "waiting", "On its way"
        TAKEN = "taken", "Taken"
        LOST = "lost", "The call ended before somebody took it"
        OUT = "out", "Put through to a number outside"

    class Consult(models.TextChoices):
        ASKED = "asked", "Asked of the exchange"
        RINGING = "ringing", "Rings there"
        TALKING = "talking", "They talk, and the caller waits"
        CALLER = "caller", "The caller is talked to, and they wait"

    contact = tenant_key("contacts.Contact", related_name="passings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    wanted = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=20, blank=True, db_default="")
    name = models.CharField(max_length=120, blank=True, db_default="")  # whose number that is
    words = models.TextField(blank=True, db_default="")  # what the next must know
    needs = ArrayField(models.BigIntegerField(), default=list)  # those that go along; the others stay the first's
    asked_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # taken, lost or refused
    taken_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=40, blank=True, db_default="")
    note = models.TextField(blank=True, db_default="")  # what the first wrote while they finished their part
    finished_at = models.DateTimeField(null=True)  # when they had finished it
    consult = models.CharField(max_length=8, choices=Consult.choices, blank=True, db_default="")  # "": not asked first
    talked_at = models.DateTimeField(null=True)  # since when whoever was asked has talked with whoever asks
    apart = models.BooleanField(default=False, db_default=False)  # of somebody protected: tenancy/protected.sql

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["council", "contact"], condition=models.Q(state__in=["asked", "consult", "waiting"]),
                name="one_passing_a_contact",
            ),
        ]


class RouterState(models.Model):
    """One row: who leads, when it last said so, whether the exchange answers. For doctor and desks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    leader = models.CharField(max_length=80, blank=True)  # host and process
    leader_since = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    link = models.CharField(max_length=10, default="down")  # up, down
    link_since = models.DateTimeField(null=True)
    # Whether the exchange lets desks hold a call and pass it on.
    handles_calls = models.BooleanField(default=False, db_default=False)
    consults = models.BooleanField(default=False, db_default=False)  # and ask somebody while the caller is on hold
    calls_out = models.BooleanField(default=False, db_default=False)  # and ring somebody
    counters = models.JSONField(default=dict)  # what the link met that it did not know, by name

    HEARTBEAT_LIMIT = timedelta(seconds=20)  # four heartbeats: a router that says nothing for so long is dead

    def is_linked(self, at: datetime) -> bool:
        """Whether a router lives and its link to the exchange is up: what desks and doctor go by."""
        return self.link == "up" and self.heartbeat_at is not None and at - self.heartbeat_at < self.HEARTBEAT_LIMIT
