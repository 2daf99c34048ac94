"""The regional pages, at our own address: what do you need, where, and who does it there."""
from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from moothall.places.models import Property
from moothall.places.postcodes import PostcodeError, display_postcode, normalise_postcode, without_postcode
from moothall.web.public.addresses import hidden, is_hidden, said_in, taken_along
from moothall.web.public.again import AGAIN, to_again, told_again
from moothall.web.public.contexts import address_of, councils, line_called, phone_of
from moothall.web.public.forms import UNKNOWN_POSTCODE, WORDS_MOST, WhatForm, WhereForm
from moothall.web.public.hosts import council_of
from moothall.web.public.leaving import has_left, is_back, leave
from moothall.web.public.region import Need, addresses_of, answer, dangers, find, need_at, usual
from moothall.web.public.this_browser import value_for, value_of, with_value
from moothall.web.public.trail import Trail

LOST = "We can’t read here what was typed before. Enter what you need, like missed bin"
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
    sent = _sent(request)
    form = WhatForm(_read(request, sent, "what", "postcode"))
    if not form.is_valid():
        said = {"what": form["what"].value() or "", "problem": str(form.errors["what"][0])}
        if _leads_on(request) and (there := to_again(request, request.path, **said)):
            return there
        asks = {"usual": usual(), "postcode": "", **(told_again(request) or said)}
        lost = AGAIN in sent or is_hidden(sent.get("what", ""))
        return _page(request, "start", {**asks, "problem": LOST, "plain": True} if lost and not said["what"] else asks)
    if _leads_on(request):
        return is_back(request, _hidden(request, form))
    return is_back(request, with_value(request, _found(request, form)))


def _sent(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _leads_on(request: HttpRequest) -> bool:
    """Whether what was sent leads to an address. A browser that keeps no cookies couldn't read it: it is asked again
    (`plain`), and answered with the page itself."""
    return request.method == "POST" and "plain" not in request.POST


def _read(request: HttpRequest, sent: QueryDict, *names: str) -> dict[str, str]:
    """What was sent, in plain words where they are hidden in an address of this browser."""
    browser = value_of(request)
    return {name: said_in(sent[name], browser) for name in names if name in sent}


def _as_in_address(request: HttpRequest, said: str) -> str:
    return said if not said or is_hidden(said) else hidden(said[:WORDS_MOST], value_for(request))


def _hidden(request: HttpRequest, form: WhatForm) -> HttpResponse:
    """The same page at an address that nobody reads."""
    said = {name: _as_in_address(request, form.cleaned_data[name]) for name in ("what", "postcode")}
    return with_value(request, redirect(_address("/find/", said)))


def _address(path: str, said: dict[str, str]) -> str:
    return f"{path}?{urlencode({name: value for name, value in said.items() if value})}"


def _found(request: HttpRequest, form: WhatForm) -> HttpResponse:
    typed = form.cleaned_data["what"]
    what, key = without_postcode(typed)
    key = key or form.cleaned_data["postcode"]
    postcode = display_postcode(key) if key else ""
    if not what:
        return _page(request, "start", {"usual": usual(), "what": "", "postcode": postcode})
    first = dangers(what)
    fits = [fit for fit in find(what) if fit.need.key not in [each.need.key for each in first]]
    if not first and len(fits) == 1 and fits[0].sure:
        need = fits[0].need
        there = _as_hidden(request, {"need": need.at} | ({"postcode": postcode} if key else {}), need)
        return redirect("/where/?" + urlencode(there))
    discreet = any(each.need.subject.discreet for each in [*first, *fits])
    sent, at = _sent(request), {"what": typed, "postcode": postcode}
    if discreet and request.method != "POST" and not all(is_hidden(sent[name]) for name in at if sent.get(name)):
        return _hidden(request, form)
    if discreet or request.method == "POST" or is_hidden(sent["what"]):
        at["what"] = sent["what"] if is_hidden(sent["what"]) else _as_in_address(request, typed)
    if discreet:
        at["postcode"] = _as_in_address(request, postcode)
    told = {"dangers": first, "fits": fits, "what": typed, "at": _address("", at)[1:], "usual": usual(),
            "postcode": postcode, "discreet": discreet}  # fmt: skip
    return _page(request, "found", told)


@csrf_exempt  # it changes nothing either
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest) -> HttpResponse:
    """Where it is: a postcode, and the address where the postcode crosses a border; then who does it there. Of what
    nobody should see the postcode is sent, so that no address ever has it as it is."""
    _ours(request)
    sent = _sent(request)
    form = WhereForm(sent.dict() | _read(request, sent, "postcode", "property"))
    if not form.is_valid() or (need := need_at(form.cleaned_data["need"])) is None:
        raise Http404("No such need")
    there = _as_hidden(request, {name: said for name, said in sent.dict().items() if name != "plain"}, need)
    if _leads_on(request) or (request.method != "POST" and there != sent.dict()):
        return is_back(request, with_value(request, redirect("/where/?" + urlencode(there))))
    return is_back(request, with_value(request, _where(request, need, form, Trail.of(form.cleaned_data, there))))


