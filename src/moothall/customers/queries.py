"""Searches for customers, each served by an index under row security: no LIKE, a name's prefix is a range of tokens.

All need an open scope, which decides whose customers are seen. Nothing here says that somebody exists whom the scope
doesn't show: no record and no right give the same empty list. Nor does it give anybody protected: see `findable`.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Q, QuerySet

from moothall.customers.models import Customer, CustomerPhone, CustomerToken
from moothall.customers.names import joined, longest_first, normalise, prefix_end, query_words, tokens
from moothall.customers.phones import e164
from moothall.customers.spelling import distance, far_from, slips
from moothall.places.postcodes import normalise_postcode

__all__ = ["Match", "by_name", "by_phone", "by_postcode", "by_spelling", "findable", "normalise"]
Rows = TypeVar("Rows", bound=QuerySet[Any])
LIMIT = 20
SPELLINGS, BEGUN = 10, 40  # as so many words each word typed is read, beside those that begin with it
HEARD = 200  # of words that sound alike so many are compared with what was typed
READ = 200  # customers among whom the likeliest are chosen
SHORT = 2  # of so few letters a slip could make anything


@dataclass(frozen=True, slots=True)
class Match:
    """One customer as a list shows it."""

    customer: int
    council: int
    name: str
    protected: bool
    property: int | None
    address: str
    postcode: str

    @classmethod
    def of(cls, row: Customer) -> Match:
        """With the address of whoever isn't protected."""
        at = None if row.protected else row.property
        return cls(
            customer=row.pk, council=row.council_id, name=row.name, protected=row.protected,
            property=at.pk if at else None, address=at.line if at else "", postcode=at.postcode if at else "",
        )  # fmt: skip


def findable() -> QuerySet[Customer]:
    """The customers that a search may give. Every search goes through this: here alone, in the database, protected
    people are left out, so that no list, count or "more" tells that they are there."""
    return Customer.objects.filter(protected=False)


def by_phone_query(number: str) -> QuerySet[CustomerPhone]:
    return (
        CustomerPhone.objects.filter(number=number, customer__in=findable())
        .select_related("customer__property")
        .order_by("number", "council_id")
    )


def by_phone(number: str, *, council: int | None = None, limit: int = 3) -> list[Match]:
    """Who may be calling from `number` (any form). A number suggests a person, it never checks one."""
    stored = e164(number)
    if stored is None:
        return []
    return [Match.of(row.customer) for row in _of_council(by_phone_query(stored), council)[:limit]]


def by_name_query(text: str) -> QuerySet[CustomerToken]:
    """The tokens that begin with the longest word of `text`, of customers who have a token for each other word."""
    lead, *others = [Q(token__gte=word, token__lt=prefix_end(word)) for word in query_words(text)]
    return by_words_query(lead, others).order_by("token", "customer")


def by_name(text: str, *, council: int | None = None, limit: int = LIMIT) -> list[Match]:
    """Customers whose names begin with the words typed, in the order of the word that led the search."""
    if not query_words(text):
        return []
    found = _of_council(by_name_query(text), council)
    return _in_order(dict.fromkeys(found.values_list("customer", flat=True)[: limit * 2]), limit)


def by_spelling(text: str, *, council: int | None = None, limit: int = LIMIT) -> list[Match]:
    """Customers whose names begin with the words typed, are one slip from them or sound like them, the likeliest first.

    At least one word is read otherwise than it was typed: `by_name` finds the others.
    """
    words = longest_first(joined(normalise(text).split()))
    read = list(read_as(words).values())
    if not read or not all(read):
        return []
    ids = by_readings_query(read, council).values_list("customer", flat=True)[:READ]
    people = findable().select_related("property").in_bulk(list(ids))
    named = {id_: tokens(row.name) for id_, row in people.items()}
    ranked = sorted(people, key=lambda id_: (far_from(words, named[id_]), id_))
    return [Match.of(people[id_]) for id_ in ranked[:limit]]


