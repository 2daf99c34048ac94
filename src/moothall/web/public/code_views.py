"""Going on with what was begun, here or on the telephone: by its code, once, at the address of its council; and the
code sent to whoever began it."""
from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moothall.messages.templates import MessageRefused
from moothall.scripts.left_runs import resume_run
from moothall.scripts.models import Run
from moothall.scripts.on_the_web import SentOften, send_code_run
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident
from moothall.tenancy.residents import Keys, Opened, redeem_code
from moothall.tenancy.scope import scope
from moothall.web.public.contexts import address_of
from moothall.web.public.forms import WHERE_TO, CodeForm, SendCodeForm
from moothall.web.public.leaving import is_back
from moothall.web.public.run_pages import DONE, outcome_of, place_of
from moothall.web.public.run_views import council_here, gone, in_hand, page, to_place
from moothall.web.public.secrets import give_keys, new_keys, shown, who_asks

SENT = "We have sent it 3 times already. Write the code down, or ring us"
REFUSED = {
    "unknown": "We can’t find that code. Check it, and enter it again",
    "used": "That code was used before. If you went on with it somewhere, save there to get a new code",
    "over": "That code is too old, so its answers are no longer kept. Start again",
    "wait": "Too many codes were tried from here. Wait 15 minutes, or ring us",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest) -> HttpResponse:
    """A link fills the code in; the button opens it, so that nothing that looks at links uses it up."""
    council = council_here(request)
    if request.method != "POST":
        filled = (CodeForm(request.GET)["code"].value() or "")[:40]
        return page(request, "go_on", council, {"typed": filled, "problem": ""})
    form = CodeForm(request.POST)
    typed = form["code"].value() or ""
    if not form.is_valid():
        return page(request, "go_on", council, {"typed": typed, "problem": str(form.errors["code"][0])})
    code, keys, who = form.cleaned_data["code"], new_keys(), who_asks(request)
    there: HttpResponse | None = None
    with transaction.atomic():  # whatever goes wrong in it: the code isn't used up by that
        opened = redeem_code(code, keys=keys, who=who, act=False)
        if opened.state == "open" and opened.run is not None and opened.council == council.pk:
            redeem_code(code, keys=keys, who=who, act=True)
            there = _went_on(opened.run, keys)
            if there is None:
                transaction.set_rollback(True)
    if opened.state != "open":
        return page(request, "go_on", council, {"typed": typed, "problem": REFUSED[opened.state]})
    if opened.council != council.pk:
        return _elsewhere(request, council, opened, code)
    return is_back(request, there or gone(request, council))


def _went_on(run: int, keys: Keys) -> HttpResponse | None:
    """None where nothing of it is seen: its council is cut off."""
    with scope(Resident(run, keys.secret)):
        found = Run.objects.filter(pk=run).first()
        if found is None:
            return None
        resumed = resume_run(found)
        return give_keys(to_place(resumed, place_of(resumed)), run, keys)


def _elsewhere(request: HttpRequest, council: Council, opened: Opened, code: str) -> HttpResponse:
    """The code is another council's: its pages open it."""
    theirs = Council.objects.get(pk=opened.council)
    address = f"{address_of(theirs, settings.PUBLIC_URL)}go-on/?code={shown(code).replace(' ', '+')}"
    told = {"theirs": theirs, "what": "Your code", "address": address, "back": request.path}
    return page(request, "theirs", council, told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_code(request: HttpRequest, run: int) -> HttpResponse:
    """Their code, sent to where they say; with the reference where something was sent to the council."""
    form = SendCodeForm(request.POST if request.method == "POST" else {})
    typed = form["to"].value() or ""

    def act(found: Run) -> HttpResponse:
        told = {"run": found, "value": typed}
        if request.method != "POST" or found.apart:  # nothing goes to where somebody protected isn't on record
            return page(request, "send_code", found.council, told)
        if not form.is_valid():
            return page(request, "send_code", found.council, {**told, "problem": str(form.errors["to"][0])})
        try:
            send_code_run(found, form.cleaned_data["to"], _told(request, found))
        except (MessageRefused, SentOften) as refused:
            often = isinstance(refused, SentOften)
            return page(request, "send_code", found.council, {**told, "problem": SENT if often else WHERE_TO})
        return page(request, "code_sent", found.council, {**told, "to": form.cleaned_data["to"]})

    return in_hand(request, run, act, typed, lock=request.method == "POST")


def _told(request: HttpRequest, run: Run) -> dict[str, str]:
    """What the message says: the code, with which they go on or see how it is going."""
    code, home = getattr(request, "code", ""), address_of(run.council, settings.PUBLIC_URL)
    reference = outcome_of(run).reference if place_of(run) == DONE else ""
    if reference:
        return {"reference": reference, "code": code, "link": f"{home}how-it-stands/"}
    return {"code": code, "link": f"{home}go-on/?code={code.replace(' ', '')}"}
