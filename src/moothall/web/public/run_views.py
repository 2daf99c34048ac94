"""A council's script on the web: begin, one question a page, check the answers, send, and what happens next."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from moothall.agreements.queries import is_cut_off
from moothall.domain.interview.run import Ask
from moothall.identity.queries import identity_of
from moothall.lib import clock
from moothall.places.postcodes import display_postcode
from moothall.scripts.access import access_run, resident_run
from moothall.scripts.actions import Stale, begin_run, send_run
from moothall.scripts.answering import AnswerRefused, answer_step
from moothall.scripts.models import Run
from moothall.scripts.protecting import told_to_protect
from moothall.scripts.steps import walk_of
from moothall.scripts.versions import parameters_of, script_of, version_for
from moothall.tenancy import residents
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Resident
from moothall.tenancy.scope import scope
from moothall.web.public.addresses import in_address, may_be_discreet
from moothall.web.public.again import to_again, told_again
from moothall.web.public.begun import begun_here, drop_begun, keep_begun
from moothall.web.public.contexts import address_of, council_now, line_for, phone_about, standstill
from moothall.web.public.file_pages import all_wanted, said_of
from moothall.web.public.forms import BeginForm, SendForm
from moothall.web.public.hosts import council_of
from moothall.web.public.known_home import keep_home
from moothall.web.public.leaving import has_left, is_back, leave
from moothall.web.public.offers import calls_off, offer_at, titled
from moothall.web.public.pay import stands_of
from moothall.web.public.run_pages import (
    CHECK,
    DONE,
    answers_of,
    cost_now,
    declared_by,
    discreet_now,
    form_of,
    is_unknown_postcode,
    last_asked,
    outcome_of,
    place_of,
    postcode_said,
    rings,
    theirs_of,
    title_of,
)
from moothall.web.public.secrets import give_keys, keys_in, new_keys, shown

GONE = 404
Given = TypeVar("Given")


class Gone(Exception):
    """This browser opens no such run: it never did, it is over, or somebody goes on with it by phone."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, script: str) -> HttpResponse:
    """What the script is for; its button begins it."""
    council = council_here(request)
    offer = offer_at(council, script)
    if offer is None:
        return _elsewhere_alone(request, council, script)
    if offer.at != script and request.method != "POST":
        there = reverse("public:about", args=[offer.at])
        return redirect(f"{there}?{query}" if (query := request.GET.urlencode()) else there)
    form = BeginForm(request.POST if request.method == "POST" else request.GET)
    known = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    still = standstill(council, offer.service)
    closed = still is not None and still.cut
    if request.method != "POST" or closed:
        at = known.get("postcode", "")
        return page(request, "about", council, {
            "offer": offer, "known": tuple(known.items()), "at": at, "discreet": offer.discreet, "still": still,
            "begun": [each for each in begun_here(request) if each.key == offer.key],
        }, status=503 if closed else 200)  # fmt: skip
    version, keys = version_for(offer.key, council.gss), new_keys()
    number = residents.begin_run(council.pk, offer.service, version.pk, parameters_of(version), keys)
    with scope(Resident(number, keys.secret)):
        begun = _with_known(begin_run(access_run(number)), known)
        answer = keep_begun(request, give_keys(to_place(begun, place_of(begun)), number, keys), begun)
    return is_back(request, keep_home(answer, number, known))


def _elsewhere_alone(request: HttpRequest, council: Council, script: str) -> HttpResponse:
    """What others offer and this council doesn't: said so, with whom to ring. Whoever chose the council comes here."""
    title, service = titled(script)
    if not title:
        raise Http404("No such script is offered to anybody")
    told = {"title": title, "line": line_for(council, service)}
    return page(request, "not_offered", council, told, status=404)


