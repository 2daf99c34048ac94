"""Agreements as stored: their texts, the shares and lines that a text holds."""
from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce

from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.shares import Notice
from moothall.tenancy.models import Council, Service


class Agreement(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)


class Versions(models.QuerySet["AgreementVersion"]):
    def in_force(self, at: datetime) -> Versions:
        """Those that hold at an instant: signed, begun and not ended."""
        begun = self.alias(begins=Coalesce("holds_from", "starts")).filter(begins__lte=at, ends__gt=at)
        return begun.filter(state=AgreementVersion.State.IN_FORCE)

    def to_come(self, at: datetime) -> Versions:
        """Those that hold at an instant or are signed to begin later."""
        return self.filter(state=AgreementVersion.State.IN_FORCE, ends__gt=at)


class AgreementVersion(models.Model):
    """A dated text of an agreement. The text is the truth; its shares and lines are rows too, for keys and look-ups.

    Its life is in life.sql: a settled text is altered by nobody. `starts` is the text's; it holds from `holds_from`
    (later where the last party signed later) up to `ends`, which notice or a later version brings nearer.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Proposed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        IN_FORCE = "in_force", "In force"  # signed by every party; when it begins and ends, its dates say
        ENDED = "ended", "Ended"

    SIGNED = (State.IN_FORCE, State.ENDED)

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    loaded_at = models.DateTimeField()
    parties = ArrayField(models.PositiveIntegerField(), default=list)  # the councils that sign it, by number
    notice_months = models.PositiveSmallIntegerField(default=0)
    notice_days = models.PositiveSmallIntegerField(default=0)  # besides the months
    saved_at = models.DateTimeField(null=True)  # of a draft that a manager wrote: when, and who did last
    saved_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    holds_from = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)
    noticed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    objects = Versions.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="one_version_a_number")]

    @property
    def notice(self) -> Notice:
        return Notice(self.notice_months, self.notice_days)

    def earliest_end(self, at: datetime) -> date:
        """The first day without it that notice given at this instant may name, in London's days."""
        today = wall_clock(at)[0]
        return max(self.notice.over(today), today + timedelta(days=1))

    def stage(self, at: datetime) -> str:
        """Where it is in its life, as pages name it: its state, and what its dates make of being signed."""
        if self.state != self.State.IN_FORCE:
            return str(self.state)
        if at < (self.holds_from or self.starts):
            return "signed"
        return "in_force" if at < self.ends else "ended"


class Signature(models.Model):
    """One party's signature of exactly one text: who, in which job, when, how they proved who they are."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="signatures")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)  # as they were called when they signed
    job = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64)
    way = models.CharField(max_length=10)  # password, passkey
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "council"], name="one_signature_a_party")]


class SightConfirmed(models.Model):
    """Whoever proposed exactly one text confirmed by it that teams see what they don't serve, by these shares."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="sight_confirmed")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)  # as they were called then
    job = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    shares = ArrayField(models.CharField(max_length=60))  # by their keys

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "sha256"], name="one_confirmation_a_text")]


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


class HaltRows(models.QuerySet["Halt"]):
    def to_come(self, at: datetime) -> HaltRows:
        """Those that hold at an instant or will."""
        return self.filter(models.Q(ends=None) | models.Q(ends__gt=at))

    def holding(self, at: datetime) -> HaltRows:
        """Those that hold at an instant."""
        return self.to_come(at).filter(starts__lte=at)


class Halt(models.Model):
    """What keeps a share, or all that is a council's, from being in force for a while: a pause, a recall, a cut.

    Written by the functions of control.sql alone. `share` and `team` name the share that is paused or recalled and its
    team; a cut names the council alone. A recall has no end.
    """

    class Kind(models.TextChoices):
        PAUSE = "pause", "Paused"
        RECALL = "recall", "Taken back"
        CUT = "cut", "Cut off"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")  # the share's client; who is cut
    share = models.ForeignKey(Share, on_delete=models.PROTECT, null=True, related_name="halts")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")  # none: an operator
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    objects = HaltRows.as_manager()

    class Meta:
        indexes = [models.Index(fields=["share", "starts"], name="halt_of_share")]


class Succession(models.Model):
    """A council goes over to another at an instant. It holds where its version does then, and ever after.

    Rows keep the predecessor's key; whoever serves the successor is granted it from the instant (succession.sql).
    """

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="successions")
    predecessor = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "predecessor"], name="one_successor_a_version")]


class TeamPassing(models.Model):
    """Whose people go on in which team from the instant on; of a team that stays it is the same."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="team_passings")
    successor = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")
    becomes = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "successor", "team"], name="one_passing_a_team")]


class BreakGlasses(models.QuerySet["BreakGlass"]):
    def open_at(self, at: datetime) -> BreakGlasses:
        return self.filter(starts__lte=at, ends__gt=at)


class BreakGlass(models.Model):
    """Somebody of another party sees what is a council's, for a stated emergency, from `starts` up to `ends`.

    Written by the functions of glass.sql alone. Who ends it before its time brings `ends` nearer.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")  # whose records are seen
    reason = models.CharField(max_length=200)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    objects = BreakGlasses.as_manager()

    class Meta:
        indexes = [models.Index(fields=["council", "ends"], name="glass_of_council")]
