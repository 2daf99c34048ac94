"""Opening a file that a resident sent with what led to a case."""
from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moothall.cases.access import access_case
from moothall.customers.protection import may_see_protected
from moothall.documents.actions import read_document
from moothall.lib import clock
from moothall.scripts.case_files import document_of
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.cases.files import given
from moothall.web.staff import StaffRequest, staff_required


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def file(request: StaffRequest, reference: str, document: int) -> HttpResponse:
    """To whoever sees the case. That it was opened is journalled in the transaction before the answer leaves.

    Of somebody protected it takes the right, and the button of the page on which one looks: its address alone leads
    back to the case."""
    with scope(request.principal):
        case = access_case(reference)
        if not case.apart:
            return _opened(reference, document)
        if request.method != "POST":
            return redirect("cases:case", reference=case.reference)
        if not may_see_protected(request.user.pk, case.council_id, clock.now()):
            raise Http404("Nobody protected is this person's to see")
    with scope(Staff(request.user.pk, protected=True)):
        return _opened(reference, document)


def _opened(reference: str, number: int) -> HttpResponse:
    case = access_case(reference)
    document = document_of(case, number)
    read_document(document, case=case.pk)
    return given(case, document)
