"""The agent says which council a call on a shared line is about."""
from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from moothall.lib import clock
from moothall.queueing.access import has_left
from moothall.queueing.legs import Elsewhere
from moothall.scripts.handover import name_council
from moothall.web.desk.forms import CouncilForm
from moothall.web.desk.respond import respond
from moothall.web.desk.shared_line import others_answer
from moothall.web.staff import staff_required


@require_POST
@staff_required
def council(request: Any) -> HttpResponse:
    """The call goes on for that council; where others answer for it, the desk says who. Pressed twice, it's one leg."""
    form = CouncilForm(request.POST)
    if not form.is_valid():
        raise Http404("council")
    contact = form.cleaned_data["contact"]
    try:
        found = name_council(request.user, contact, form.cleaned_data["council"])
    except Http404:
        if not has_left(request.user, contact):
            raise
        return respond(request)
    if isinstance(found, Elsewhere):
        return respond(request, others=others_answer(found, clock.now()))
    return respond(request, refused=found if found and not has_left(request.user, contact) else "")
