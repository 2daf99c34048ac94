"""Reading the catalogue of services, which belongs to nobody: no scope is needed."""

from __future__ import annotations

from moothall.tenancy.models import Service


def services_by_slug() -> dict[str, int]:
    """Each service's number by its slug."""
    return dict(Service.objects.values_list("slug", "number"))


def service_by_slug(slug: str) -> int | None:
    return Service.objects.filter(slug=slug).values_list("number", flat=True).first()


def service_names() -> dict[int, str]:
    """Each service's name by its number."""
    return dict(Service.objects.values_list("number", "name"))
