"""How a case stands, by its reference and code; and what every public site says of itself."""
from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from moothall.agreements.councils import named_in
from moothall.agreements.queries import is_cut_off
from moothall.cases.told import parts_told
from moothall.lib import clock
from moothall.tenancy.models import Council
from moothall.tenancy.residents import Standing, case_by_code
from moothall.web.public.addresses import brought_along, taken_along
from moothall.web.public.again import to_again, told_again
from moothall.web.public.code_views import REFUSED
from moothall.web.public.contexts import address_of, council_now
from moothall.web.public.file_pages import paid_words, still_wanted
from moothall.web.public.forms import StandingForm
from moothall.web.public.hosts import council_of
from moothall.web.public.offers import calls_off
from moothall.web.public.pay import stands_of
from moothall.web.public.run_pages import is_booked
from moothall.web.public.run_views import council_here, page
from moothall.web.public.secrets import who_asks
from moothall.web.public.way_back import way_back

CUT = "We can’t show how it is going at present. What you sent is kept: look again later"
FIELDS = ("reference", "code")
UNKNOWN = "We can’t find that reference with that code. Check both, and enter them again"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """Both are asked for: a reference is on letters, which others may read."""
    if council_of(request) is None:  # the reference names the council
        return redirect(f"{reverse('public:councils')}?sent=1")
    council = council_here(request)
    if request.method != "POST":
        told = told_again(request)
        if "given" in told:
            return _stands(request, council, told["reference"], told["code"])
        came = StandingForm(request.GET)
        typed = {name: (told.get(name) or brought_along(came[name].value() or ""))[:40] for name in FIELDS}
        errors = {name: told[f"{name}_problem"] for name in FIELDS if f"{name}_problem" in told}
        return page(request, "standing", council, {**typed, "errors": errors, **way_back(request)})
    form = StandingForm(request.POST)
    typed = {name: form[name].value() or "" for name in FIELDS}
    if not form.is_valid():
        return _again(request, council, typed, {name: str(words[0]) for name, words in form.errors.items()})
    given = form.cleaned_data
    theirs = named_in(given["reference"])
    if is_cut_off((theirs or council).pk, clock.now()):
        return page(request, "standing", council, {**typed, "errors": {"reference": CUT}}, status=503)
    with transaction.atomic():
        found = case_by_code(given["reference"], given["code"], who=who_asks(request, given["reference"]))
    if found is None or found.state == "wait":
        return _again(request, council, typed, {"reference": REFUSED["wait"] if found else UNKNOWN})
    there = to_again(request, request.path, given="yes", reference=given["reference"], code=given["code"])
    return there or _shown(request, council, found, given["reference"], given["code"])


def _again(request: HttpRequest, council: Council, typed: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    """The page again, with what was typed."""
    problems = {f"{name}_problem": words for name, words in errors.items()}
    return to_again(request, request.path, **typed, **problems) or page(request, "standing", council,
                                                               {**typed, "errors": errors})  # fmt: skip


def _stands(request: HttpRequest, council: Council, reference: str, code: str) -> HttpResponse:
    """What was found just now, as it is by now: looked at again, and by Back and Forward."""
    typed = {"reference": reference, "code": code}
    if is_cut_off((named_in(reference) or council).pk, clock.now()):
        return page(request, "standing", council, {**typed, "errors": {"reference": CUT}}, status=503)
    with transaction.atomic():
        found = case_by_code(reference, code, who=who_asks(request, reference))
    if found is None or found.state == "wait":
        errors = {"reference": REFUSED["wait"] if found else UNKNOWN}
        return page(request, "standing", council, {**typed, "errors": errors})
    return _shown(request, council, found, reference, code)


def _shown(request: HttpRequest, council: Council, found: Standing, reference: str, code: str) -> HttpResponse:
    """How it stands; another council's reference is shown on its pages."""
    theirs = named_in(reference)
    if theirs is not None and council_now(theirs)[0] != council:
        query = urlencode({"reference": taken_along(reference), "code": taken_along(code)})
        address = f"{address_of(theirs, settings.PUBLIC_URL)}how-it-stands/?{query}"
        return page(request, "theirs", council, {
            "theirs": theirs, "what": f"Your reference {reference}", "address": address, "back": request.path,
        })  # fmt: skip
    wanted = still_wanted(found.run, found.came or ()) if found.run and found.state != "closed" else []
    pay = _pay_link(found) if found.state != "closed" else ""
    stands = stands_of(pay) if pay else ""
    told = parts_told(found.told)
    if stands in ("paid", "over"):  # what they were asked to pay, and by when, is over
        told = told[1:] or ([paid] if stands == "paid" and (paid := paid_words(found.run or {})) else [])
    run = found.run if found.run and found.state != "closed" else {}
    booked = stands in ("", "paid") and is_booked(run.get("effects") or {})
    return page(request, "stands", council, {
        "case": found, "reference": reference, "told": told, "pay": pay, "stands": stands, "discreet": found.discreet,
        "wanted": wanted, "code": taken_along(code), "service": (found.run or {}).get("service_id"),
        "calls_off": calls_off(council, run["service_id"]) if booked else None,
    })  # fmt: skip


def _pay_link(found: Standing) -> str:
    """Where it is paid what came of the run; empty where nothing was asked for, or its code opens that no more."""
    effects = (found.run or {}).get("effects") or {}
    return next((each["pay_link"] for each in effects.values() if each.get("pay_link")), "")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return _of_the_site(request, "accessibility")


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return _of_the_site(request, "cookies")


def _of_the_site(request: HttpRequest, name: str) -> HttpResponse:
    """What every public site says of itself, the regional one too."""
    if council_of(request) is None:
        told = {"layout": "public/region/layout.html", "problem": "", "discreet": False, "phone": ""}
        return render(request, f"public/run/{name}.html", {**told, **way_back(request)})
    return page(request, name, council_here(request), {"layout": "public/run/layout.html", **way_back(request)})
