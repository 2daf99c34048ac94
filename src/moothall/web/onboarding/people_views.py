"""Staff of a council that comes live: a file of them, and the links by which they choose a first password."""
from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from moothall.lib import clock
from moothall.onboarding.actions import NotOnboarded, load_staff
from moothall.onboarding.invitations import invite_person
from moothall.onboarding.staff import StaffPlan, plan_staff
from moothall.people.models import Person
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
    rows, problems = "", []
    if request.method == "POST" and form.is_valid():
        raw = form.table()
        rows = raw.decode("utf-8-sig", "replace")
        plan, problems = _planned(request, council, raw)
        if plan is not None and not problems and request.POST.get("act") == "load":
            return _loaded(request, council, raw)
    sound = plan is not None and plan.sound
    context = {
        "council": council, "form": form, "plan": plan, "sound": sound, "rows": rows, "columns": COLUMNS,
        "waiting": _waiting(council), "errors": problems + problems_of(form),
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


def _planned(request: StaffRequest, council: Council, raw: bytes) -> tuple[StaffPlan | None, list[Problem]]:
    with scope(System("onboard", council.pk)):
        plan = plan_staff(council, raw, by=request.user, at=clock.now(), name="your file")
    wrong = [each for each in plan.findings if each.severity == "error"]
    return plan, [Problem(f"{each.place}: {each.words} {each.remedy}".strip(), "id_rows") for each in wrong]


def _loaded(request: StaffRequest, council: Council, raw: bytes) -> HttpResponse:
    try:
        plan = load_staff(council, raw, by=request.user, name="your file")
    except NotOnboarded as refused:
        context = {
            "council": council, "form": StaffForm(), "errors": [Problem(str(refused), "")], "columns": COLUMNS,
            "rows": raw.decode("utf-8-sig", "replace"),
        }  # fmt: skip
        return render(request, "onboarding/staff.html", context, status=409)
    people = Person.objects.filter(email__in=[row.email for row in plan.new]).order_by("name")
    links = [(person, invite_person(person, by=request.user)) for person in people]
    return render(request, "onboarding/links.html", {"council": council, "links": links, "plan": plan})


def _waiting(council: Council) -> list[Person]:
    people = Person.objects.filter(employer=council, is_active=True, is_operator=False, password__startswith="!")
    return list(people.order_by("name")[:200])
