"""Ringing somebody back: the call begins at this desk, with the script that was begun."""
from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from moothall.scripts.ring_back import ring_case, ring_run
from moothall.web.desk.forms import RingBackForm
from moothall.web.desk.respond import respond
from moothall.web.staff import staff_required


@require_POST
@staff_required
def ring(request: Any) -> HttpResponse:
    form = RingBackForm(request.POST)
    case, run = (form.cleaned_data["case"], form.cleaned_data["run"]) if form.is_valid() else (None, None)
    if case:
        return respond(request, refused=ring_case(request.user, case).code)
    if run:
        return respond(request, refused=ring_run(request.user, run).code)
    raise Http404("case")
