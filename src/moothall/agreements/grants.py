"""The grants that follow from a version's shares: who may see what is decided by who serves it, and by nothing else."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q

from moothall.agreements.models import AgreementVersion
from moothall.domain.findings import Finding, Place
from moothall.tenancy.models import Grant, Service

SWITCHBOARD = "switchboard"
Key = tuple[int, int, int, str, int | None, datetime | None]


def grants_of(version: AgreementVersion, *, since: datetime | None = None) -> list[Grant]:
    """The grants of a version, not saved: the right of each share's function, for its team, on each of its services.

    Whoever answers the switchboard may use the directory too. They run for the share's period, from
    `since` at the earliest.
    """
    directory = set(Service.objects.filter(slug=SWITCHBOARD).values_list("number", flat=True))
    found = []
    for share in version.shares.order_by("number"):
        begins = max(share.starts, since) if since else share.starts
        if begins >= share.ends:
            continue
        right = Grant.Right.ANSWER if share.function == "answer" else Grant.Right.RESOLVE
        for service in share.body["services"]:
            rights = [right]
            if service in directory and right == Grant.Right.ANSWER:
                rights.append(Grant.Right.DIRECTORY)
            found += [
                Grant(
                    team_id=share.team_id, council_id=share.client_id, service_id=service, right=each, share=share,
                    valid_from=begins, valid_to=share.ends,
                )
                for each in rights
            ]
    return found


def key_of(grant: Grant) -> Key:
    """What makes a grant the one that a share gives; when it began may differ, since a share may replace another."""
    return (grant.team_id, grant.council_id, grant.service_id, grant.right, grant.share_id, grant.valid_to)


def missing_grants(version: AgreementVersion, at: datetime) -> list[Grant]:
    """Grants that a version in force should have given and that aren't there. They would begin now."""
    there = {key_of(grant) for grant in Grant.objects.filter(share__version=version)}
    return [grant for grant in grants_of(version, since=at) if key_of(grant) not in there]


def extra_grants(at: datetime) -> list[Grant]:
    """Grants still to run that name a share and that no agreement in force gives."""
    in_force = AgreementVersion.objects.filter(state=AgreementVersion.State.IN_FORCE)
    expected = {key_of(grant) for version in in_force for grant in grants_of(version)}
    # Without a share stands only what a council's own people read of its own figures.
    own = Q(share=None, right=Grant.Right.REPORT, team__employer=F("council"))
    running = Grant.objects.exclude(own).filter(Q(valid_to__gt=at) | Q(valid_to=None))
    return [grant for grant in running.select_related("team", "council", "service", "share").order_by("id")
            if key_of(grant) not in expected]


def check_grants(at: datetime) -> Iterator[Finding]:
    """Whether teams may see what the agreements in force let them see, no less and no more."""
    for version in AgreementVersion.objects.filter(state=AgreementVersion.State.IN_FORCE).select_related("agreement"):
        missing = missing_grants(version, at)
        if missing:
            yield Finding(
                "grants.missing",
                f"{len(missing)} grants of {version.agreement.name}, version {version.number}, aren't there: its teams "
                "can't see what they serve.",
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
