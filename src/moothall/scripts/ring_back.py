"""Ringing somebody back who asked for it on the web, or whose script was broken off.

A broken-off script of the agent's own goes on in that call. What a resident began on the web stays theirs: whoever is
rung reads out the code of their page, and it is taken up by that, with their own answers and nobody else's.

Who rings is told by the call alone: the case isn't claimed, so it stays whose it was, and nothing has to be undone
where a desk ends in the middle.
"""
from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.http import Http404

from moothall.agreements.queries import line_of
from moothall.cases.actions import close_case, delay_case, note_case
from moothall.cases.due import due_at
from moothall.cases.models import Case
from moothall.contacts.actions import open_need
from moothall.contacts.models import Contact, Need
from moothall.contacts.outgoing import Outgoing, delay_contact
from moothall.customers.phones import e164
from moothall.domain.calendar import LONDON
from moothall.lib import clock
from moothall.people.models import Person
from moothall.people.queries import teams_of
from moothall.queueing.desk import Asked
from moothall.queueing.ring_out import may_ring, ring_out
from moothall.scripts.access import access_run
from moothall.scripts.left_runs import take_up_run, waits
from moothall.scripts.models import Run
from moothall.scripts.on_the_web import RING_BACK, RING_ON
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import Staff
from moothall.tenancy.protection import number_of_protected
from moothall.tenancy.scope import scope

SOON, MORNING, AFTERNOON, LATE = timedelta(hours=1), 9 * 60 + 30, 14 * 60, 16
NIGHT = 20  # from this hour on nobody wants to be rung
FINISHED_BY_THEN = timedelta(minutes=15)  # a desk that ended without finishing holds nobody longer
RUNG = ("done", "We rang you", "We rang you, as you asked.")


def ring_case(person: Person, number: int) -> Asked:
    """Ring whoever asked for it on the web. Http404 where the case isn't theirs to see, or asks for no call."""
    with scope(Staff(person.pk)):
        open_ones = Case.objects.select_for_update(of=("self",)).filter(kind=RING_BACK, state=Case.State.OPEN)
        case = open_ones.select_related("council").filter(pk=number).first()
        if case is None or not _answers(person.pk, case.council_id, case.service_id):
            raise Http404("case")
        if case.officer_id not in (None, person.pk) or _rung_by_another(case, person.pk):
            return Asked(False, "rung_by_another")
        told = next((each["answer"] for each in case.answers if each["question"] == RING_ON), "")
        return _ring(person, case.council, case.service_id, told, case=case)


def ring_run(person: Person, number: int) -> Asked:
    """Ring whoever rang when a script of this person's was broken off. Http404 for any other run."""
    with scope(Staff(person.pk)):
        run = access_run(number)
        if run.started_by_id != person.pk or not waits(run) or run.contact is None:
            raise Http404("run")
        if not _answers(person.pk, run.council_id, run.service_id):
            raise Http404("run")
        return _ring(person, run.council, run.service_id, run.contact.from_number, run=run)


def when_again(council: Council, now: datetime) -> list[tuple[str, datetime]]:
    """When to try again: (code, instant), the soonest first."""
    found = _when(council, now)
    fit = {"hour": found["hour"].date() == found["today"].date() and found["hour"].hour < NIGHT,
           "today": found["today"] > now + SOON}  # fmt: skip
    return [(code, at) for code, at in found.items() if fit.get(code, True)]


def _when(council: Council, now: datetime) -> dict[str, datetime]:
    """By code, whether it is offered now or not."""
    return {
        "hour": (now + SOON).astimezone(LONDON).replace(second=0, microsecond=0),
        "today": now.astimezone(LONDON).replace(hour=LATE, minute=0, second=0, microsecond=0),
        "morning": due_at(council, now, days=1, minute=MORNING),
        "afternoon": due_at(council, now, days=1, minute=AFTERNOON),
    }


def case_rung_about(contact: Contact) -> Case | None:
    """The case that asked for this call, while it is open. In an open scope."""
    need = Need.objects.filter(contact=contact, case__kind=RING_BACK, case__state=Case.State.OPEN)
    found = need.select_related("case").order_by("-pk").first()
    return found.case if found is not None else None


def settle_ring_back(contact: Contact, *, again: str, rung: bool) -> None:
    """The call that was made is finished: nobody was reached, and it is tried again then; or they were rung (`rung`),
    and the case that asked for it is done."""
    case, now = case_rung_about(contact), clock.now()
    if contact.answered_at is None:
        until = _when(contact.council, now).get(again)  # also what was offered when the page was shown
        if until is None:
            return
        delay_contact(contact, until=until, at=now)
        if case is not None:
            delay_case(case, until)
            note_case(case, f"Rung at {contact.offered_at.astimezone(LONDON):%H:%M}, and not reached.",
                      contact=contact.pk)  # fmt: skip
    elif case is not None and rung:
        outcome, words, told = RUNG
        close_case(case, outcome=outcome, words=words, told=told)


def _ring(
    person: Person, council: Council, service: int, told: str, *, case: Case | None = None, run: Run | None = None
) -> Asked:
    number = e164(told) if told else None
    code = may_ring(person.pk)
    if not code and (number is None or number_of_protected(council.pk, number)):
        code = "no_number"  # one word for both: it tells nobody who is protected
    if code or number is None:
        return Asked(False, code)
    line = line_of(council.pk, service)
    outgoing = Outgoing(council.pk, service, number, line.number if line else "", person.pk)
    key = ring_out(outgoing, case=case.pk if case else None, run=run.pk if run else None)
    contact = Contact.objects.select_related("council").get(pk=key.id)
    if run is not None:
        take_up_run(run, contact=contact)
    if case is not None:
        open_need(contact=contact, service=service, kind=case.kind, title=case.title, case=case.pk)
    return Asked(True)


def _rung_by_another(case: Case, person: int) -> bool:
    """Whether a call about it is on, or is being finished. The router ends every call that is over, so only what comes
    after can be left lying. Of two who press at once the second has waited for the case's lock, and sees the first."""
    after = clock.now() - FINISHED_BY_THEN
    held = Q(state=Contact.State.ANSWERED) | Q(state=Contact.State.WRAP_UP, ended_at__gt=after)
    calls = Contact.objects.filter(held, needs__case=case, outgoing=True)
    return calls.exclude(agent_id=person).exists()


def _answers(person: int, council: int, service: int) -> bool:
    at = clock.now()
    rows = Grant.objects.open_at(at).filter(council_id=council, service_id=service, right=Grant.Right.ANSWER)
    return rows.filter(team_id__in=teams_of(person, at)).exists()
