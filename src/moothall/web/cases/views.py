"""The officer's pages: queue, one case, and what can be done with it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from moothall.cases import actions
from moothall.cases.access import access_case, access_case_to_change, receivers
from moothall.cases.changes import AlreadyClosed, Changed, Refused
from moothall.cases.endings import endings_of
from moothall.cases.models import Case
from moothall.cases.queries import by_reference, last_change
from moothall.domain.references import parse
from moothall.domain.typed import without_card_numbers, without_unseen
from moothall.lib import clock
from moothall.scripts.bookings import call_off
from moothall.tenancy.models import Grant
from moothall.tenancy.scope import scope
from moothall.web.cases.beside import STILL, keep_beside, kept_beside, show_beside, typed_beside
from moothall.web.cases.contexts import case_page, queue_page
from moothall.web.cases.forms import CloseForm, GiveForm, NoteForm, SeenForm
from moothall.web.done import done as say_done
from moothall.web.find.understood import looks_like_reference
from moothall.web.formats import clock_time
from moothall.web.navigation import rights_of
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, staff_required

SEES_CASES = {Grant.Right.RESOLVE.value, Grant.Right.ANSWER.value}


def change_of_case(view: Callable[[StaffRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """A change is posted; who comes by its address otherwise (after signing in again) is led to the case."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @staff_required
    @wraps(view)
    def either(request: StaffRequest, reference: str) -> HttpResponse:
        return view(request, reference) if request.method == "POST" else redirect("cases:case", reference=reference)

    return either


@require_safe
@staff_required
def queue(request: StaffRequest) -> HttpResponse:
    """The officer's own cases, the team's free ones, or the closed ones. A reference that was typed leads to its case,
    whoever's it is within sight; one that is none, or nobody's, is said to be so."""
    _require_cases(request)
    typed = without_card_numbers(without_unseen(request.GET.get("narrow", "")))[:80]
    with scope(request.principal):
        found = by_reference(typed)
        if found is not None:
            return redirect("cases:case", reference=found.reference)
        page = queue_page(request.user.pk, request.GET, clock.now(), problem=_wrong_reference(typed))
    return render(request, "cases/queue.html", {"page": page})


def _wrong_reference(typed: str) -> str:
    """What is wrong with a reference of nobody's; nothing where words were typed."""
    if reference := parse(typed):
        return f"We can’t find {reference}. It may have moved, or isn’t yours to see"
    if looks_like_reference(typed):
        return "That looks like a reference, but a letter or a digit in it is wrong. Enter it like HB-48213-K"
    return ""


@require_safe
@staff_required
def case(request: StaffRequest, reference: str) -> HttpResponse:
    """One case: its story, who it is for, what they were told, and what can be done."""
    with scope(request.principal):
        found = access_case(reference)
        page = case_page(found, request.user.pk, clock.now())
    if found.reference != reference:
        return redirect("cases:case", reference=found.reference)
    return render(request, "cases/case.html", {"page": show_beside(page, kept_beside(request, reference))})


@change_of_case
def claim(request: StaffRequest, reference: str) -> HttpResponse:
    """Take the case."""

    def act(found: Case, form: Any) -> None:
        actions.claim_case(found, seen=form.cleaned_data["seen"])

    return _change(request, reference, lambda found: SeenForm(request.POST), act, done="You have this case now.")


@change_of_case
def give(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the case to a team or to one of its people."""

    def act(found: Case, form: Any) -> None:
        to = form.receiver
        actions.give_case(found, team=to.team, officer=to.officer, seen=form.cleaned_data["seen"])

    return _change(
        request, reference, lambda found: GiveForm(request.POST, receivers=receivers(found, clock.now())), act,
        done="You have given this case on.",
    )


@change_of_case
def note(request: StaffRequest, reference: str) -> HttpResponse:
    """Add a note; whoever sees the case may."""

    def act(found: Case, form: Any) -> None:
        actions.note_case(found, form.cleaned_data["text"], seen=form.cleaned_data["seen"])

    return _change(request, reference, lambda found: NoteForm(request.POST), act, access=_access_to_note,
                   done="Your note is saved. It stands in the story.")


@change_of_case
def close(request: StaffRequest, reference: str) -> HttpResponse:
    """Close the case with an outcome."""

    def act(found: Case, form: Any) -> None:
        told = form.cleaned_data
        actions.close_case(
            found, outcome=form.ending.code, words=form.ending.words, told=told["told"], seen=told["seen"]
        )
        if form.ending.calls_off:
            call_off(found)

    return _change(
        request, reference, lambda found: CloseForm(request.POST, endings=endings_of(found.kind)), act,
        done="You have closed this case.",
    )


def _access_to_note(reference: str, person: int, at: datetime) -> Case:
    return access_case(reference)


def _require_cases(request: StaffRequest) -> None:
    if not SEES_CASES & rights_of(request.user):
        raise Http404


def _change(
    request: StaffRequest,
    reference: str,
    build: Callable[[Case], SeenForm],
    act: Callable[[Case, Any], None],
    *,
    done: str,
    access: Callable[..., Case] = access_case_to_change,
) -> HttpResponse:
    """Do it and go back to the case, which says what was `done`; or show it again with what was typed and what is
    wrong."""
    now, person = clock.now(), request.user.pk
    with scope(request.principal):
        found = access(reference, person, now)
        form = build(found)
        shown_again = _shown_again(form)
        beside = typed_beside(request.POST.dict(), done=next(iter(shown_again), ""))
        problems, status = problems_of(form), 422
        if form.is_valid():
            try:
                act(found, form)
            except Refused as refused:
                problems, status = _refused(form, refused), 409
                found = access_case(found.reference)
                form.fill(seen=found.changed)  # what was typed stays, and is good for the next try
            else:
                if keep_beside(request, found.reference, beside, closed="close" in shown_again):
                    done = f"{done} {STILL}"
                return say_done(request, done, "cases:case", reference=found.reference)
        page = case_page(found, person, now)
    page = replace(show_beside(page, beside), problems=tuple(problems), **shown_again)
    return render(request, "cases/case.html", {"page": page}, status=status)


def _shown_again(form: SeenForm) -> dict[str, Any]:
    for kind, name in ((NoteForm, "note"), (GiveForm, "give"), (CloseForm, "close")):
        if isinstance(form, kind):
            return {name: form}
    return {}


def _refused(form: SeenForm, refused: Refused) -> list[Problem]:
    """The same words in the summary and at the form's first field."""
    text = _words(refused, form)
    field = next((bound.name for bound in form.visible_fields()), None)
    if field is None:
        return [Problem(text, "")]
    form.add_error(field, text)
    return problems_of(form)


def _words(refused: Refused, form: SeenForm) -> str:
    """Who changed it, what was kept, what to do."""
    kept = ""
    if isinstance(form, NoteForm):
        kept = " Your note is kept below."
    elif isinstance(form, CloseForm):
        kept = " What you wrote is kept below."
    match refused:
        case Changed(_, by, at):
            return f"{_who(by)} changed this case{_when(at)}.{kept} Read what changed, then save again"
        case AlreadyClosed(closed):
            by, at = last_change(closed)
            return f"{_who(by)} closed this case{_when(at)}. Nothing more is to be done"
        case _:
            return "This case can’t be changed now. Read it again, then try once more"


def _who(by: str) -> str:
    return by or "Somebody"


def _when(at: datetime | None) -> str:
    return f" at {clock_time(at)}" if at else ""
