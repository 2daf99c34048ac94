"""Writing a seed's residents, homes and bin days into the tables, in the loader's scope."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Model

from moothall.customers.models import Customer, CustomerPhone, CustomerToken
from moothall.customers.names import tokens
from moothall.demo import queries, sources
from moothall.demo.rounds import round_just_missed, visits
from moothall.demo.seed import Home, Seed, grow
from moothall.places.models import Collection, Property
from moothall.places.queries import holidays
from moothall.tenancy.bulk import load_rows, reserve_ids
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

VERSION = 1
PAST_DAYS, COMING_DAYS, SLACK_DAYS = 56, 127, 14  # six months around today; made longer every two weeks
HOME_FIELDS = [
    "id", "council", "uprn", "usrn", "number", "street", "town", "postcode_key", "postcode", "ward", "round_code",
    "assisted",
]  # fmt: skip


class OtherSeed(RuntimeError):
    """The database holds a demo made with other sizes."""


def load_residents(*, customers: int) -> int:
    """Fill the tables, once. Gives how many residents are new; OtherSeed where it was filled with another number."""
    if refuse_other_size(customers):
        return 0
    with scope(System("load")):
        added = _write(grow(sources.ground(), customers=customers))
        queries.set_mark("seed", _mark_of(customers))
    queries.refresh_statistics()  # also where the bin days are there already
    return added


def refuse_other_size(customers: int) -> bool:
    """Whether the tables were filled with this number; OtherSeed where it was another."""
    mark, found = _mark_of(customers), queries.mark_of("seed")
    if found not in ("", mark):
        raise OtherSeed(f"This database holds {found!r}. Give another --data folder for {mark!r}.")
    return bool(found)


def _mark_of(customers: int) -> str:
    return f"demo seed {VERSION}, {customers} customers"


def keep_bin_days(today: date) -> int:
    """Bin days for the months around `today`, and the cast's streets just missed; done at every start. New visits."""
    with scope(System("load")):
        councils = {council.gss: council.number for council in Council.objects.filter(kind=Council.Kind.COUNCIL)}
        added = _load_visits(councils, today)
        _move_stories(councils, today)
    if added:
        queries.refresh_statistics()
    return added


def _write(seed: Seed) -> int:
    homes = reserve_ids(Property, len(seed.homes))
    load_rows(
        Property,
        HOME_FIELDS,
        (_home_row(id_, home) for id_, home in zip(homes, seed.homes, strict=True)),
    )
    people = list(zip(reserve_ids(Customer, len(seed.residents)), seed.residents, strict=True))
    load_rows(
        Customer,
        ["id", "council", "name", "email", "property", "protected"],
        (
            (id_, r.council, r.name, r.email, None if r.home is None else homes[r.home], r.protected)
            for id_, r in people
        ),
    )
    phones = [(r.council, id_, number) for id_, r in people for number in r.phones]
    load_rows(CustomerPhone, ["id", "council", "customer", "number"], _with_ids(CustomerPhone, phones))
    words = [(r.council, id_, word) for id_, r in people for word in tokens(r.name)]
    load_rows(CustomerToken, ["id", "council", "customer", "token"], _with_ids(CustomerToken, words))
    return len(people)


def _home_row(id_: int, home: Home) -> tuple[object, ...]:
    where = (home.number, home.street, home.town, home.postcode.replace(" ", ""), home.postcode, home.ward)
    return (id_, home.council, home.uprn, home.usrn, *where, home.round_code, home.assisted)


def _with_ids(model: type[Model], rows: list[tuple[int, int, str]]) -> list[tuple[object, ...]]:
    return [(id_, *row) for id_, row in zip(reserve_ids(model, len(rows)), rows, strict=True)]


def _load_visits(councils: Mapping[str, int], today: date) -> int:
    """Visits of the whole span that aren't there yet; those that are stay."""
    first, last = today - timedelta(days=PAST_DAYS), today + timedelta(days=COMING_DAYS)
    late = Collection.objects.filter(scheduled__gte=last - timedelta(days=SLACK_DAYS))
    if late.values("council_id").distinct().count() == len(councils):
        return 0
    rows = [
        (v.council, v.round_code, v.stream, v.scheduled, v.actual)
        for v in visits(sources.timetable(), [(number, gss) for gss, number in councils.items()], first, last)
    ]
    ids = reserve_ids(Collection, len(rows))
    return load_rows(
        Collection,
        ["id", "council", "round_code", "stream", "scheduled", "actual"],
        [(id_, *row) for id_, row in zip(ids, rows, strict=True)],
    )


def _move_stories(councils: Mapping[str, int], today: date) -> None:
    """The cast's streets go to the round whose refuse was due on the last working day, so that a bin can be missed."""
    timetable, closed = sources.timetable(), holidays("england-and-wales")
    for gss, street, postcode in dict.fromkeys((c.gss, c.street, c.postcode) for c in sources.cast()):
        code = round_just_missed(timetable, gss, today, closed)
        Property.objects.filter(
            postcode_key=postcode.replace(" ", ""), street=street, council_id=councils[gss]
        ).exclude(round_code=code).update(round_code=code)
