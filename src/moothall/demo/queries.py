"""What the database was filled from, kept as comments of two tables: it needs no table of its own."""
from __future__ import annotations

from typing import Literal

from django.db import connection
from psycopg import sql

Mark = Literal["sources", "seed"]
_TABLES: dict[Mark, str] = {"sources": "tenancy_council", "seed": "places_property"}
_FILLED = (
    "places_postcode", "places_property", "places_collection", "customers_customer", "customers_customerphone",
    "customers_customertoken", "customers_nameword",
)  # fmt: skip


def mark_of(what: Mark) -> str:
    """What `set_mark` wrote, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(obj_description(to_regclass(%s), 'pg_class'), '')", [_TABLES[what]])
        return str(cursor.fetchone()[0])


def set_mark(what: Mark, mark: str) -> None:
    """As the owner of the table, in the loader's transaction."""
    comment = sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(_TABLES[what]), sql.Literal(mark))
    with connection.cursor() as cursor:
        cursor.execute(comment)


def refresh_statistics() -> None:
    """After a bulk load the planner must know the new sizes, or it scans."""
    with connection.cursor() as cursor:
        for table in _FILLED:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
