"""Begun on the web and finished in the call, or the other way: by a code, with the answers so far."""
from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from moothall.contacts.models import Contact
from moothall.domain.interview.words import spelled
from moothall.domain.telephone import gets_texts
from moothall.messages.actions import About, send_message
from moothall.queueing.access import access_contact_in_hand
from moothall.scripts.access import access_run
from moothall.scripts.left_runs import hand_over_run, take_up_run
from moothall.tenancy.principals import Staff
from moothall.tenancy.residents import take_code
from moothall.tenancy.scope import scope
from moothall.web.desk.forms import GiveCodeForm, TakeCodeForm
from moothall.web.desk.own_runs import access_run_here
from moothall.web.desk.respond import problems_in, respond, says_on_the_web
from moothall.web.public.contexts import address_of
from moothall.web.public.secrets import new_code, read_code, shown, wrong_code
from moothall.web.staff import staff_required

REFUSED = {
    "unknown": "That code opens nothing. Ask them to read it out again",
    "used": "That code was used before. Ask for the one that their page shows now, under “Save and finish later”",
    "over": "That code is too old. Begin anew",
    "wait": "Too many wrong codes were tried. Wait 15 minutes, or begin anew",
    "elsewhere": "That code is of another council or service. Begin anew, or pass them on",
}


@require_POST
@staff_required
def take(request: Any) -> HttpResponse:
    """Their code: the call goes on where they were. Their own browser opens it no more."""
    form = TakeCodeForm(request.POST)
    if not form.is_valid():
        return respond(request, problems=problems_in(form))
    given = form.cleaned_data
    code, state = read_code(given["code"]), ""
    with scope(Staff(request.user.pk, given["contact"])):
        contact = access_contact_in_hand(request.user, given["contact"])
        if code:
            state = _take(contact, code, hashlib.sha256(f"staff:{request.user.pk}".encode()).hexdigest())
    if state == "open":
        return respond(request)
    problem = REFUSED[state] if state else wrong_code(given["code"])
    return respond(request, problems=[("code", problem)], kept={"code": given["code"]})


def _take(contact: Contact, code: str, who: str) -> str:
    """What came of it; the code stays as it was where this call can't go on with its run."""
    try:
        with transaction.atomic():
            opened = take_code(code, who=who)
            if opened.state != "open" or opened.run is None:
                return opened.state
            run = access_run(opened.run)
            if run.council_id != contact.council_id:
                raise Http404("run")
            take_up_run(run, contact=contact)
    except Http404:
        return "elsewhere"
    return "open"


@require_POST
@staff_required
@says_on_the_web
def give(request: Any) -> HttpResponse:
    """They go on by themselves: a code to be read out, or sent to the number that rang."""
    form = GiveCodeForm(request.POST)
    if not form.is_valid():
        return respond(request, problems=problems_in(form))
    given, code = form.cleaned_data, new_code()
    with scope(Staff(request.user.pk, given["contact"])):
        contact = access_contact_in_hand(request.user, given["contact"])
        run = access_run_here(given["run"], contact)
        link = f"{address_of(run.council, settings.PUBLIC_URL)}go-on/"
        try:
            hand_over_run(run, code)
        except ValueError as refused:
            raise Http404("run") from refused
        sent = given["way"] == "text" and gets_texts(contact.from_number)
        if sent:
            told = {"code": shown(code), "link": f"{link}?code={code}"}
            about = About(contact=contact.pk)
            send_message("code-to-return", contact.from_number, told, council=run.council_id, service=run.service_id,
                         about=about)  # fmt: skip
    kept = {"given": shown(code), "link": link, "spelled": spelled(code), "sent": "yes" if sent else ""}
    return respond(request, kept={**kept, "about": run.need.title if run.need else ""})
