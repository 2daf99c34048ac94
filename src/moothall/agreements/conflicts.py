"""Two agreements that hold at the same time must not claim the same cell or the same number."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from moothall.agreements.halt_words import halt_told, halts_of
from moothall.agreements.halts import until_taken_back
from moothall.agreements.in_force import holidays_by_council, terms_of_rows
from moothall.agreements.models import AgreementVersion, Halt, Line, Share, Succession
from moothall.agreements.successions import passings_signed
from moothall.domain.calendar import wall_clock
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.overlaps import contested_shares
from moothall.domain.responsibility.shares import Names
from moothall.domain.responsibility.succession import Passing, pass_on
from moothall.domain.responsibility.times import day_words, listed
from moothall.tenancy.models import Council
from moothall.tenancy.queries import service_names

THIS = "this agreement"


def conflicts_of(version: AgreementVersion, at: datetime) -> tuple[Finding, ...]:
    """What this version and the other agreements, in force or signed to be, would both claim."""
    others = list(others_meanwhile(version.agreement_id, version.starts, version.ends, at))
    place = Place(what=f"with the agreements in force besides {version.agreement.name}")
    taken = Line.objects.filter(version__in=others, number__in=version.lines.values("number"))
    called = {**called_by(others), version.pk: THIS}
    return (*_cells_claimed(called, place, at), *_lines_claimed(taken, called, place))


def others_meanwhile(
    agreement: int | None, starts: datetime, ends: datetime, at: datetime
) -> QuerySet[AgreementVersion]:
    """The versions of other agreements, in force or signed to be, that hold at some time between two instants."""
    held = AgreementVersion.objects.to_come(at).exclude(agreement=agreement).filter(starts__lt=ends)
    return held.exclude(ends__lte=starts).select_related("agreement").order_by("pk")


def claimed_twice(at: datetime) -> tuple[Finding, ...]:
    """What two agreements, in force or signed to be, both claim: nothing, unless somebody went round the checks."""
    held = list(AgreementVersion.objects.to_come(at).select_related("agreement").order_by("pk"))
    place = Place(what="the agreements in force")
    meanwhile = Line.objects.filter(
        version__in=held, number=OuterRef("number"), version__starts__lt=OuterRef("version__ends"),
        version__ends__gt=OuterRef("version__starts"),
    ).exclude(version__agreement=OuterRef("version__agreement"))
    taken = Line.objects.filter(Exists(meanwhile), version__in=held)
    called = called_by(held)
    return (*_cells_claimed(called, place, at), *_lines_claimed(taken, called, place))


def called_by(versions: Iterable[AgreementVersion]) -> dict[int, str]:
    """How findings call versions, by their ids: which agreement, between whom, from when to when it holds."""
    names = dict(Council.objects.values_list("number", "short_name"))
    return {
        version.pk: f"“{version.agreement.name}”, version {version.number} "
        f"({listed([names[number] for number in version.parties])}, {_period(version)})"
        for version in versions
    }


def _period(version: AgreementVersion) -> str:
    first, _ = wall_clock(version.holds_from or version.starts)
    last, _ = wall_clock(version.ends - timedelta(minutes=1))
    return f"{day_words(first)} to {day_words(last)}"


def _cells_claimed(called: Mapping[int, str], place: Place, at: datetime) -> list[Finding]:
    found = Share.objects.filter(version__in=called).select_related("team", "version")
    rows = list(found.order_by("version", "number"))
    drafted = Succession.objects.filter(version__in=called).exclude(version__state__in=AgreementVersion.SIGNED)
    own = drafted.values_list("predecessor", "successor", "at")
    passed = [*passings_signed(), *(Passing(*each) for each in own)]
    shares = pass_on(until_taken_back(terms_of_rows(rows)), passed)
    names = Names(
        dict(Council.objects.values_list("number", "short_name")), service_names()
    )
    held_by = {row.pk: called[row.version_id] for row in rows}
    return [
        Finding("agreements-overlap", finding.words,
                "Let one agreement begin when the other ends, or leave what both claim out of one of them.", place,
                times=finding.times)
        for finding in contested_shares(
            shares, compile_shares(shares, holidays_by_council()), names, held_by, _pauses(rows, at))
    ]


def _pauses(rows: Sequence[Share], at: datetime) -> dict[int, str]:
    """Who looks for the rival of a share finds nobody who answers by one that is paused: it has to be told."""
    halts = [(pk, halt) for pk, halt in halts_of(rows, at).items() if halt.kind == Halt.Kind.PAUSE]
    return {pk: f"{halt_told(halt)}; when that is over it holds again" for pk, halt in halts}


def _lines_claimed(taken: QuerySet[Line], called: Mapping[int, str], place: Place) -> list[Finding]:
    leading: dict[str, list[str]] = {}
    for number, version in taken.order_by("number", "version").values_list("number", "version"):
        leading.setdefault(number, []).append(called[version])
    return [
        Finding("line-taken", f"The line {number} is already led elsewhere by {listed(by)}.",
                "Give the line up there first, or use another number here.", place)
        for number, by in leading.items()
    ]
