"""Reading the needs of a contact. In an open scope."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from moothall.contacts.models import Contact, Need


def needs_of(contact: Contact) -> QuerySet[Need]:
    """In the order in which they were begun, each with the case that it led to."""
    return Need.objects.filter(contact=contact).select_related("case").order_by("pk")


def needs_numbered(needs: Collection[int]) -> list[Need]:
    return list(Need.objects.filter(pk__in=needs).order_by("pk"))


def services_needed(contact: Contact) -> set[int]:
    """The services of what is still open in it."""
    return set(Need.objects.filter(contact=contact, closed_at=None).values_list("service_id", flat=True))


def is_closed(need: int | None) -> bool:
    return Need.objects.filter(pk=need, closed_at__isnull=False).exists()
