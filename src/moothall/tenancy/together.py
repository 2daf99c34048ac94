"""Rows that are written together: one journey to the database, and one plan, instead of one of each a row.

Within `together`, new rows whose ids are known and changed ones are held and go in at its end, as one statement; keys
that lead from one of them to another are checked at commit. Whoever must read them before calls `write_held`. What
raises leaves none of them.
"""
from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault


class _Held:
    """What waits, by table, the first to be held first."""

    def __init__(self) -> None:
        self.new: dict[type[Model], list[Model]] = {}
        self.changed: dict[type[Model], list[Model]] = {}


_held: ContextVar[_Held | None] = ContextVar("moothall_held_rows", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Hold what is written within, and write it at the end."""
    token = _held.set(_Held())
    try:
        yield
        write_held()
    finally:
        _held.reset(token)


def hold(row: Model) -> bool:
    """Keep a new row until the end. False where nothing is held: then its caller writes it."""
    found = _held.get()
    if found is not None:
        found.new.setdefault(type(row), []).append(row)
    return found is not None


def hold_change(row: Model) -> bool:
    """Keep a row that is there and has changed until the end, as it will be then. False where nothing is held."""
    found = _held.get()
    if found is not None and not any(each is row for each in found.changed.setdefault(type(row), [])):
        found.changed[type(row)].append(row)
    return found is not None


def change_held(model: type[Model], number: int, **values: Any) -> bool:
    """Change a new row that is being held. False where it isn't: then it is in the database."""
    found = _held.get()
    row = next((row for row in found.new.get(model, ()) if row.pk == number), None) if found else None
    for name, value in values.items() if row else ():
        setattr(row, name, value)
    return row is not None


def write_held() -> None:
    """All that is held goes in now."""
    found = _held.get()
    if found is None or not (found.new or found.changed):
        return
    parts, given = [], []
    for model, rows in found.new.items():
        values = [_values(row) for row in rows]
        parts.append(_insert(model, tuple(values[0])))
        given.append(json.dumps(values, default=str))
    for model, rows in found.changed.items():
        parts.append(_update(model))
        given.append(json.dumps([_values(row) for row in rows], default=str))
    expected = sum(map(len, found.changed.values()))
    named = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts))
    counts = " + ".join(f"(SELECT count(*) FROM part_{number})" for number in range(len(found.new), len(parts)))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} SELECT {counts or '0'}", given)
        (done,) = cursor.fetchone()
    if done != expected:
        raise LookupError(f"{expected - done} of {expected} changed rows aren't within sight")
    found.new, found.changed = {}, {}


def _values(row: Model) -> dict[str, Any]:
    """By column, without those that the database fills in by itself."""
    found = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        own = isinstance(value, DatabaseDefault) or (field.primary_key and value is None)
        if not (own or field.generated):
            found[str(field.column)] = value
    return found


@cache
def _insert(model: type[Model], columns: Sequence[str]) -> str:
    """An id that is known was taken from the table's own sequence: the database gave it, only sooner."""
    table, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    sooner = "OVERRIDING SYSTEM VALUE " if model._meta.pk.column in columns else ""
    return (f"INSERT INTO {table} ({names}) {sooner}"
            f"SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)")


@cache
def _update(model: type[Model]) -> str:
    table, key = model._meta.db_table, model._meta.pk.column
    columns = [field.column for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    put = ", ".join(f'"{name}" = n."{name}"' for name in columns)
    return (f"UPDATE {table} t SET {put} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) n "
            f"WHERE t.{key} = n.{key} RETURNING 1")
