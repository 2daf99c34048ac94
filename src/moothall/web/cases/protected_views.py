"""A case of somebody protected: showing who they are to whoever may see them, and protecting whom a case is about."""
from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from moothall.cases.access import access_case
from moothall.cases.actions import look_case
from moothall.cases.apart import put_together
from moothall.customers.protection import may_see_protected, protect_customer
from moothall.lib import clock
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.cases.contexts import case_page
from moothall.web.cases.views import change_of_case
from moothall.web.done import done
from moothall.web.staff import StaffRequest


@change_of_case
def look(request: StaffRequest, reference: str) -> HttpResponse:
    """Show name and address. That it was done is journalled first, in a transaction of its own."""
    now, person = clock.now(), request.user.pk
    with scope(request.principal):
        found = access_case(reference)
        if not found.apart:
            return redirect("cases:case", reference=found.reference)
        if not may_see_protected(person, found.council_id, now):
            raise Http404("Nobody protected is this person's to see")
        look_case(found)
    with scope(Staff(person, protected=True)):
        found = access_case(reference)
        page = case_page(found, person, now, shown=put_together(found))
    return render(request, "cases/case.html", {"page": page})


@change_of_case
def protect(request: StaffRequest, reference: str) -> HttpResponse:
    """Protect whom the case is about, on record or not, at anybody's word who sees the case."""
    with scope(request.principal):
        found = access_case(reference)
        protect_customer(case=found.pk)
    words = "They are protected now: name, address and what was written are hidden."
    return done(request, words, "cases:case", reference=found.reference)
