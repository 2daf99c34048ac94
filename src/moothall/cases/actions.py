"""What can be done with a case. Each action is one transaction and one kind of the journal.

`seen` is `Case.changed` as the person read it; where somebody changed the case since, Changed is raised and nothing is
written. An action without `seen` (an effect, a job) takes the case as it is.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from moothall.agreements.councils import council_of_number
from moothall.agreements.queries import Answer, responsible
from moothall.cases.changes import AlreadyClosed, AlreadyOpen, Changed
from moothall.cases.due import due_at
from moothall.cases.models import Case, CaseNote
from moothall.cases.numbering import Ready, named_after, next_reference
from moothall.cases.queries import find_duplicate, insert_case, last_change, lead_need
from moothall.cases.told import told_after
from moothall.contacts.models import Need
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.lib.jobs import leave
from moothall.payments.queries import asked_of_case
from moothall.payments.tasks import WITHDRAW
from moothall.tenancy.principals import Resident
from moothall.tenancy.scope import current_person, current_principal

NOBODY_RESOLVES = "nobody_resolves"  # a mark: the agreement names no team for this case
NUMBERS_TO_TRY = 20
PHONE = "phone"


def open_case(
    *,
    council: int,
    service: int,
    kind: str,
    title: str,
    about: str = "",
    property: int | None = None,
    customer: int | None = None,
    contact: int | None = None,
    need: int | None = None,
    answers: Sequence[Mapping[str, str]] = (),
    marks: Sequence[str] = (),
    told: str = "",
    due_working_days: int | None = None,
    due_minute: int = 17 * 60,
    ready: Ready | None = None,
) -> Case:
    """Open a case for the team that resolves this service now; all arguments are ids and texts.

    Due on the `due_working_days`th working day of the council at `due_minute` (minutes after midnight, London); without
    one by the standard of the share that resolves it, and never where that promises nothing.
    Raises AlreadyOpen where an open case of the council is about the same thing. `ready`: what was asked already.
    """
    at = clock.now()
    body, named = council_of_number(council), named_after(council)
    if existing := ready.existing if ready else find_duplicate(council=council, about=about):
        raise AlreadyOpen(existing)
    found = responsible(council, service, channel=PHONE, function="resolve", at=at)
    plan = found if isinstance(found, Answer) else None
    if due_working_days is None and plan:
        due_working_days, due_minute = plan.standard.resolved_within_days, plan.standard.by_minute
    case = Case(
        pk=ready.case if ready else None, council_id=council, service_id=service, kind=kind, title=title[:120],
        about=about, opened_at=at,
        due_at=None if due_working_days is None else due_at(body, at, days=due_working_days, minute=due_minute),
        team_id=plan.tiers[0][1] if plan else None,
        share_id=plan.share_id if plan else None, version_id=plan.version_id if plan else None,
        property_id=property, customer_id=customer, contact_id=contact,
        answers=[dict(answer) for answer in answers], marks=[*marks, *([] if plan else [NOBODY_RESOLVES])], told=told,
    )
    for _ in range(NUMBERS_TO_TRY):  # a number may have been given before the installation's secret was changed
        case.reference = next_reference(named)
        if insert_case(case):
            break
    else:
        raise IntegrityError(f"{NUMBERS_TO_TRY} references of {named.short_name} are taken")
    _write("case.open", case, at=at, contact=contact, need=need, body={
        "kind": kind, "team": case.team_id, "share": case.share_id, "version": case.version_id,
        "due": case.due_at.isoformat() if case.due_at else None, "marks": case.marks,
    })  # fmt: skip
    return case


def link_case(case: Case, need: Need | None) -> Case:
    """Somebody rang about a case that is open already: their need leads to it, and its officer sees that.

    `need` is None where another council's contact holds it: the case tells of the call, and of nobody's rows.
    Raises AlreadyClosed, but not for a resident, who sees no case of others: whether it is open, they look up before.
    """
    at, resident = clock.now(), isinstance(current_principal(), Resident)
    case = case if resident else _locked(case, None, still_open=True)
    if need is not None:
        need.case = case
        lead_need(need.pk, case.pk)
    if not resident:  # who doesn't see it; the journal tells its officer
        _save(case)
    _write("case.link", case, at=at, contact=need.contact_id if need else None, need=need.pk if need else None)
    return case


def claim_case(case: Case, *, seen: int | None = None) -> Case:
    """The person who acts takes the case."""
    at, person = clock.now(), current_person()
    case = _locked(case, seen, still_open=True)
    before = case.officer_id
    case.officer_id = person
    _save(case, "officer")
    _write("case.claim", case, at=at, body={"officer": person, "before": before})
    return case


def give_case(case: Case, *, team: int, officer: int | None = None, seen: int | None = None) -> Case:
    """Give the case to a team, or to one person of it. Who may receive it is the caller's question (access)."""
    at = clock.now()
    case = _locked(case, seen, still_open=True)
    body = {"team": team, "officer": officer, "before": {"team": case.team_id, "officer": case.officer_id}}
    case.team_id, case.officer_id = team, officer
    _save(case, "team", "officer")
    _write("case.give", case, at=at, body=body)
    return case


