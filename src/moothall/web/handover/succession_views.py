"""The rehearsal of a succession, for managers of the councils that a version binds."""
from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_database
from moothall.handover.succession import rehearse_succession
from moothall.lib import clock
from moothall.tenancy.scope import scope
from moothall.web.configure.access import access_version
from moothall.web.staff import StaffRequest, staff_required


@require_safe
@staff_required
def succession(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """What passes on each vesting day that a version names; 404 where it names none."""
    now = clock.now()
    found = access_version(request.user, now, agreement, version)
    register = register_from_database()
    terms = read_agreement(found.text, register=register).terms
    if terms is None or not terms.successions:
        raise Http404("This version names no succession")
    with scope(request.principal):
        pages = [rehearse_succession(terms, each, register=register, now=now) for each in terms.successions]
    context = {"version": found, "agreement": found.agreement, "pages": pages, "now": now}
    return render(request, "handover/succession.html", context)
