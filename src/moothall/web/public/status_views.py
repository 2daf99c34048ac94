"""How a case stands, by its reference and code; and what every public site says of itself."""
from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from moothall.agreements.councils import named_in
from moothall.agreements.queries import is_cut_off
from moothall.cases.told import parts_told
from moothall.lib import clock
from moothall.tenancy.residents import case_by_code
from moothall.web.public.code_views import REFUSED
from moothall.web.public.contexts import address_of, council_now
from moothall.web.public.file_pages import still_wanted
from moothall.web.public.forms import StandingForm
from moothall.web.public.run_views import council_here, page
from moothall.web.public.secrets import who_asks

CUT = "We can’t show how it is going at present. What you sent is kept: look again later"
UNKNOWN = "We can’t find that reference with that code. Check both, and enter them again"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """Both are asked for: a reference is on letters, which others may read."""
    council = council_here(request)
    if request.method != "POST":
        typed = {name: (StandingForm(request.GET)[name].value() or "")[:40] for name in ("reference", "code")}
        return page(request, "standing", council, {**typed, "errors": {}})
    form = StandingForm(request.POST)
    typed = {name: form[name].value() or "" for name in ("reference", "code")}
    if not form.is_valid():
        errors = {name: str(words[0]) for name, words in form.errors.items()}
        return page(request, "standing", council, {**typed, "errors": errors})
    given = form.cleaned_data
    theirs = named_in(given["reference"])
    if is_cut_off((theirs or council).pk, clock.now()):
        return page(request, "standing", council, {**typed, "errors": {"reference": CUT}}, status=503)
    with transaction.atomic():
        found = case_by_code(given["reference"], given["code"], who=who_asks(request))
    if found is None or found.state == "wait":
        errors = {"reference": REFUSED["wait"] if found else UNKNOWN}
        return page(request, "standing", council, {**typed, "errors": errors})
    if theirs is not None and council_now(theirs)[0] != council:
        address = f"{address_of(theirs, settings.PUBLIC_URL)}how-it-stands/?{urlencode(typed)}"
        what = f"Your reference {given['reference']}"
        return page(request, "theirs", council, {
            "theirs": theirs, "what": what, "address": address, "back": request.path,
        })  # fmt: skip
    wanted = still_wanted(found.run, found.came or ()) if found.run and found.state != "closed" else []
    return page(request, "stands", council, {
        "case": found, "reference": given["reference"], "told": parts_told(found.told), "discreet": found.discreet,
        "wanted": wanted, "code": given["code"],
    })  # fmt: skip


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "accessibility", council_here(request), {})


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return page(request, "cookies", council_here(request), {})
