"""The agent's desk: the page, its state, and what the agent does with calls, notes and the caller's name."""
from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from moothall.contacts.identity import forget_contact, identify_contact, is_protected, note_contact
from moothall.contacts.models import Contact, Need
from moothall.customers.models import Customer
from moothall.customers.protection import protect_customer
from moothall.domain.typed import LONGEST_NOTE
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing.access import access_contact_in_hand, access_contact_to_change, has_left
from moothall.queueing.consults.desk import ring_whoever_is_asked
from moothall.queueing.desk import become_ready, finish_wrap_up, pause
from moothall.queueing.leases import lease_also
from moothall.queueing.models import Passing
from moothall.queueing.passings.actions import note_passing
from moothall.queueing.passings.desk import finish_part, own_needs, unfinished_part
from moothall.queueing.why import as_offered, offers_in_words
from moothall.scripts.left_runs import leave_run
from moothall.scripts.models import Run
from moothall.scripts.passing_on import pass_on_caller, pass_on_note
from moothall.scripts.queries import homes_asked
from moothall.scripts.ring_back import settle_ring_back
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.desk.bundle import desk_of
from moothall.web.desk.callers import said_to_be
from moothall.web.desk.forms import ContactForm, FinishForm, NotesForm, WhoForm
from moothall.web.desk.queries import presence_and_link
from moothall.web.desk.respond import desk_for, fragment, kept_of, problems_in, respond, whole_page
from moothall.web.desk.words import CHANGED, NAME_NOT_FOUND, TOO_LONG_TOGETHER
from moothall.web.formats import clock_time
from moothall.web.staff import staff_required, wants_fragment


@require_safe
@staff_required
def page(request: Any) -> HttpResponse:
    """The whole desk."""
    return whole_page(request, desk_for(request, whole=True))


@require_safe
@staff_required
def state(request: Any) -> HttpResponse:
    """The desk's state as a fragment, or 204 where the page that asks isn't behind (`?have=version`)."""
    found = presence_and_link(request.user.pk)
    have = request.GET.get("have", "")
    if found is None:
        return fragment(request, desk_for(request, whole=False))
    if have.isdecimal() and have.isascii() and found[0].version <= int(have):
        return HttpResponse(status=204)
    return fragment(request, desk_of(request.user, *found, whole=False))


@require_POST
@staff_required
def ready(request: Any) -> HttpResponse:
    return respond(request, refused=become_ready(request.user).code)


@require_POST
@staff_required
def take_pause(request: Any) -> HttpResponse:
    return respond(request, refused=pause(request.user).code)


@require_POST
@staff_required
def finish(request: Any) -> HttpResponse:
    """Wrap-up is done: outcomes, the note, and ready or pause."""
    form = FinishForm(request.POST)
    if not form.is_valid():
        return respond(request, problems=problems_in(form), kept=form.kept())
    with scope(Staff(request.user.pk, form.cleaned_data["contact"])):
        try:
            refused = _finish(request.user, form)
        except NoteChanged as changed:
            return respond(request, problems=[("notes", CHANGED)], kept={**form.kept(), **changed.kept})
    if not refused:
        return respond(request)
    written = {"was": form.data.get("notes", ""), "sent_last": ""}  # the note is, whatever refuses the rest
    return respond(request, refused=refused, kept={**form.kept(), **written})


class NoteChanged(Exception):
    """Another window wrote the note since: it is to be read before the call is finished. Nothing was written."""

    def __init__(self, both: str, now: str) -> None:
        super().__init__(CHANGED)
        self.kept = {"notes": both, "was": now, "sent_last": ""}


def _read_note(contact: Contact, part: Passing | None, form: FinishForm) -> str:
    now = _note_of(contact, part)
    text = form.beside(now)
    if form.is_changed(text):
        raise NoteChanged(text, now)
    return text


def _finish(person: Person, form: FinishForm) -> str:
    """The code of what refuses it, if anything does. Pressed twice, the later press finds it finished, as it should."""
    given = form.cleaned_data
    if has_left(person, given["contact"]):
        return ""
    contact = access_contact_to_change(person, given["contact"])
    part = unfinished_part(person.pk, contact.pk)
    if part is not None:  # the call goes on elsewhere, or has ended there
        return _finish_part(person, contact, part, form)
    if contact.state == Contact.State.DONE:  # at the same instant: it waited for the other
        return ""
    _keep_note(contact, None, _read_note(contact, None, form))
    if contact.state != Contact.State.WRAP_UP:  # the call goes on: nothing of it is finished
        return "in_call"
    outcomes = form.outcomes()
    begun = Run.objects.filter(contact_id=contact.pk, state__in=[Run.State.OPEN, Run.State.GIVEN])
    for run in begun.select_related("need"):
        leave_run(run, mistaken=outcomes.get(run.need_id or 0) == Need.Outcome.MISTAKEN)
    pass_on_note(contact)
    if contact.outgoing:
        settle_ring_back(contact, again=given["try_again"], rung=given["rung"])
    return finish_wrap_up(person, contact.pk, outcomes=outcomes, then=given["then"]).code


