"""Attacks on the journal, by those who may log in and by who may change the schema: each is refused or found."""
from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from moothall.domain import merkle
from moothall.journal.chain import GENESIS, Head
from moothall.journal.queries import LEAF
from moothall.journal.tests.conftest import INSERT, OPEN, forge, told
from moothall.tenancy.principals import System
from moothall.tenancy.roles import LOGIN_ROLES
from moothall.tenancy.scope import scope


@pytest.mark.parametrize("role", LOGIN_ROLES)
@pytest.mark.parametrize("table", ["journal_entry", "journal_block"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_no_login_may_change_what_was_written(world, as_role, role, table, statement):
    column = "kind = 'x'" if table == "journal_entry" else "root = 'x'"
    with as_role(role), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        run(statement.format(table, column))


@pytest.mark.parametrize("table", ["journal_entry", "journal_block"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_whoever_has_the_privilege_meets_the_trigger(world, table, statement):
    column = "kind = 'x'" if table == "journal_entry" else "root = 'x'"
    with pytest.raises(ProgrammingError, match="append-only"), scope(System("load")):
        run(statement.format(table, column))


@pytest.mark.parametrize(("column", "value"), [("id", 1), ("xact", 1)])
def test_no_login_chooses_an_entrys_id_or_transaction(world, as_role, column, value):
    forged = forge(column, value).replace(" RETURNING id", "")
    for role in ("web", "worker", "router"):
        with as_role(role), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run(forged)


@pytest.mark.parametrize("role", ["web", "router", "public"])
def test_only_who_proves_the_chain_audits(world, as_role, role):
    with as_role(role), pytest.raises(ProgrammingError, match="may not act for the purpose"), scope(System("audit")):
        pass


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_altered_entry_is_named(sealed):
    entry = sealed.ids()[4]
    for change in (
        "kind = 'case.close'", "council_id = 13", "service_id = 57", "contact_id = 1", "need_id = 1", "case_id = 1",
        "principal = 'staff:1'", "at = at - interval '1 microsecond'", "at = 'infinity'",
        "recorded_at = recorded_at + interval '1 microsecond'", "body = '{\"share\": 1.0}'", "body = 'null'",
        "xact = xact - 1",
    ):  # fmt: skip
        with sealed.put_back("journal_entry"):
            sealed.tamper(f"UPDATE journal_entry SET {change} WHERE id = {entry}")
            proof = sealed.verify()
            assert (change, told(proof), proof.broken) == (change, {"entry_altered": [f"entry {entry}"]}, 2)
    assert sealed.verify().holds


def test_an_altered_entry_with_its_mark_mended_breaks_the_root(sealed):
    entry = sealed.ids()[4]
    sealed.tamper(f"UPDATE journal_entry SET kind = 'x' WHERE id = {entry}")
    leaf = merkle.leaf(sealed.rows(f"SELECT {LEAF} FROM journal_entry e WHERE id = {entry}")[0][0].encode())
    mark = leaf[:4].hex()
    sealed.tamper(f"UPDATE journal_block SET marks = overlay(marks PLACING '\\x{mark}' FROM 9) WHERE number = 2")
    proof = sealed.verify()
    assert told(proof) == {"block_altered": ["block 2"], "root": ["block 2"]} and proof.broken == 2


def test_a_deleted_entry_is_named(sealed):
    ids = sealed.ids()
    sealed.tamper(f"DELETE FROM journal_entry WHERE id IN ({ids[3]}, {ids[9]})")
    proof = sealed.verify()
    assert told(proof) == {"entry_missing": [f"entry {ids[3]}", f"entry {ids[9]}"]}
    assert proof.broken == 2 and proof.wrong == 2


def test_a_deleted_and_an_altered_entry_of_one_block_are_both_named(sealed):
    ids = sealed.ids()
    sealed.tamper(f"DELETE FROM journal_entry WHERE id = {ids[3]}",
                  f"UPDATE journal_entry SET kind = 'x' WHERE id = {ids[5]}")
    assert told(sealed.verify()) == {"entry_missing": [f"entry {ids[3]}"], "entry_altered": [f"entry {ids[5]}"]}


def test_an_entry_put_back_otherwise_is_altered(sealed):
    entry = sealed.ids()[4]
    sealed.tamper(f"DELETE FROM journal_entry WHERE id = {entry}", forge("id", entry))
    assert told(sealed.verify()) == {"entry_altered": [f"entry {entry}"]}


def test_two_entries_that_change_places_are_both_named(sealed):
    one, other = sealed.ids()[3:5]
    sealed.tamper(
        "CREATE TEMPORARY TABLE kept AS SELECT * FROM journal_entry",
        f"DELETE FROM journal_entry WHERE id IN ({one}, {other})",
        *(forge("id, xact, contact_id", f"{new}, (SELECT xact FROM kept WHERE id = {old}), {old}")
          for new, old in ((one, other), (other, one))),
    )
    assert told(sealed.verify()) == {"entry_altered": [f"entry {one}", f"entry {other}"]}


def test_an_entry_added_to_a_sealed_time_is_named(sealed):
    """With a transaction's number of then: no sealer ever takes it up."""
    with sealed.owner() as owner:  # an id that was drawn and given back
        owner.execute(OPEN)
        gap = owner.execute(INSERT).fetchone()[0]
        owner.rollback()
    xact = sealed.rows("SELECT min(xact) + 1 FROM journal_entry")[0][0]
    sealed.tamper(forge("id, xact", f"{gap}, {xact}"))
    for _ in range(2):
        proof = sealed.verify()
        assert told(proof) == {"entry_added": [f"entry {gap}"]} and not proof.holds and proof.unsealed == 1
        sealed.seal()


@pytest.mark.parametrize("negative", [False, True])
def test_a_back_dated_entry_is_named_before_and_after_its_seal(sealed, negative):
    """With its own transaction's number, and the time of long ago; its id may lie before all others."""
    gap = -5 if negative else sealed.ids()[-1] + 1
    old = forge("id", gap).replace("now(), now()", "now() - interval '1 day', now() - interval '1 day'")
    sealed.tamper(old)
    assert told(sealed.verify()) == {"entry_added": [f"entry {gap}"]}
    sealed.seal()
    proof = sealed.verify()
    assert told(proof) == {"entry_misdated": [f"entry {gap}"]} and proof.broken == 4 and proof.unsealed == 0


def test_an_entry_of_tomorrow_is_named(ledger):
    ledger.seal()
    ledger.tamper(INSERT.replace("now(), now()", "now(), now() + interval '1 day'"))
    ledger.seal()
    assert list(told(ledger.verify())) == ["entry_misdated"]


def test_an_altered_block_is_named(sealed):
    for change in (
        "root = repeat('0', 64)", "entries = 5", "first_entry = 1", "last_entry = last_entry + 1", "marks = ''",
        "cluster = '1'", "horizon = horizon + 1", "own_xact = 1", "settled_at = NULL", "settled_at = 'infinity'",
        "sealed_at = sealed_at + interval '1 microsecond'", "sealed_at = 'infinity'", "sealed_at = '4000-01-01 BC'",
        "ids = '{}'", "ids = '{(,)}'", "ids = ids + '{[1000,1001)}'",
        "ids = ids - int8multirange(int8range(first_entry, first_entry, '[]'))",
        "chained = repeat('0', 64)",
    ):  # fmt: skip
        with sealed.put_back("journal_block"):
            sealed.tamper(f"UPDATE journal_block SET {change} WHERE number = 2")
            proof = sealed.verify()
            assert (change, proof.broken) == (change, 2) and "block 2" in told(proof)["block_altered"], change
    assert sealed.verify().holds


def test_the_newest_block_altered_is_named(sealed):
    sealed.tamper("UPDATE journal_block SET sealed_at = now() WHERE number = 3")
    proof = sealed.verify()
    assert told(proof) == {"block_altered": ["block 3"]} and proof.broken == 3


def test_blocks_that_change_places_are_named(sealed):
    for new, old in ((9, 2), (2, 3), (3, 9)):
        sealed.tamper(f"UPDATE journal_block SET number = {new} WHERE number = {old}")
    proof = sealed.verify()
    assert proof.broken == 2 and told(proof)["block_altered"] == ["block 2", "block 3"]


@pytest.mark.parametrize(("gone", "place"), [("number = 2", "block 2"), ("number < 3", "block 1")])
def test_a_block_that_has_gone_is_named(sealed, gone, place):
    sealed.tamper(f"DELETE FROM journal_block WHERE {gone}")
    proof = sealed.verify()
    assert told(proof)["block_missing"] == [place] and f"block {proof.broken}" == place
    assert "entry_added" in told(proof), "and the entries that it held stand in no block"


def test_the_newest_block_removed_is_seen_by_who_kept_its_head(sealed):
    """Entries and block: nothing within the database tells that they were there."""
    head = sealed.head()
    assert sealed.verify(head, Head(0, GENESIS)).holds
    newest = "SELECT ids FROM journal_block WHERE number = 3"
    sealed.tamper(f"DELETE FROM journal_entry WHERE id <@ ({newest})", "DELETE FROM journal_block WHERE number = 3")
    assert sealed.verify().holds
    proof = sealed.verify(head)
    assert told(proof) == {"head": ["block 3"]} and proof.broken == 3
    sealed.write()
    sealed.seal()
    assert sealed.verify().holds
    proof = sealed.verify(head)
    assert told(proof) == {"head": ["block 3"]} and proof.broken == 3, "another block stands at its number"


def test_a_chain_made_anew_is_seen_by_who_kept_a_head(sealed):
    head = sealed.head()
    sealed.tamper(f"UPDATE journal_entry SET kind = 'x' WHERE id = {sealed.ids()[4]}",
                  "DELETE FROM journal_block WHERE number > 1")
    sealed.seal(most=4)
    assert sealed.verify().holds, "whoever may change everything may also seal anew"
    proof = sealed.verify(head)
    assert told(proof) == {"head": ["block 3"]} and proof.broken == 3


def test_many_breaks_are_counted_and_the_first_are_told(sealed):
    sealed.write(40)
    sealed.seal()
    sealed.tamper("UPDATE journal_entry SET kind = 'x'")
    proof = sealed.verify()
    assert proof.broken == 1 and proof.wrong == 50 and len(proof.findings) == 20
