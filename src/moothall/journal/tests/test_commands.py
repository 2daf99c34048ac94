"""`audit verify`, `audit head`, the worker's job and the doctor's look: what people and their programs see."""
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

import pytest

from conftest import ROOT, environment_of, run_moothall
from moothall.cli import audit
from moothall.doctor.journal import check_journal
from moothall.journal.chain import GENESIS
from moothall.journal.tasks import Broken, prove_journal
from moothall.journal.tests.conftest import INSERT, OPEN


@pytest.fixture
def say(ledger, capsys):
    """Run `audit WORD …` as the login that the command names; its exit status and what it printed."""

    def run(*words: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        audit.add_arguments(parser)
        with ledger.login(audit.ROLE):
            status = audit.run(parser.parse_args(words))
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


def test_verify_says_that_the_chain_is_whole(sealed, say):
    sealed.write(2)
    status, words = say("verify")
    assert status == 0
    assert "3 blocks with 10 entries; the newest is 3:" in words
    assert "2 entries are not sealed yet, the oldest of 20" in words
    assert "The chain is whole." in words


def test_verify_names_the_break_and_ends_with_1(sealed, say):
    entry = sealed.ids()[2]
    sealed.tamper(f"UPDATE journal_entry SET kind = 'x' WHERE id = {entry}")
    status, words = say("verify")
    assert status == 1
    assert f"Entry {entry} of block 2 was altered." in words and "BROKEN at block 2." in words


def test_verify_for_programs(sealed, say):
    status, words = say("verify", "--json")
    found = json.loads(words)
    assert status == 0 and found["holds"] and found["broken"] is None and found["findings"] == []
    assert (found["blocks"], found["entries"], found["unsealed"], found["head"]["number"]) == (3, 10, 0, 3)
    sealed.tamper("DELETE FROM journal_block WHERE number = 1")
    status, words = say("verify", "--json")
    found = json.loads(words)
    assert status == 1 and not found["holds"] and found["broken"] == 1
    assert found["findings"][0]["code"] == "audit.block_missing" and found["findings"][0]["remedy"]


def test_a_kept_head_is_looked_for(sealed, say, tmp_path):
    _, head = say("head")
    number, digits = head.strip().split(":")
    kept = tmp_path / "heads.txt"
    kept.write_text(f"0:{GENESIS}\n{head.strip()}  2026-11-25, printed by Jo\n\n")
    assert number == "3"
    assert say("verify", "--from-file", str(kept), "--head", head.strip().upper())[0] == 0
    assert "each of the 2 kept heads is in it" in say("verify", "--from-file", str(kept))[1]
    for other in (f"3:{digits[::-1]}", f"4:{digits}", f"0:{digits}"):
        status, words = say("verify", "--head", head.strip(), "--head", other)
        assert status == 1 and "BROKEN" in words, other


def test_a_head_of_an_empty_chain(ledger, say):
    assert say("head") == (0, f"0:{GENESIS}\n")


@pytest.mark.parametrize(
    ("given", "words"),
    [(["--head", "soon"], "'soon' is no head"), (["--head", "3:abc"], "head 3 isn't 64 hexadecimal digits"),
     ([f"--head=-1:{GENESIS}"], "is no head"), (["--from-file", "/nowhere/heads"], "/nowhere/heads")],
)
def test_a_head_that_can_t_be_read_is_wrong_use(say, given, words):
    status, printed = say("verify", *given)
    assert status == 2 and words in printed


def test_a_file_without_a_head_is_wrong_use(say, tmp_path):
    (tmp_path / "none").write_text("\n")
    status, printed = say("verify", "--from-file", str(tmp_path / "none"))
    assert status == 2 and "holds no head" in printed


def test_the_worker_seals_and_the_command_proves(ledger):
    """As processes of their own, in their own logins."""
    with ledger.owner() as owner:
        owner.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
            "VALUES ('default', 'moothall.journal.tasks.seal_journal', '{\"timestamp\": 0}')"
        )
    environment = environment_of(ledger.url)
    run_moothall("worker", "--once", "--concurrency", "1", **environment)
    done = ledger.rows("SELECT status::text FROM procrastinate_jobs WHERE task_name LIKE '%seal_journal'")
    assert set(done) == {("succeeded",)}, "the worker may have added this minute's"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "audit", "verify", "--json"], text=True, cwd=ROOT,
        env={**os.environ, **environment}, capture_output=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (found["blocks"], found["entries"], found["unsealed"]) == (1, 2, 0)


