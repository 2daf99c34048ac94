"""Checking an agreement's text: what it says, and whether it is complete. Needs no database."""
from __future__ import annotations

from dataclasses import dataclass

from moothall.agreements.reader import ReadAgreement, read_agreement
from moothall.agreements.register import Register
from moothall.domain.findings import Finding, has_errors
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.notice import Amendment
from moothall.domain.responsibility.shares import AgreementTerms
from moothall.domain.responsibility.staffing import Staffing


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `terms` is None where the text can't be read; `sound` where it may be loaded."""

    terms: AgreementTerms | None
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return self.terms is not None and not has_errors(self.findings)


def check_text(text: str, *, register: Register, file: str = "") -> Checked:
    """Read a text and prove it complete. The meaning is looked at only when every line of it could be read."""
    return check_read(read_agreement(text, register=register, file=file), register=register)


def check_read(
    read: ReadAgreement, *, register: Register, staffing: Staffing | None = None, amends: Amendment | None = None
) -> Checked:
    """Prove what was read. Who is in the teams and which version it amends are known on a running system alone."""
    if read.terms is None:
        return Checked(None, read.findings)
    proved = check_agreement(
        read.terms, names=register.names(read.terms.teams), holidays=register.holidays_by_council(),
        published_through=register.holidays.published_through, staffing=staffing, amends=amends,
    )
    return Checked(read.terms, (*read.findings, *proved))
