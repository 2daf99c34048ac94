"""Two agreements that hold at the same time must not claim the same cell or the same number."""
from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from moothall.agreements.in_force import holidays_by_council, terms_of_rows
from moothall.agreements.models import AgreementVersion, Line, Share, Succession
from moothall.agreements.successions import SIGNED, passings_signed
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.overlaps import contested_shares
from moothall.domain.responsibility.shares import Names
from moothall.domain.responsibility.succession import Passing, pass_on
from moothall.tenancy.models import Council, Service


def conflicts_of(version: AgreementVersion, at: datetime) -> tuple[Finding, ...]:
    """What this version and the other agreements, in force or signed to be, would both claim."""
    held = AgreementVersion.objects.to_come(at).exclude(agreement=version.agreement_id).filter(starts__lt=version.ends)
    others = list(held.exclude(ends__lte=version.starts).values_list("pk", flat=True))
    place = Place(what=f"with the agreements in force besides {version.agreement.name}")
    taken = Line.objects.filter(version__in=others, number__in=version.lines.values("number"))
    return (*_cells_claimed([*others, version.pk], place), *_lines_claimed(taken, place))


def claimed_twice(at: datetime) -> tuple[Finding, ...]:
    """What two agreements, in force or signed to be, both claim: nothing, unless somebody went round the checks."""
    held = list(AgreementVersion.objects.to_come(at).values_list("pk", flat=True))
    place = Place(what="the agreements in force")
    meanwhile = Line.objects.filter(
        version__in=held, number=OuterRef("number"), version__starts__lt=OuterRef("version__ends"),
        version__ends__gt=OuterRef("version__starts"),
    ).exclude(version__agreement=OuterRef("version__agreement"))
    taken = Line.objects.filter(Exists(meanwhile), version__in=held)
    return (*_cells_claimed(held, place), *_lines_claimed(taken, place))


def _cells_claimed(versions: list[int], place: Place) -> list[Finding]:
    rows = Share.objects.filter(version__in=versions).select_related("team", "version")
    drafted = Succession.objects.filter(version__in=versions).exclude(version__state__in=SIGNED)
    own = drafted.values_list("predecessor", "successor", "at")
    passed = [*passings_signed(), *(Passing(*each) for each in own)]
    shares = pass_on(terms_of_rows(rows.order_by("version", "number")), passed)
    names = Names(
        dict(Council.objects.values_list("number", "short_name")), dict(Service.objects.values_list("number", "name"))
    )
    return [
        Finding("agreements-overlap", finding.words, "End one agreement's share before the other's begins.", place,
                times=finding.times)
        for finding in contested_shares(shares, compile_shares(shares, holidays_by_council()), names)
    ]


def _lines_claimed(taken: QuerySet[Line], place: Place) -> list[Finding]:
    return [
        Finding("line-taken", f"The line {number} is already led elsewhere by another agreement in force.",
                "Give the line up there first, or use another number here.", place)
        for number in taken.order_by("number").values_list("number", flat=True).distinct()
    ]
