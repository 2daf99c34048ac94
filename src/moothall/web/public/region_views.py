"""The regional pages, at our own address: what do you need, where, and who does it there."""
from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from moothall.places.models import Property
from moothall.places.postcodes import PostcodeError, display_postcode, normalise_postcode, without_postcode
from moothall.web.public.addresses import hidden, is_hidden, said_in
from moothall.web.public.again import to_again, told_again
from moothall.web.public.contexts import address_of, councils, line_called, phone_of
from moothall.web.public.forms import UNKNOWN_POSTCODE, WhatForm, WhereForm
from moothall.web.public.hosts import council_of
from moothall.web.public.leaving import has_left, is_back, leave
from moothall.web.public.region import Need, addresses_of, answer, dangers, find, need_at, usual
from moothall.web.public.trail import Trail

FULL = "Enter a full postcode, like LE8 0ES"


def start(request: HttpRequest) -> HttpResponse:
    return _page(request, "start", {"usual": usual(), "what": "", "postcode": ""})


@csrf_exempt  # it changes nothing, and the first page sets no cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """What fits the words. Danger comes first, and is never jumped over; what is sure leads to its next question. What
    is typed goes into no address as it is: that would stay in the browser."""
    _ours(request)
    form = WhatForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        said = {"what": said_in(form["what"].value() or ""), "problem": str(form.errors["what"][0])}
        if request.method == "POST":
            return to_again(request.path, **said) or _page(request, "start", {"usual": usual(), "postcode": "", **said})
        return _page(request, "start", {"usual": usual(), "postcode": "", **(told_again(request) or said)})
    if request.method == "POST":
        return is_back(request, _hidden(form))
    return _found(request, form)


def _hidden(form: WhatForm) -> HttpResponse:
    """The same page at an address that nobody reads."""
    said = {"what": hidden(form.cleaned_data["what"]), "postcode": form.cleaned_data["postcode"]}
    return redirect("/find/?" + urlencode({name: value for name, value in said.items() if value}))


def _found(request: HttpRequest, form: WhatForm) -> HttpResponse:
    typed, at = form.cleaned_data["what"], str(form["what"].value())
    what, key = without_postcode(typed)
    key = key or form.cleaned_data["postcode"]
    postcode = display_postcode(key) if key else ""
    if not what:
        return _page(request, "start", {"usual": usual(), "what": "", "postcode": postcode})
    first = dangers(what)
    fits = [fit for fit in find(what) if fit.need.key not in [each.need.key for each in first]]
    if not first and len(fits) == 1 and fits[0].sure:
        return redirect("/where/?" + urlencode({"need": fits[0].need.at} | ({"postcode": postcode} if key else {})))
    discreet = any(each.need.subject.discreet for each in [*first, *fits])
    if discreet and not is_hidden(at):
        return _hidden(form)
    told = {"dangers": first, "fits": fits, "what": typed, "what_at": at, "usual": usual(), "postcode": postcode,
            "discreet": discreet}  # fmt: skip
    return _page(request, "found", told)


@never_cache
@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """Where it is: a postcode, and the address where the postcode crosses a border; then who does it there."""
    _ours(request)
    form = WhereForm(request.GET)
    if not form.is_valid() or (need := need_at(form.cleaned_data["need"])) is None:
        raise Http404("No such need")
    if (there := _as_hidden(request.GET.dict(), need)) != request.GET.dict():
        return redirect("/where/?" + urlencode(there))
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
        key = without_postcode(typed)[1]  # a whole address, with its postcode in it
    if not key:
        return _page(request, "where", {**asks, "problem": FULL})
    listed = addresses_of(key)
    row = next((each for each in listed if str(each.pk) == chosen), None)
    if listed and row is None and chosen != "other":
        problem = "Choose your address" if "property" in request.GET else ""
        told = {"listed": listed, "postcode": display_postcode(key), "problem": problem, "back": trail.ask()}
        return _page(request, "address", {**asks, **told})
    return _answered(request, need, replace(trail, chosen=bool(listed)), key, row)


def _as_hidden(said: dict[str, str], need: Need) -> dict[str, str]:
    """What an address of a discreet need says, in signs that nobody reads."""
    what = said.get("what", "")
    plain = need.subject.discreet and what and not is_hidden(what)
    return {**said, "need": need.at, **({"what": hidden(what)} if plain else {})}


def _answered(
    request: HttpRequest, need: Need, trail: Trail, key: str = "", row: Property | None = None
) -> HttpResponse:
    told = answer(need, key, row)
    if told is None:
        asks = {"need": need, "trail": trail, "postcode": display_postcode(key), "back": trail.start()}
        return _page(request, "where", {**asks, "problem": UNKNOWN_POSTCODE, "far": True})
    there = address_of(told.council, settings.PUBLIC_URL) if told.council else ""
    begin = urlencode({"postcode": display_postcode(key)} | ({"property": row.pk} if row else {})) if key else ""
    council = told.council
    said = {"need": need, "answer": told, "there": there, "postcode": key, "begin": begin, "back": trail.before(),
            "line": line_called(council, need.subject.service) if council else None,
            "phone": phone_of(council) if council else ""}  # fmt: skip
    return _page(request, "answer", said)


@require_safe
def all_councils(request: HttpRequest) -> HttpResponse:
    """For whoever knows which council they want."""
    _ours(request)
    need = need_at(request.GET.get("need", ""))
    sent = request.GET.get("sent") == "1"  # they want to know how what they sent is going
    path = "how-it-stands/" if sent else f"do/{need.script}/" if need and need.script else ""
    told = {"councils": councils(settings.PUBLIC_URL), "path": path, "sent": sent}
    return render(request, "public/councils.html", told)


def _ours(request: HttpRequest) -> None:
    if council_of(request) is not None:
        raise Http404("The regional pages are at our own address")


def _page(request: HttpRequest, name: str, told: dict[str, Any]) -> HttpResponse:
    discreet = told["need"].subject.discreet if "need" in told else told.get("discreet", False)
    if discreet and has_left(request):
        return leave(request)
    return render(request, f"public/region/{name}.html", {"problem": "", **told, "discreet": discreet})
