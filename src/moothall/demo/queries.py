"""Which seed the database was filled from, kept as the comment of a table: it needs no table of its own."""
from __future__ import annotations

from django.db import connection
from psycopg import sql

_TABLE = "places_property"


def seed_mark() -> str:
    """What `set_seed_mark` wrote, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(obj_description(to_regclass(%s), 'pg_class'), '')", [_TABLE])
        return str(cursor.fetchone()[0])


def set_seed_mark(mark: str) -> None:
    """As the owner of the table, in the loader's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(_TABLE), sql.Literal(mark)))


def refresh_statistics() -> None:
    """After a bulk load the planner must know the new sizes, or it scans."""
    with connection.cursor() as cursor:
        for table in ("places_postcode", "places_property", "places_collection"):
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
        for table in ("customers_customer", "customers_customerphone", "customers_customertoken"):
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
