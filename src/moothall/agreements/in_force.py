"""The agreements in force, compiled once and kept until the set of their versions changes."""
from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.conf import settings
from django.db.models.functions import Coalesce

from moothall.agreements.halts import Halted, halts_to_come, stand, turns_of
from moothall.agreements.models import AgreementVersion, Line, Share
from moothall.agreements.register import bank_holidays
from moothall.agreements.schema import terms_of
from moothall.agreements.successions import passings_signed
from moothall.domain.responsibility.compile import ResponsibilityMap, compile_shares
from moothall.domain.responsibility.lookup import Stretch
from moothall.domain.responsibility.shares import Cell, ShareTerms
from moothall.domain.responsibility.succession import Passing, pass_on, succeeded
from moothall.lib import clock
from moothall.lib.remembered import Kept
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


Held = tuple[int, datetime, datetime]  # a version's id, and from when to when it holds


@dataclass(frozen=True, slots=True)
class InForce:
    """Everything that look-ups need of the agreements in force, without a query.

    The map knows the versions that are signed to begin later too; `lines` are those of now, until `until`, and so is
    what is halted: `stopped` are the shares whose team is offered nothing, `gaps` says why of the cells they cover.
    """

    versions: tuple[Held, ...]
    halts: tuple[Halted, ...]
    until: datetime | None
    table: ResponsibilityMap
    shares: Mapping[int, ShareTerms]
    version_of: Mapping[int, int]
    team_ids: Mapping[str, int]
    lines: Mapping[str, LineRow]
    stopped: Mapping[int, str]
    gaps: Mapping[Cell, tuple[str, str]]
    following: Mapping[int, Council]  # the successor of each council that is no more by now
    stretches: dict[Cell, Stretch] = field(default_factory=dict, compare=False, repr=False)  # those asked for last


_kept: Kept[InForce] = Kept()
_supposed: ContextVar[InForce | None] = ContextVar("moothall_supposed", default=None)


def look_again_s() -> float:
    """For how long what was read of agreements and councils counts."""
    return float(getattr(settings, "AGREEMENTS_LOOK_AGAIN_S", LOOK_AGAIN_S))


def current() -> InForce:
    """The agreements in force, from memory. Which those are is looked up again twice a second at most, and at the
    moment at which one begins or ends. One thread looks, and the others have what was read before until it has."""
    if (supposed := _supposed.get()) is not None:
        return supposed
    moment, at = time.monotonic(), clock.now()
    before, looked = _kept.now() or (None, 0.0)
    turned = before is not None and before.until is not None and at >= before.until
    if before is not None and moment - looked < look_again_s() and not turned:
        return before
    return _kept.read(lambda: _as_of(at, None if turned else before), moment)


def _as_of(at: datetime, before: InForce | None) -> InForce:
    """What is in force at an instant: what was read before, where that is still of the same versions and halts."""
    versions, halts = held(at), halts_to_come(at)
    same = before is not None and (before.versions, before.halts) == (versions, halts)
    return before if before is not None and same else build(versions, halts, at)


def forget() -> None:
    """Look again at the next question: this process has changed the set. What is being read meanwhile isn't kept."""
    _kept.forget()


@contextmanager
def as_if(found: InForce) -> Iterator[None]:
    """Within, these agreements are the ones in force, whatever the rows say: for rehearsals."""
    token = _supposed.set(found)
    try:
        yield
    finally:
        _supposed.reset(token)


def held(at: datetime) -> tuple[Held, ...]:
    """The versions that hold at an instant, or are signed to begin later, in the order of their ids."""
    rows = AgreementVersion.objects.to_come(at).annotate(begins=Coalesce("holds_from", "starts")).order_by("pk")
    return tuple(rows.values_list("pk", "begins", "ends"))


def build(versions: tuple[Held, ...], halts: tuple[Halted, ...], at: datetime) -> InForce:
    """Compile the shares of these versions together."""
    ids = [version for version, _, _ in versions]
    rows = list(Share.objects.filter(version__in=ids).select_related("team", "version").order_by("version", "number"))
    passed = passings_signed()
    standing = stand(pass_on(terms_of_rows(rows), passed), rows, halts, at)
    following = _following(passed, at)
    dated = [*(moment for _, *both in versions for moment in both), *(each.at for each in passed), *turns_of(halts)]
    return InForce(
        versions=versions,
        halts=halts,
        until=min((moment for moment in dated if moment > at), default=None),
        table=compile_shares(standing.shares, holidays_by_council()),
        shares={share.id: share for share in reversed(standing.shares)},  # its own client's, where it is for several
        version_of={row.pk: row.version_id for row in rows},
        team_ids=dict(Team.objects.values_list("slug", "pk")),
        lines=_lines([version for version, begins, _ in versions if begins <= at], following),
        stopped=standing.stopped,
        gaps=standing.gaps,
        following=following,
    )


def terms_of_rows(rows: Iterable[Share]) -> list[ShareTerms]:
    """Rows of one or several versions as terms, as long as share and version both hold; `overrides` are resolved
    within each version. A share that never holds is left out."""
    found = list(rows)
    ids: dict[int, dict[str, int]] = {}
    for row in found:
        ids.setdefault(row.version_id, {})[row.key] = row.pk
    terms = [_while_held(terms_of(row, ids[row.version_id]), row.version) for row in found]
    return [share for share in terms if share.starts < share.ends]


def _while_held(share: ShareTerms, version: AgreementVersion) -> ShareTerms:
    begins = version.holds_from or version.starts
    return replace(share, starts=max(share.starts, begins), ends=min(share.ends, version.ends))


def holidays_by_council() -> dict[int, frozenset[date]]:
    """Each council's bank holidays, by its division."""
    divisions = Council.objects.values_list("number", "division")
    return {number: bank_holidays().of(division) for number, division in divisions}


def _following(passed: Sequence[Passing], at: datetime) -> dict[int, Council]:
    found = succeeded(passed, at)
    councils = Council.objects.in_bulk(set(found.values())) if found else {}
    return {old: councils[new] for old, new in found.items()}


def _lines(versions: Sequence[int], following: Mapping[int, Council]) -> dict[str, LineRow]:
    """A line of a council that is no more goes on, with the cells of before and in its successor's name."""
    found: dict[str, LineRow] = {}
    for row in Line.objects.filter(version__in=versions).select_related("council").order_by("version", "number"):
        for number in (row.number, row.public_number, *row.aliases):
            if number:
                found[number] = line_row(row, following.get(row.council_id))
    return found


def line_row(row: Line, spoken: Council | None = None) -> LineRow:
    """`spoken` is the council in whose name it is answered, where that isn't its own."""
    return LineRow(
        number=row.number, public_number=row.public_number, council=row.council_id, service=row.service_id,
        channel=row.channel, name=row.name, greeting=row.greeting, council_name=(spoken or row.council).name,
        version_id=row.version_id,
    )
