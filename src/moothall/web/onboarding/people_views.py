"""Staff of a council that comes live: a file of them, and the links by which they choose a first password."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from moothall.lib import clock
from moothall.onboarding.actions import NotOnboarded, load_staff
from moothall.onboarding.invitations import invite_person
from moothall.onboarding.queries import people_called, services_to_choose
from moothall.onboarding.staff import StaffPlan, plan_staff
from moothall.people.queries import staff_of
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.onboarding.access import access_council, access_staff
from moothall.web.onboarding.forms import StaffForm, sent
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, signed_in_required

COLUMNS = "name,email,team,role,job,station,skills"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
@never_cache
def staff(request: StaffRequest, gss: str) -> HttpResponse:
    """What a file of staff would do is shown first; only then is it loaded, all of it or nothing."""
    council = access_council(request.user, clock.now(), gss)
    form = StaffForm(sent(request), request.FILES if request.method == "POST" else None)
    plan: StaffPlan | None = None
    rows = ""
    if request.method == "POST" and form.is_valid():
        raw = form.table()
        rows = raw.decode("utf-8-sig", "replace")
        plan = _planned(request, council, raw)
        if plan.sound and request.POST.get("act") == "load":
            return _loaded(request, council, raw)
        for words in _wrong(plan):
            form.add_error("rows", words)
    sound = plan is not None and plan.sound
    context = {
        "council": council, "form": form, "plan": plan, "sound": sound, "rows": rows, "columns": COLUMNS,
        "errors": problems_of(form), **_people(council),
    }  # fmt: skip
    bad = request.method == "POST" and not sound
    return render(request, "onboarding/staff.html", context, status=422 if bad else 200)


@require_POST
@signed_in_required
@never_cache
@sensitive_variables("link")
def new_link(request: StaffRequest, gss: str, person: int) -> HttpResponse:
    """A new link for somebody who hasn't chosen a password yet. It is shown on this page, once, and kept nowhere."""
    council = access_council(request.user, clock.now(), gss)
    found = access_staff(council, person)
    links = [(found, invite_person(found, by=request.user))]
    return render(request, "onboarding/links.html", {"council": council, "links": links})


def _planned(request: StaffRequest, council: Council, raw: bytes) -> StaffPlan:
    with scope(System("onboard", council.pk)):
        return plan_staff(council, raw, by=request.user, at=clock.now())


def _wrong(plan: StaffPlan) -> Iterator[str]:
    for each in plan.findings:
        if each.severity == "error":
            words = f"{each.place}: {each.words} {each.remedy}".strip()
            yield words[:1].upper() + words[1:]


def _loaded(request: StaffRequest, council: Council, raw: bytes) -> HttpResponse:
    try:
        plan = load_staff(council, raw, by=request.user)
    except NotOnboarded as refused:
        context = {
            "council": council, "form": StaffForm(), "errors": [Problem(str(refused), "")], "columns": COLUMNS,
            "rows": raw.decode("utf-8-sig", "replace"), **_people(council),
        }  # fmt: skip
        return render(request, "onboarding/staff.html", context, status=409)
    people = people_called([row.email for row in plan.new])
    links = [(person, invite_person(person, by=request.user)) for person in people]
    return render(request, "onboarding/links.html", {"council": council, "links": links, "plan": plan})


def _people(council: Council) -> dict[str, Any]:
    """How many have a login, who of them hasn't chosen a password, and what a file calls the services."""
    people = staff_of(council)
    waiting = list(people.filter(password__startswith="!")[:200])
    services = services_to_choose().order_by("slug").values_list("slug", flat=True)
    return {"people": people.count(), "waiting": waiting, "services": list(services)}
