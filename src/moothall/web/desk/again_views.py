"""A script that was broken off is taken up again without a call: the agent rings back, or knows what was missing."""
from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from moothall.queueing.desk import pause
from moothall.scripts.left_runs import is_theirs, leave_run, take_up_run, waits
from moothall.scripts.models import Run
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.desk.forms import RunForm
from moothall.web.desk.own_runs import OnTheWeb, access_own_run
from moothall.web.desk.respond import again_page, respond, says_on_the_web
from moothall.web.staff import staff_required


@require_POST
@staff_required
@says_on_the_web
def take_up(request: Any) -> HttpResponse:
    """Pause, so that no call comes, and go on where the script was broken off."""
    form = RunForm(request.POST)
    if not form.is_valid():
        raise Http404("run")
    with scope(Staff(request.user.pk)):
        run = access_own_run(request.user, form.cleaned_data["run"])
        if is_theirs(run):
            raise OnTheWeb
        if not waits(run):  # an older page offered it: they go on with it, or it is finished
            return redirect("desk:again", run.pk)
        asked = pause(request.user, reason="taking_up")
        if asked.ok:
            take_up_run(run)
    return redirect("desk:again", run.pk) if asked.ok else respond(request, refused=asked.code)


@require_safe
@staff_required
def again(request: Any, run: int) -> HttpResponse:
    """The script alone, with what is known of the person; the desk once it is finished."""
    with scope(Staff(request.user.pk)):
        found = access_own_run(request.user, run)
        left = found.state in (Run.State.LEFT, Run.State.GIVEN)
        finished = left or found.need is None or found.need.closed_at is not None
    return redirect("desk:page") if finished else again_page(request, found)


@require_POST
@staff_required
def leave(request: Any) -> HttpResponse:
    """Not now: the script waits again among those to be taken up."""
    form = RunForm(request.POST)
    if form.is_valid():
        with scope(Staff(request.user.pk)):
            leave_run(access_own_run(request.user, form.cleaned_data["run"]))
    return redirect("desk:page")
