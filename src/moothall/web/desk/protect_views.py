"""Whoever is on the phone is protected from now on, at their word: it needs no proof."""
from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from moothall.customers.protection import protect_customer
from moothall.queueing.access import access_contact_in_hand
from moothall.queueing.consults.desk import ring_whoever_is_asked
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.desk.forms import ContactForm
from moothall.web.desk.respond import respond
from moothall.web.staff import staff_required


@require_POST
@staff_required
def protect(request: Any) -> HttpResponse:
    """The caller, checked or not, is shown to nobody without the right, the agent in the call among them."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        raise Http404("contact")
    with scope(Staff(request.user.pk, form.cleaned_data["contact"])):
        contact = access_contact_in_hand(request.user, form.cleaned_data["contact"])
        protect_customer(contact=contact.pk)
        ring_whoever_is_asked(contact.pk)  # what stood there of them is hidden at once
    return respond(request)