def _finish_part(person: Person, contact: Contact, part: Passing, form: FinishForm) -> str:
    """What this person dealt with before they passed the call on; what went along is the next one's."""
    text = _read_note(contact, part, form)
    _keep_note(contact, part, text)
    pass_on_note(contact, text, needs=[need.pk for need in own_needs(part)])
    return finish_part(person, part, outcomes=form.outcomes(), then=form.cleaned_data["then"]).code


@require_POST
@staff_required
def notes(request: Any) -> HttpResponse:
    """Keep what was typed. The page holds it until this says that it is saved."""
    form = NotesForm(request.POST)
    if not form.is_valid():
        told = {"problem": next(iter(form.errors.values()))[0]}
        return JsonResponse({**told, "kept": form.data.get("notes", "")} if form.taken_out else told, status=422)
    contact = form.cleaned_data["contact"]
    with scope(Staff(request.user.pk, contact)):
        row = access_contact_to_change(request.user, contact)
        part = unfinished_part(request.user.pk, contact)
        text = form.beside(_note_of(row, part))
        if len(text) > LONGEST_NOTE:
            return JsonResponse({"problem": TOO_LONG_TOGETHER}, status=422)
        _keep_note(row, part, text)
    told = {"changed": CHANGED} if form.is_changed(text) else {}
    return JsonResponse({"saved": clock_time(clock.now()), "notes": text, **told})


def _note_of(contact: Contact, part: Passing | None) -> str:
    """What this person's page keeps of the call: of one that they passed on, their own part."""
    return contact.notes if part is None else part.note


def _keep_note(contact: Contact, part: Passing | None, text: str) -> None:
    if text == _note_of(contact, part):
        return
    if part is None:
        note_contact(contact, text)
    else:
        note_passing(part, text)


@require_POST
@staff_required
def who(request: Any) -> HttpResponse:
    """The agent has checked who is calling, or that it is somebody else."""
    form = WhoForm(request.POST)
    if not form.is_valid():
        return respond(request, problems=problems_in(form, "who-"), kept=kept_of(form, "who-"))
    given = form.cleaned_data
    try:
        with scope(Staff(request.user.pk, given["contact"])):
            contact = access_contact_in_hand(request.user, given["contact"])
            customer = None if given["nobody"] else _customer(contact, given)
            known = given["nobody"] or customer is not None
            if known:
                _is_now(request.user, contact, customer)
    except Http404:  # a page that stood open shows whom the call before was about
        return respond(request, refused="earlier_call")
    if known:
        return respond(request)
    words = f"No customer of {contact.council.short_name} has that name at that postcode. {NAME_NOT_FOUND}"
    return respond(request, problems=[("who-name", words)], kept=kept_of(form, "who-"))


def _is_now(person: Person, contact: Contact, customer: Customer | None) -> None:
    """Whoever is on the phone is this customer, or nobody that is known. If they asked to be protected they are it
    still: it was their word, whoever the desk took them for."""
    hidden = is_protected(contact)
    if customer is None or hidden:
        forget_contact(contact, asked=homes_asked(contact.pk))
    if customer is not None:
        identify_contact(contact, customer)
        lease_also(person.pk, contact.pk, customer=customer.pk, property_=customer.property_id)
    pass_on_caller(contact)
    if hidden:
        protect_customer(contact=contact.pk)
    ring_whoever_is_asked(contact.pk)


@require_safe
@staff_required
def why(request: Any) -> HttpResponse:
    """Why this call came to this desk, in a sentence."""
    form = ContactForm(request.GET)
    if not form.is_valid():
        raise Http404("contact")
    with scope(Staff(request.user.pk, form.cleaned_data["contact"])):
        contact = access_contact_in_hand(request.user, form.cleaned_data["contact"])
        mine = _reasons(request.user.pk, contact)
    if not mine:  # on a shared line the partnership's contact was offered, which the council's own doesn't show
        with scope(Staff(request.user.pk)):
            mine = _reasons(request.user.pk, as_offered(contact))
    straight = "It was not offered by Moothall: it came straight to your phone."
    words = f"{mine[-1][:1].upper()}{mine[-1][1:]}." if mine else straight
    if wants_fragment(request):
        return HttpResponse(words, content_type="text/plain; charset=utf-8")
    return render(request, "desk/why.html", {"words": words})


def _reasons(person: int, contact: Contact) -> list[str]:
    return [offer["why"] for offer in offers_in_words(contact) if offer["person"] == person]


def _customer(contact: Contact, given: dict[str, Any]) -> Customer | None:
    if given["customer"]:
        return Customer.objects.filter(pk=given["customer"], council_id=contact.council_id, protected=False).first()
    return said_to_be(contact.council_id, given["name"], given["postcode"])
