"""How far a council has come, read from the rows."""

from __future__ import annotations

from datetime import datetime

from moothall.agreements.models import AgreementVersion, Line, Share
from moothall.domain.colours import INK
from moothall.onboarding.actions import missing_parameters
from moothall.onboarding.authorities import authorities
from moothall.onboarding.checklist import Checklist, Facts, ShareFacts, checklist
from moothall.onboarding.models import DryRun, PlannedLine
from moothall.onboarding.queries import wards_of
from moothall.onboarding.services import chosen_services
from moothall.people.models import Membership, Person
from moothall.tenancy.models import Council
from moothall.tenancy.validity import valid_at

STAGES = ("in_force", "signed", "proposed", "draft")
NO_COLOUR = INK


def checklist_of(council: Council, at: datetime) -> Checklist:
    return checklist(facts_of(council, at))


def version_that_counts(council: Council, at: datetime) -> AgreementVersion | None:
    """The version that names the council as a client and is nearest to being in force; of equals the newest."""
    rows = AgreementVersion.objects.filter(shares__client=council, ends__gt=at).select_related("agreement").distinct()
    found = [row for row in rows.defer("text").order_by("-pk") if row.stage(at) in STAGES]
    return min(found, key=lambda row: STAGES.index(row.stage(at)), default=None)


def last_dry_run(council: Council, version: AgreementVersion | None) -> DryRun | None:
    """The newest of this version, with what its calls heard."""
    if version is None:
        return None
    return DryRun.objects.filter(council=council, version=version).exclude(told={}).order_by("-at").first()


def facts_of(council: Council, at: datetime) -> Facts:
    wards = wards_of(council.gss)
    chosen = [row.service.name for row in sorted(chosen_services(council), key=lambda row: row.service_id)]
    missing, assumed = missing_parameters(council)
    version = version_that_counts(council, at)
    people = Person.objects.filter(employer=council, is_active=True)
    jobs = Membership.objects.filter(valid_at(at), person__in=people).values_list("job", flat=True)
    planned, agreed = _lines(council, version)
    last = DryRun.objects.filter(council=council).order_by("-at").defer("told").first()
    county = authorities().get(council.county_gss)
    return Facts(
        name=council.name,
        tier=council.tier,
        county=county.name.removesuffix(" County Council") if county else "",
        prefix=council.reference_prefix,
        postcodes=sum(ward.postcodes for ward in wards),
        wards=len(wards),
        services=tuple(chosen),
        missing_parameters=tuple(missing),
        assumed_parameters=assumed,
        jobs=frozenset(jobs),
        people=people.count(),
        not_signed_in=people.filter(password__startswith="!").count(),
        lines=tuple(planned | agreed),
        lines_without_share=tuple(name for name in planned if name not in agreed),
        branded=council.brand.upper() != NO_COLOUR,
        phone=council.phone,
        address=council.address,
        share=_share(council, version, at),
        rehearsed_at=last.at if last else None,
        rehearsed_problems=last.problems if last else 0,
        rehearsed_now=bool(last and version and last.version_id == version.pk),
    )


def _lines(council: Council, version: AgreementVersion | None) -> tuple[dict[str, None], dict[str, None]]:
    """The lines planned and those of the version, each by its number and name."""
    planned = {
        f"{row.name} ({row.number})": row.number
        for row in PlannedLine.objects.filter(council=council).order_by("number")
    }
    rows = Line.objects.filter(version=version, council=council).order_by("number") if version else []
    numbers = {row.number: row.name for row in rows}
    agreed = {name: None for name, number in planned.items() if number in numbers}
    others = {f"{name} ({number})": None for number, name in numbers.items() if number not in planned.values()}
    return dict.fromkeys(planned), agreed | others


def _share(council: Council, version: AgreementVersion | None, at: datetime) -> ShareFacts | None:
    if version is None:
        return None
    shares = list(Share.objects.filter(version=version, client=council).select_related("team").order_by("number"))
    answered = {number for share in shares if share.function == "answer" for number in share.body.get("services", ())}
    unserved = [row.service.name for row in chosen_services(council) if row.service_id not in answered]
    filled = set(Membership.objects.filter(valid_at(at), person__is_active=True).values_list("team", flat=True))
    own = {share.team.name for share in shares if share.team_id not in filled}
    return ShareFacts(
        version.agreement.slug,
        version.agreement.name,
        version.number,
        version.stage(at),
        version.holds_from or version.starts,
        tuple(unserved),
        tuple(sorted(own)),
    )
