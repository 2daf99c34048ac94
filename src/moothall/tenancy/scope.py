"""The second wall: one transaction and one call that opens the scope in the database."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection, transaction
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.sql import SQL, Literal

from moothall.tenancy.principals import Emergency, LinkHolder, Operator, Principal, Resident, Staff, System

OPEN = "SELECT moothall.open_scope(%s, %s, %s, %s, %s)"


class OutsideScope(RuntimeError):
    """A tenant table was touched with no scope open."""


class NestedScope(RuntimeError):
    """A scope of another principal was opened within one."""


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
def scope(principal: Principal, *, at: datetime | None = None) -> Iterator[None]:
    """One transaction in the name of `principal`. `at` is the test role's alone.

    The same principal may be nested and shares the transaction; another one raises NestedScope.
    """
    outer = _current.get()
    if outer is not None:
        if outer != principal:
            raise NestedScope(f"{principal} was opened within the scope of {outer}")
        with transaction.atomic():
            yield
        return
    in_transaction = connection.in_atomic_block
    with transaction.atomic():
        open_in_database(principal, at)
        token = _current.set(principal)
        try:
            yield
        finally:
            _current.reset(token)
        if in_transaction:  # the keys would outlive the scope until that transaction's end
            close_in_database()


def open_in_database(principal: Principal, at: datetime | None = None) -> None:
    given = [*_arguments(principal), at]
    connection.ensure_connection()
    if connection.in_atomic_block and connection.connection.info.transaction_status == TransactionStatus.IDLE:
        _begin_and_open(given)
        return
    with connection.cursor() as cursor:
        cursor.execute(OPEN, given)


def _begin_and_open(given: Sequence[object]) -> None:
    """The transaction's BEGIN and its scope as one message: every request opens one, and the smallest feel the journey.

    psycopg would send BEGIN by itself before the first statement; it sees that there is a transaction, and doesn't.
    """
    raw = connection.connection
    statement = b"BEGIN; " + SQL(OPEN.replace("%s", "{}")).format(*map(Literal, given)).as_bytes(raw)
    with connection.wrap_database_errors:
        result = raw.pgconn.exec_(statement)
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)


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
