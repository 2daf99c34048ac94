"""The second wall: one transaction and one call that opens the scope in the database."""
from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.sql import Literal

from moothall.tenancy.principals import Emergency, LinkHolder, Operator, Principal, Resident, Staff, System

OPEN = "SELECT moothall.open_scope(%s, %s, %s, %s, %s)"


class OutsideScope(RuntimeError):
    """A tenant table was touched with no scope open."""


class NestedScope(RuntimeError):
    """A scope of another principal was opened within one."""


class First(NamedTuple):
    """A statement that gives one JSON value as text or no row. It goes out with the scope that it needs, for pages that
    ask for little else: there each journey to the database is felt."""

    statement: str
    values: Sequence[str | int | None]


_current: ContextVar[Principal | None] = ContextVar("moothall_principal", default=None)


def current_principal() -> Principal:
    """The principal of the open scope; OutsideScope where there is none."""
    principal = _current.get()
    if principal is None:
        raise OutsideScope("No scope is open. Use `with tenancy.scope(principal):`")
    return principal


def current_person() -> int | None:
    """Who acts in the open scope, where that is a member of staff."""
    principal = current_principal()
    return principal.person if isinstance(principal, Staff) else None


def require_scope(what: str) -> None:
    if _current.get() is None:
        raise OutsideScope(f"{what} was asked for outside a scope. Use `with tenancy.scope(principal):`")


@contextmanager
def scope(principal: Principal, *, at: datetime | None = None, first: First | None = None) -> Iterator[Any]:
    """One transaction in the name of `principal`, with what `first` gives. `at` is the test role's alone.

    The same principal may be nested and shares the transaction; another one raises NestedScope.
    """
    outer = _current.get()
    if outer is not None:
        if outer != principal:
            raise NestedScope(f"{principal} was opened within the scope of {outer}")
        with transaction.atomic():
            yield _given(first)
        return
    in_transaction = connection.in_atomic_block
    with transaction.atomic():
        found = open_in_database(principal, at, first)
        token = _current.set(principal)
        try:
            yield found
        finally:
            _current.reset(token)
        if in_transaction:  # the keys would outlive the scope until that transaction's end
            close_in_database()


def open_in_database(principal: Principal, at: datetime | None = None, first: First | None = None) -> Any:
    given = [*_arguments(principal), at]
    connection.ensure_connection()
    if connection.in_atomic_block and connection.connection.info.transaction_status == TransactionStatus.IDLE:
        return _begin_and_open(given, first)
    with connection.cursor() as cursor:
        cursor.execute(OPEN, given)
    return _given(first)


def _begin_and_open(given: Sequence[object], first: First | None) -> Any:
    """The transaction's BEGIN, its scope and what is read first as one message: every request opens one, and the
    smallest feel the journey.

    psycopg would send BEGIN by itself before the first statement; it sees that there is a transaction, and doesn't.
    """
    raw = connection.connection
    parts = [b"BEGIN", _filled(OPEN, given), *([_filled(*first)] if first else [])]
    with connection.wrap_database_errors:
        result = raw.pgconn.exec_(b"; ".join(parts))
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)
    return json.loads(result.get_value(0, 0)) if first and result.ntuples else None


def _filled(statement: str, values: Sequence[object]) -> bytes:
    head, *rest = statement.encode().split(b"%s")
    written = (Literal(value).as_bytes(connection.connection) for value in values)
    return head + b"".join(value + part for value, part in zip(written, rest, strict=True))


def _given(first: First | None) -> Any:
    if first is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(first.statement, first.values)
        row = cursor.fetchone()
    return json.loads(row[0]) if row else None


def close_in_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT moothall.close_scope()")


def _arguments(principal: Principal) -> tuple[str, int | None, str | None, int | None]:
    match principal:
        case Staff(person, contact, protected):
            return "staff", person, "protected" if protected else None, contact
        case System(purpose, council):
            return "system", council, purpose, None
        case Operator(person):
            return "operator", person, None, None
        case Resident(run, secret):
            return "resident", run, secret, None
        case Emergency(person, glass):
            return "emergency", person, None, glass
        case LinkHolder(link):
            return "link", None, link, None
