"""A version as its pages read it: what its text says, proved and compiled, and how everybody in it is called."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from moothall.agreements.check import check_read
from moothall.agreements.check_here import staffing
from moothall.agreements.conflicts import conflicts_of
from moothall.agreements.models import AgreementVersion
from moothall.agreements.reader import ReadAgreement, read_agreement
from moothall.agreements.register import CouncilEntry, Register, ServiceEntry, bank_holidays, register_from_database
from moothall.domain.findings import Finding
from moothall.domain.responsibility.compile import ResponsibilityMap, compile_shares
from moothall.domain.responsibility.notice import Amendment
from moothall.domain.responsibility.shares import AgreementTerms, Cell, Cover, ShareTerms
from moothall.tenancy.models import Council
from moothall.web.configure.holders import Holders

TO_COME = ("draft", "proposed", "signed")  # the stages of a version that doesn't hold yet


@dataclass(frozen=True, slots=True)
class Proved:
    """A text that could be read: its terms, the map of its shares, and the promises of each cell."""

    terms: AgreementTerms
    table: ResponsibilityMap
    covers: Mapping[Cell, tuple[Cover, ...]]
    shares: Mapping[int, ShareTerms]

    @property
    def cells(self) -> set[Cell]:
        """Everything that is promised or held at some time."""
        return {*self.table.cells, *self.covers}


@dataclass(frozen=True, slots=True)
class Seen:
    """A version with everything that its pages show. `proved` is None where its text can't be read."""

    version: AgreementVersion
    findings: tuple[Finding, ...]
    proved: Proved | None
    councils: Mapping[int, Council]
    services: Mapping[int, ServiceEntry]
    holders: Holders

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


def read_version(version: AgreementVersion, now: datetime) -> Seen:
    """Read a version's text, compile it, and prove it as it would be proved if it were signed now."""
    register = register_from_database()
    read, proved = _read(version.text, register.councils, register.services)
    councils = {council.number: council for council in Council.objects.all()}
    teams = {team.slug: team for team in read.terms.teams} if read.terms else {}
    return Seen(
        version, _findings(version, read, register, now), proved, councils,
        {service.number: service for service in register.services}, Holders(councils, teams),
    )  # fmt: skip


def in_force_beside(version: AgreementVersion, now: datetime) -> AgreementVersion | None:
    """The version in whose place this one would come."""
    return AgreementVersion.objects.in_force(now).filter(agreement=version.agreement_id).exclude(pk=version.pk).first()


def _findings(version: AgreementVersion, read: ReadAgreement, register: Register, now: datetime) -> tuple[Finding, ...]:
    """Of what is to come: notice, and whether it is at odds with another agreement. Of what holds too: who is in the
    teams."""
    stage = version.stage(now)
    before = in_force_beside(version, now) if stage in TO_COME else None
    terms = _read(before.text, register.councils, register.services)[0].terms if before else None
    here = staffing(now) if stage in (*TO_COME, "in_force") else None
    amends = Amendment(terms, now) if terms else None
    beside = conflicts_of(version, now) if stage in ("draft", "proposed") and read.terms else ()
    return (*check_read(read, register=register, staffing=here, amends=amends).findings, *beside)


# A stored text never changes, and reading the eight councils' takes 0.3 s: each tab, and each cell looked at closely,
# would wait for it. The register is a part of the key, so a council's new name is seen at once.
@lru_cache(maxsize=64)
def _read(
    text: str, councils: tuple[CouncilEntry, ...], services: tuple[ServiceEntry, ...]
) -> tuple[ReadAgreement, Proved | None]:
    register = Register(councils, services, bank_holidays())
    read = read_agreement(text, register=register)
    if read.terms is None:
        return read, None
    covers: dict[Cell, list[Cover]] = {}
    for cover in read.terms.covers:
        for cell in cover.cells():
            covers.setdefault(cell, []).append(cover)
    return read, Proved(
        read.terms, compile_shares(read.terms.shares, register.holidays_by_council()),
        {cell: tuple(found) for cell, found in covers.items()}, {share.id: share for share in read.terms.shares},
    )  # fmt: skip
