"""Protected people: who may see them, which their council's manager says, and looking them up, which is journalled."""
from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moothall.customers.models import Customer
from moothall.customers.protection import (
    Refused,
    end_see_protected,
    find_protected,
    give_see_protected,
    protected_people,
    unprotect_customer,
)
from moothall.lib import clock
from moothall.people.queries import staff_of
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.done import done
from moothall.web.problems import Problem, problems_of
from moothall.web.protected.access import access_managed, access_sight, managed, seen
from moothall.web.protected.contexts import found_people, rights_page, serves
from moothall.web.protected.forms import EndSightForm, FindProtectedForm, FreeForm, GiveSightForm
from moothall.web.staff import StaffRequest, staff_required


@require_safe
@staff_required
def people(request: StaffRequest) -> HttpResponse:
    """Where whoever may see protected people looks for them, and a manager says who may."""
    now = clock.now()
    councils = _either(request, now)
    if not seen(request.user, now) and len(councils) == 1:
        return redirect("protected:rights", councils[0].gss)
    return _people(request, now)


@require_POST
@staff_required
def find(request: StaffRequest) -> HttpResponse:
    """Look for somebody protected. That it was done is journalled before anything is shown."""
    now = clock.now()
    form = FindProtectedForm(request.POST, councils=_seen(request, now))
    if not form.is_valid():
        return _people(request, now, form=form, status=422)
    with scope(request.principal):
        find_protected(form.chosen.pk)
    with scope(Staff(request.user.pk, protected=True)):
        found = found_people(protected_people(form.chosen.pk, form.cleaned_data["words"]))
    return _people(request, now, form=form, found=found)


@require_POST
@staff_required
def free(request: StaffRequest) -> HttpResponse:
    """Somebody is protected no longer: whoever may see them says so."""
    now = clock.now()
    councils, form = _seen(request, now), FreeForm(request.POST)
    if not form.is_valid():
        raise Http404("customer")
    with scope(Staff(request.user.pk, protected=True)):
        protected = Customer.objects.filter(council__in=councils, protected=True)
        customer = protected.filter(pk=form.cleaned_data["customer"]).first()
        if customer is None:
            raise Http404("Nobody protected of that number is within sight")
        unprotect_customer(customer)
    return done(request, "They are protected no longer.", "protected:people")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def rights(request: StaffRequest, gss: str) -> HttpResponse:
    """Who may see a council's protected people, and giving the right to somebody."""
    now = clock.now()
    council = access_managed(request.user, now, gss)
    staff = list(staff_of(council))  # who may be given the right
    if request.method != "POST":
        return _rights(request, council, GiveSightForm(person=request.user, staff=staff, now=now))
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
    if limited:
        return limited
    form = GiveSightForm(request.POST, person=request.user, staff=staff, now=now)
    if not form.is_valid():
        return _rights(request, council, form, problems_of(form), 422)
    try:
        give_see_protected(council, form.chosen, until=form.until, by=request.user)
    except Refused as refused:
        return _rights(request, council, form, [Problem(str(refused), "")], 409)
    return done(request, "They may see protected people now.", "protected:rights", council.gss)


@require_POST
@staff_required
def end(request: StaffRequest, gss: str) -> HttpResponse:
    """Somebody may no longer see them."""
    council, form = access_managed(request.user, clock.now(), gss), EndSightForm(request.POST)
    if not form.is_valid():
        raise Http404("held")
    sight = access_sight(council, form.cleaned_data["held"])
    with suppress(Refused):  # it is over, which is what was asked
        end_see_protected(sight, by=request.user)
    return done(request, "They may see protected people no longer.", "protected:rights", council.gss)


def _either(request: StaffRequest, now: datetime) -> list[Council]:
    """The councils that this person manages; Http404 for who manages none and may see nobody protected."""
    councils = managed(request.user, now)
    if not councils and not seen(request.user, now):
        raise Http404("Nobody protected is within sight")
    return councils


def _seen(request: StaffRequest, now: datetime) -> list[Council]:
    councils = seen(request.user, now)
    if not councils:
        raise Http404("Nobody protected is within sight")
    return councils


def _people(
    request: StaffRequest, now: datetime, *, form: FindProtectedForm | None = None, found: Any = None, status: int = 200
) -> HttpResponse:
    councils = seen(request.user, now)
    form = form or (FindProtectedForm(councils=councils) if councils else None)
    idle = [each for each in councils if not serves(request.user.pk, each, now)]
    page = {"form": form, "found": found, "managed": managed(request.user, now), "idle": idle,
            "problems": problems_of(form) if form is not None and form.is_bound else []}  # fmt: skip
    return render(request, "protected/people.html", page, status=status)


def _rights(
    request: StaffRequest, council: Council, form: GiveSightForm, problems: Any = (), status: int = 200
) -> HttpResponse:
    now = clock.now()
    others = [each for each in managed(request.user, now) if each != council]
    page = {"page": rights_page(council, now), "form": form, "problems": problems, "others": others,
            "finds": bool(seen(request.user, now))}  # fmt: skip
    return render(request, "protected/rights.html", page, status=status)
