"""Two texts compared by what they say. Needs no database."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from moothall.agreements.reader import read_agreement
from moothall.agreements.register import Register
from moothall.domain.findings import Finding
from moothall.domain.responsibility.changes import Changes, Known, changes_of
from moothall.domain.responsibility.shares import AgreementTerms, Names, ShareTerms


class NotRead(Exception):
    """A text can't be read, so nothing can be said of it; `which` is "before" or "after"."""

    def __init__(self, which: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"the text {which} can't be read")
        self.which, self.findings = which, findings


@dataclass(frozen=True, slots=True)
class Texts:
    """Two texts as they were read; `before` is None where there is none yet."""

    before: AgreementTerms | None
    after: AgreementTerms
    register: Register

    @property
    def teams(self) -> dict[str, str]:
        """The names of every team of either, by slug; the later text's where both have one."""
        return {team.slug: team.name for terms in (self.before, self.after) if terms for team in terms.teams}

    @property
    def names(self) -> Names:
        known = self.register.names()
        return Names(known.councils, known.services, self.teams)

    def changes(
        self, *, people: Mapping[str, int] | None = None, beside: Iterable[ShareTerms] = (),
        since: datetime | None = None,
    ) -> Changes:
        """What changes, in sentences. `people`: how many each team has; without it nobody is counted. `beside`: the
        shares of other agreements.
        """
        known = Known(self.names, self.register.holidays_by_council(), people or {}, tuple(beside))
        return changes_of(self.before, self.after, known=known, since=since)


def read_texts(
    before: str | None, after: str, *, register: Register, files: tuple[str, str] = ("", "")
) -> Texts:
    """Read both texts. Raises NotRead. A text that reads may still have gaps: a draft is compared too."""
    old = _read(before, "before", register, files[0]) if before is not None else None
    return Texts(old, _read(after, "after", register, files[1]), register)


def _read(text: str, which: str, register: Register, file: str) -> AgreementTerms:
    read = read_agreement(text, register=register, file=file)
    if read.terms is None:
        raise NotRead(which, read.findings)
    return read.terms
