"""Loading an agreement's text: a version with its shares and lines, and, in force, the grants that follow from them."""
from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import Q

from moothall.agreements.check import check_text
from moothall.agreements.grants import grants_of, missing_grants
from moothall.agreements.in_force import forget, holidays_by_council, terms_of_rows
from moothall.agreements.models import Agreement, AgreementVersion, Line, Share
from moothall.agreements.queries import cut_leases, ring_every_desk
from moothall.agreements.register import register_from_database
from moothall.agreements.schema import body_of
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.overlaps import contested_shares
from moothall.domain.responsibility.shares import AgreementTerms, Names
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Team
from moothall.tenancy.models import CORE, Council, Grant, Service
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

State = AgreementVersion.State
LEASE_OUTLIVES = timedelta(minutes=30)  # a call in progress may be finished so long after its share's end


class NotSound(Exception):
    """The text has errors; nothing was changed."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(finding.words for finding in findings if finding.severity == "error"))
        self.findings = findings


def load_version(
    text: str, *, in_force: bool = False, at: datetime | None = None, file: str = ""
) -> AgreementVersion:
    """Store a text as the next version of its agreement; `in_force` puts it in the place of the one before at `at`.

    The same text twice is one version; loaded again it gives back grants that have gone. Raises NotSound, with the
    findings, where the text isn't complete or would be at odds with another agreement in force; then nothing was
    changed. Runs as the owner.
    """
    moment = at or clock.now()
    checked = check_text(text, register=register_from_database(), file=file)
    if checked.terms is None or not checked.sound:
        raise NotSound(checked.findings)
    try:
        with scope(System("load")):
            version = _load(checked.terms, text, in_force=in_force, at=moment)
    finally:
        forget()
    return version


def _load(terms: AgreementTerms, text: str, *, in_force: bool, at: datetime) -> AgreementVersion:
    digest = hashlib.sha256(text.encode()).hexdigest()
    agreement, _ = Agreement.objects.get_or_create(slug=terms.slug, defaults={"name": terms.name})
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    latest = agreement.versions.order_by("-number").first()
    if latest and latest.sha256 == digest and (latest.state == State.IN_FORCE or not in_force):
        if latest.state == State.IN_FORCE:
            Grant.objects.bulk_create(missing_grants(latest, at))
            ring_every_desk()
        return latest
    if latest and latest.sha256 == digest and latest.state == State.DRAFT:
        version = latest
    else:
        version = _store(agreement, terms, text, digest, at)
    replaced = _put_in_force(version, at) if in_force else None
    for council in sorted({share.client for share in terms.shares}):
        write("version.load", council=council, service=CORE, at=at, body={
            "agreement": agreement.pk, "version": version.pk, "state": version.state, "replaced": replaced,
        })
    return version


def _store(agreement: Agreement, terms: AgreementTerms, text: str, digest: str, at: datetime) -> AgreementVersion:
    latest = agreement.versions.order_by("-number").first()
    version = AgreementVersion.objects.create(
        agreement=agreement, number=latest.number + 1 if latest else 1, state=State.DRAFT, text=text, sha256=digest,
        starts=terms.starts, ends=terms.ends, loaded_at=at,
    )
    teams = {
        team.slug: Team.objects.get_or_create(
            slug=team.slug, defaults={"name": team.name, "employer_id": team.employer}
        )[0].pk
        for team in terms.teams
    }
    Share.objects.bulk_create(
        Share(
            version=version, number=share.id, key=share.key, client_id=share.client, function=share.function,
            team_id=teams[share.team], tier=share.tier, after_s=share.after_s, starts=share.starts, ends=share.ends,
            body=body_of(share, terms.bodies[share.id]),
        )
        for share in terms.shares
    )
    Line.objects.bulk_create(
        Line(
            version=version, number=line.number, public_number=line.public_number, aliases=list(line.aliases),
            council_id=line.council, service_id=line.service, channel=line.channel, name=line.name,
            greeting=line.greeting,
        )
        for line in terms.lines
    )
    return version


def _put_in_force(version: AgreementVersion, at: datetime) -> int | None:
    """End the version before and its grants at this instant, and give the new one's. The id of what was replaced."""
    others = AgreementVersion.objects.filter(state=State.IN_FORCE)
    before = others.filter(agreement=version.agreement).first()
    _refuse_conflicts(version, [other.pk for other in others.exclude(agreement=version.agreement)])
    if before:
        ended = Grant.objects.filter(share__version=before)
        ended.filter(valid_from__gte=at).delete()
        ended.filter(Q(valid_to__gt=at) | Q(valid_to=None)).update(valid_to=at)
        before.state, before.ends = State.ENDED, min(before.ends, at)
        before.save(update_fields=["state", "ends"])
        cut_leases(before.pk, at + LEASE_OUTLIVES)
    Grant.objects.bulk_create(grants_of(version, since=at if before else None))
    version.state = State.IN_FORCE
    version.save(update_fields=["state"])
    ring_every_desk()
    return before.pk if before else None


def _refuse_conflicts(version: AgreementVersion, others: list[int]) -> None:
    """Two agreements in force together must not claim the same cell or the same number."""
    place = Place(what=f"with the agreements in force besides {version.agreement.name}")
    rows = Share.objects.filter(version__in=[*others, version.pk]).select_related("team").order_by("version", "number")
    shares = terms_of_rows(rows)
    names = Names(
        dict(Council.objects.values_list("number", "short_name")), dict(Service.objects.values_list("number", "name"))
    )
    found = [
        Finding("agreements-overlap", finding.words, "End one agreement's share before the other's begins.", place,
                times=finding.times)
        for finding in contested_shares(shares, compile_shares(shares, holidays_by_council()), names)
    ]
    taken = Line.objects.filter(version__in=others, number__in=version.lines.values("number"))
    found += [
        Finding("line-taken", f"The line {number} is already led elsewhere by another agreement in force.",
                "Give the line up there first, or use another number here.", place)
        for number in taken.order_by("number").values_list("number", flat=True)
    ]
    if found:
        raise NotSound(tuple(found))
