"""A council's way to live as a list of tasks, and the pages of its steps."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moothall.domain.colours import words_on
from moothall.domain.telephone import telephone
from moothall.lib import clock
from moothall.onboarding.actions import (
    NotOnboarded,
    add_council,
    ask_play,
    brand_council,
    choose_services,
    plan_lines,
)
from moothall.onboarding.bring import names_for, names_to_come
from moothall.onboarding.queries import planned_lines, services_to_choose
from moothall.onboarding.rehearsal import work_out
from moothall.onboarding.removing import remove_council
from moothall.onboarding.services import EVERY, chosen_services, parameters_for, scripts_for, told_of_every
from moothall.onboarding.state import checklist_of, last_dry_run, versions_that_count
from moothall.tenancy.models import Council, Service
from moothall.web.forms import Form
from moothall.web.onboarding.access import access_council, access_councils
from moothall.web.onboarding.forms import (
    BrandForm,
    ComingForm,
    CouncilForm,
    LineForm,
    ServicesForm,
    sent,
)
from moothall.web.onboarding.parameter_form import parameters_form
from moothall.web.onboarding.words import (
    SAVED,
    first_act,
    next_step,
    played_rows,
    problems_of_findings,
    rows_of,
    state_of,
    told_of,
    waiting_for,
)
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, signed_in_required

MOST_LINES, SPARE_LINES = 40, 2


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def councils(request: StaffRequest) -> HttpResponse:
    """The councils that this person brings live, and for an operator the form that lets another one take part."""
    now, operator = clock.now(), request.user.is_operator
    mine = access_councils(request.user, now)
    if not operator and request.method == "POST":
        raise Http404("Only an operator lets a council take part")
    if not operator and len(mine) == 1:
        return redirect("onboarding:council", mine[0].gss)
    comes = "gss" in request.POST
    form, coming = CouncilForm(None if comes else sent(request)), ComingForm(sent(request) if comes else None)
    filled: Form = coming if comes else form
    if request.method == "POST" and filled.is_valid():
        told = filled.cleaned_data
        try:
            names = names_to_come(told["gss"], told["name"]) if comes else names_for(told["council"])
            return _saved(add_council(names, by=request.user), "council")
        except NotOnboarded as refused:
            filled.add_error("gss" if comes else "council", _said(refused))
    rows = [(council, next_step(checklist_of(council, now))) for council in mine]
    context = {"rows": rows, "form": form, "coming": coming, "errors": problems_of(filled), "operator": operator}
    return render(request, "onboarding/list.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@signed_in_required
def council(request: StaffRequest, gss: str) -> HttpResponse:
    """The list of tasks: what is done, what is missing, and where to go on."""
    return _steps(request, access_council(request.user, clock.now(), gss))


def _steps(request: StaffRequest, found: Council, problems: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
    now = clock.now()
    steps = checklist_of(found, now)
    rows = rows_of(found, steps, request.user, versions_that_count(found, now))
    saved = SAVED.get(request.GET.get("saved", ""), "")
    context = {"council": found, "rows": rows, "next": first_act(rows), "saved": saved, "errors": problems,
               "state": state_of(steps), "operator": request.user.is_operator}  # fmt: skip
    return render(request, "onboarding/council.html", context, status=status)


@require_POST
@signed_in_required
def remove(request: StaffRequest, gss: str) -> HttpResponse:
    """Take out a council that was added by mistake; where anything lives on it, the page says what."""
    found = access_council(request.user, clock.now(), gss)
    if not request.user.is_operator:
        raise Http404("Only an operator takes a council out")
    try:
        remove_council(found, by=request.user)
    except NotOnboarded as refused:
        return _steps(request, found, [Problem(_said(refused), "")], 409)
    return redirect(f"{reverse('onboarding:list')}?removed=1")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def services(request: StaffRequest, gss: str) -> HttpResponse:
    """Which services are to be answered. What a council told of one before is kept."""
    found = access_council(request.user, clock.now(), gss)
    every = list(services_to_choose())
    rows = chosen_services(found)
    known = {row.service.slug: row.values for row in rows}
    listed = [(each.slug, _with_scripts(each)) for each in every]
    form = ServicesForm(sent(request), services=listed, initial={"services": list(known)})
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            told = {slug: known.get(slug, {}) for slug in form.cleaned_data["services"]}
            choose_services(found, told, by=request.user)
            return _saved(found, "services")
        except NotOnboarded as refused:
            problems = problems_of_findings(refused)
    saved = request.GET.get("saved", "")
    told_rows = [(EVERY, "Every service", told_of_every(found)),
                 *((row.service.slug, row.service.name, row.values) for row in rows)]  # fmt: skip
    context = {
        "council": found, "form": form, "errors": problems + problems_of(form), "every": EVERY,
        "told": [told_of(slug, name, parameters_for(found, slug), own) for slug, name, own in told_rows],
        "common": [script.title.get("en") for script in scripts_for(EVERY).values()],
        "saved": next((name for slug, name, _ in told_rows if slug == saved), ""),
    }  # fmt: skip
    return render(request, "onboarding/services.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def parameters(request: StaffRequest, gss: str, service: str) -> HttpResponse:
    """What the scripts of one service ask the council for, or those of every service."""
    found = access_council(request.user, clock.now(), gss)
    known = {row.service.slug: row for row in chosen_services(found)}
    if service not in known and service != EVERY:
        raise Http404("The council hasn't chosen such a service")
    form = parameters_form(parameters_for(found, service), sent(request))
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            told = {slug: row.values for slug, row in known.items()} | {service: form.told()}
            choose_services(found, told, by=request.user)
            return redirect(f"{reverse('onboarding:services', args=[found.gss])}?{urlencode({'saved': service})}")
        except NotOnboarded as refused:
            problems = problems_of_findings(refused, form)
    errors = problems + problems_of(form)
    name = "Every service" if service == EVERY else known[service].service.name
    context = {"council": found, "name": name, "form": form, "errors": errors}
    return render(request, "onboarding/parameters.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def lines(request: StaffRequest, gss: str) -> HttpResponse:
    """The numbers that people ring."""
    found = access_council(request.user, clock.now(), gss)
    services = [(row.service.slug, row.service.name) for row in chosen_services(found)]
    forms = _line_forms(request, found, services)
    problems: list[Problem] = []
    if request.method == "POST" and all(form.is_valid() for form in forms):
        filled = [form for form in forms if not form.empty()]
        try:
            plan_lines(found, [form.cleaned_data for form in filled], by=request.user)
            return _saved(found, "lines")
        except NotOnboarded as refused:
            problems = problems_of_findings(refused, *filled)
    context = {
        "council": found, "forms": forms, "services": services,
        "filled": sum(any(bound.value() for bound in form) for form in forms),
        "errors": problems + [each for form in forms for each in problems_of(form)],
    }  # fmt: skip
    return render(request, "onboarding/lines.html", context, status=422 if request.method == "POST" else 200)


def _line_forms(request: StaffRequest, council: Council, services: Sequence[tuple[str, str]]) -> list[LineForm]:
    if request.method == "POST":
        have = request.POST.get("have", "0")
        count = min(int(have), MOST_LINES) if have.isdecimal() and len(have) < 4 else 0
        return [LineForm(request.POST, prefix=f"line{n}", services=services) for n in range(count)]
    rows: list[dict[str, Any]] = [
        {"service": row.service.slug, "number": row.number, "public": telephone(row.public_number), "name": row.name,
         "greeting": row.greeting}
        for row in planned_lines(council.pk)
    ]  # fmt: skip
    rows += [{} for _ in range(SPARE_LINES)]
    return [LineForm(prefix=f"line{n}", services=services, initial=row) for n, row in enumerate(rows[:MOST_LINES])]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def brand(request: StaffRequest, gss: str) -> HttpResponse:
    """The colour, and how people reach the council. Once it has published an identity, colours are that page's."""
    found = access_council(request.user, clock.now(), gss)
    initial = {name: getattr(found, name) for name in ("brand", "phone", "address", "website")}
    form = BrandForm(sent(request), initial=initial)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        told = {**form.cleaned_data, "on_brand": words_on(form.cleaned_data["brand"])}
        try:
            brand_council(found, told, by=request.user)
            return _saved(found, "brand")
        except NotOnboarded as refused:
            problems = problems_of_findings(refused)
    context = {"council": found, "form": form, "errors": problems + problems_of(form)}
    return render(request, "onboarding/brand.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def dry_run(request: StaffRequest, gss: str) -> HttpResponse:
    """What callers would meet, hour by hour, by the version that counts: simulated calls, played by the worker."""
    now = clock.now()
    found = access_council(request.user, now, gss)
    versions = versions_that_count(found, now)
    last = last_dry_run(found, versions)
    problems: list[Problem] = []
    if request.method == "POST" and versions:
        try:
            ask_play(found, by=request.user)
            here = reverse("onboarding:dry-run", args=[found.gss])
            return redirect(f"{here}?{urlencode({'asked': int(now.timestamp()), 'after': last.pk if last else 0})}")
        except NotOnboarded as refused:
            problems = problems_of_findings(refused)
    wait = waiting_for(request.GET, last, now)
    context = {
        "council": found, "version": bool(versions), "wait": wait, "last": last, "errors": problems,
        "played": played_rows(last.told if last and wait != "waiting" else work_out(found).as_dict()),
    }  # fmt: skip
    return render(request, "onboarding/dry_run.html", context, status=422 if request.method == "POST" else 200)


def _saved(council: Council, step: str) -> HttpResponse:
    """Back to the steps, which say that it is done."""
    return redirect(f"{reverse('onboarding:council', args=[council.gss])}?{urlencode({'saved': step})}")


def _with_scripts(service: Service) -> str:
    count = len(scripts_for(service.slug))
    return f"{service.name} ({count} script{'s' if count != 1 else ''})" if count else f"{service.name} (notes only)"


def _said(refused: NotOnboarded) -> str:
    return "; ".join(f"{each.words} {each.remedy}".strip() for each in refused.findings) or str(refused)


