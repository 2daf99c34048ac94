"""Going on with what was begun, here or on the telephone: by its code, once, at the address of its council; and the
code sent to whoever began it."""
from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moothall.messages.templates import MessageRefused
from moothall.scripts.left_runs import resume_run
from moothall.scripts.models import Run
from moothall.scripts.on_the_web import SentOften, send_code_run
from moothall.scripts.protecting import told_to_protect
from moothall.scripts.versions import script_of
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident
from moothall.tenancy.residents import Keys, redeem_code
from moothall.tenancy.scope import scope
from moothall.web.public.addresses import brought_along, may_be_discreet, taken_along
from moothall.web.public.again import to_again, told_again
from moothall.web.public.begun import begun_here, keep_begun
from moothall.web.public.contexts import address_of
from moothall.web.public.file_pages import all_wanted
from moothall.web.public.forms import WHERE_TO, CodeForm, SendCodeForm
from moothall.web.public.hosts import council_of
from moothall.web.public.leaving import is_back
from moothall.web.public.run_pages import DONE, place_of, references_of
from moothall.web.public.run_views import council_here, gone, in_hand, page, to_place
from moothall.web.public.secrets import give_keys, new_keys, shown, who_asks

SENT = "We have sent it 3 times already. Write the code down, or ring us"
OPEN = ("open", "sent")
REFUSED = {
    "unknown": "We can’t find that code. Check it, and enter it again",
    "used": "That code was used before. Go on where you used it: “Save and finish later” there shows a new code",
    "over": "That code is too old, so its answers are no longer kept. Start again",
    "wait": "Too many codes were tried from here. Wait 15 minutes, or ring us",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest) -> HttpResponse:
    """A link fills the code in; the button opens it, so that nothing that looks at links uses it up."""
    if council_of(request) is None:  # a code says nothing of whose it is
        return redirect(f"{reverse('public:councils')}?saved=1")
    council = council_here(request)
    if request.method != "POST":
        told = told_again(request)
        theirs = Council.objects.filter(pk=told.get("theirs") or None).first()
        if theirs is not None:
            return _elsewhere(request, council, theirs, told["typed"])
        filled = told.get("typed", brought_along(CodeForm(request.GET)["code"].value() or ""))[:40]
        return page(request, "go_on", council, {"typed": filled, "problem": told.get("problem", ""),
                                                 "begun": begun_here(request)})  # fmt: skip
    form = CodeForm(request.POST)
    typed = form["code"].value() or ""
    if not form.is_valid():
        return _again(request, council, typed, str(form.errors["code"][0]))
    code, keys, who = form.cleaned_data["code"], new_keys(), who_asks(request)
    there: HttpResponse | None = None
    with transaction.atomic():  # whatever goes wrong in it: the code isn't used up by that
        opened = redeem_code(code, keys=keys, who=who, act=False)
        if opened.state in OPEN and opened.run is not None and opened.council == council.pk:
            redeem_code(code, keys=keys, who=who, act=True)
            keys = keys if opened.state == "open" else Keys(keys.secret, code)
            there = _went_on(request, opened.run, keys)
            if there is None:
                transaction.set_rollback(True)
    if opened.state == "used" and opened.council == council.pk:  # it may be open here: that run's pages know
        here = reverse("public:run", args=[opened.run])
        if there := to_again(request, here, typed=typed, problem=REFUSED["used"]):
            return there
    if opened.state not in OPEN:
        return _again(request, council, typed, REFUSED[opened.state])
    if opened.council != council.pk:
        theirs = Council.objects.get(pk=opened.council)
        there = to_again(request, request.path, typed=code, theirs=str(theirs.pk))
        return there or _elsewhere(request, council, theirs, code)
    return is_back(request, there or gone(request, council))


def _again(request: HttpRequest, council: Council, typed: str, problem: str) -> HttpResponse:
    """The page again, with the code as it was typed."""
    there = to_again(request, request.path, typed=typed, problem=problem)
    return there or page(request, "go_on", council, {"typed": typed[:40], "problem": problem, "begun": []})


def _went_on(request: HttpRequest, run: int, keys: Keys) -> HttpResponse | None:
    """None where nothing of it is seen: its council is cut off."""
    with scope(Resident(run, keys.secret)):
        found = Run.objects.filter(pk=run).first()
        if found is None:
            return None
        resumed = resume_run(found)
        return _kept(request, give_keys(to_place(resumed, _led_to(resumed)), run, keys), resumed)


def _kept(request: HttpRequest, answer: HttpResponse, run: Run) -> HttpResponse:
    return answer if run.effects else keep_begun(request, answer, run)


def _led_to(run: Run) -> str:
    """Where the run stands; of what was sent to the documents that are still wanted."""
    place = place_of(run)
    things = [thing for step, some in all_wanted(run) for thing in some if not thing.came] if run.effects else []
    return "all_files" if place == DONE and things else place


def _elsewhere(request: HttpRequest, council: Council, theirs: Council, code: str) -> HttpResponse:
    """The code is another council's: its pages open it."""
    address = f"{address_of(theirs, settings.PUBLIC_URL)}go-on/?code={taken_along(shown(code))}"
    told = {"theirs": theirs, "what": "Your code", "address": address, "back": request.path}
    return page(request, "theirs", council, told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_code(request: HttpRequest, run: int) -> HttpResponse:
    """Their code, sent to where they say; with the reference where something was sent to the council."""
    form = SendCodeForm(request.POST if request.method == "POST" else {})
    typed = form["to"].value() or ""

    def act(found: Run) -> HttpResponse:
        if request.method != "POST" or found.apart:  # nothing goes to where somebody protected isn't on record
            return _send_page(request, found, told_again(request))
        said = {"value": typed}
        if not form.is_valid():
            said["problem"] = str(form.errors["to"][0])
        else:
            try:
                send_code_run(found, form.cleaned_data["to"], _told(request, found))
                said = {"to": form.cleaned_data["to"]}
            except (MessageRefused, SentOften) as refused:
                said["problem"] = SENT if isinstance(refused, SentOften) else WHERE_TO
        return to_again(request, request.path, **said) or _send_page(request, found, said)

    return in_hand(request, run, act, typed, lock=request.method == "POST")


def _send_page(request: HttpRequest, run: Run, said: dict[str, str]) -> HttpResponse:
    """Asks where to send it, with what was wrong; or says that it is on its way."""
    name = "code_sent" if "to" in said else "send_code"
    careful = may_be_discreet(run) or told_to_protect(run)
    return page(request, name, run.council, {"value": reach_told(run) if careful else "", **said, "run": run,
                                              "careful": careful})


def reach_told(run: Run) -> str:
    """The last number or e-mail address among their answers: where the safe one was asked for, that."""
    told = [run.answers.get(step.key, {}).get("value", "") for step in script_of(run).steps
            if step.field.kind in ("phone", "mobile", "email", "reach", "text")]  # fmt: skip
    forms = (SendCodeForm({"to": each}) for each in reversed(told) if each)
    return next((form.cleaned_data["to"] for form in forms if form.is_valid()), "")


def _told(request: HttpRequest, run: Run) -> dict[str, str]:
    """What the message says: the code, with which they go on or see how it is going."""
    code, home = getattr(request, "code", ""), address_of(run.council, settings.PUBLIC_URL)
    reference = " and ".join(references_of(run)) if place_of(run) == DONE else ""
    if reference:
        return {"reference": reference, "code": code, "link": f"{home}how-it-stands/"}
    return {"code": code, "link": f"{home}go-on/?code={code.replace(' ', '')}"}
