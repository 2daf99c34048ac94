"""A run on the web: nobody talks, so its contact and need are made when something of it is kept for the council."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from moothall.agreements.queries import Answer, responsible
from moothall.cases.actions import open_case
from moothall.cases.models import Case
from moothall.cases.numbering import Ready
from moothall.contacts.actions import close_need, open_need
from moothall.contacts.models import Contact, Need
from moothall.domain.interview.model import Step
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.messages.actions import About, send_message
from moothall.scripts import steps
from moothall.scripts.models import Run
from moothall.scripts.protecting import protect_in_run, told_to_protect
from moothall.scripts.versions import script_of
from moothall.scripts.web_scripts import WEB
from moothall.tenancy.residents import ReadyCase, keep_own_run, own_contact, ready_case, ring_own_call_on

RING_BACK = "ring-back"  # the kind of case of somebody who would rather be rung
RING_ON = "Ring them on"
CODE_SENT, MOST_SENT = "_code_sent", 3  # a fact that no script reads


def attach(run: Run, about: str | None = None) -> Ready | None:
    """The run's contact and open need, made where there are none. `about`: what the case is about that is opened next;
    what it needs is asked with them, and given back."""
    asked = None
    if run.contact_id is None:
        asked = _ask(run, about) if about is not None else None
        run.contact = _made(asked.contact if asked else own_contact(*_stamp(run)), run)
    assert run.contact is not None
    if run.need is None or run.need.closed_at is not None:
        script = script_of(run)
        run.need = open_need(
            contact=run.contact, service=run.service_id, kind=script.key, title=script.title.get(steps.LANGUAGE),
            number=asked.need if asked else None,
        )  # fmt: skip
    return _ready(run, asked) if asked else None


def _stamp(run: Run) -> tuple[int | None, int | None]:
    share = responsible(run.council_id, run.service_id, channel=WEB, function="answer", at=clock.now())
    return (share.version_id, share.share_id) if isinstance(share, Answer) else (None, None)


def _ask(run: Run, about: str) -> ReadyCase:
    return ready_case(*_stamp(run), about)


def _ready(run: Run, asked: ReadyCase) -> Ready:
    known = Case(pk=asked.known, council_id=run.council_id, due_at=asked.known_due) if asked.known else None
    return Ready(asked.case, known)


def _made(number: int, run: Run) -> Contact:
    """The contact that was just made: whose it is, is known; whatever else is asked of it is read then."""
    known = {"id": number, "council_id": run.council_id, "service_id": run.service_id, "channel": WEB,
             "customer_id": None}
    contact = Contact.from_db("default", list(known), list(known.values()))
    contact.council = run.council
    return contact


def _approach(run: Run) -> None:
    """The run's contact, made where there is none."""
    if run.contact_id is None:
        run.contact = Contact.objects.select_related("council").get(pk=own_contact(*_stamp(run)))
    assert run.contact is not None


def settle(run: Run, end: Step) -> None:
    """At an end the need has its outcome, since nobody wraps up. Another end by other answers is another need."""
    if end.ending is None or (run.need is not None and run.need.outcome_code == end.ending.code):
        return
    attach(run)
    assert run.need is not None
    run.need.outcome, run.need.outcome_code = end.ending.outcome, end.ending.code
    run.need.closed_at = clock.now()
    if not close_need(run.need, outcome=end.ending.outcome, code=end.ending.code):
        run.need.refresh_from_db()  # it was closed before


def call_asked(run: Run) -> Case | None:
    """The case of the call that they asked for and that nobody has made yet. That of somebody protected tells no more
    what it is about."""
    theirs = Q(about=_about_call(run)) | Q(apart=True, kind=RING_BACK, contact=run.contact_id)
    return Case.objects.filter(theirs, state=Case.State.OPEN).first()


def _about_call(run: Run) -> str:
    return f"ring:{run.pk}:{len(run.effects)}"


def call_me_run(run: Run, phone: str, told: str) -> str:
    """They would rather talk: a case for the team that resolves this, with the answers so far; its reference. Asked
    for twice, it is one, on the number that was said last. The script stays, to be gone on with by its code, for as
    long as a ring-back may take. `run` was read to be changed (access.resident_run), so that the second of two clicks
    sees what the first one made."""
    if (asked := call_asked(run)) is not None:
        if {"question": RING_ON, "answer": phone} not in asked.answers:
            call_on_run(run, asked, phone, told)
        return str(asked.reference)
    attach(run)
    assert run.need is not None
    Run.objects.filter(pk=run.pk).update(contact=run.contact, need=run.need)
    title = script_of(run).title.get(steps.LANGUAGE)
    case = open_case(
        council=run.council_id, service=run.service_id, kind=RING_BACK, title=f"Ring back: {title}",
        about=_about_call(run), contact=run.contact_id, need=run.need.pk, due_working_days=1, told=told,
        answers=[{"question": RING_ON, "answer": phone}, *steps.answers_told(run)], marks=steps.discretion(run),
    )  # fmt: skip
    run.need.case = case
    run.need.save(update_fields=["case"])
    if told_to_protect(run):
        protect_in_run(run, [case.pk])
    write("run.call_me", council=run.council_id, service=run.service_id, contact=run.contact_id, need=run.need_id,
          case=case.pk, body={"run": run.pk})  # fmt: skip
    close_need(run.need, outcome=Need.Outcome.CALLBACK)
    keep_own_run()
    return str(case.reference)


def call_on_run(run: Run, asked: Case, phone: str, told: str) -> None:
    """The number for the call that they asked for was wrong: it goes to another."""
    if ring_own_call_on(asked.pk, RING_ON, phone, told):
        write("run.call_on", council=run.council_id, service=run.service_id, contact=run.contact_id, case=asked.pk,
              body={"run": run.pk})  # fmt: skip


class SentOften(Exception):
    """The code was sent as often as one run sends it: whoever has the page could write to strangers with it."""


def send_code_run(run: Run, to: str, told: Mapping[str, str]) -> None:
    """Send the code that opens the run to a telephone number or an e-mail address, with the reference where there
    is one. `run` was read to be changed (access.resident_run). Raises SentOften."""
    sent = int(run.facts.get(CODE_SENT, {}).get("value", 0))
    if sent >= MOST_SENT:
        raise SentOften
    at = clock.now()
    _approach(run)
    counted = {"value": sent + 1, "source": WEB, "at": at.isoformat(), "step": ""}
    Run.objects.filter(pk=run.pk).update(contact=run.contact, facts={**run.facts, CODE_SENT: counted})
    write("run.send_code", council=run.council_id, service=run.service_id, contact=run.contact_id, body={"run": run.pk})
    template = "reference-and-code" if told.get("reference") else "code-to-return"
    send_message(template, to, told, council=run.council_id, service=run.service_id,
                 about=About(contact=run.contact_id))  # fmt: skip
