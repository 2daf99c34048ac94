"""Sealing: nothing is skipped, nothing is sealed twice, whoever writes, commits late, seals beside or dies."""
from __future__ import annotations

import random
import threading
from time import monotonic, sleep

import psycopg
import pytest

from moothall.journal import queries
from moothall.journal.chain import GENESIS, MARK
from moothall.journal.queries import Moment
from moothall.journal.seal import seal
from moothall.journal.tests.conftest import INSERT, OPEN, forge
from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


def test_a_journal_without_entries_has_no_block(ledger):
    ledger.tamper("DELETE FROM journal_entry")
    assert ledger.seal() == 0
    proof = ledger.verify()
    assert proof.holds
    assert (proof.blocks, proof.entries, proof.unsealed, str(proof.head)) == (0, 0, 0, f"0:{GENESIS}")
    assert ledger.verify(proof.head).holds


def test_all_that_was_written_is_sealed_once(ledger):
    ledger.write(3)
    proof = ledger.verify()
    assert proof.holds and proof.unsealed == 5 and proof.oldest_unsealed
    assert ledger.seal() == 1
    assert ledger.seal() == 0, "where nothing was written no block is made"
    proof = ledger.verify()
    assert proof.holds and (proof.blocks, proof.entries, proof.unsealed) == (1, 5, 0)
    assert ledger.sealed_ids() == ledger.ids()


def test_a_block_says_what_it_holds(sealed):
    ids = sealed.ids()
    rows = sealed.rows(
        f"SELECT number, first_entry, last_entry, entries, octet_length(marks) / {MARK} FROM journal_block ORDER BY 1"
    )
    assert rows == [(1, ids[0], ids[1], 2, 2), (2, ids[2], ids[5], 4, 4), (3, ids[6], ids[9], 4, 4)]


def test_many_entries_make_many_blocks_in_one_run(ledger):
    ledger.write(7)
    assert ledger.seal(most=3) == 3
    ledger.write(3)
    assert ledger.seal(most=3) == 1, "as many as fit are one block, with none left behind"
    for batch in (1, 4, 10_000):
        proof = ledger.verify(batch=batch)
        assert proof.holds and (proof.blocks, proof.entries, proof.unsealed) == (4, 12, 0)


def test_an_entry_that_commits_late_is_waited_for(ledger):
    ledger.seal()
    with ledger.owner() as slow:
        slow.execute(OPEN)
        slow.execute(INSERT)
        ledger.write()
        assert ledger.seal() == 0, "one with a smaller id may still come"
        assert ledger.verify().unsealed == 1
    assert ledger.seal() == 1
    proof = ledger.verify()
    assert proof.holds and proof.entries == 4 and ledger.sealed_ids() == ledger.ids()


def test_an_id_that_was_drawn_early_is_sealed_late(ledger):
    with ledger.owner() as slow:
        slow.execute(OPEN)
        early = slow.execute("SELECT nextval(pg_get_serial_sequence('journal_entry', 'id'))").fetchone()[0]
        ledger.write()
        assert ledger.seal() == 1, "its transaction has no number yet, so nothing is waited for"
        assert early not in ledger.sealed_ids()
        slow.execute(forge("id", early))
    assert ledger.seal() == 1
    assert sorted(ledger.sealed_ids()) == ledger.ids() and ledger.sealed_ids()[-1] == early
    assert ledger.verify().holds


def test_an_id_that_was_given_back_is_no_gap(ledger):
    with ledger.owner() as undecided:
        undecided.execute(OPEN)
        undecided.execute(INSERT)
        undecided.rollback()
    ledger.write()
    ledger.seal()
    proof = ledger.verify()
    assert proof.holds and proof.entries == 3
    assert len(ledger.rows("SELECT unnest(ids) FROM journal_block")) == 2, "one range before it, one after"


