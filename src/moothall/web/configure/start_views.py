"""A draft is begun: the next version of an agreement."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from moothall.agreements.drafts import draft_version
from moothall.agreements.editing import NotEdited, Put, edit
from moothall.agreements.life import Refused
from moothall.domain.calendar import wall_clock
from moothall.lib import clock
from moothall.web.configure.access import access_version
from moothall.web.configure.start_forms import CopyForm
from moothall.web.configure.views import seen_and_head
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, staff_required


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def new_version(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """Write a new version: a draft whose text is a copy, but for the days."""
    found = access_version(request.user, clock.now(), agreement, version)
    tomorrow = wall_clock(clock.now())[0] + timedelta(days=1)
    first = max(wall_clock(found.starts)[0], tomorrow)
    last = wall_clock(found.ends)[0]
    form = CopyForm(request.POST or None, initial={"starts": first, "ends": last if last > first else ""})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        days = [Put(("from",), given["starts"].isoformat()), Put(("to",), given["ends"].isoformat())]
        try:
            made = draft_version(edit(found.text, days), by=request.user, based_on=found)
            return redirect("agreements:edit", agreement, made.number)
        except (Refused, NotEdited) as problem:
            problems = [str(problem)]
    seen, head = seen_and_head(request, agreement, version, "new")
    errors = [Problem(text, "") for text in problems] + problems_of(form)
    context: dict[str, Any] = {"seen": seen, "head": head, "form": form, "errors": errors}
    return render(request, "configure/new_version.html", context, status=422 if request.method == "POST" else 200)
