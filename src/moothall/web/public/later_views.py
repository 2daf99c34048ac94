"""Going on later: by the code, or on the telephone with whoever rings."""
from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from moothall.scripts.models import Run
from moothall.scripts.on_the_web import RING_ON, call_asked, call_me_run
from moothall.web.public.contexts import standstill
from moothall.web.public.forms import RingForm
from moothall.web.public.run_pages import number_told
from moothall.web.public.run_views import by_phone, in_hand, page

RUNG_SOON = "by the end of the next working day."
RUNG_LATE = "as soon as we can. Nobody can ring you at present."


@dataclass(frozen=True, slots=True)
class Unkept:
    """What was `typed` on the page that was left and isn't an answer, and why in words."""

    typed: str
    problem: str


def left(request: HttpRequest, run: Run, then: str, unkept: Unkept) -> HttpResponse:
    """The page to which they left a question ("saved" or "ring"), where something of that isn't kept."""
    if then == "ring":
        return _ring_page(request, run, unkept)
    return page(request, "saved", run.council, {**by_phone(run), "unkept": unkept})


@never_cache
@require_safe
def saved(request: HttpRequest, run: int) -> HttpResponse:
    """The code with which to go on later, here or on the telephone."""
    return in_hand(request, run, lambda found: page(request, "saved", found.council, by_phone(found)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ring(request: HttpRequest, run: int) -> HttpResponse:
    """They would rather be rung: their number, and then when."""
    if request.method != "POST":
        return in_hand(request, run, lambda found: _ring_page(request, found))
    form = RingForm(request.POST)
    typed = form["phone"].value() or ""

    def act(found: Run) -> HttpResponse:
        if not form.is_valid():
            told = {"run": found, "value": typed, "problem": str(form.errors["phone"][0]), "late": _rung_late(found)}
            return page(request, "ring", found.council, told)
        phone, when = form.cleaned_data["phone"], _rung_when(found)
        reference = call_me_run(found, phone, f"We will ring you on {phone}, {when}")
        told = {"run": found, "number": phone, "reference": reference, "when": when}
        return page(request, "will_ring", found.council, told)

    return in_hand(request, run, act, typed, lock=True)


def _ring_page(request: HttpRequest, run: Run, unkept: Unkept | None = None) -> HttpResponse:
    """Asks for the number; once a call was asked for it says so, as long as nobody has made it."""
    told = {"run": run, "when": _rung_when(run), "unkept": unkept}
    if (asked := call_asked(run)) is None:
        return page(request, "ring", run.council, {**told, "value": number_told(run), "late": _rung_late(run)})
    number = next((each["answer"] for each in asked.answers if each["question"] == RING_ON), "")
    return page(request, "will_ring", run.council, {**told, "number": number, "reference": asked.reference})


def _rung_when(run: Run) -> str:
    return RUNG_LATE if _rung_late(run) else RUNG_SOON


def _rung_late(run: Run) -> bool:
    """Whether neither those who answer nor those who resolve can ring anybody about this now."""
    still = standstill(run.council, run.service_id)
    return still is not None and still.calls and still.work
