"""An agreement's life: proposed, signed by each party, in force, ended.

The database's functions decide (life.sql); what can be said before they are asked, that the text is sound and at odds
with no other agreement, is said here. Every party's journal holds each step.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from moothall.agreements.check import check_text
from moothall.agreements.conflicts import conflicts_of
from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion
from moothall.agreements.queries import ask
from moothall.agreements.register import register_from_database
from moothall.domain.calendar import midnight
from moothall.domain.findings import Finding, Place
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Person
from moothall.tenancy.models import CORE
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

# What the database answers, in words for whoever asked.
REFUSED = {
    "not_draft": "This version is no draft any more. Somebody proposed it meanwhile.",
    "not_proposed": "This version isn't waiting for signatures any more. It was signed or withdrawn meanwhile.",
    "changed": "The text isn't the one that you read. Read it again before you sign.",
    "moved": "Somebody changed this draft after you opened it. Read what changed, then go on.",
    "taken": "There is an agreement of that short name already. Enter another one.",
    "unreadable": "The text can't be read like that.",
    "no_right": "Only a manager of one of the councils that it binds may do this.",
    "sight_unconfirmed": "Teams would see what they don't serve. Read who gains sight, and confirm it.",
    "line_taken": "Another agreement in force leads one of its lines elsewhere already. Use another number here.",
    "already": "Your council has signed this version already.",
    "not_in_force": "This version isn't in force.",
    "too_soon": "That is sooner than the agreed notice allows.",
    "too_late": "The agreement ends by itself before that day.",
    "no_ground": "Say why, with one of the grounds that the agreement names.",
    "ends_early": "The end must be after the beginning.",
    "halted": "It is paused or taken back already.",
    "recalled": "It was taken back for good meanwhile, so it can't go on. Only another version of the agreement shares "
    "it again.",
    "not_paused": "It isn't paused any more. Somebody let it go on meanwhile.",
    "no_council": "There is no such council.",
    "already_cut": "It is cut off already.",
    "not_cut": "It isn't cut off.",
    "no_glass": "Only who leads or manages a team of another party of its agreements may look at its records.",
    "no_reason": "Say what the emergency is.",
    "too_long": "That is longer than the agreement allows. Ask for fewer minutes.",
    "open_already": "You are looking at this council's records already. End that first.",
    "glass_over": "It is over already.",
}


class Refused(Exception):
    """It was not done; `code` is one of REFUSED, `findings` what is wrong with the text."""

    def __init__(self, code: str, findings: tuple[Finding, ...] = ()) -> None:
        self.code, self.findings = code, findings
        super().__init__(REFUSED.get(code) or "; ".join(finding.words for finding in findings))


def propose_version(
    version: AgreementVersion, *, by: Person, sha256: str = "", sight: Sequence[str] = ()
) -> None:
    """Lay a draft before its parties. Refused where its text isn't sound, begins in the past, is at odds, isn't the one
    with this hash (by default the one at hand), or lets teams see what they don't serve by other shares than `sight`,
    of which this person confirms it."""
    at = clock.now()
    if sha256 and sha256 != version.sha256:
        raise Refused("moved")
    with step():
        _must_stand(version, at)
        asked = (sha256 or version.sha256, by.pk, at, list(sight))
        state = _ask(version, "propose_text", *asked, done=("proposed",))
        confirmed = {"sight_confirmed": sorted(sight)} if sight else {}
        for council in version.parties:
            body = journalled(version, state, person=by.pk, **confirmed)
            write("version.propose", council=council, service=CORE, at=at, body=body)


def sign_version(version: AgreementVersion, *, council: int, by: Person, sha256: str, way: str) -> bool:
    """Sign for a council the text with this hash; True where that was the last signature and it is now in force."""
    at = clock.now()
    with step():
        _must_stand(version, at, signing=True)
        state = _ask(version, "sign_version", council, by.pk, sha256, way, at, done=("signed", "in_force"))
        body = journalled(version, state, person=by.pk, signed_for=council, sha256=sha256, way=way)
        for party in version.parties:
            write("version.sign", council=party, service=CORE, at=at, body=body)
    return state == "in_force"


def withdraw_version(version: AgreementVersion, *, by: Person) -> None:
    """Take a proposal back; what was signed of it is worth nothing."""
    at = clock.now()
    with step():
        state = _ask(version, "withdraw_version", by.pk, at, done=("withdrawn",))
        for council in version.parties:
            body = journalled(version, state, person=by.pk)
            write("version.withdraw", council=council, service=CORE, at=at, body=body)


def end_version(version: AgreementVersion, *, until: datetime, by: Person) -> None:
    """Give notice: the version ends at `until`, not before the agreed notice has run."""
    at = clock.now()
    if until < midnight(version.earliest_end(at)):
        raise Refused("too_soon")
    with step():
        state = _ask(version, "end_version", by.pk, until, at, done=("ends",))
        body = journalled(version, state, person=by.pk, until=until.isoformat())
        for council in version.parties:
            write("version.end", council=council, service=CORE, at=at, body=body)


def standing_findings(version: AgreementVersion, at: datetime, *, signing: bool = False) -> tuple[Finding, ...]:
    """What forbids that this version is proposed, or signed, now."""
    checked = check_text(version.text, register=register_from_database())
    errors = tuple(finding for finding in checked.findings if finding.severity == "error")
    if errors:
        return errors
    later = AgreementVersion.objects.to_come(at).filter(agreement=version.agreement_id, holds_from__gt=version.starts)
    found = [
        Finding("later-signed", f"Version {other.number} is signed and begins later than this one would.",
                "Begin this version after it.", Place(what=version.agreement.name))
        for other in later.order_by("number")
    ]
    amends = AgreementVersion.objects.to_come(at).filter(agreement=version.agreement_id).exists()
    if amends and version.starts <= at and not signing:
        found.append(Finding(
            "back-dated", "This version would begin in the past, over contacts that were already counted and charged.",
            "Let it begin tomorrow or later (from: in its text).", Place(what=version.agreement.name),
        ))
    return (*found, *conflicts_of(version, at))


def _must_stand(version: AgreementVersion, at: datetime, *, signing: bool = False) -> None:
    """Looked at alone: whoever settles another agreement at this instant waits, or is waited for."""
    ask("settle_alone")
    if findings := standing_findings(version, at, signing=signing):
        raise Refused("unsound", findings)


@contextmanager
def step() -> Iterator[None]:
    """The transaction of one step; whatever comes of it, this process looks again which agreements are in force."""
    try:
        with scope(System("sign")):
            yield
    finally:
        forget()


def _ask(version: AgreementVersion, function: str, *values: object, done: tuple[str, ...]) -> str:
    """What a function of life.sql answers; Refused where that isn't one of `done`."""
    answer = ask_for(function, version.pk, *values)
    if answer not in done:
        raise Refused(answer)
    return answer


def ask_for(function: str, *values: object) -> str:
    """The word that a function of the database answers."""
    return str(ask(function, *values)[0][0])


def journalled(version: AgreementVersion, state: str, **more: object) -> dict[str, object]:
    """What an entry says of a step."""
    return {"agreement": version.agreement_id, "version": version.pk, "state": state, **more}
