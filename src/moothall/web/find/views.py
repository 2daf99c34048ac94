"""The page that finds, and the same as a part of the desk, where a call goes on beside it."""
from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moothall.lib import clock
from moothall.tenancy.scope import scope
from moothall.web.find.access import access_councils, call_of
from moothall.web.find.contexts import Found
from moothall.web.find.contexts import find as find_all
from moothall.web.find.forms import FindForm
from moothall.web.find.understood import understand
from moothall.web.problems import problems_of
from moothall.web.staff import StaffRequest, staff_required, wants_fragment


@require_safe
@staff_required
def find(request: StaffRequest) -> HttpResponse:
    """Customers, addresses and cases by whatever the caller says; in a call, among its own council's at first."""
    councils = access_councils(request.user)
    call = call_of(request.user)
    asked: Any = request.GET.copy()
    if call is not None and "council" not in asked and call.council_id in {each.pk for each in councils}:
        asked["council"] = str(call.council_id)
    form = FindForm(asked if "words" in asked else None, [(each.pk, each.short_name) for each in councils])
    found: list[Found] = []
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        with scope(request.principal):
            found = [find_all(each, council=told["council"], more=told["more"], now=clock.now())
                     for each in understand(told["words"])]  # fmt: skip
    problems = problems_of(form) if form.is_bound else []
    page = {
        "form": form, "found": found, "problems": problems, "councils": {each.pk: each for each in councils},
        "call": call, "part": wants_fragment(request),
    }  # fmt: skip
    template = "find/found.html" if page["part"] else "find/page.html"
    return render(request, template, page, status=422 if problems else 200)
