"""The draft as the public and the desk would see it, in frames of the page on which it is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from types import SimpleNamespace
from typing import Any

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from moothall.agreements.models import Line
from moothall.agreements.queries import USUAL_GREETING
from moothall.contacts.models import Contact
from moothall.identity.check import Said
from moothall.identity.queries import paragraphs
from moothall.lib import clock
from moothall.tenancy.models import Council
from moothall.web.brands import css, rule
from moothall.web.desk.contexts import Call, Desk, Where, Who
from moothall.web.identity.access import access_council
from moothall.web.identity.page import IdentityPage, identity_page
from moothall.web.logos import svg_response
from moothall.web.public.contexts import council_page
from moothall.web.staff import StaffRequest, staff_required

View = Callable[..., HttpResponse]


def framed(view: View) -> View:
    """For the managers of that council, and to be framed by our own pages alone."""

    @require_safe
    @staff_required
    @xframe_options_sameorigin
    @csp_replace({"frame-ancestors": ["'self'"]})
    @wraps(view)
    def guarded(request: StaffRequest, slug: str) -> HttpResponse:
        return view(request, identity_page(access_council(request.user, clock.now(), slug)))

    return guarded


@framed
def public_page(request: StaffRequest, page: IdentityPage) -> HttpResponse:
    """The council's page by the public's own template."""
    council = _with_logo(page)
    context = {"page": council_page(page.council), "council": council, "answered_by": "", "preview": True, "begun": [],
               "privacy": paragraphs(page.said.text("privacy")), "brand_sheet": _sheet(page)}  # fmt: skip
    context["answered_by"] = context["page"].answered_by
    return render(request, "public/council.html", context)


@framed
def desk_bar(request: StaffRequest, page: IdentityPage) -> HttpResponse:
    """The call bar by the desk's own template: while it rings, and in the call."""
    council = _with_logo(page)
    line = Line.objects.filter(council=page.council).order_by("-version", "number").first()
    greeting = greeting_of(page.said, line.greeting if line else "", request.user.first_name)
    bars = [_desk(state, council, line.name if line else "General", greeting) for state in ("ringing", "in_call")]
    context = {
        "bars": bars,
        "council": council,
        "tone": paragraphs(page.said.text("tone")),
        "brand_sheet": _sheet(page),
    }
    return render(request, "identity/preview_desk.html", context)


@require_safe
@staff_required
def brand(request: StaffRequest, slug: str) -> HttpResponse:
    page = identity_page(access_council(request.user, clock.now(), slug))
    return css([rule(page.council.pk, page.shown.brand, page.shown.on_brand)], kept=False)


@require_safe
@staff_required
def logo(request: StaffRequest, slug: str) -> HttpResponse:
    page = identity_page(access_council(request.user, clock.now(), slug))
    if not page.said.logo:
        raise Http404("There is no logo")
    return svg_response(page.said.logo, kept=False)


def greeting_of(said: Said, own: str, first_name: str) -> str:
    words = own or said.text("greeting") or USUAL_GREETING
    return words.replace("{council}", said.text("name")).replace("{agent}", first_name)


def _with_logo(page: IdentityPage) -> Council:
    council = page.shown
    if page.said.logo:
        council.logo_address = f"{reverse('identity:preview_logo', args=[council.slug])}?v={page.token}"  # type: ignore[attr-defined]
    return council


def _sheet(page: IdentityPage) -> str:
    return f"{reverse('identity:preview_brand', args=[page.council.slug])}?v={page.token}"


def _desk(state: str, council: Council, line: str, greeting: str) -> Any:
    now = clock.now()
    contact = Contact(pk=0, council=council, from_kind="number", from_number="+441632960123", offered_at=now)
    call = Call(
        contact, council, line, greeting, Who(None, False, (), "+441632960123", False), Where(None, False, (), ())
    )
    desk = Desk(0, state, now - timedelta(seconds=4), "", "", True, call, None, "")
    return SimpleNamespace(desk=desk, call=call)
