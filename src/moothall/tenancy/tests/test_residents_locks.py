"""Locks are taken in one order, the run before its key: who redeems a code and who sends never wait for each other."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from moothall.lib import clock
from moothall.tenancy.principals import Resident, Staff
from moothall.tenancy.residents import Keys, give_code, own_run, redeem_code, take_code
from moothall.tenancy.scope import scope

SECRET, CODE, NEXT = "twenty letters or so", "K7P49MXR", Keys("another twenty letters", "M4P9K7XR")


@pytest.fixture
def held(world: Any) -> Iterator[int]:
    """A run whose key is there for everybody; both are locked by another connection."""
    given, run = connection.get_connection_params(), world.home["run"]
    known = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if name in given}
    with psycopg.connect(**known) as other:
        other.execute(
            "INSERT INTO scripts_runkey (run_id, council, service, secret_hash, code_hash, used_hash, expires_at) "
            "VALUES (%s, 2, 524, moothall.hashed(%s), moothall.hashed(%s), '', %s)",
            [run, SECRET, CODE, clock.now() + timedelta(days=1)],
        )
        other.commit()
        other.execute("SELECT moothall.set_keys('own_run', ARRAY[%s::bigint])", [run])
        for locked in ("SELECT FROM scripts_run WHERE id = %s FOR UPDATE",
                       "SELECT FROM scripts_runkey WHERE run_id = %s FOR UPDATE"):
            assert other.execute(locked, [run]).rowcount == 1
        yield run
        other.rollback()
        other.execute("DELETE FROM scripts_runkey WHERE run_id = %s", [run])


def waited_for(act: Callable[[], object]) -> str:
    """At which table's row `act` stands behind the other connection first."""
    with pytest.raises(OperationalError, match="lock timeout") as refused, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20ms'")
        act()
    context = refused.value.__cause__.diag.context or ""  # type: ignore[union-attr]
    return context.partition("in relation ")[2].partition("\n")[0].strip('"')


def test_the_run_is_locked_before_its_key_by_whoever_needs_both(world: Any, as_role: Any, held: int) -> None:
    def send() -> None:
        with scope(Resident(held, SECRET), first=own_run(held, 2, lock=True)):
            pass

    public: dict[str, Callable[[], object]] = {
        "asks what a code opens": lambda: redeem_code(CODE, keys=NEXT, who="a", act=False),
        "redeems it": lambda: redeem_code(CODE, keys=NEXT, who="a", act=True),
        "sends": send,
    }
    desk: dict[str, Callable[[], object]] = {
        "takes it at the desk": lambda: take_code(CODE, who="sam"),
        "gives another": lambda: give_code(held, "F1RSTC0DE"),
    }
    with as_role("public"):
        waited = {name: waited_for(act) for name, act in public.items()}
    with as_role("web"), scope(Staff(world.sam)):
        waited |= {name: waited_for(act) for name, act in desk.items()}
    assert waited == dict.fromkeys([*public, *desk], "scripts_run")
