"""Reading councils and the catalogue of services: no scope is needed."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from moothall.tenancy.models import Council, Service


def services_by_slug() -> dict[str, int]:
    """Each service's number by its slug."""
    return dict(Service.objects.values_list("slug", "number"))


def service_by_slug(slug: str) -> int | None:
    return Service.objects.filter(slug=slug).values_list("number", flat=True).first()


def service_names() -> dict[int, str]:
    """Each service's name by its number."""
    return dict(Service.objects.values_list("number", "name"))


def councils_numbered(councils: Collection[int], *, partnerships: bool = True) -> QuerySet[Council]:
    """These councils by name, with or without the partnerships among them."""
    rows = Council.objects.filter(number__in=councils).order_by("name")
    return rows if partnerships else rows.filter(kind=Council.Kind.COUNCIL)
