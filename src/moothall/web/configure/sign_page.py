"""What the tab Sign shows: where a version stands, who signed, and what this person may do with it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from moothall.agreements.life import REFUSED, Refused, standing_findings
from moothall.agreements.models import Signature
from moothall.domain.findings import Finding
from moothall.domain.responsibility.phrases import from_words
from moothall.domain.responsibility.times import day_words
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.web.configure.access import councils_managed
from moothall.web.configure.finding_list import FindingRow, findings_page
from moothall.web.configure.halted import stopped_sentences
from moothall.web.configure.reading import TO_COME, Seen
from moothall.web.configure.sight_page import SightPage, sight_page
from moothall.web.configure.sign_forms import NoticeForm, PasswordForm, ProposeForm, SignForm

Form = TypeVar("Form", bound=PasswordForm)


@dataclass(frozen=True, slots=True)
class Party:
    """A council that signs; `signature` is None while it is waited for, `mine` where this person may sign for it."""

    council: Council
    signature: Signature | None
    mine: bool


@dataclass(frozen=True, slots=True)
class SignPage:
    """`stage` is the version's, `effect` says what signing does. A form is None where this person may not do that."""

    stage: str
    effect: str
    parties: tuple[Party, ...]
    hindered: tuple[Finding, ...]
    findings: Sequence[FindingRow]  # what the check says of a text that is still to be signed, but for what hinders
    sight: SightPage
    stopped: Sequence[str]  # what was paused or taken back since, in sentences
    propose: ProposeForm | None
    sign: tuple[tuple[Party, SignForm], ...]
    withdraw: PasswordForm | None
    notice: NoticeForm | None
    earliest: str  # the first day on which notice may end it
    problems: tuple[dict[str, str], ...]
    lines: int

    @property
    def waiting(self) -> tuple[Party, ...]:
        return tuple(party for party in self.parties if party.signature is None)


def sign_page(
    seen: Seen, person: Person, now: datetime, *, form: PasswordForm | None = None, refused: Refused | None = None
) -> SignPage:
    """The tab for this person; `form` is the one that came back with errors, `refused` why an act wasn't done."""
    version, stage = seen.version, seen.version.stage(now)
    managed = set() if person.is_operator else set(councils_managed(person, now)) & set(version.parties)
    signed = {row.council_id: row for row in version.signatures.select_related("council")}
    parties = tuple(
        Party(seen.councils[number], signed.get(number), number in managed) for number in sorted(version.parties)
    )
    acts = bool(managed)
    hindered = standing_findings(version, now, signing=stage == "proposed") if stage in ("draft", "proposed") else ()
    told = {finding.words for finding in hindered}
    return SignPage(
        stage=stage,
        effect=_effect(seen, now),
        parties=parties,
        hindered=hindered,
        findings=[row for row in findings_page(seen) if not told.issuperset(row.words)] if stage in TO_COME else (),
        sight=sight_page(seen, now),
        stopped=stopped_sentences(seen, now, now),
        propose=_propose_form(form, person, seen) if acts and stage == "draft" else None,
        sign=tuple(
            (party, _sign_form(form, person, seen, party)) for party in parties
            if party.mine and party.signature is None and stage == "proposed"
        ),
        withdraw=_form(PasswordForm, form, person, "withdraw") if acts and stage == "proposed" else None,
        notice=_form(NoticeForm, form, person, "notice") if acts and stage in ("signed", "in_force") else None,
        earliest=day_words(version.earliest_end(now)),
        problems=(*_problems(form), *_refusal(refused)),
        lines=version.text.count("\n") + 1,
    )


def _effect(seen: Seen, now: datetime) -> str:
    """`From 1 February 2027 version 2 takes the place of version 1.`"""
    version = seen.version
    begins = max(version.holds_from or version.starts, version.starts)
    when = "As soon as the last party has signed" if begins <= now else f"From {from_words(begins)}"
    return f"{when} it decides who answers, who sees what, which promises hold and what is charged."


def _form(kind: type[Form], came_back: PasswordForm | None, person: Person, prefix: str = "") -> Form:
    fresh = kind(person=person, prefix=prefix)
    return came_back if type(came_back) is kind and came_back.auto_id == fresh.auto_id else fresh


def _propose_form(came_back: PasswordForm | None, person: Person, seen: Seen) -> ProposeForm:
    form = came_back if isinstance(came_back, ProposeForm) else ProposeForm(person=person)
    form.initial = {"sha256": seen.version.sha256}
    return form


def _sign_form(came_back: PasswordForm | None, person: Person, seen: Seen, party: Party) -> SignForm:
    if isinstance(came_back, SignForm) and str(came_back.data.get("council")) == str(party.council.number):
        return came_back
    form = SignForm(person=person, prefix=f"sign-{party.council.number}")
    form.initial = {"sha256": seen.version.sha256, "council": party.council.number}
    return form


def _problems(form: PasswordForm | None) -> tuple[dict[str, str], ...]:
    if form is None or not form.is_bound:
        return ()
    return tuple(
        {"text": str(words), "field": form[name].id_for_label}
        for name, errors in form.errors.items() for words in errors
    )


def _refusal(refused: Refused | None) -> tuple[dict[str, str], ...]:
    if refused is None:
        return ()
    if words := REFUSED.get(refused.code):
        return ({"text": words, "field": ""},)
    return tuple({"text": finding.words, "field": ""} for finding in refused.findings)
