"""The public's pages: a council's own at its host, and the list of councils at ours."""
from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moothall.tenancy.models import Council
from moothall.web.public.contexts import council_page, councils


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The page of the council that the host names; ours lists all councils; another host is not found."""
    first, _, rest = request.get_host().partition(":")[0].partition(".")
    if not rest or rest[:1].isdigit():  # localhost, 127.0.0.1
        return render(request, "public/councils.html", {"councils": councils(settings.PUBLIC_URL)})
    council = Council.objects.filter(slug=first, kind=Council.Kind.COUNCIL).first()
    if council is None:
        raise Http404
    page = council_page(council)
    return render(request, "public/council.html", {"page": page, "council": council, "answered_by": page.answered_by})
