"""The agreements in force, compiled once and kept until the set of their versions changes."""
from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from moothall.agreements.models import AgreementVersion, Line, Share
from moothall.agreements.register import bank_holidays
from moothall.agreements.schema import terms_of
from moothall.domain.responsibility.compile import ResponsibilityMap, compile_shares
from moothall.domain.responsibility.shares import ShareTerms
from moothall.people.models import Team
from moothall.tenancy.models import Council

LOOK_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an agreement in force. `council` and `service` are numbers."""

    number: str
    public_number: str
    council: int
    service: int
    channel: str
    name: str
    greeting: str
    council_name: str
    version_id: int


@dataclass(frozen=True, slots=True)
class InForce:
    """Everything that look-ups need of the agreements in force, without a query."""

    versions: tuple[int, ...]
    table: ResponsibilityMap
    shares: Mapping[int, ShareTerms]
    version_of: Mapping[int, int]
    team_ids: Mapping[str, int]
    lines: Mapping[str, LineRow]


_kept: InForce | None = None
_looked = 0.0


def current() -> InForce:
    """The agreements in force, from memory. Which those are is looked up again twice a second at most."""
    global _kept, _looked
    moment = time.monotonic()
    pause = getattr(settings, "AGREEMENTS_LOOK_AGAIN_S", LOOK_AGAIN_S)
    if _kept is not None and moment - _looked < pause:
        return _kept
    found = AgreementVersion.objects.filter(state=AgreementVersion.State.IN_FORCE)
    versions = tuple(found.order_by("pk").values_list("pk", flat=True))
    if _kept is None or _kept.versions != versions:
        _kept = build(versions)
    _looked = moment
    return _kept


def forget() -> None:
    """Look again at the next question: this process has changed the set."""
    global _kept
    _kept = None


def build(versions: tuple[int, ...]) -> InForce:
    """Compile the shares of these versions together."""
    rows = list(Share.objects.filter(version__in=versions).select_related("team").order_by("version", "number"))
    shares = terms_of_rows(rows)
    return InForce(
        versions=versions,
        table=compile_shares(shares, holidays_by_council()),
        shares={share.id: share for share in shares},
        version_of={row.pk: row.version_id for row in rows},
        team_ids=dict(Team.objects.values_list("slug", "pk")),
        lines=_lines(versions),
    )


def terms_of_rows(rows: Iterable[Share]) -> list[ShareTerms]:
    """Rows of one or several versions as terms; `overrides` are resolved within each version."""
    found = list(rows)
    ids: dict[int, dict[str, int]] = {}
    for row in found:
        ids.setdefault(row.version_id, {})[row.key] = row.pk
    return [terms_of(row, ids[row.version_id]) for row in found]


def holidays_by_council() -> dict[int, frozenset[date]]:
    """Each council's bank holidays, by its division."""
    divisions = Council.objects.values_list("number", "division")
    return {number: bank_holidays().of(division) for number, division in divisions}


def _lines(versions: tuple[int, ...]) -> dict[str, LineRow]:
    found: dict[str, LineRow] = {}
    for row in Line.objects.filter(version__in=versions).select_related("council").order_by("version", "number"):
        for number in (row.number, row.public_number, *row.aliases):
            if number:
                found[number] = line_row(row)
    return found


def line_row(row: Line) -> LineRow:
    return LineRow(
        number=row.number, public_number=row.public_number, council=row.council_id, service=row.service_id,
        channel=row.channel, name=row.name, greeting=row.greeting, council_name=row.council.name,
        version_id=row.version_id,
    )
