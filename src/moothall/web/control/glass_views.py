"""Break glass: looking at another council's records in a stated emergency; and how that council is told and ends it."""
from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moothall.agreements.glass import break_glass, councils_behind_glass, end_glass, look_glass, through_glass
from moothall.agreements.life import REFUSED, Refused
from moothall.cases.access import access_case
from moothall.domain.references import parse
from moothall.lib import clock
from moothall.web.cases.contexts import case_page
from moothall.web.configure.access import councils_managed
from moothall.web.control.glass_access import (
    access_glass,
    access_glass_told,
    is_open,
    lookers,
    own_glasses,
    require_leader,
)
from moothall.web.control.glass_contexts import Found, find, kind_of, looks_of
from moothall.web.control.glass_forms import FindForm, GlassForm
from moothall.web.done import done
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, staff_required


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def emergency(request: StaffRequest) -> HttpResponse:
    """What breaking the glass means, and doing it."""
    now = clock.now()
    require_leader(request.user, now)
    councils = councils_behind_glass(request.user.pk, now)
    if request.method != "POST":
        chosen = str(request.GET.get("council", ""))
        return _begin(request, GlassForm(person=request.user, councils=councils, chosen=chosen))
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
    if limited:
        return limited
    form = GlassForm(request.POST, person=request.user, councils=councils)
    if not form.is_valid():
        return _begin(request, form, problems_of(form), 422)
    told = form.cleaned_data
    try:
        glass = break_glass(form.chosen, by=request.user, reason=told["reason"], minutes=told["minutes"])
    except Refused as refused:
        return _begin(request, form, [Problem(REFUSED.get(refused.code, str(refused)), "")], 409)
    return redirect("control:glass", glass.pk)


@require_safe
@staff_required
def glass_now(request: StaffRequest) -> HttpResponse:
    """Who looks at one's councils' records now: a page that stays open asks for it again and again."""
    return render(request, "control/emergency/now.html", {"glasses": lookers(request.user)})


@require_safe
@staff_required
def glass(request: StaffRequest, glass: int) -> HttpResponse:
    """Find a case or a person of the council; what was asked and what was found is journalled before it is shown."""
    now = clock.now()
    open_glass = access_glass(request.user, now, glass)
    if open_glass is None:
        return redirect("control:glass_looks", glass)
    form = FindForm(request.GET if "words" in request.GET else None)
    found: Found | None = None
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data["words"]
        kind, key = kind_of(typed)
        with through_glass(open_glass, what="find", key=f"{kind}:{key}" if key else kind):
            found = find(open_glass.council_id, typed, now)
        if found.keys:
            look_glass(open_glass, what="found", key=found.keys)
    page = {"glass": open_glass, "form": form, "found": found, "now": now}
    page["problems"] = problems_of(form) if form.is_bound else []
    return render(request, "control/emergency/find.html", page, status=422 if page["problems"] else 200)


@require_safe
@staff_required
def glass_case(request: StaffRequest, glass: int, reference: str) -> HttpResponse:
    """One case of that council, to read."""
    now = clock.now()
    open_glass = access_glass(request.user, now, glass)
    if open_glass is None:
        return redirect("control:glass_looks", glass)
    with through_glass(open_glass, what="case", key=str(parse(reference) or "unreadable")):
        found = access_case(reference)
        page = replace(case_page(found, request.user.pk, now), may_change=False, may_look=False, may_protect=False,
                       may_open=False, give=None, close=None)
    return render(request, "control/emergency/case.html", {"glass": open_glass, "page": page, "now": now})


@require_POST
@staff_required
def glass_end(request: StaffRequest, glass: int) -> HttpResponse:
    """End it now: who looks, or a manager of the council whose records they are."""
    found = access_glass_told(request.user, clock.now(), glass)
    with suppress(Refused):  # it is over, which is what was asked
        end_glass(found, by=request.user)
    return done(request, "The emergency look is over.", "control:glass_looks", glass)


@require_safe
@staff_required
def glass_looks(request: StaffRequest, glass: int) -> HttpResponse:
    """What was looked at, from the council's journal."""
    now = clock.now()
    found = access_glass_told(request.user, now, glass)
    page = {"glass": found, "looks": looks_of(found), "own": found.person_id == request.user.pk,
            "is_open": is_open(found, now), "over": found.ends <= now}  # fmt: skip
    return render(request, "control/emergency/looks.html", page)


def _begin(request: StaffRequest, form: GlassForm, problems: Any = (), status: int = 200) -> HttpResponse:
    now = clock.now()
    back = bool(councils_managed(request.user, now))  # a team leader has no control room
    page = {"form": form, "problems": problems, "back": back, "open": own_glasses(request.user, now), "now": now}
    return render(request, "control/emergency/begin.html", page, status=status)