def test_the_job_is_done_each_minute():
    from procrastinate.contrib.django import app

    from moothall.journal.tasks import seal_journal

    crons = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert crons[seal_journal.name] == "* * * * *"


def examined(ledger) -> dict[str, tuple[str, str]]:
    with ledger.login("owner"):
        return {finding.code: (finding.words, finding.remedy) for finding in check_journal()}


def test_the_doctor_finds_nothing_where_all_is_sealed(sealed):
    assert examined(sealed) == {}
    sealed.write()
    assert examined(sealed) == {}, "a minute's entries wait for their minute"


def test_the_doctor_finds_a_sealer_that_is_behind(sealed):
    with sealed.owner() as owner:
        owner.execute(OPEN)
        owner.execute(INSERT.replace("now(), now()", "now(), now() - interval '17 minutes'"))
    words, remedy = examined(sealed)["journal.behind"]
    assert "17 minutes" in words and "worker" in remedy


def test_the_doctor_finds_a_transaction_that_holds_the_sealer_up(sealed):
    with sealed.owner() as idle, sealed.owner() as owner:
        idle.execute("SELECT pg_current_xact_id()")
        owner.execute(OPEN)
        owner.execute(INSERT.replace("now(), now()", "now(), now() - interval '17 minutes'"))
        owner.commit()
        _, remedy = examined(sealed)["journal.behind"]
    assert "pg_stat_activity" in remedy


@pytest.mark.parametrize(
    "fault",
    ["UPDATE journal_block SET root = 'x' WHERE number = 3", "UPDATE journal_block SET chained = 'x' WHERE number = 2",
     "UPDATE journal_entry SET kind = 'x'", "DELETE FROM journal_block WHERE number = 2",
     "UPDATE journal_entry SET kind = 'x' WHERE id = (SELECT min(id) FROM journal_entry)"],
)
def test_the_doctor_finds_a_chain_that_doesn_t_hold(sealed, fault):
    sealed.tamper(fault)
    words, remedy = examined(sealed)["journal.broken"]
    assert "broken at block" in words and "audit verify" in remedy


def test_of_a_long_chain_the_doctor_reads_how_the_worker_s_look_at_all_of_it_ended(sealed, monkeypatch):
    monkeypatch.setattr("moothall.doctor.journal.LOOKED_AT", 1)
    assert "audit verify" in examined(sealed)["journal.unproved"][1]
    for status, code in (("succeeded", None), ("failed", "journal.broken")):
        with sealed.owner() as owner:
            owner.execute(
                "WITH job AS (INSERT INTO procrastinate_jobs (queue_name, task_name, status) "
                "VALUES ('default', %s, %s) RETURNING id) INSERT INTO procrastinate_events (job_id, type, at) "
                "SELECT id, %s, now() FROM job", [prove_journal.name, status, status],
            )  # fmt: skip
        assert set(examined(sealed)) == {code} - {None}


def test_the_worker_proves_all_of_it_each_night(sealed):
    with sealed.login("worker"):
        assert prove_journal(0) == 3
    sealed.tamper("UPDATE journal_entry SET kind = 'x' WHERE id = (SELECT min(id) FROM journal_entry)")
    with sealed.login("worker"), pytest.raises(Broken, match="block 1"):
        prove_journal(0)


@pytest.mark.parametrize("table", ["journal_entry", "journal_block"])
def test_the_doctor_finds_a_journal_that_may_be_changed(sealed, table):
    for fault in (f"ALTER TABLE {table} DISABLE TRIGGER append_only", f"DROP TRIGGER append_only ON {table}"):
        with sealed.owner() as owner:
            owner.execute(fault)
        words, _ = examined(sealed)["journal.open"]
        assert table in words
