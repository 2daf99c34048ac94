"""Loading many rows at once. COPY doesn't work on a table with row security, so rows go through a temporary table; the
INSERT that follows is bound by the open scope like any other."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh primary keys from the table's own sequence, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def load_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Add rows given in the order of `fields` (names of the model's fields); gives how many are new.

    Rows that are there already (by any unique key) are left as they are. Every field without a default of the database
    must be named. The caller's transaction and scope hold.
    """
    columns = [str(model._meta.get_field(name).column) for name in fields]  # type: ignore[union-attr]
    table = sql.Identifier(model._meta.db_table)
    names = sql.SQL(", ").join([sql.Identifier(column) for column in columns])
    staging = sql.Identifier(f"stage_{model._meta.db_table}")
    stage = sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WHERE false")
    with connection.cursor() as cursor:
        cursor.execute(stage.format(staging, names, table))
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(staging, names)) as copy:
            for row in rows:
                copy.write_row(row)
        overriding = sql.SQL("OVERRIDING SYSTEM VALUE" if "id" in columns else "")
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) {} SELECT {} FROM {} ON CONFLICT DO NOTHING").format(
                table, names, overriding, names, staging
            )
        )
        added = cursor.rowcount
        cursor.execute(sql.SQL("DROP TABLE {}").format(staging))
    return int(added)
