"""A new agreement is begun: a few choices, and a draft with plain shares to go on with in the editor."""
from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from moothall.agreements.beginning import ANSWER, Beginning, text_of
from moothall.agreements.beside import Claimed, begun_later, begun_without, claimed_beside, with_free_lines
from moothall.agreements.drafts import draft_version
from moothall.agreements.life import Refused
from moothall.agreements.register import Register, register_from_database
from moothall.lib import clock
from moothall.web.configure.access import councils_managed
from moothall.web.configure.begin_form import LATER, WITHOUT, BeginForm
from moothall.web.configure.begin_told import onboarded, ways_out
from moothall.web.problems import Problem, problems_of
from moothall.web.staff import StaffRequest, staff_required


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def begin(request: StaffRequest) -> HttpResponse:
    """The choices; a POST makes the draft. For managers of a council, who must be a party to it."""
    managed = councils_managed(request.user, clock.now())
    if not managed:
        raise Http404("This person manages no council")
    register = register_from_database()
    form = BeginForm(request.POST or None, register=register, managed=managed, onboarded=onboarded(register, managed))
    problems: list[str] = []
    claimed: list[Claimed] = []
    if request.method == "POST" and form.is_valid():
        try:
            begun, claimed = _beside(form, register)
            if begun is not None:
                made = draft_version(text_of(begun), by=request.user)
                edit = reverse("agreements:edit", args=[made.agreement.slug, made.number])
                return redirect(f"{edit}?begun=1" if begun.told else edit)
        except Refused as refused:
            if refused.code == "taken":
                form.add_error("name", "There is an agreement of that name already. Enter another one")
            else:
                problems = [f"{each.words} {each.remedy}".strip() for each in refused.findings] or [str(refused)]
    context: dict[str, Any] = {
        "form": form, "errors": [Problem(text, "") for text in problems] + problems_of(form),
        "claimed": [each.words(register.names()) for each in claimed],
    }  # fmt: skip
    return render(request, "configure/begin.html", context, status=422 if request.method == "POST" else 200)


def _beside(form: BeginForm, register: Register) -> tuple[Beginning | None, list[Claimed]]:
    """What is begun: nothing that another agreement says already. None, with what others say, where somebody still has
    to choose what is done about it."""
    at, begun = clock.now(), form.beginning()
    claimed = claimed_beside(begun, register, at)
    if claimed:
        form.fields["beside"].choices = list(zip((LATER, WITHOUT), ways_out(claimed), strict=True))  # type: ignore[attr-defined]
        if not form.cleaned_data["beside"]:
            form.add_error("beside", "Choose what this agreement does about what another one says already")
            return None, claimed
        if form.cleaned_data["beside"] == LATER:
            begun = begun_later(begun, register, at)
        else:
            begun = begun_without(begun, claimed, register)
            if not any(begun.services_of(each, ANSWER) for each in begun.councils):
                form.add_error("beside", "Nothing would be left to answer. Begin later, or choose other services")
                return None, claimed
    return with_free_lines(begun, at), claimed
