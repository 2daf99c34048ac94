"""How far a council has come, read from the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from moothall.agreements.halt_words import alike, cuts_at, halt_words, halts_of
from moothall.agreements.models import AgreementVersion, Halt, Line, Share
from moothall.domain.colours import INK
from moothall.domain.responsibility.phrases import moment_words
from moothall.domain.responsibility.times import listed
from moothall.onboarding.actions import missing_parameters
from moothall.onboarding.authorities import authorities
from moothall.onboarding.checklist import Checklist, Facts, ShareFacts, VersionFacts, checklist
from moothall.onboarding.models import DryRun
from moothall.onboarding.queries import planned_lines, wards_of
from moothall.onboarding.services import chosen_services
from moothall.people.models import Membership, Person
from moothall.tenancy.models import Council
from moothall.tenancy.validity import valid_at

STAGES = ("in_force", "signed", "proposed", "draft")
SIGNED = STAGES[:2]
NO_COLOUR = INK


def checklist_of(council: Council, at: datetime) -> Checklist:
    return checklist(facts_of(council, at))


def versions_that_count(council: Council, at: datetime) -> list[AgreementVersion]:
    """Those that name the council as a client: all that are in force, then all that are signed to begin later, since
    they hold beside each other; where there is none, the one that is nearest to it, of equals the newest."""
    rows = AgreementVersion.objects.filter(shares__client=council, ends__gt=at).select_related("agreement").distinct()
    found = [row for row in rows.defer("text").order_by("pk") if row.stage(at) in STAGES]
    found.sort(key=lambda row: STAGES.index(row.stage(at)))
    signed = [row for row in found if row.stage(at) in SIGNED]
    nearest = [row for row in found if row.stage(at) == found[0].stage(at)]
    return signed or nearest[-1:]


def version_that_counts(council: Council, at: datetime) -> AgreementVersion | None:
    """The first of them, under which calls that are played are kept."""
    return next(iter(versions_that_count(council, at)), None)


def last_dry_run(council: Council, versions: Sequence[AgreementVersion]) -> DryRun | None:
    """The newest of these versions, with what its calls heard."""
    return DryRun.objects.filter(council=council, version__in=versions).exclude(told={}).order_by("-at").first()


def facts_of(council: Council, at: datetime) -> Facts:
    wards = wards_of(council.gss)
    chosen = [row.service.name for row in sorted(chosen_services(council), key=lambda row: row.service_id)]
    missing, assumed = missing_parameters(council)
    versions = versions_that_count(council, at)
    people = Person.objects.filter(employer=council, is_active=True)
    jobs = Membership.objects.filter(valid_at(at), person__in=people).values_list("job", flat=True)
    planned, agreed = _lines(council, versions)
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
        share=_share(council, versions, last, at),
        rehearsed_at=last.at if last else None,
        rehearsed_problems=last.problems if last else 0,
        rehearsed_now=bool(last and last.version_id in {version.pk for version in versions}),
        cut_off=_cut_off(council, at),
    )


def _cut_off(council: Council, at: datetime) -> str:
    halt = cuts_at(at).filter(council=council).first()
    return moment_words(halt.starts) if halt else ""


def _lines(council: Council, versions: Sequence[AgreementVersion]) -> tuple[dict[str, None], dict[str, None]]:
    """The lines planned and those of the versions, each by its number and name."""
    planned = {
        f"{row.name} ({row.number})": row.number
        for row in planned_lines(council.pk)
    }
    rows = Line.objects.filter(version__in=versions, council=council).order_by("number")
    numbers = {row.number: row.name for row in rows}
    agreed = {name: None for name, number in planned.items() if number in numbers}
    others = {f"{name} ({number})": None for number, name in numbers.items() if number not in planned.values()}
    return dict.fromkeys(planned), agreed | others


def _share(
    council: Council, versions: Sequence[AgreementVersion], last: DryRun | None, at: datetime
) -> ShareFacts | None:
    if not versions:
        return None
    rows = Share.objects.filter(version__in=versions, client=council, ends__gt=at).select_related("team")
    shares = list(rows.order_by("version", "number"))
    stopped = halts_of(shares, at)
    answers = [share for share in shares if share.function == "answer"]
    on = [share for share in answers if share.pk not in stopped or _falls_back(share, stopped[share.pk])]
    begun = {version.pk for version in versions if version.stage(at) == "in_force"}
    now, later = (_services([share for share in on if (share.version_id in begun) is held]) for held in (True, False))
    names = {row.service_id: row.service.name for row in chosen_services(council)}
    halted = {
        number: stopped[share.pk] for share in reversed(answers) if share.pk in stopped for number in _services([share])
    }
    alone = [(name, halted[number]) for number, name in names.items() if number in halted and number not in now | later]
    filled = set(Membership.objects.filter(valid_at(at), person__is_active=True).values_list("team", flat=True))
    return ShareFacts(
        tuple(_version(version, last, at) for version in versions),
        unserved=tuple(name for number, name in names.items() if number not in now | later | set(halted)),
        later=tuple(name for number, name in names.items() if number in later - now),
        stopped=tuple(
            f"{listed(each)}: {words}, and no other share answers." for words, each in alike(alone, halt_words).items()
        ),
        unstaffed=tuple(sorted({share.team.name for share in shares if share.team_id not in filled})),
        answered=bool(now),
    )


def _services(shares: Iterable[Share]) -> set[int]:
    return {int(number) for share in shares for number in share.body.get("services", ())}


def _falls_back(share: Share, halt: Halt) -> bool:
    """Whether another team answers in its place while it is stopped."""
    return halt.kind != Halt.Kind.CUT and bool((share.body.get("emergency") or {}).get("fallback"))


def _version(version: AgreementVersion, last: DryRun | None, at: datetime) -> VersionFacts:
    signed = version.signatures.order_by("-at").values_list("at", flat=True).first() or version.loaded_at
    played = last is None or last.version_id == version.pk or signed <= last.at
    stage, starts = version.stage(at), version.holds_from or version.starts
    return VersionFacts(version.agreement.name, version.number, stage, starts, played)
