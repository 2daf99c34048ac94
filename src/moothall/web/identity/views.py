"""A council's managers give it its name, colour, logo and texts: saved as a draft, seen, published."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moothall.identity.actions import Refused, discard_identity, publish_identity, save_identity
from moothall.identity.check import LANGUAGES, TEXTS, nearest_colour
from moothall.lib import clock
from moothall.tenancy.models import Council
from moothall.web.done import done
from moothall.web.identity.access import access_council, access_councils
from moothall.web.identity.forms import IdentityForm
from moothall.web.identity.page import IdentityPage, Moved, as_before, identity_page, merged, values_of
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, staff_required


@require_safe
@staff_required
def start(request: StaffRequest) -> HttpResponse:
    """The one council's page, or the list where somebody manages several."""
    found = access_councils(request.user, clock.now())
    if not found:
        raise Http404("This person manages no council")
    if len(found) == 1:
        return redirect("identity:edit", found[0].slug)
    return render(request, "identity/list.html", {"councils": found})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def edit(request: StaffRequest, slug: str) -> HttpResponse:
    """The form beside the previews; a POST saves the draft."""
    council = access_council(request.user, clock.now(), slug)
    page = identity_page(council)
    if request.method != "POST":
        return _shown(request, page, _form(page))
    if request.POST.get("read") != page.token:
        return _moved(request, page)
    data = request.POST
    if "nearest" in data:
        data = data.copy()
        data["brand"] = nearest_colour(data.get("brand", "").strip()) or data.get("brand", "")
    form = IdentityForm(data, request.FILES, council=council, logo=page.said.logo)
    if not form.is_valid():
        again = [CHOOSE_AGAIN] if request.FILES and "logo" not in form.errors else []
        return _shown(request, page, form, problems=again, status=422)
    try:
        save_identity(council, form.said(), read=form.cleaned_data["read"], by=request.user)
    except Refused as refused:
        if refused.code == "moved":
            return _moved(request, identity_page(council))
        return _shown(request, page, form, problems=[str(refused)], status=409)
    left_out = form.drawing.left_out if form.drawing else ()
    return redirect(f"{reverse('identity:edit', args=[slug])}?{'cut' if left_out else 'saved'}=yes")


@require_POST
@staff_required
def publish(request: StaffRequest, slug: str) -> HttpResponse:
    """Let the draft hold."""
    council = access_council(request.user, clock.now(), slug)
    try:
        publish_identity(council, read=request.POST.get("read", ""), by=request.user)
    except Refused as refused:
        return _refused(request, council, refused)
    return redirect(f"{reverse('identity:edit', args=[slug])}?published=yes")


@require_POST
@staff_required
def discard(request: StaffRequest, slug: str) -> HttpResponse:
    """Throw the draft away."""
    council = access_council(request.user, clock.now(), slug)
    try:
        discard_identity(council, read=request.POST.get("read", ""), by=request.user)
    except Refused as refused:
        return _refused(request, council, refused)
    return done(request, "The draft is thrown away.", "identity:edit", slug)


def _refused(request: StaffRequest, council: Council, refused: Refused) -> HttpResponse:
    page = identity_page(council)
    return _shown(request, page, _form(page), problems=[str(refused)], status=409)


def _form(page: IdentityPage, values: dict[str, str] | None = None) -> IdentityForm:
    initial = {**(values or values_of(page.said)), "read": page.token, "before": as_before(page.said)}
    return IdentityForm(initial=initial, council=page.council, logo=page.said.logo)


def _moved(request: StaffRequest, page: IdentityPage) -> HttpResponse:
    """The form again over what is there now: what this person typed stays, what they didn't touch is as it is."""
    values, moved = merged(page, request.POST, request.POST.get("before", ""))
    problems = [CHOOSE_AGAIN] if request.FILES else []
    return _shown(request, page, _form(page, values), moved=moved, problems=problems, status=409)


def _shown(
    request: StaffRequest,
    page: IdentityPage,
    form: IdentityForm,
    *,
    moved: Moved | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = [Problem(text, "") for text in problems or []] + (problems_of(form) if form.is_bound else [])
    groups = [(name, [f"{text.key}_{language}" for text in TEXTS]) for language, name in LANGUAGES.items()]
    colour = str(form["brand"].value() or "").strip()
    context: dict[str, Any] = {
        "page": page, "form": form, "errors": errors, "moved": moved, "groups": groups, "council": page.council,
        "nearest": nearest_colour(colour), "told": next((each for each in TOLD if each in request.GET), ""),
        "told_words": TOLD, "several": len(LANGUAGES) > 1,
    }  # fmt: skip
    return render(request, "identity/edit.html", context, status=status)


CHOOSE_AGAIN = "Choose your logo again: a page can’t keep a file"
TOLD = {
    "saved": "The draft is saved. Look at it below, then publish it.",
    "cut": "The draft is saved. Parts of the logo that could do more than be drawn were left out: look at it below.",
    "published": "Published. Your pages show it now; a colour takes up to five minutes to be everywhere.",
}
