"""Going on later: by the code, or on the telephone with whoever rings."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from moothall.cases.due import due_at
from moothall.cases.models import Case
from moothall.lib import clock
from moothall.scripts.models import Run
from moothall.scripts.on_the_web import RING_ON, call_asked, call_me_run
from moothall.web.formats import public_day
from moothall.web.public.again import to_again, told_again
from moothall.web.public.contexts import standstill
from moothall.web.public.forms import RingForm
from moothall.web.public.run_pages import number_told
from moothall.web.public.run_views import by_phone, in_hand, page

RUNG_SOON = "by the end of {day}."
LAST_MINUTE = 17 * 60  # of the day on which they are rung
RUNG_LATE = "as soon as we can. Nobody can ring you at present."


@dataclass(frozen=True, slots=True)
class Unkept:
    """What was `typed` on the page that was left and isn't an answer, and why in words."""

    typed: str
    problem: str


def left(request: HttpRequest, run: Run, then: str, unkept: Unkept) -> HttpResponse:
    """The page to which they left a question ("saved" or "ring"), where something of that isn't kept."""
    address = reverse(f"public:{then}", args=[run.pk])
    if there := to_again(request, address, unkept=unkept.typed, why=unkept.problem):
        return there
    if then == "ring":
        return _ring_page(request, run, unkept)
    return page(request, "saved", run.council, {**by_phone(run), "unkept": unkept})


@never_cache
@require_safe
def saved(request: HttpRequest, run: int) -> HttpResponse:
    """The code with which to go on later, here or on the telephone."""
    unkept = _unkept(request)
    return in_hand(request, run, lambda found: page(request, "saved", found.council,
                                                    {**by_phone(found), "unkept": unkept}))  # fmt: skip


def _unkept(request: HttpRequest) -> Unkept | None:
    told = told_again(request)
    return Unkept(told.get("unkept", ""), told["why"]) if "why" in told else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ring(request: HttpRequest, run: int) -> HttpResponse:
    """They would rather be rung: their number, and then when."""
    if request.method != "POST":
        return in_hand(request, run, lambda found: _ring_page(request, found, _unkept(request)))
    form = RingForm(request.POST)
    typed = form["phone"].value() or ""

    def act(found: Run) -> HttpResponse:
        if not form.is_valid():
            problem = str(form.errors["phone"][0])
            return (to_again(request, request.path, typed=typed, problem=problem)
                    or _asks_number(request, found, typed=typed, problem=problem))  # fmt: skip
        phone = form.cleaned_data["phone"]
        call_me_run(found, phone, f"We will ring you on {phone}, {_rung_when(found)}")
        return redirect(request.path)

    return in_hand(request, run, act, typed, lock=True)


def _ring_page(request: HttpRequest, run: Run, unkept: Unkept | None = None) -> HttpResponse:
    """Asks for the number; once a call was asked for it says so, as long as nobody has made it."""
    asked, said = call_asked(run), told_again(request)
    if asked is None or "typed" in said or request.GET.get("anew") == "1":
        return _asks_number(request, run, unkept, said.get("typed", _number_of(asked) or number_told(run)),
                            said.get("problem", ""))  # fmt: skip
    told = {"run": run, "when": _rung_when(run, asked.opened_at), "unkept": unkept}
    return page(request, "will_ring", run.council, {
        **told, "number": _number_of(asked), "reference": asked.reference,
    })  # fmt: skip


def _number_of(asked: Case | None) -> str:
    """On which number they asked to be rung."""
    said = asked.answers if asked else []
    return next((each["answer"] for each in said if each["question"] == RING_ON), "")


def _asks_number(
    request: HttpRequest, run: Run, unkept: Unkept | None = None, typed: str = "", problem: str = ""
) -> HttpResponse:
    told = {"run": run, "unkept": unkept, "value": typed, "problem": problem, "late": _rung_late(run)}
    return page(request, "ring", run.council, told)


def _rung_when(run: Run, asked: datetime | None = None) -> str:
    """By when they are rung who asked for it then, or ask now."""
    if _rung_late(run):
        return RUNG_LATE
    due = due_at(run.council, asked or clock.now(), days=1, minute=LAST_MINUTE)
    return RUNG_SOON.format(day=public_day(due))


def _rung_late(run: Run) -> bool:
    """Whether neither those who answer nor those who resolve can ring anybody about this now."""
    still = standstill(run.council, run.service_id)
    return still is not None and still.calls and still.work
