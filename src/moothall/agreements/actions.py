"""Loading an agreement's text: a version with its shares and lines, and, in force, the grants that follow from them."""
from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from moothall.agreements.check import check_read
from moothall.agreements.conflicts import conflicts_of
from moothall.agreements.emergency import emergency_body
from moothall.agreements.grants import missing_grants
from moothall.agreements.in_force import forget
from moothall.agreements.models import Agreement, AgreementVersion, Line, Share
from moothall.agreements.queries import ask, enact, ring_every_desk
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_database
from moothall.agreements.schema import body_of
from moothall.agreements.successions import make_successors, store_successions, to_come
from moothall.domain.findings import Finding
from moothall.domain.responsibility.shares import AgreementTerms
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Team
from moothall.tenancy.models import CORE, Council, Grant
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

State = AgreementVersion.State
ALIVE = (State.DRAFT, State.PROPOSED, State.IN_FORCE)  # the same words, withdrawn or ended, make a new version


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
    read = read_agreement(text, register=register_from_database(), file=file)
    checked, text = check_read(read, register=register_from_database()), read.text  # without short forms
    if checked.terms is None or not checked.sound:
        raise NotSound(checked.findings)
    try:
        with transaction.atomic():
            make_successors(checked.terms)  # before the scope, which names every council that there is
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
    held = agreement.versions.to_come(at).filter(sha256=digest).first() if in_force else None  # a draft may follow it
    same = held or (latest if latest and latest.sha256 == digest and latest.state in ALIVE else None)
    if same and (same.state == State.IN_FORCE or not in_force):
        if same.state == State.IN_FORCE:
            Grant.objects.bulk_create(missing_grants(same, at))
            ring_every_desk()
        return same
    version = same if same and same.state == State.DRAFT else _store(agreement, terms, text, digest, at)
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
        starts=terms.starts, ends=terms.ends, loaded_at=at, parties=_signing(terms),
        notice_months=terms.notice.months, notice_days=terms.notice.days,
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
            body={**body_of(share, terms.bodies[share.id]), **emergency_body(terms, share)},
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
    store_successions(version, terms, teams)
    return version


def _signing(terms: AgreementTerms) -> list[int]:
    """The councils that sign: every party but the partnership itself, and a council yet to come: neither could."""
    councils = Council.objects.filter(number__in=terms.parties, kind=Council.Kind.COUNCIL)
    councils = councils.exclude(number__in=to_come(each.number for each in terms.successions))
    return sorted(councils.values_list("number", flat=True))


def _put_in_force(version: AgreementVersion, at: datetime) -> int | None:
    """Without signatures, as the owner may in a demo. The id of the version that it replaces."""
    ask("settle_alone")
    conflicts = conflicts_of(version, at)
    if conflicts:
        raise NotSound(conflicts)
    amends = AgreementVersion.objects.to_come(at).filter(agreement=version.agreement).exists()
    replaced = enact(version.pk, at if amends else version.starts)
    version.refresh_from_db()
    return replaced
