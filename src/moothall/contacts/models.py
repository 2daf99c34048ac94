"""One approach by one person on one channel, the legs it passed through, the needs it held."""
from __future__ import annotations

from django.db import models

from moothall.tenancy.managers import TenantManager
from moothall.tenancy.models import ServiceModel, tenant_key


class Contact(ServiceModel):
    """`council` and `service` are its line's. Standard, price and greeting come from the stamp, not today's map."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        OFFERED = "offered", "Ringing"
        ANSWERED = "answered", "In call"
        WRAP_UP = "wrap_up", "Finishing"
        DONE = "done", "Done"
        ABANDONED = "abandoned", "Rang off"
        CUT_OFF = "cut_off", "Cut off"
        UNANSWERED = "unanswered", "Nobody answers this line now"

    class From(models.TextChoices):
        NUMBER = "number", "A number"
        WITHHELD = "withheld", "Withheld"
        UNKNOWN = "unknown", "Not known"

    channel = models.CharField(max_length=10, default="phone")
    line = models.CharField(max_length=20)
    from_kind = models.CharField(max_length=10, choices=From.choices, default=From.UNKNOWN)
    from_number = models.CharField(max_length=16, blank=True, db_collation="C")
    call_key = models.CharField(max_length=80)  # the exchange's identity of the call, unique over its life
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)  # since when the caller is on hold
    ended_at = models.DateTimeField(null=True)
    wrapped_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, blank=True)  # caller, agent, exchange
    cause = models.CharField(max_length=40, blank=True)
    version = models.ForeignKey("agreements.AgreementVersion", on_delete=models.PROTECT, null=True, related_name="+")
    share = models.ForeignKey("agreements.Share", on_delete=models.PROTECT, null=True, related_name="+")
    tiers = models.JSONField(default=list)  # the stamped plan: [[after_s, team id], …]
    answer_within_s = models.IntegerField(null=True)  # the stamped promise
    agent = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    customer = tenant_key("customers.Customer", null=True)
    property = tenant_key("places.Property", null=True)
    notes = models.TextField(blank=True)
    outgoing = models.BooleanField(default=False, db_default=False)  # we rang them, at `from_number`
    again_at = models.DateTimeField(null=True)  # of such a one that reached nobody: when to try again
    # Of somebody protected, and over: number, address and notes stand elsewhere (tenancy/protected.sql).
    apart = models.BooleanField(default=False, db_default=False)

    objects = TenantManager()

    class Meta(ServiceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["council", "call_key"], name="one_contact_a_call")]
        indexes = [
            models.Index(
                fields=["offered_at"], name="contact_live",
                condition=models.Q(state__in=["waiting", "offered", "answered", "wrap_up"]),
            ),
            models.Index(fields=["from_number", "offered_at"], name="contact_from"),
        ]


class Leg(ServiceModel):
    """One queue or agent that the contact passed through, with its own stamp.

    A call on a partnership's line that turns out to be a council's goes on in a contact of that council's own, since no
    row is two councils': the leg there is the call's next one. Both contacts name the same call.
    """

    contact = tenant_key("contacts.Contact", related_name="legs")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    device = models.CharField(max_length=40, blank=True)
    version = models.ForeignKey("agreements.AgreementVersion", on_delete=models.PROTECT, null=True, related_name="+")
    share = models.ForeignKey("agreements.Share", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    alerting_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=40, blank=True)

    objects = TenantManager()


class Need(ServiceModel):
    """What the person wants; a contact may hold several. `service` is the need's own, not its line's."""

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", "Answered at once"
        CASE_OPENED = "case_opened", "Case opened"
        SIGNPOSTED = "signposted", "Told who can help"
        REFERRED = "referred", "Handed to an officer"
        CALLBACK = "callback", "To be rung back"
        BROKEN_OFF = "broken_off", "Broken off"
        MISTAKEN = "mistaken", "Begun by mistake"
        WENT_ON = "went_on", "Went on for its council"  # begun on a shared line, before the council was known

        @classmethod
        def for_agents(cls) -> list[tuple[str, str]]:
            """Those that an agent can choose; the others come about by themselves."""
            return [(value, label) for value, label in cls.choices if value != cls.WENT_ON]

    contact = tenant_key("contacts.Contact", related_name="needs")
    kind = models.CharField(max_length=40)  # the script's key: missed-bin
    title = models.CharField(max_length=80)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    outcome_code = models.CharField(max_length=40, blank=True)  # the service's own: missed_logged
    case = tenant_key("cases.Case", null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = TenantManager()

    @property
    def outcome_words(self) -> str:
        """How it ended, in words. A script may end as referred where others are to be told in the call and nobody has
        a case of it, as when somebody is at risk: that isn't called handed to an officer, who would be thought to act,
        nor told, since nobody knows who was rung."""
        if self.outcome == self.Outcome.REFERRED and self.outcome_code and self.case_id is None:
            return "Others to be told, no case"
        return str(self.get_outcome_display())