def name_case(case: Case, customer: int | None) -> Case:
    """Whose case it is was checked after it was opened, or found to be somebody else: the case follows the call."""
    at = clock.now()
    case = _locked(case, None)
    case.customer_id = customer
    _save(case, "customer")
    _write("case.name", case, at=at, body={"customer": customer})
    return case


def note_case(case: Case, text: str, *, seen: int | None = None, contact: int | None = None) -> CaseNote:
    """Add a note, kept as typed; of a call where `contact` names one. A closed case takes notes too."""
    at, person = clock.now(), current_person()
    case = _locked(case, seen)
    note = CaseNote.objects.create(
        council_id=case.council_id, service_id=case.service_id, case=case, text=text, by_id=person, at=at
    )
    _save(case)
    _write("case.note", case, at=at, body={"note": note.pk}, contact=contact)
    return note


def look_case(case: Case) -> None:
    """Whoever may see protected people is about to see whom the case is about: what can't be written isn't shown."""
    _write("case.look", case, at=clock.now(), body={"reference": case.reference})


def close_case(case: Case, *, outcome: str, words: str, told: str, seen: int | None = None) -> Case:
    """Close with an outcome: its code, in the resident's words, and what the resident is told, as sent. What is still
    asked to be paid for it is withdrawn."""
    at = clock.now()
    case = _locked(case, seen, still_open=True)
    case.state, case.closed_at = Case.State.CLOSED, at
    case.outcome, case.outcome_words = outcome, words
    case.told = told_after(case.told, told)
    _save(case, "state", "closed_at", "outcome", "outcome_words", "told")
    if case.apart or asked_of_case(case.pk):  # of somebody protected, whoever closes it may not see what is asked
        leave(WITHDRAW, case=case.pk, council=case.council_id)
    in_time = None if case.due_at is None else at <= case.due_at
    _write("case.close", case, at=at, body={"outcome": outcome, "in_time": in_time})
    return case


def delay_case(case: Case, until: datetime) -> Case:
    """It can't be done yet: due then."""
    at = clock.now()
    case = _locked(case, None, still_open=True)
    before, case.due_at = case.due_at, until
    _save(case, "due_at")
    _write("case.delay", case, at=at, body={"until": until.isoformat(), "before": before and before.isoformat()})
    return case


def _locked(case: Case, seen: int | None, *, still_open: bool = False) -> Case:
    locked = Case.objects.select_for_update(of=("self",)).select_related("council").get(pk=case.pk)
    if still_open and locked.state == Case.State.CLOSED:
        raise AlreadyClosed(locked)
    if seen is not None and locked.changed != seen:
        by, when = last_change(locked)
        raise Changed(locked, by, when)
    return locked


def _save(case: Case, *fields: str) -> None:
    case.changed += 1
    case.save(update_fields=[*fields, "changed"])


def _write(kind: str, case: Case, *, at: datetime, body: dict[str, Any] | None = None, **about: int | None) -> None:
    write(kind, council=case.council_id, service=case.service_id, case=case.pk, at=at, body=body, **about)
