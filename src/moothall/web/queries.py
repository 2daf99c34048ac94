"""The statements that every page of staff begins with, prepared on the server: whose session it is, and who that is."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.contrib.sessions.models import Session
from django.db import connection

from moothall.people.models import Person

SESSION = (
    "SELECT session_key, session_data, expire_date FROM django_session "
    "WHERE session_key = %(key)s AND expire_date > clock_timestamp()"
)
FIELDS = tuple(field.attname for field in Person._meta.concrete_fields)
PERSON = (
    f"SELECT {', '.join(str(field.column) for field in Person._meta.concrete_fields)} "
    "FROM people_person WHERE id = %(person)s"
)


def prepared_row(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """One row of a statement that the server prepares, since Django's own cursors bind values on our side."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, values, prepare=True).fetchone()


def session_row(key: str) -> Session | None:
    """The session of this key that hasn't expired."""
    if "\x00" in key:
        return None
    row = prepared_row(SESSION, {"key": key})
    return Session(session_key=row[0], session_data=row[1], expire_date=row[2]) if row else None


def person_row(person: int) -> Person | None:
    row = prepared_row(PERSON, {"person": person})
    return Person.from_db("default", FIELDS, row) if row else None
