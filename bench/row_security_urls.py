"""The staff pages and, for the bench alone, the two searches that have no page of their own yet, as requests."""
from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import include, path

from moothall.customers import queries
from moothall.tenancy.scope import scope
from moothall.web.staff import staff_required


@staff_required
def by_name(request: Any) -> HttpResponse:
    with scope(request.principal):
        found = queries.by_name(request.GET["q"], council=2)
    return JsonResponse([row.name for row in found], safe=False)


@staff_required
def by_postcode(request: Any) -> HttpResponse:
    with scope(request.principal):
        found = queries.by_postcode(request.GET["q"], council=2)
    return JsonResponse([row.name for row in found], safe=False)


urlpatterns = [
    path("bench/name/", by_name),
    path("bench/postcode/", by_postcode),
    path("", include("moothall.web.urls_staff")),
]
