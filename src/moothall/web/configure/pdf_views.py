"""A version as a tagged PDF, for whoever may read it."""
from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moothall.lib import clock
from moothall.lib.pdf import PdfUnavailable
from moothall.web.configure.pdf_page import agreement_pdf
from moothall.web.configure.views import seen_and_head
from moothall.web.staff import StaffRequest, signed_in_required


@require_safe
@signed_in_required
def as_pdf(request: StaffRequest, agreement: str, version: int) -> HttpResponse:
    """The PDF to save; where this system can't make one, a page that says what is missing."""
    seen, head = seen_and_head(request, agreement, version, "text")
    try:
        made = agreement_pdf(seen, clock.now())
    except PdfUnavailable as problem:
        return render(request, "configure/no_pdf.html", {"seen": seen, "head": head, "why": str(problem)}, status=503)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{agreement}-{version}.pdf"'
    return response
