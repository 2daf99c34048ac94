"""What was before this call, fetched when it is opened beside it; a page of its own without the page's script."""
from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moothall.lib import clock
from moothall.queueing.access import access_contact_in_call
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.desk.forms import ContactForm
from moothall.web.desk.history import history_of
from moothall.web.staff import staff_required, wants_fragment


@require_safe
@staff_required
def history(request: Any) -> HttpResponse:
    """Of the checked caller, or of the address that they said; Http404 where neither may be told of."""
    form = ContactForm(request.GET)
    if not form.is_valid():
        raise Http404("contact")
    with scope(Staff(request.user.pk, form.cleaned_data["contact"])):
        contact = access_contact_in_call(request.user, form.cleaned_data["contact"])
        found = history_of(contact, clock.now())
    if found is None:
        raise Http404("history")
    template = "desk/history.html" if wants_fragment(request) else "desk/history_page.html"
    return render(request, template, {"history": found, "council": contact.council})
