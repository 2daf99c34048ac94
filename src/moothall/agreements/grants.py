"""The grants that follow from a version's shares: who may see what is decided by who serves it, and by nothing else."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from moothall.agreements.models import AgreementVersion, Halt
from moothall.agreements.queries import ask
from moothall.agreements.successions import passings_signed
from moothall.domain.findings import Finding, Place
from moothall.domain.plural import count
from moothall.tenancy.models import Grant

Key = tuple[int, int, int, str, int | None, datetime | None]


def grants_of(version: AgreementVersion) -> list[Grant]:
    """The grants of a version, not saved, as the database's own function says: the rule stands there alone."""
    names = ("team_id", "council_id", "service_id", "right", "share_id", "valid_from", "valid_to")
    return [Grant(**dict(zip(names, row, strict=True))) for row in ask("grants_of", version.pk)]


def key_of(grant: Grant) -> Key:
    """What makes a grant the one that a share gives; when it began may differ, since a share may replace another."""
    return (grant.team_id, grant.council_id, grant.service_id, grant.right, grant.share_id, grant.valid_to)


def missing_grants(version: AgreementVersion, at: datetime) -> list[Grant]:
    """Grants that a version in force should have given and that aren't there. They would begin now."""
    there = {key_of(grant) for grant in Grant.objects.filter(share__version=version)}
    missing = [grant for grant in grants_of(version) if key_of(grant) not in there and _ends_after(grant, at)]
    for grant in missing:
        grant.valid_from = max(grant.valid_from, at)
    return missing


def _ends_after(grant: Grant, at: datetime) -> bool:
    return grant.valid_to is None or grant.valid_to > at


def extra_grants(at: datetime) -> list[Grant]:
    """Grants still to run that name a share and that no agreement in force gives."""
    expected = {key_of(grant) for version in AgreementVersion.objects.to_come(at) for grant in grants_of(version)}
    # Without a share stands only what a council's own people read of its own figures.
    own = Q(share=None, right=Grant.Right.REPORT, team__employer=F("council"))
    for each in passings_signed():  # and of those that became it
        own |= Q(share=None, right=Grant.Right.REPORT, team__employer=each.successor, council=each.predecessor)
    # Who takes over from a share that is paused or was taken back sees by the agreement's clause.
    instead = ~Q(team=F("share__team")) & Exists(Halt.objects.filter(share_id=OuterRef("share_id")))
    running = Grant.objects.exclude(own).exclude(instead).filter(Q(valid_to__gt=at) | Q(valid_to=None))
    return [grant for grant in running.select_related("team", "council", "service", "share").order_by("id")
            if key_of(grant) not in expected]


def check_grants(at: datetime) -> Iterator[Finding]:
    """Whether teams may see what the agreements in force let them see, no less and no more."""
    for version in AgreementVersion.objects.to_come(at).select_related("agreement"):
        missing = missing_grants(version, at)
        if missing:
            yield Finding(
                "grants.missing",
                f"{count(len(missing), 'grant')} of {version.agreement.name}, version {version.number}, missing: its "
                "teams can't see what they serve.",
                f"Load its text again: moothall agreement load FILE. Text {version.sha256[:12]}.",
                Place(f"agreement {version.agreement.slug}"),
            )
    for grant in extra_grants(at):
        yield Finding(
            "grants.extra",
            f"{grant.team.name} may see {grant.council.short_name}'s {grant.service.name} ({grant.right}), and no "
            "agreement in force says so.",
            f"Remove the grant {grant.pk}, or load the agreement that gives it.", Place(f"grant {grant.pk}"),
        )
