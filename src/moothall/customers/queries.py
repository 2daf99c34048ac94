"""Searches for customers, each served by an index under row security: no LIKE, a name's prefix is a range of tokens.

All need an open scope, which decides whose customers are seen. Nothing here says that somebody exists whom the scope
doesn't show: no record and no right give the same empty list. Nor does it give anybody protected: see `findable`.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet

from moothall.customers.models import Customer, CustomerPhone
from moothall.customers.names import joined, longest_first, normalise, prefix_end, query_words, tokens
from moothall.customers.phones import e164
from moothall.customers.spelling import distance, far_from, slips
from moothall.places.postcodes import normalise_postcode
from moothall.tenancy.models import scope_key

__all__ = ["Match", "by_name", "by_phone", "by_postcode", "by_spelling", "findable", "normalise"]
Rows = TypeVar("Rows", bound=QuerySet[Any])
LIMIT = 20
SPELLINGS, BEGUN = 10, 40  # as so many words each word typed is read, beside those that begin with it
HEARD = 200  # of words that sound alike so many are compared with what was typed
READ = 60  # customers among whom the likeliest are chosen
BEGINNING = 200  # names that only begin with what was typed: the nearest are chosen among so many
SHORT = 2  # of so few letters a slip could make anything, and they are rather the beginning of a name than one


@dataclass(frozen=True, slots=True)
class Match:
    """One customer as a list shows it."""

    customer: int
    council: int
    name: str
    property: int | None
    address: str
    postcode: str

    @classmethod
    def of(cls, row: Customer) -> Match:
        at = row.property
        return cls(
            customer=row.pk, council=row.council_id, name=row.name,
            property=at.pk if at else None, address=at.line if at else "", postcode=at.postcode if at else "",
        )  # fmt: skip


def findable() -> QuerySet[Customer]:
    """The customers that a search may give: protected people are left out here, in the database, so that no list, count
    or "more" tells that they are there. Tables that lead to customers leave out what is `apart`, which says the same of
    their rows (tenancy/protected.sql keeps it so) and stands in their indexes."""
    return Customer.objects.filter(protected=False)


def by_phone_query(number: str) -> QuerySet[CustomerPhone]:
    found = CustomerPhone.objects.filter(number=number, apart=False)
    return found.select_related("customer__property").order_by("number", "council_id", "pk")


def by_phone(number: str, *, council: int | None = None, limit: int = 3) -> list[Match]:
    """Who may be calling from `number` (any form). A number suggests a person, it never checks one."""
    stored = e164(number)
    if stored is None:
        return []
    return [Match.of(row.customer) for row in _of_council(by_phone_query(stored), council)[:limit]]


def by_name(text: str, *, council: int | None = None, limit: int = LIMIT) -> list[Match]:
    """Customers whose names have the words typed, then those whose names begin with them, the nearest first.

    However many bear such a name, somebody who bears it exactly is never lost to those who bear it nearly.
    """
    words = query_words(text)
    if not words:
        return []
    found = {row: (row[0], sum(map(len, row[2:])), row[1]) for row in _rows(*named_sql(words, council, limit))}
    return _in_order(dict.fromkeys(row[1] for row in sorted(found, key=found.__getitem__)), limit)


def named_sql(words: Sequence[str], council: int | None, limit: int) -> tuple[str, dict[str, Any]]:
    """Customers with how nearly they bear the words (0 is exactly) and the tokens that fulfil them, each word another
    token. What is less near is looked for only where there is room.

    Written out, since the ORM knows nothing of the `scope_key` that leads the index: what it reads are this scope's own
    words alone, whatever others there are.
    """
    given: dict[str, Any] = {"limit": limit, "most": max(limit, BEGINNING), "key": scope_key(council or 0)}
    for at, word in enumerate(words):
        given |= {f"word{at}": word, f"end{at}": prefix_end(word)}
    shown = ", ".join(f"t{at}.token" for at in range(len(words)))
    steps: list[str] = []
    apart = [f"t{at}.token <> t{other}.token" for at in range(len(words)) for other in range(at)]
    for near, whole in enumerate(_nearness(words)):
        room = [f"(SELECT count(DISTINCT customer_id) FROM near{before}) < %(limit)s" for before in range(near)]
        where = " AND ".join([_joined([_asked(at, each) for at, each in enumerate(whole)], council), *apart, *room])
        found = f"SELECT {near} AS near, t0.customer_id, {shown} {where} LIMIT %({'most' if near else 'limit'})s"
        steps.append(f"near{near} AS MATERIALIZED ({found})")
    every = " UNION ALL ".join(f"SELECT * FROM near{near}" for near in range(len(steps)))
    return f"WITH {', '.join(steps)} {every}", given


def _nearness(words: Sequence[str]) -> list[list[bool]]:
    """Which words must be words of the name and which may only begin one, in turn: all must, all but the short ones
    (`s smith`), none."""
    long = [len(word) > SHORT for word in words]
    between = [long] if any(long) and not all(long) else []
    return [[True] * len(words), *between, [False] * len(words)]


def _asked(at: int, whole: bool) -> str:
    return f"t{at}.token = %(word{at})s" if whole else f"t{at}.token >= %(word{at})s AND t{at}.token < %(end{at})s"


def _joined(asked: Sequence[str], council: int | None) -> str:
    """Tokens t0, t1, … of one customer, with what is asked of each. The database knows which is rarest and leads."""
    tables = " CROSS JOIN ".join(f"customers_customertoken t{at}" for at in range(len(asked)))
    same = [f"t{at}.customer_id = t0.customer_id AND t{at}.scope_key = t0.scope_key" for at in range(1, len(asked))]
    of = ["t0.scope_key = %(key)s"] if council is not None else []
    found = [f"NOT t{at}.apart AND {condition}" for at, condition in enumerate(asked)]
    return f"FROM {tables} WHERE {' AND '.join([*found, *same, *of])}"


def by_spelling(text: str, *, council: int | None = None, limit: int = LIMIT) -> list[Match]:
    """Customers whose names begin with the words typed, are one slip from them or sound like them, the likeliest first.

    At least one word is read otherwise than it was typed: `by_name` finds the others.
    """
    words = longest_first(joined(normalise(text).split()))
    read = list(read_as(words).values())
    if not read or not all(read):
        return []
    ids = [row[0] for row in _rows(*readings_sql(words, read, council, limit))]
    people = findable().select_related("property").in_bulk(ids)
    named = {id_: tokens(row.name) for id_, row in people.items()}
    ranked = sorted(people, key=lambda id_: (far_from(words, named[id_]), id_))
    return [Match.of(people[id_]) for id_ in ranked[:limit]]


# For all words typed at once: the words of names that one slip makes of one, that sound like one, that begin with one.
# Each is read once, in however many councils it is a word.
READINGS = """
WITH typed AS (SELECT word, ending, moothall.sound_of(word) AS sound
               FROM unnest(%(words)s::text[], %(endings)s::text[]) AS t (word, ending))