def _with_known(run: Run, known: Mapping[str, str]) -> Run:
    """The run past the questions that were answered before it began, as far as its script asks them first."""
    for kind in ("postcode", "property"):
        stop = walk_of(run).next
        if kind not in known or not isinstance(stop, Ask) or stop.step.field.kind != kind:
            break
        if is_unknown_postcode(run, stop.step.key, known[kind]):
            break
        try:
            run = answer_step(run, stop.step.key, known[kind], seen_version=run.version, shown=False)
        except AnswerRefused:
            break
    return run


@never_cache
@require_safe
def run(request: HttpRequest, run: int) -> HttpResponse:
    """Wherever the run stands. Whoever comes by a code that was used before hears that, where it isn't open here."""
    answer = in_hand(request, run, lambda found: to_place(found, place_of(found)))
    told = told_again(request)
    return (answer.status_code == GONE and told and to_again(request, reverse("public:go_on"), **told)) or answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, run: int) -> HttpResponse:
    """The answers, before anything is done with them; the button sends them, once."""
    if request.method == "POST":
        form = SendForm(request.POST)
        seen = form.cleaned_data["seen"] if form.is_valid() else -1
        try:
            return _send(request, run, seen)
        except Stale:
            there = to_again(request, request.path, problem="late")
            return in_hand(request, run, lambda found: there or _checked(request, found, late=True))
    late = told_again(request).get("problem") == "late"
    return in_hand(request, run, lambda found: _checked(request, found, late=late))


def _send(request: HttpRequest, run: int, seen: int) -> HttpResponse:
    def act(found: Run, *, apart: bool = False) -> HttpResponse:
        sent = send_run(found, seen_version=seen, locked=True, apart=apart)
        return to_place(sent, place_of(sent), anew=not sent.effects)

    try:
        return in_hand(request, run, act, lock=True)
    except IntegrityError:  # the case's reference is taken, since the installation's secret was changed
        return in_hand(request, run, partial(act, apart=True), lock=True)


def _checked(request: HttpRequest, run: Run, *, late: bool = False) -> HttpResponse:
    if (place := place_of(run)) != CHECK:
        return to_place(run, place)
    said = answers_of(run)
    back = said[-1].step if said else ""
    told = {"said": said, "run": run, "late": late, "back": back, "cost": cost_now(run), "files": said_of(run),
            "declared": declared_by(run)}  # fmt: skip
    return page(request, "check", run.council, told)


@never_cache
@require_safe
def done(request: HttpRequest, run: int) -> HttpResponse:
    """What came of it: the reference, and what happens next. Whether it is paid is asked of who takes the money, which
    no transaction waits for: then the page is made anew."""
    links: list[str] = []

    def show(found: Run, stands: str = "to_pay") -> HttpResponse:
        if (place := place_of(found)) != DONE:
            return to_place(found, place)
        wanted, outcome = bool(found.effects) and bool(all_wanted(found)), outcome_of(found)
        links.append(outcome.pay)
        line = line_for(found.council, found.service_id) if rings(outcome.words) else None
        told = {"outcome": outcome, "run": found, "title": title_of(found), "wanted": wanted, "stands": stands,
                "calls_off": calls_off(found.council, found.service_id) if outcome.booked else None,
                "line": line, "form": offer_at(found.council, form_of(found)) if form_of(found) else None}
        return page(request, "done", found.council, told)

    answer = in_hand(request, run, show)
    stands = stands_of(links[0]) if links and links[0] else "to_pay"
    return answer if stands == "to_pay" else in_hand(request, run, partial(show, stands=stands))


def in_hand(
    request: HttpRequest, number: int, act: Callable[[Run], HttpResponse], typed: str = "", *, lock: bool = False
) -> HttpResponse:
    """Do it with the run that this browser opens, locked if it says so; else say so, with what was typed."""
    council, keys = council_here(request), keys_in(request, number)
    if keys is not None:
        with resident_run(number, keys.secret, council, lock=lock) as found:
            if found is not None:
                request.code = shown(keys.code)  # type: ignore[attr-defined]
                answer = is_back(request, act(found))
                if found.effects or found.apart:
                    return drop_begun(request, answer, number)
                return keep_begun(request, answer, found)
    there = to_again(request, request.path, typed=typed) if request.method == "POST" and not cut_off(council) else None
    return drop_begun(request, is_back(request, there) if there else gone(request, council, typed), number)


