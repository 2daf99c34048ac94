"""The script at the desk: begin a need, answer, go back, go on with a need that waits or was broken off."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from moothall.contacts.actions import open_need
from moothall.contacts.models import Contact
from moothall.contacts.needs import is_closed, needs_of
from moothall.people.models import Person
from moothall.queueing.access import access_contact_in_hand, access_contact_to_change, has_left
from moothall.queueing.consults.desk import ring_whoever_is_asked
from moothall.scripts.access import access_run
from moothall.scripts.actions import Stale, start_run
from moothall.scripts.answering import AnswerRefused, AnswerSealed, answer_step, lost_of, reopen_step
from moothall.scripts.handover import name_council
from moothall.scripts.left_runs import is_theirs, take_up_run, waits
from moothall.scripts.models import Run
from moothall.scripts.on_the_web import WEB
from moothall.scripts.queries import ScriptChoice, choices, interrupts
from moothall.scripts.shared import decided
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.desk.forms import BackForm, InterruptForm, NeedForm, RunForm, StepForm
from moothall.web.desk.own_runs import OnTheWeb, access_own_run, access_run_here, is_left_behind
from moothall.web.desk.respond import kept_of, problems_in, respond, says_on_the_web
from moothall.web.staff import staff_required

LATE = "The script had moved on in another window, so this isn’t kept: {}. It stands here now."


@require_POST
@staff_required
def begin_need(request: Any) -> HttpResponse:
    """What they want: the need is opened, and its script goes to the first question. Pressed twice, it is one need."""
    form = NeedForm(request.POST)
    if not form.is_valid():
        return respond(request, problems=problems_in(form))
    with scope(Staff(request.user.pk, form.cleaned_data["contact"])):
        contact = access_contact_to_change(request.user, form.cleaned_data["contact"])
        if not _is_late(contact, form.cleaned_data["seen"]):
            _begin(contact, form.cleaned_data["script"], choices(contact))
    return respond(request)


@require_POST
@staff_required
def interrupt(request: Any) -> HttpResponse:
    """Somebody is at risk, or complains: that first, then back to where it was. Pressed twice, it is one."""
    form = InterruptForm(request.POST)
    if not form.is_valid():
        return respond(request, problems=problems_in(form))
    given = form.cleaned_data
    with scope(Staff(request.user.pk, given["contact"])):
        contact = access_contact_to_change(request.user, given["contact"])
        if not _is_late(contact, given["seen"]):
            _begin(contact, given["script"], interrupts(contact), _interrupted(contact, given["run"]))
    return respond(request)


def _interrupted(contact: Contact, run: int | None) -> Run | None:
    """What it returns to; nothing where they go on with that by themselves."""
    try:
        return access_run_here(run, contact) if run else None
    except OnTheWeb:
        return None


def _is_late(contact: Contact, seen: int | None) -> bool:
    """Whether a need was begun since the page was read that showed `seen` of them."""
    return seen is not None and needs_of(contact).count() != seen


def _begin(contact: Contact, script: str, offered: Sequence[ScriptChoice], parent: Run | None = None) -> None:
    choice = next((row for row in offered if row.key == script), None)
    if choice is None:
        raise Http404("script")
    need = open_need(contact=contact, service=choice.service, kind=choice.key, title=choice.title)
    start_run(contact=contact, need=need, script_key=choice.key, parent=parent)
    ring_whoever_is_asked(contact.pk)


@require_POST
@staff_required
@says_on_the_web
def answer(request: Any) -> HttpResponse:
    """The answer to the question at which the run stands. One that comes twice, or late, changes nothing."""
    form = StepForm(request.POST)
    if not form.is_valid():
        return respond(request, problems=problems_in(form), kept=kept_of(form))
    given = form.cleaned_data
    try:
        _with_run(request, form, lambda run: _answered(run, given))
    except Stale as stale:
        return respond(request, late=_late_words(stale.run, given))
    except Http404:
        if not has_left(request.user, given["contact"]):
            raise
        return respond(request)  # sent twice, and the first time the call went on for the address's council
    except AnswerSealed:
        return respond(request, refused="sealed")
    except AnswerRefused as refused:
        return respond(request, problems=[("value", refused.words)], kept={"value": given["value"]})
    return respond(request)


@require_POST
@staff_required
@says_on_the_web
def back(request: Any) -> HttpResponse:
    """The step before, or a named one, is asked again; what was answered stays until it is changed."""
    form = BackForm(request.POST)
    if form.is_valid():
        try:
            _with_run(request, form, lambda run: reopen_step(run, form.cleaned_data["step"]))
        except AnswerSealed:
            return respond(request, refused="sealed")
    return respond(request)


@require_POST
@staff_required
@says_on_the_web
def switch(request: Any) -> HttpResponse:
    """Go on with another need of this call, or with a script that was broken off in an earlier one."""
    form = RunForm(request.POST)
    if form.is_valid():
        with scope(Staff(request.user.pk, form.cleaned_data["contact"])):
            contact = access_contact_in_hand(request.user, form.cleaned_data["contact"])
            run = access_run(form.cleaned_data["run"])
            theirs = run.channel == WEB and run.contact_id != contact.pk  # by its code alone
            if is_theirs(run) or (theirs and is_left_behind(run, contact)):
                raise OnTheWeb
            if theirs or run.council_id != contact.council_id:
                raise Http404("run")
            if _may_go_on(run, contact):
                take_up_run(run, contact=contact)
    return respond(request)


def _may_go_on(run: Run, contact: Contact) -> bool:
    """Not where an older page offered it: with what was finished in this call, for it would be a second need, nor with
    what somebody goes on with in another call, or has finished there."""
    if run.contact_id != contact.pk:
        return waits(run)
    return run.need is None or run.need.closed_at is None


def _answered(run: Run, given: Mapping[str, Any]) -> Run:
    """Answer; from an end, where it was asked for, go on with the need that people often have next."""
    run = answer_step(run, given["step"], given["value"], seen_version=given["seen"])
    closed = given["then"] and is_closed(run.need_id)
    if closed and run.contact is not None:
        _begin(run.contact, given["then"], choices(run.contact))
    return run


def _late_words(run: Run, given: Mapping[str, Any]) -> str:
    """What isn't kept of an answer that came after the script had moved on; nothing where it is the one that stands."""
    lost = lost_of(run, given["step"], given["value"])
    return LATE.format("“" + ": ".join(filter(None, lost)) + "”") if lost else ""


def _with_run(request: Any, form: Any, act: Callable[[Run], Run]) -> None:
    """Do it; where the address now says that a call on a shared line is a council's, the call goes on there."""
    given = form.cleaned_data
    with scope(Staff(request.user.pk, given["contact"])):
        council = decided(act(run_in_hand(request.user, given)))
        ring_whoever_is_asked(given["contact"])
    if council is not None and not given["again"]:
        name_council(request.user, given["contact"], council)


def run_in_hand(person: Person, given: Mapping[str, Any]) -> Run:
    """The run that a form names: of the call in hand, or one of theirs that is gone on with without a call."""
    if given["again"]:
        return access_own_run(person, given["run"], given["contact"])
    contact = access_contact_in_hand(person, given["contact"])
    return access_run_here(given["run"], contact)
