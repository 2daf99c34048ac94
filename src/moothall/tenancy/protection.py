"""The functions of protected.sql: who is protected, who may see them, and how much is kept apart."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection


def protect(customer: int, how: bool) -> str:
    """Protect a customer, or no longer: done, so_already, or no_right where the open scope doesn't show them."""
    return str(_rows("SELECT moothall.protect_customer(%s, %s)", [customer, how])[0][0])


class Protected(NamedTuple):
    """Somebody protected of a council, of which service it was told, and whether they weren't before."""

    council: int
    service: int
    customer: int
    anew: bool


def protect_told(case: int | None, contact: int | None) -> list[Protected]:
    """Protect whom a case or a contact within sight is about, on record or not. Nobody where neither is in sight."""
    told = _rows("SELECT * FROM moothall.protect_case(%s::bigint, %s::bigint)", [case, contact])
    return [Protected(*row) for row in told]


def somebody_protected(home: int) -> bool:
    """Whether somebody protected lives at an address that the open scope shows. Who they are isn't told."""
    return bool(_rows("SELECT moothall.somebody_protected(%s)", [home])[0][0])


def number_of_protected(council: int, number: str) -> bool:
    """Whether a number (E.164) is that of somebody protected of this council. Who they are isn't told, and of a council
    out of sight each number is."""
    return bool(_rows("SELECT moothall.number_of_protected(%s::int, %s)", [council, number])[0][0])


def unreached_apart(cases: Sequence[int]) -> frozenset[int]:
    """Of cases of protected people within sight, those whose last message couldn't be sent. Nothing of it is told."""
    return frozenset(int(case) for (case,) in _rows("SELECT moothall.unreached_apart(%s::bigint[])", [list(cases)]))


def failed_checks(home: int, since: datetime, until: datetime) -> int:
    """How many facts were said wrongly of an address within sight, both instants included."""
    return int(_rows("SELECT moothall.failed_checks(%s, %s, %s)", [home, since, until])[0][0])


def count_apart(council: int) -> dict[str, int]:
    """How many rows of each table are about somebody protected; tables without any are left out."""
    rows = _rows("SELECT name, rows FROM moothall.count_apart(%s::int)", [council])
    return {str(name): int(count) for name, count in rows if count}


def open_export(person: int, at: datetime) -> bool:
    """Within a council's export: show protected people too, if that person may see them. False where they may not."""
    return bool(_rows("SELECT moothall.open_protected_export(%s, %s)", [person, at])[0][0])


def give_sight(council: int, person: int, until: datetime, *, by: int, at: datetime) -> str:
    """given, no_right, not_ours, ends_early, too_long or has_it."""
    given = [council, person, until, by, at]
    return str(_rows("SELECT moothall.give_see_protected(%s::int, %s, %s, %s, %s)", given)[0][0])


def end_sight(sight: int, *, by: int, at: datetime) -> str:
    """ended, over or no_right."""
    return str(_rows("SELECT moothall.end_see_protected(%s, %s, %s)", [sight, by, at])[0][0])


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
