"""Councils' logos: each at an address that is its content's hash, so that a browser may keep it for ever.

They were made harmless when they came (domain/safe_svg.py) and stand in an <img>; whoever opens one by itself gets a
page that may do nothing at all.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from moothall.identity.queries import logo_by_hash

NOTHING_MAY_RUN = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def logo(request: HttpRequest, sha256: str) -> HttpResponse:
    """A logo that a council has published."""
    found = logo_by_hash(sha256)
    if not found:
        raise Http404("No council published such a logo")
    return svg_response(found)


def svg_response(svg: str, *, kept: bool = True) -> HttpResponse:
    response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    response["Content-Security-Policy"] = NOTHING_MAY_RUN
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-store"
    return response
