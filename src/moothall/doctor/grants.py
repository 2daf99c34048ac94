"""Whether the grants are those that the agreements in force give: no more, no less."""
from __future__ import annotations

from collections.abc import Iterator

from moothall.agreements import grants
from moothall.agreements.conflicts import claimed_twice
from moothall.agreements.halt_words import cuts_at
from moothall.agreements.models import AgreementVersion
from moothall.domain.findings import Finding, Place
from moothall.lib import clock


def check_grants() -> Iterator[Finding]:
    """Grants without a share (a council reads its own figures) are the council's own affair."""
    if not AgreementVersion.objects.in_force(clock.now()).exists():
        yield Finding("grants.no_agreement", "No agreement is in force: nobody answers for anybody.",
                      "Load one with `./moot agreement load FILE`.", Place("agreements"))
    yield from grants.check_grants(clock.now())


def check_cut_off() -> Iterator[Finding]:
    """A council that is cut off is nobody's by intent: who looks why its calls end must read it here."""
    for halt in cuts_at(clock.now()):
        yield Finding("council.cut_off", f"{halt.council.name} is cut off: {halt.reason}",
                      f"Let it take part again with `moothall sever {halt.council.slug} --undo`.", Place("council"))


def check_claims() -> Iterator[Finding]:
    """Nothing is claimed by two agreements at once."""
    yield from claimed_twice(clock.now())
