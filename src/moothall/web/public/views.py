"""The public's pages: a council's own at its host, and the regional one at ours."""
from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from moothall.identity.queries import identity_of
from moothall.web.public import region_views
from moothall.web.public.begun import begun_here
from moothall.web.public.contexts import council_now, council_page
from moothall.web.public.hosts import council_of
from moothall.web.public.offers import offers_of
from moothall.web.public.way_back import way_back


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The page of the council that the host names, or its successor; ours asks what is needed; another isn't found."""
    named = council_of(request)
    if named is None:
        return region_views.start(request)
    council, was = council_now(named)
    page = council_page(council)
    context = {"page": page, "offers": offers_of(council), "council": council, "was": was,
               "region": settings.PUBLIC_URL, "answered_by": page.answered_by,
               "privacy": identity_of(council).text("privacy"), "begun": begun_here(request)}  # fmt: skip
    answer = render(request, "public/council.html", context)
    if context["begun"]:
        add_never_cache_headers(answer)  # it is this browser's alone
    return answer


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may list what anybody may read, and no page of somebody's answers."""
    return HttpResponse("User-agent: *\nDisallow: /form/\nDisallow: /go-on/\n", content_type="text/plain")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """A council's privacy notice; not found where it published none. The regional pages have their own."""
    named = council_of(request)
    if named is None:
        return render(request, "public/region/privacy.html", {"problem": "", "discreet": False})
    council = council_now(named)[0]
    found = identity_of(council).paragraphs("privacy")
    if not found:
        raise Http404("No privacy notice here")
    return render(request, "public/privacy.html", {"council": council, "privacy": found, "answered_by": "",
                                                   **way_back(request)})
