"""A crowd of made-up customers beside the demo's, made in the database itself: their names are as common as names are.

How often the name of a rank is borne falls as 1 / (rank + q)^0.8, which gives Smith 1.2 in a hundred and leaves half of
all to thousands of rare surnames. Tokens, words and what is kept apart are written as triggers would write them.
"""
from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import psycopg
import yaml

from moothall.customers.names import tokens

HERE = Path(__file__).parent
ORIGINS = HERE.parent / "src" / "moothall" / "demo" / "names.yaml"
SURNAMES = 30_000
MIDDLES = ("", "er", "in", "al", "en", "or", "an", "el", "it", "om", "ar", "is", "od", "ev", "us", "ib", "ad", "ol")
FALL = 0.8
Names = list[tuple[int, str, list[str], float]]  # rank, name, its tokens, up to which share of all it goes

# Everybody's home, then everybody; most homes have two or three people, some none.
HOMES = """
CREATE TEMPORARY TABLE home AS
SELECT nextval(pg_get_serial_sequence('places_property', 'id')) AS id, row_number() OVER () AS n, c.number AS council,
       p.key, p.display, p.ward, h.number AS house, p.at
FROM (SELECT *, row_number() OVER (ORDER BY key) AS at FROM places_postcode) p
JOIN tenancy_council c ON c.gss = p.lad AND c.kind = 'council'
CROSS JOIN generate_series(1, %(a_postcode)s) AS h (number);
INSERT INTO places_property (id, council_id, uprn, usrn, number, street, town, postcode_key, postcode, ward, round_code,
                             assisted) OVERRIDING SYSTEM VALUE
SELECT id, council, 880000000000 + n, 88000000 + at, house::text, (%(streets)s::text[])[1 + at %% %(kinds)s],
       'Benchtown', key, display, ward, '', false FROM home
"""
CROWD = """
CREATE TEMPORARY TABLE drawn AS
SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) AS id,
       1 + width_bucket(random(), %(first)s::float8[]) AS first, 1 + width_bucket(random(), %(last)s::float8[]) AS last,
       1 + floor(random() * (SELECT count(*) FROM home))::int AS home, random() < 0.003 AS protected, random() AS phones
FROM generate_series(1, %(customers)s);
CREATE TEMPORARY TABLE crowd AS
SELECT d.id, h.council, f.name || ' ' || s.name AS name, f.tokens || s.tokens AS tokens, h.id AS home, d.protected,
       d.phones, row_number() OVER () AS n
FROM drawn d JOIN first_names f ON f.rank = d.first JOIN surnames s ON s.rank = d.last JOIN home h ON h.n = d.home
ORDER BY d.id;
INSERT INTO customers_customer (id, council_id, name, email, property_id, protected) OVERRIDING SYSTEM VALUE
SELECT id, council, name, '', home, protected FROM crowd;
INSERT INTO customers_customerphone (council_id, customer_id, number, apart)
SELECT council, id, '+4474' || lpad((n * 79 %% 100000000)::text, 8, '0'), protected FROM crowd
WHERE phones < 0.7;
INSERT INTO customers_customertoken (council_id, customer_id, token, apart)
SELECT c.council, c.id, t.token, c.protected
FROM crowd c CROSS JOIN LATERAL (SELECT DISTINCT unnest(c.tokens)) t (token);
INSERT INTO customers_nameword (council_id, word)
SELECT DISTINCT council_id, token FROM customers_customertoken WHERE NOT apart ON CONFLICT DO NOTHING
"""


def gather(connection: psycopg.Connection[Any], customers: int, *, seed: int = 1) -> None:
    """As the superuser, who needs no scope and no trigger."""
    lists = yaml.safe_load((HERE / "crowd_names.yaml").read_text(encoding="utf-8"))
    words = yaml.safe_load(ORIGINS.read_text(encoding="utf-8"))
    origins = [name for names in words["first"] for name in names]
    first = ranked(lists["first"] + origins, q=5)
    last = ranked(lists["surnames"] + surnames(words), q=2)
    streets = [f"{start} {end}" for start in words["streets"]["starts"] for end in words["streets"]["ends"]]
    postcodes = connection.execute(
        "SELECT count(*) FROM places_postcode p JOIN tenancy_council c ON c.gss = p.lad AND c.kind = 'council'"
    ).fetchone()
    assert postcodes and postcodes[0]
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute("SELECT setseed(%s)", [seed / 1000])
    for table, names in (("first_names", first), ("surnames", last)):
        connection.execute(f"CREATE TEMPORARY TABLE {table} (rank int PRIMARY KEY, name text, tokens text[])")
        with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for rank, name, parts, _ in names:
                copy.write_row((rank, name, parts))
    given = {
        "a_postcode": max(1, round(customers * 0.45 / postcodes[0])), "streets": streets, "kinds": len(streets),
        "first": [up_to for *_, up_to in first[:-1]], "last": [up_to for *_, up_to in last[:-1]],
        "customers": customers,
    }  # fmt: skip
    for statement in [*HOMES.split(";\n"), *CROWD.split(";\n")]:
        connection.execute(statement, given)


def surnames(words: Any) -> list[str]:
    """Of the demo's many origins, then built ones, each once."""
    origins = [name for names in words["surnames"] for name in names]
    starts, ends = words["surname_starts"], words["surname_ends"]
    built = [start + middle + end for middle in MIDDLES for end in ends for start in starts]
    doubled = [f"{one}-{other}" for one in origins for other in origins if one != other]
    return [*origins, *built, *doubled][:SURNAMES]


def ranked(names: Sequence[str], *, q: int) -> Names:
    """Each name once with the upper end of its stretch between 0 and 1."""
    once = list(dict.fromkeys(names))
    shares = list(accumulate(1 / (rank + q) ** FALL for rank in range(1, len(once) + 1)))
    ends = [share / shares[-1] for share in shares]
    return [(rank, name, tokens(name), end) for rank, (name, end) in enumerate(zip(once, ends, strict=True), 1)]
