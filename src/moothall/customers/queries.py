"""Searches for customers, each served by an index under row security: no LIKE, a name's prefix is a range of tokens.

All need an open scope, which decides whose customers are seen. Nothing here says that somebody exists whom the scope
doesn't show: no record and no right give the same empty list.
"""
from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from moothall.customers.models import Customer, CustomerPhone, CustomerToken
from moothall.customers.names import normalise, prefix_end, query_words
from moothall.customers.phones import e164
from moothall.places.postcodes import normalise_postcode

__all__ = ["Match", "by_name", "by_phone", "by_postcode", "normalise"]
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Match:
    """One customer as a list shows it. A protected person's address isn't given out by any search."""

    customer: int
    council: int
    name: str
    protected: bool
    property: int | None
    address: str
    postcode: str


def by_phone_query(number: str) -> QuerySet[CustomerPhone]:
    return (
        CustomerPhone.objects.filter(number=number)
        .select_related("customer__property")
        .order_by("number", "council_id")
    )


def by_phone(number: str, *, council: int | None = None, limit: int = 3) -> list[Match]:
    """Who may be calling from `number` (any form). A number suggests a person, it never checks one, and it never
    suggests a protected one."""
    stored = e164(number)
    if stored is None:
        return []
    found = by_phone_query(stored)
    if council is not None:
        found = found.filter(council_id=council)
    rows = found[: limit + 10]
    return [_match(row.customer) for row in rows if not row.customer.protected][:limit]


def by_name_query(text: str) -> QuerySet[CustomerToken]:
    """The tokens that begin with the longest word of `text`, of customers who have a token for each other word."""
    lead, *others = query_words(text)
    found = CustomerToken.objects.filter(token__gte=lead, token__lt=prefix_end(lead))
    for word in others:
        also = CustomerToken.objects.filter(token__gte=word, token__lt=prefix_end(word))
        found = found.filter(customer__in=also.values("customer"))
    return found.order_by("token", "customer")


def by_name(text: str, *, council: int | None = None, limit: int = LIMIT) -> list[Match]:
    """Customers whose names begin with the words typed, in the order of the word that led the search."""
    if not query_words(text):
        return []
    found = by_name_query(text)
    if council is not None:
        found = found.filter(council_id=council)
    ids = list(dict.fromkeys(found.values_list("customer", flat=True)[: limit * 2]))[:limit]
    customers = Customer.objects.select_related("property").in_bulk(ids)
    return [_match(customers[id_]) for id_ in ids if id_ in customers]


def by_postcode_query(key: str) -> QuerySet[Customer]:
    return (
        Customer.objects.filter(property__postcode_key=key)
        .select_related("property")
        .order_by("property__street", "property__number")
    )


def by_postcode(text: str, *, council: int | None = None, limit: int = 100) -> list[Match]:
    """Customers at a postcode, by street and number; PostcodeError when `text` is none."""
    found = by_postcode_query(normalise_postcode(text)).filter(protected=False)
    if council is not None:
        found = found.filter(council_id=council)
    return [_match(row) for row in found[:limit]]


def _match(row: Customer) -> Match:
    at = None if row.protected else row.property
    return Match(
        customer=row.pk,
        council=row.council_id,
        name=row.name,
        protected=row.protected,
        property=at.pk if at else None,
        address=at.line if at else "",
        postcode=at.postcode if at else "",
    )