def _where(request: HttpRequest, need: Need, form: WhereForm, trail: Trail) -> HttpResponse:
    typed, chosen, sent = form.cleaned_data["postcode"], form.cleaned_data["property"], _sent(request)
    if not need.subject.place:
        return _answered(request, need, trail)
    lost = is_hidden(sent.get("postcode", "")) and not typed
    asks = {"need": need, "trail": trail, "postcode": typed, "back": trail.start(), "plain": lost or "plain" in sent}
    if "postcode" not in sent or form.cleaned_data["change"] or lost:
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
        problem = "Choose your address" if "property" in sent else ""
        told = {"listed": listed, "postcode": display_postcode(key), "problem": problem, "back": trail.ask()}
        return _page(request, "address", {**asks, **told})
    return _answered(request, need, replace(trail, chosen=bool(listed)), key, row)


def _as_hidden(request: HttpRequest, said: dict[str, str], need: Need) -> dict[str, str]:
    """What an address of a discreet need says, in signs that nobody reads."""
    if not need.subject.discreet:
        return {**said, "need": need.at}
    signs = {name: _as_in_address(request, said[name]) for name in ("what", "postcode", "property") if name in said}
    return {**said, "need": need.at, **signs}


def _answered(
    request: HttpRequest, need: Need, trail: Trail, key: str = "", row: Property | None = None
) -> HttpResponse:
    told = answer(need, key, row)
    if told is None:
        asks = {"need": need, "trail": trail, "postcode": display_postcode(key), "back": trail.start(),
                "plain": "plain" in _sent(request)}  # fmt: skip
        return _page(request, "where", {**asks, "problem": UNKNOWN_POSTCODE, "far": True})
    there = address_of(told.council, settings.PUBLIC_URL) if told.council else ""
    begin = {"postcode": display_postcode(key)} | ({"property": str(row.pk)} if row else {}) if key else {}
    if need.subject.discreet:
        begin = {name: taken_along(said) for name, said in begin.items()}
    council = told.council
    said = {"need": need, "answer": told, "there": there, "postcode": key, "begin": urlencode(begin),
            "back": trail.before(),
            "line": line_called(council, need.subject.service) if council else None,
            "phone": phone_of(council) if council else ""}  # fmt: skip
    return _page(request, "answer", said)


@require_safe
def all_councils(request: HttpRequest) -> HttpResponse:
    """For whoever knows which council they want."""
    _ours(request)
    need = need_at(request.GET.get("need", ""))
    sent = request.GET.get("sent") == "1"  # they want to know how what they sent is going
    code = request.GET.get("saved") == "1"  # they have a code to go on with
    path = "how-it-stands/" if sent else "go-on/" if code else f"do/{need.script}/" if need and need.script else ""
    told = {"councils": councils(settings.PUBLIC_URL), "path": path, "sent": sent, "code": code}
    return render(request, "public/councils.html", told)


def _ours(request: HttpRequest) -> None:
    if council_of(request) is not None:
        raise Http404("The regional pages are at our own address")


def _page(request: HttpRequest, name: str, told: dict[str, Any]) -> HttpResponse:
    discreet = told["need"].subject.discreet if "need" in told else told.get("discreet", False)
    if discreet and has_left(request):
        return leave(request)
    return render(request, f"public/region/{name}.html", {"problem": "", **told, "discreet": discreet})
