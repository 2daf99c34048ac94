"""Passing a call on, or asking somebody about it first: the panel in which to choose, and the act."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from moothall.contacts.models import Contact
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing.access import access_contact_in_hand
from moothall.queueing.consults.desk import ask_to_complete
from moothall.queueing.desk import Asked
from moothall.queueing.passings.desk import ask_to_pass_on
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.desk.forms import ChooseForm, ContactForm, PassOnForm
from moothall.web.desk.passing import PassOn, is_untouched, mark_of, panel, read_choice, story
from moothall.web.desk.respond import context_of, desk_for, problems_in, respond, whole_page
from moothall.web.staff import staff_required, wants_fragment

FIELD = "pass-"


@require_safe
@staff_required
def choose(request: Any) -> HttpResponse:
    """Those to whom the call in hand may go, of whom `said` tells a part of the name: the panel, or the whole page."""
    form = ChooseForm(request.GET)
    if not form.is_valid():
        raise Http404("contact")
    given = form.cleaned_data
    shown = _panel(request.user, given["contact"], said=given["said"], chosen=given["receiver"])
    desk = replace(desk_for(request, whole=not wants_fragment(request)), passing=shown)
    if desk.call is None:
        raise Http404("contact")
    if wants_fragment(request):
        return render(request, "desk/pass_on.html", context_of(request, desk))
    return whole_page(request, desk)


@require_POST
@staff_required
def pass_on(request: Any) -> HttpResponse:
    """Ask the exchange to pass the call on; or, without the page's script, find whom the panel shows."""
    form = PassOnForm(request.POST)
    if "contact" in form.errors:
        return respond(request, refused="gone")
    typed = {"said": str(form.data.get("said", "")), "chosen": str(form.data.get("receiver", "")),
             "words": str(form.data.get("words", "")), "proposed": str(form.data.get("proposed", ""))}
    contact = int(form.data["contact"])
    if not form.is_valid():
        return respond(request, problems=problems_in(form, FIELD), passing=_panel(request.user, contact, **typed))
    given = form.cleaned_data
    if given["find"]:
        return respond(request, passing=_panel(request.user, contact, **typed))
    asked = _ask(request.user, contact, given)
    if asked is not None and asked.ok:
        return respond(request)
    code = asked.code if asked is not None else "not_theirs"
    try:
        return respond(request, refused=code, passing=_panel(request.user, contact, **typed))
    except Http404:  # the call is over meanwhile: what was written for the next is of no use any more
        return respond(request, refused=code)


def _ask(person: Person, contact: int, given: Mapping[str, Any]) -> Asked | None:
    """None where what was chosen names nobody. Whoever is asked first reads the script's answers in their own sight, so
    what the panel proposed of them isn't written down for them. Else what it proposed is told as it is now."""
    first, words = given["first"], given["words"]
    with scope(Staff(person.pk, contact)):
        row = access_contact_in_hand(person, contact)
        to = read_choice(row, given["receiver"], person=person.pk, at=clock.now())
        if is_untouched(words, given["proposed"]) or (first and mark_of(words) == mark_of(story(row))):
            words = "" if first else story(row)
    return ask_to_pass_on(person, contact, to, words=words, first=first) if to is not None else None


@require_POST
@staff_required
def complete(request: Any) -> HttpResponse:
    """Whoever is asked is given the call, and with it what the panel proposed, where nothing else was written."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        return respond(request, refused="gone")
    contact = form.cleaned_data["contact"]
    try:
        with scope(Staff(request.user.pk, contact)):
            told = story(access_contact_in_hand(request.user, contact))
    except Http404:
        return respond(request, refused="gone")
    return respond(request, refused=ask_to_complete(request.user, contact, told).code)


def _panel(person: Person, contact: int, **typed: str) -> PassOn:
    """404 where they don't talk in it."""
    with scope(Staff(person.pk, contact)):
        row = access_contact_in_hand(person, contact)
        if row.state != Contact.State.ANSWERED:
            raise Http404("contact")
        return panel(row, person=person.pk, at=clock.now(), **typed)
