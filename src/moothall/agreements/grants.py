"""The grants that follow from a version's shares: who may see what is decided by who serves it, and by nothing else."""
from __future__ import annotations

from datetime import datetime

from moothall.agreements.models import AgreementVersion
from moothall.tenancy.models import Grant, Service

SWITCHBOARD = "switchboard"


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