# For all words typed at once: the words of names that one slip makes of one, that sound like one, that begin with one.
READINGS = """
WITH typed AS (SELECT word, ending, moothall.sound_of(word) AS sound
               FROM unnest(%(words)s::text[], %(endings)s::text[]) AS t (word, ending))
SELECT NULL, n.word FROM customers_nameword n WHERE n.word = ANY(%(slips)s)
UNION SELECT t.word, n.word FROM typed t CROSS JOIN LATERAL (
  SELECT w.word FROM customers_nameword w WHERE w.sound = t.sound ORDER BY w.sound, w.word LIMIT %(heard)s) n
UNION SELECT t.word, n.word FROM typed t CROSS JOIN LATERAL (
  SELECT w.word FROM customers_nameword w WHERE w.word >= t.word AND w.word < t.ending
  ORDER BY w.word LIMIT %(begun)s) n
"""


def given_to_readings(words: Sequence[str]) -> dict[str, Any]:
    return {
        "words": list(words), "endings": [prefix_end(word) for word in words], "heard": HEARD, "begun": BEGUN,
        "slips": sorted(set().union(*map(_slips, words))),
    }  # fmt: skip


def _slips(word: str) -> set[str]:
    return slips(word) if len(word) > SHORT else {word}


def read_as(words: Sequence[str]) -> dict[str, list[str]]:
    """As which words of names each word typed is read, the likeliest first."""
    with connection.cursor() as cursor:
        cursor.execute(READINGS, given_to_readings(words))
        found = cursor.fetchall()
    read: dict[str, list[str]] = {}
    for word in words:
        near = _slips(word)
        read[word] = _likeliest(word, {name for of, name in found if of == word or (of is None and name in near)})
    return read


def _likeliest(word: str, names: Iterable[str]) -> list[str]:
    far = {name: distance(word, name) for name in names}
    begun = [name for name in far if name.startswith(word)]
    others = sorted(far.keys() - begun, key=lambda name: (far[name], name[:1] != word[:1], name))
    return [*sorted(begun, key=lambda name: (len(name), name)), *others[:SPELLINGS]]


def by_readings_query(read: Sequence[Sequence[str]], council: int | None = None) -> QuerySet[CustomerToken]:
    """The tokens of customers whose names have one word of each of `read`. For one word alone some of each reading are
    enough: the server then need not sort all who bear a common name."""
    lead, *others = [Q(token__in=each) for each in read]
    if others:
        return _of_council(by_words_query(lead, others), council).order_by()
    each = [_of_council(by_words_query(Q(token=word)), council).order_by("token", "customer")[:LIMIT]
            for word in read[0][:READ // LIMIT]]
    return each[0].union(*each[1:], all=True) if len(each) > 1 else each[0]


def by_words_query(first: Q, others: Iterable[Q] = ()) -> QuerySet[CustomerToken]:
    """The tokens of `first`, of customers who have one of each of `others` too."""
    found = CustomerToken.objects.filter(first, customer__in=findable())
    for each in others:
        found = found.filter(customer__in=CustomerToken.objects.filter(each).values("customer"))
    return found


def by_postcode_query(key: str) -> QuerySet[Customer]:
    return (
        findable()
        .filter(property__postcode_key=key)
        .select_related("property")
        .order_by("property__street", "property__number")
    )


def by_postcode(text: str, *, council: int | None = None, limit: int = 100) -> list[Match]:
    """Customers at a postcode, by street and number; PostcodeError when `text` is none."""
    found = _of_council(by_postcode_query(normalise_postcode(text)), council)
    return [Match.of(row) for row in found[:limit]]


def _of_council(rows: Rows, council: int | None) -> Rows:
    return rows if council is None else rows.filter(council_id=council)


def _in_order(ids: Iterable[int], limit: int) -> list[Match]:
    wanted = list(ids)[:limit]
    customers = findable().select_related("property").in_bulk(wanted)
    return [Match.of(customers[id_]) for id_ in wanted if id_ in customers]
