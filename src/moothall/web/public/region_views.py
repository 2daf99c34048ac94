"""The regional pages, at our own address: what do you need, where, and who does it there."""
from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from moothall.places.models import Property
from moothall.places.postcodes import PostcodeError, display_postcode, normalise_postcode, without_postcode
from moothall.web.public.contexts import address_of, councils, phone_of
from moothall.web.public.forms import WhatForm, WhereForm
from moothall.web.public.hosts import council_of
from moothall.web.public.region import Need, addresses_of, answer, dangers, find, needs, usual
from moothall.web.public.trail import Trail

UNKNOWN = "We don’t know that postcode. Check it, and enter it again"
FULL = "Enter a full postcode, like LE8 0ES"


def start(request: HttpRequest) -> HttpResponse:
    return _page(request, "start", {"usual": usual(), "what": "", "postcode": ""})


@never_cache
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """What fits the words. Danger comes first, and is never jumped over; what is sure leads to its next question."""
    _ours(request)
    form = WhatForm(request.GET)
    if not form.is_valid():
        told = {"usual": usual(), "what": form["what"].value() or "", "problem": str(form.errors["what"][0])}
        return _page(request, "start", {**told, "postcode": ""})
    typed = form.cleaned_data["what"]
    what, key = without_postcode(typed)
    key = key or form.cleaned_data["postcode"]
    postcode = display_postcode(key) if key else ""
    if not what:
        return _page(request, "start", {"usual": usual(), "what": "", "postcode": postcode})
    first = dangers(what)
    fits = [fit for fit in find(what) if fit.need.key not in [each.need.key for each in first]]
    if not first and len(fits) == 1 and fits[0].sure:
        return redirect("/where/?" + urlencode({"need": fits[0].need.key} | ({"postcode": postcode} if key else {})))
    discreet = any(each.need.subject.discreet for each in [*first, *fits])
    told = {"dangers": first, "fits": fits, "what": typed, "usual": usual(), "postcode": postcode, "discreet": discreet}
    return _page(request, "found", told)


@never_cache
@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """Where it is: a postcode, and the address where the postcode crosses a border; then who does it there."""
    _ours(request)
    form = WhereForm(request.GET)
    if not form.is_valid() or (need := needs().get(form.cleaned_data["need"])) is None:
        raise Http404("No such need")
    typed, chosen = form.cleaned_data["postcode"], form.cleaned_data["property"]
    trail = Trail.of(form.cleaned_data)
    if not need.subject.place:
        return _answered(request, need, trail)
    asks = {"need": need, "trail": trail, "postcode": typed, "back": trail.start()}
    if "postcode" not in request.GET or form.cleaned_data["change"]:
        return _page(request, "where", {**asks, "problem": ""})
    try:
        key = normalise_postcode(typed)
    except PostcodeError:
        return _page(request, "where", {**asks, "problem": FULL})
    listed = addresses_of(key)
    row = next((each for each in listed if str(each.pk) == chosen), None)
    if listed and row is None and chosen != "other":
        problem = "Choose your address" if "property" in request.GET else ""
        told = {"listed": listed, "postcode": display_postcode(key), "problem": problem, "back": trail.ask()}
        return _page(request, "address", {**asks, **told})
    return _answered(request, need, replace(trail, chosen=bool(listed)), key, row)


def _answered(
    request: HttpRequest, need: Need, trail: Trail, key: str = "", row: Property | None = None
) -> HttpResponse:
    told = answer(need, key, row)
    if told is None:
        asks = {"need": need, "trail": trail, "postcode": display_postcode(key), "back": trail.start()}
        return _page(request, "where", {**asks, "problem": UNKNOWN, "far": True})
    there = address_of(told.council, settings.PUBLIC_URL) if told.council else ""
    begin = urlencode({"postcode": display_postcode(key)} | ({"property": row.pk} if row else {})) if key else ""
    said = {"need": need, "answer": told, "there": there, "postcode": key, "begin": begin, "back": trail.before(),
            "phone": phone_of(told.council) if told.council else ""}  # fmt: skip
    return _page(request, "answer", said)


@require_safe
def all_councils(request: HttpRequest) -> HttpResponse:
    """For whoever knows which council they want."""
    _ours(request)
    need = needs().get(request.GET.get("need", ""))
    told = {"councils": councils(settings.PUBLIC_URL), "script": need.script if need else ""}
    return render(request, "public/councils.html", told)


def _ours(request: HttpRequest) -> None:
    if council_of(request) is not None:
        raise Http404("The regional pages are at our own address")


def _page(request: HttpRequest, name: str, told: dict[str, Any]) -> HttpResponse:
    discreet = told["need"].subject.discreet if "need" in told else False
    return render(request, f"public/region/{name}.html", {"problem": "", "discreet": discreet, **told})
