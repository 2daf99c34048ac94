"""The page's wish reaches the calls: a real worker takes the job, and the command plays as the owner."""
from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import psycopg

from conftest import ROOT, environment_of
from moothall.cli.worker import ROLE

JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s)"
OPEN = "SELECT moothall.open_scope('system', NULL, 'load', NULL, NULL)"


def work(url: str, world: Any, council: str, person: int) -> tuple[str, list[Any], list[Any]]:
    """How the job ended, the dry runs that are kept, and how the journal tells them."""
    with psycopg.connect(url) as owner:
        owner.execute(JOB, ["moothall.onboarding.tasks.play_calls", f'{{"council": "{council}", "person": {person}}}'])
    environment = {**os.environ, **environment_of(url), "MOOTHALL_ROLE": ROLE}
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "worker", "--once"], env=environment, cwd=ROOT, text=True,
        capture_output=True, timeout=120, check=True,
    )
    with psycopg.connect(url) as owner:
        owner.execute(OPEN)
        ended = owner.execute("SELECT status::text FROM procrastinate_jobs WHERE args ? 'council'").fetchone()
        kept = owner.execute("SELECT council_id, way, calls, told FROM onboarding_dryrun").fetchall()
        told = owner.execute("SELECT body->'person' FROM journal_entry WHERE kind = 'council.play'").fetchall()
    return ended[0], kept, told


def test_a_worker_plays_the_calls_and_keeps_what_they_heard(own_database, world):
    ended, [(council, way, calls, told)], journal = work(own_database, world, "E07000131", world.jo)
    assert (ended, council, way) == ("succeeded", 2, "rehearsed")
    assert calls == sum(bool(row["agent"]) for row in told["rows"]) > 0
    assert journal == [(world.jo,)]


def test_for_somebody_who_may_not_nothing_is_kept_and_the_job_says_so(own_database, world):
    assert work(own_database, world, "E07000131", world.sam) == ("failed", [], [])
