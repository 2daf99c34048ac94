"""A journal of its own for each test: committed, and reached by the login roles themselves, as in an installation."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.utils import load_backend

from conftest import environment_of
from moothall.journal.actions import write
from moothall.journal.chain import Head
from moothall.journal.seal import seal
from moothall.journal.verify import Proof, verify
from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.roles import connection_settings
from moothall.tenancy.scope import scope

OPEN = "SELECT moothall.open_scope('system', NULL, 'load', NULL, NULL)"
INSERT = (
    "INSERT INTO journal_entry (kind, council_id, service_id, principal, at, recorded_at, body) "
    "VALUES ('case.open', 2, 524, 'system:load', now(), now(), '{}') RETURNING id"
)

# Everybody sees these locks; whose transaction has which number only its own role does.
OTHERS = (
    "SELECT l.pid, l.transactionid::text FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted "
    "AND (a.datname IS DISTINCT FROM current_database() OR a.usesysid IS NULL)"
)


def forge(columns: str, values: object) -> str:
    """The statement that adds an entry, with columns that are the database's to fill."""
    more = INSERT.replace("(kind", f"({columns}, kind")
    return more.replace("VALUES (", f"OVERRIDING SYSTEM VALUE VALUES ({values}, ")


class Ledger:
    """The journal of one copy of the world, which holds two entries at first."""

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def login(self, role: str) -> Iterator[None]:
        """This thread's Django speaks as that login; the test's own connection comes back afterwards."""
        ours = connections["default"]
        wanted = {**ours.settings_dict, **connection_settings(self.url, role, settings.SECRET_KEY)}
        theirs = load_backend(wanted["ENGINE"]).DatabaseWrapper(wanted, "default")
        connections["default"] = theirs
        try:
            yield
        finally:
            theirs.close()
            connections["default"] = ours

    def owner(self) -> psycopg.Connection:
        return psycopg.connect(self.url)

    def write(self, number: int = 1) -> None:
        """Each in a transaction of its own, as the router does."""
        with self.login("router"):
            for _ in range(number):
                with scope(System("route")):
                    write("contact.offer", council=2, service=524, body={"share": 1})

    def seal(self, **more: int) -> int:
        """How many blocks were made. Sealing waits for the whole cluster, so others end their transactions first."""
        self.others_end()
        with self.login("worker"):
            return seal(clock.now(), **more)

    def others_end(self) -> None:
        """Wait for the transactions that other databases and the server itself have open at this moment."""
        with psycopg.connect(self.url, autocommit=True) as owner:
            waited_for = set(owner.execute(OTHERS).fetchall())
            until = monotonic() + 60
            while waited_for & set(owner.execute(OTHERS).fetchall()):
                assert monotonic() < until, f"these transactions don't end: {waited_for}"
                sleep(0.02)

    def verify(self, *heads: Head, batch: int = 10_000) -> Proof:
        with self.login("report"):
            return verify(heads, batch=batch)

    def tamper(self, *statements: str) -> None:
        """What the owner of the schema can do: switch triggers off, open any scope, change what there is."""
        self._triggers("DISABLE")
        with self.owner() as owner:
            owner.execute("ALTER TABLE journal_block DROP CONSTRAINT IF EXISTS one_block_an_entry")
            owner.execute(OPEN)
            for statement in statements:
                owner.execute(statement)
        self._triggers("ENABLE")

    @contextmanager
    def put_back(self, table: str) -> Iterator[None]:
        """The rows of a table as they are now, again afterwards: so that one copy of the world serves many attacks."""
        written = (
            "SELECT string_agg(attname, ', ') FROM pg_attribute "
            f"WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        )
        with self.owner() as owner:
            owner.execute(OPEN)
            owner.execute(f"CREATE TABLE kept AS SELECT * FROM {table}")
            columns = owner.execute(written).fetchone()[0]
        yield
        self.tamper(
            f"DELETE FROM {table}",
            f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM kept",
            "DROP TABLE kept",
        )

    def _triggers(self, verb: str) -> None:
        with self.owner() as owner:
            for table in ("journal_entry", "journal_block"):
                owner.execute(f"ALTER TABLE {table} {verb} TRIGGER USER")

    def rows(self, statement: str) -> list[tuple]:
        with self.owner() as owner:
            owner.execute(OPEN)
            return owner.execute(statement).fetchall()

    def ids(self) -> list[int]:
        return [each for (each,) in self.rows("SELECT id FROM journal_entry ORDER BY id")]

    def sealed_ids(self) -> list[int]:
        """Block by block."""
        return [
            each for (each,) in self.rows(
                "SELECT e.id FROM journal_block b JOIN journal_entry e ON b.ids @> e.id ORDER BY b.number, e.id"
            )
        ]

    def head(self) -> Head:
        return Head(*self.rows("SELECT number, chained FROM journal_block ORDER BY number DESC LIMIT 1")[0])


@pytest.fixture
def ledger(own_database, monkeypatch, django_db_blocker) -> Iterator[Ledger]:
    monkeypatch.setenv("MOOTHALL_ROLE_PREFIX", environment_of(own_database)["MOOTHALL_ROLE_PREFIX"])
    with django_db_blocker.unblock():
        yield Ledger(own_database)


@pytest.fixture
def sealed(ledger) -> Ledger:
    """Three blocks: two, four and four entries."""
    ledger.seal()
    for _ in range(2):
        ledger.write(4)
        ledger.seal()
    return ledger


def told(proof: Proof) -> dict[str, list[str]]:
    """The places of what was found, by code."""
    found: dict[str, list[str]] = {}
    for finding in proof.findings:
        found.setdefault(finding.code.removeprefix("audit."), []).append(finding.place.what)
    return found
