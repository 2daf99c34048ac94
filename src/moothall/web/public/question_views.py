"""One question of a script on the web: shown, answered, or left for later with what was typed."""
from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moothall.domain.calendar import wall_clock
from moothall.domain.interview.example_days import USUAL, example_day
from moothall.lib import clock
from moothall.scripts.actions import Stale
from moothall.scripts.answering import AnswerRefused, AnswerSealed, answer_any
from moothall.scripts.models import Run
from moothall.scripts.queries import StepView
from moothall.scripts.steps import walk_of
from moothall.scripts.uploads import KINDS
from moothall.scripts.versions import script_of
from moothall.web.map_forms import MoveForm
from moothall.web.maps import MapPart, map_part
from moothall.web.public.addresses import step_at
from moothall.web.public.again import to_again, told_again
from moothall.web.public.contexts import line_for
from moothall.web.public.file_pages import told_of
from moothall.web.public.forms import UNKNOWN_POSTCODE, AnswerForm
from moothall.web.public.known_home import home_kept, near_home
from moothall.web.public.later_views import Unkept, left
from moothall.web.public.run_pages import asked, asked_again, is_unknown_postcode, place_of, rings
from moothall.web.public.run_views import in_hand, page, to_place

LATE = "You answered this in another window since. Check your answer, then continue"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, run: int, step: str) -> HttpResponse:
    """One question. What is answered already can be answered anew here, as long as nothing stands on it. Who goes to
    another page from here (`then`) has their answer kept as well."""
    if request.method != "POST":
        told = told_again(request)
        typed, problem = told.get("typed"), told.get("problem", "")
        moved = MoveForm(told) if "map_at" in told else None
        return in_hand(request, run, lambda found: _show(request, found, step, typed, problem=problem, moved=moved))
    form, moved = AnswerForm(request.POST), MoveForm(request.POST)
    typed, sent = "\n".join(form.data.getlist("value")), None
    if moved.moves:
        return in_hand(request, run, lambda found: _pressed(request, found, step, typed, moved), typed)
    valid = form.is_valid()
    given = form.cleaned_data
    then = given.get("then") or ""
    if then and not typed.strip():  # nothing was answered, also where an answer may be left out
        return in_hand(request, run, lambda found: to_place(found, then))
    words = next(iter(form.errors.get("value", [])), LATE)
    if valid:
        try:
            act = partial(_answered, step=step, given=given, then=then)
            return in_hand(request, run, act, typed, lock=True)
        except AnswerRefused as refused:
            words = refused.words
        except (Stale, AnswerSealed):
            words = LATE
        sent = given["value"]
    if then:
        return in_hand(request, run, lambda found: _left(request, found, step, then, Unkept(typed, str(words))))
    return in_hand(request, run, lambda found: _refused(request, found, step, Unkept(typed, str(words)), sent))


def _pressed(request: HttpRequest, run: Run, step: str, typed: str, moved: MoveForm) -> HttpResponse:
    """The map as it is after a click, or a button beside it, at an address: Back leads to the map before."""
    found = asked(run, step_at(run, step))
    part = _map(request, run, found.step, typed, moved) if found else None
    there = part and to_again(request, request.path, typed=part.typed, map_at=part.at, map_metres=f"{part.metres:.0f}")
    return there or _show(request, run, step, typed, moved=moved)


def _map(request: HttpRequest, run: Run, step: StepView, typed: str, moved: MoveForm | None) -> MapPart | None:
    return map_part(run.council, typed, moved, step.near or near_home(request, run))


def _answered(run: Run, *, step: str, given: dict[str, Any], then: str) -> HttpResponse:
    key = step_at(run, step)
    if not given["sure"] and is_unknown_postcode(run, key, given["value"]):
        raise AnswerRefused(UNKNOWN_POSTCODE)
    run = answer_any(run, key, given["value"], seen_version=given["seen"])
    return to_place(run, then or place_of(run))


def _refused(request: HttpRequest, run: Run, step: str, unkept: Unkept, sent: str | None) -> HttpResponse:
    """The question again, with what was typed and what is wrong with it."""
    found, typed, problem = asked(run, step_at(run, step)), unkept.typed, unkept.problem
    twice = problem == LATE and sent is not None and found is not None and found.step.value == sent.strip()
    if found is None or twice:  # sent twice, or what is answered here stands by now
        return to_place(run, place_of(run))
    there = to_again(request, request.path, typed=typed, problem=problem)
    return there or _show(request, run, step, typed, problem=problem)


def _left(request: HttpRequest, run: Run, step: str, then: str, unkept: Unkept) -> HttpResponse:
    """They go on later with all but this. What was chosen from a list is theirs to see there, and isn't told."""
    found = asked(run, step_at(run, step))
    if found is None or found.step.value == unkept.typed.strip():  # it stands, or isn't asked any more
        return to_place(run, then)
    return left(request, run, then, replace(unkept, typed="") if found.step.options else unkept)


def _show(
    request: HttpRequest, run: Run, step: str, typed: str | None = None, *, problem: str = "",
    moved: MoveForm | None = None,
) -> HttpResponse:  # fmt: skip
    found = asked(run, step_at(run, step))
    if found is None:
        return to_place(run, place_of(run))
    if found.step.field in KINDS:
        name, files = told_of(run, found, asks="untold" in told_again(request))
        return page(request, name, run.council, {"problem": problem, **files})
    value = (found.step.value or home_kept(request, run)) if typed is None else typed
    if found.step.field == "point":
        found = replace(found, map=_map(request, run, found.step, value, moved))
    example = _example(run, step_at(run, step)) if found.step.field == "date" else USUAL
    problem = problem.replace(USUAL, example)
    to_ring = found.step.field == "none" and rings(found.step.page)
    line = line_for(run.council, run.service_id) if to_ring else None
    told = {"page": found, "step": found.step, "run": run, "value": value, "problem": problem, "line": line,
            "example": example, "unknown": problem == UNKNOWN_POSTCODE, "anew": request.GET.get("anew") == "1"}
    return page(request, "question", run.council, told)


def _example(run: Run, key: str) -> str:
    """A day that the question takes."""
    script = script_of(run)
    step = script.step(key)
    values = walk_of(asked_again(run, key) if key in run.answers else run).next.values
    return example_day(script, step, values, wall_clock(clock.now())[0]) if step else USUAL
