"""The journal's one statement: an INSERT without RETURNING, since who may write need not see."""
from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

INSERT = (
    "INSERT INTO journal_entry "
    "(kind, council_id, service_id, contact_id, need_id, case_id, principal, at, recorded_at, body)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
Row = tuple[str, int, int, int | None, int | None, int | None, str, datetime, datetime, dict[str, Any]]


def insert_entry(row: Row) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*row[:-1], json.dumps(row[-1])])