SELECT NULL, n.word FROM customers_nameword n WHERE n.word = ANY(%(slips)s)
UNION SELECT t.word, n.word FROM typed t CROSS JOIN LATERAL (
  SELECT DISTINCT w.word FROM customers_nameword w WHERE w.sound = t.sound ORDER BY w.word LIMIT %(heard)s) n
UNION SELECT t.word, n.word FROM typed t CROSS JOIN LATERAL (
  SELECT DISTINCT w.word FROM customers_nameword w WHERE w.word >= t.word AND w.word < t.ending
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
    found = _rows(READINGS, given_to_readings(words))
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


def readings_sql(
    words: Sequence[str], read: Sequence[Sequence[str]], council: int | None, limit: int
) -> tuple[str, dict[str, Any]]:
    """Customers whose names have one word of each of `read`, the likeliest readings first."""
    given: dict[str, Any] = {"most": max(READ, limit), "key": scope_key(council or 0), "few": limit}
    if len(read) == 1:  # of those who bear one of these words some are enough: the server need not read all
        of = " AND t.scope_key = %(key)s" if council is not None else ""
        return (
            "SELECT t.customer_id FROM unnest(%(words)s::text[]) WITH ORDINALITY AS w (word, at) CROSS JOIN LATERAL ("
            f"SELECT t.customer_id FROM customers_customertoken t WHERE NOT t.apart AND t.token = w.word{of} "
            "LIMIT %(few)s) t ORDER BY w.at LIMIT %(most)s", given | {"words": list(read[0])}
        )  # fmt: skip
    far, asked = [], []
    for at, (word, each) in enumerate(zip(words, read, strict=True)):
        given |= {f"words{at}": list(each), f"far{at}": [far_from([word], [name]) for name in each]}
        far.append(f"(%(far{at})s::int[])[array_position(%(words{at})s::text[], t{at}.token::text)]")
        asked.append(f"t{at}.token = ANY(%(words{at})s)")
    found = f"SELECT t0.customer_id, min({' + '.join(far)}) AS far {_joined(asked, council)}"
    return f"{found} GROUP BY 1 ORDER BY 2, 1 LIMIT %(most)s", given


def by_postcode_query(key: str) -> QuerySet[Customer]:
    return (
        findable()
        .filter(property__postcode_key=key)
        .select_related("property")
        .order_by("property__street", "property__number", "pk")
    )


def people_at_postcode(council: int, key: str, most: int) -> list[Customer]:
    """The council's customers there, by street and number."""
    return sorted(by_postcode_query(key).filter(council_id=council)[:most], key=_door)


def by_postcode(text: str, *, council: int | None = None, limit: int = 100) -> list[Match]:
    """Customers at a postcode, by street and number; PostcodeError when `text` is none."""
    found = _of_council(by_postcode_query(normalise_postcode(text)), council)
    return [Match.of(row) for row in sorted(found[:limit], key=_door)]


def _door(customer: Customer) -> tuple[str, int, str, int]:
    """Doors as people count them: 2 before 10, 2A behind 2."""
    home = customer.property
    if home is None:
        return "", 0, "", customer.pk
    number = re.match(r"\d+", home.number)
    return home.street, int(number[0]) if number else 0, home.number, customer.pk


def _rows(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """With the words written into the statement: planned anew for each, since how common they are decides how they are
    best looked for. A statement that is kept would be planned once for all words."""
    with connection.cursor() as cursor:
        cursor.execute(connection.ops.compose_sql(sql, given))  # type: ignore[attr-defined]
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _of_council(rows: Rows, council: int | None) -> Rows:
    return rows if council is None else rows.filter(council_id=council)


def _in_order(ids: Iterable[int], limit: int) -> list[Match]:
    wanted = list(ids)[:limit]
    customers = findable().select_related("property").in_bulk(wanted)
    return [Match.of(customers[id_]) for id_ in wanted if id_ in customers]
