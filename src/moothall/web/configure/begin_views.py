"""A new agreement is begun: a few choices, and a draft with plain shares to go on with in the editor."""
from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from moothall.agreements.beginning import text_of
from moothall.agreements.drafts import draft_version
from moothall.agreements.life import Refused
from moothall.agreements.register import register_from_database
from moothall.lib import clock
from moothall.web.configure.access import councils_managed
from moothall.web.configure.begin_form import BeginForm
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, staff_required


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def begin(request: StaffRequest) -> HttpResponse:
    """The choices; a POST makes the draft. For managers of a council, who must be a party to it."""
    managed = councils_managed(request.user, clock.now())
    if not managed:
        raise Http404("This person manages no council")
    form = BeginForm(request.POST or None, register=register_from_database(), managed=managed)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = draft_version(text_of(form.beginning()), by=request.user)
            return redirect("agreements:edit", made.agreement.slug, made.number)
        except Refused as refused:
            if refused.code == "taken":
                form.add_error("name", "There is an agreement of that name already. Enter another one")
            else:
                problems = [f"{each.words} {each.remedy}".strip() for each in refused.findings] or [str(refused)]
    context: dict[str, Any] = {"form": form, "errors": [Problem(text, "") for text in problems] + problems_of(form)}
    return render(request, "configure/begin.html", context, status=422 if request.method == "POST" else 200)
