"""Whether the grants are those that the agreements in force give: no more, no less."""
from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q

from moothall.agreements.grants import grants_of
from moothall.agreements.models import AgreementVersion
from moothall.domain.findings import Finding, Place
from moothall.lib import clock
from moothall.tenancy.models import Grant

Key = tuple[int, int, int, str, int | None]
REMEDY = "Load the agreement's version again: `./moot agreement load FILE`. It writes the grants anew."


def check_grants() -> Iterator[Finding]:
    """Compare the rows with what the shares say. Grants without a share (a council reads its figures) are its own."""
    in_force = AgreementVersion.objects.filter(state=AgreementVersion.State.IN_FORCE).select_related("agreement")
    if not in_force:
        yield Finding("grants.no_agreement", "No agreement is in force: nobody answers for anybody.",
                      "Load one with `./moot agreement load FILE`.", Place("agreements"))
    for version in in_force:
        wanted = _keys(grants_of(version))
        found = _keys(Grant.objects.filter(share__version=version))
        place = Place(f"{version.agreement.slug} version {version.number}")
        if missing := wanted - found:
            words = f"{len(missing)} grants that its shares give are missing: {_first(missing)}."
            yield Finding("grants.missing", words, REMEDY, place)
        if extra := found - wanted:
            yield Finding("grants.extra", f"{len(extra)} grants are there that no share gives: {_first(extra)}.",
                          REMEDY, place)
    now = clock.now()
    stale = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), share__isnull=False, valid_from__lte=now
    ).exclude(share__version__in=in_force)
    if count := stale.count():
        yield Finding("grants.stale", f"{count} grants of versions that are no longer in force are still valid.",
                      REMEDY, Place("agreements"))


def _keys(grants: Iterable[Grant]) -> set[Key]:
    return {(grant.team_id, grant.council_id, grant.service_id, grant.right, grant.share_id) for grant in grants}


def _first(keys: set[Key]) -> str:
    team, council, service, right, _ = sorted(keys)[0]
    return f"team {team} may {right} service {service} of council {council}"