def test_any_order_of_commits_is_sealed_once_each(ledger):
    """Three writers begin, write, commit and give up as chance has it, and the sealer comes in between."""
    chance = random.Random(4)
    writers = [ledger.owner() for _ in range(3)]
    try:
        for _ in range(120):
            writer = chance.choice(writers)
            match chance.choice(["write", "write", "commit", "commit", "roll back", "seal"]):
                case "write":
                    writer.execute(OPEN)
                    writer.execute(INSERT)
                case "commit":
                    writer.commit()
                case "roll back":
                    writer.rollback()
                case "seal":
                    ledger.seal(most=4)
                    assert ledger.verify().holds
    finally:
        for writer in writers:
            writer.commit()
            writer.close()
    ledger.seal()
    proof = ledger.verify()
    assert proof.holds and proof.unsealed == 0 and proof.entries > 20
    assert sorted(ledger.sealed_ids()) == ledger.ids()


def test_of_two_sealers_one_wins(ledger):
    made: dict[str, int] = {}
    first_is_done, may_commit = threading.Event(), threading.Event()

    def first() -> None:
        with ledger.login("worker"), scope(System("seal")):  # the sealer's own scope is then part of this transaction
            made["first"] = seal(clock.now())
            first_is_done.set()
            may_commit.wait(60)

    def second() -> None:
        made["second"] = ledger.seal()

    ledger.write(3)
    ledger.others_end()
    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert first_is_done.wait(60)
    threads[1].start()
    wait_for_a_lock(ledger)
    may_commit.set()
    for thread in threads:
        thread.join(60)
    assert made == {"first": 1, "second": 0}
    proof = ledger.verify()
    assert proof.holds and (proof.blocks, proof.entries, proof.unsealed) == (1, 5, 0)


def wait_for_a_lock(ledger) -> None:
    until = monotonic() + 60
    while monotonic() < until:
        if ledger.rows("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"):
            return
        sleep(0.02)
    pytest.fail("the second sealer waited for nobody")


def test_no_entry_can_be_put_into_two_blocks(sealed):
    with sealed.owner() as owner, pytest.raises(psycopg.errors.ExclusionViolation):
        owner.execute(
            "INSERT INTO journal_block SELECT 4, first_entry, last_entry, entries, root, chained, sealed_at, ids, "
            "marks, cluster, horizon, own_xact, settled_at FROM journal_block WHERE number = 3"
        )


def test_a_sealer_that_dies_leaves_whole_blocks(ledger, monkeypatch):
    ledger.write(8)
    insert, calls = queries.insert_block, []

    def die(block, chained):
        done = insert(block, chained)
        calls.append(block.number)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return done

    with monkeypatch.context() as dying:
        dying.setattr(queries, "insert_block", die)
        with pytest.raises(KeyboardInterrupt):
            ledger.seal(most=3)
    proof = ledger.verify()
    assert proof.holds and (proof.blocks, proof.entries, proof.unsealed) == (2, 6, 4), "the third was not committed"
    assert ledger.seal(most=3) == 2
    proof = ledger.verify()
    assert proof.holds and (proof.blocks, proof.entries, proof.unsealed) == (4, 10, 0)
    assert sorted(ledger.sealed_ids()) == ledger.ids()


def test_a_restored_database_goes_on_with_the_chain(ledger, monkeypatch):
    """Its cluster counts transactions anew: old entries have numbers that the new one may never reach."""
    old = 10**12
    number = forge("xact", old - 10)
    ledger.tamper(number, number)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(queries, "this_moment", lambda: Moment("4711", old, old))
        assert ledger.seal() == 1
    ledger.tamper(number)  # written there, not yet sealed when the copy was taken
    ledger.write(3)
    proof = ledger.verify()
    assert proof.holds and proof.unsealed == 4, "until the first seal here nothing of this is wrong"
    assert ledger.seal(most=2) == 2
    ledger.write(1)
    assert ledger.seal() == 1
    proof = ledger.verify()
    assert proof.holds and (proof.blocks, proof.entries, proof.unsealed) == (4, 9, 0)
    assert sorted(ledger.sealed_ids()) == ledger.ids()


def test_no_role_but_the_workers_may_seal(ledger):
    for role in ("web", "router", "report", "public"):
        with ledger.login(role), pytest.raises(Exception, match="may not act for the purpose"):
            seal(clock.now())