def gone(request: HttpRequest, council: Council, typed: str = "") -> HttpResponse:
    """Nothing opens here: the council is cut off, or this browser has no such run."""
    if has_left(request):
        return leave(request)
    cut, typed = cut_off(council), typed or told_again(request).get("typed", "")
    return page(request, "gone", council, {"typed": typed, "cut": cut}, status=503 if cut else 404)


def cut_off(council: Council) -> bool:
    return is_cut_off(council.pk, clock.now())


def council_here(request: HttpRequest) -> Council:
    named = council_of(request)
    if named is None:
        raise Http404("A script is followed at a council's own address")
    return council_now(named)[0]


def to_place(run: Run, place: str, *, anew: bool = False) -> HttpResponse:
    """To the page where the run stands. `anew`: nothing was sent, since what was looked up isn't so any more."""
    if place.startswith("q:"):
        address = reverse("public:question", args=[run.pk, in_address(run, place[2:])])
        return redirect(f"{address}?anew=1" if anew else address)
    return redirect(f"public:{place}", run.pk)


@never_cache
@require_safe
def stuck(request: HttpRequest, run: int) -> HttpResponse:
    """The script can't go on by itself; a person can, with the code."""
    return in_hand(request, run, lambda found: page(request, "stuck", found.council, by_phone(found)))


def by_phone(run: Run) -> dict[str, Any]:
    """What a page needs that says how to go on by phone."""
    address = address_of(run.council, settings.PUBLIC_URL).partition("://")[2]
    return {"run": run, "line": line_for(run.council, run.service_id), "go_on_at": f"{address}go-on",
            "careful": may_be_discreet(run) or told_to_protect(run)}


@never_cache
@require_safe
def elsewhere(request: HttpRequest, run: int) -> HttpResponse:
    """The address is another council's: which, and the way to the same there, or to its first page."""

    def show(found: Run) -> HttpResponse:
        council, key = theirs_of(found), postcode_said(found)
        if council is None:
            return to_place(found, place_of(found))
        address = address_of(council, settings.PUBLIC_URL)
        if same := offer_at(council, script_of(found).key):
            at = "?" + urlencode({"postcode": display_postcode(key)}) if key and not same.discreet else ""
            address += f"do/{same.at}/{at}"
        return page(request, "elsewhere", found.council, {
            "run": found, "theirs": council, "same": same, "last": last_asked(found), "address": address,
        })  # fmt: skip

    return in_hand(request, run, show)


def page(
    request: HttpRequest, name: str, council: Council, told: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    code = getattr(request, "code", "")
    privacy, step, run = identity_of(council).text("privacy"), told.get("step"), told.get("run")
    guarded = told.get("discreet") or (run is not None and may_be_discreet(run))
    if guarded and has_left(request):
        return leave(request)
    hidden = step.discreet if step is not None else bool(guarded) and run is not None and discreet_now(run)
    context = {"council": council, "privacy": privacy, "problem": "", "answered_by": "", "code": code,
               "discreet": hidden, "guarded": guarded, "phone": phone_about(council, _service_of(told)),
               "changing": "change" in request.GET,  # who came from the list of answers goes back to it
               "veil": partial(in_address, run), **told}  # fmt: skip
    context["listed"] = run is not None and not (may_be_discreet(run) or run.apart)
    answer = render(request, f"public/run/{name}.html", context, status=status)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _service_of(told: Mapping[str, Any]) -> int | None:
    """Which service a page is about; None where it is about none."""
    if (run := told.get("run")) is not None:
        return int(run.service_id)
    return told["offer"].service if "offer" in told else told.get("service")
