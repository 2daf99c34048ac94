"""The house's own jobs, run by the worker as its own process and in its own login role."""
from __future__ import annotations

import os
import subprocess
import sys

import psycopg

from conftest import ROOT, environment_of

JOB = "moothall.lib.jobs.%s"


def work(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "worker", "--once", "--concurrency", "1"],
        env={**os.environ, **environment_of(url)}, cwd=ROOT, text=True, capture_output=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def job(owner: psycopg.Connection, name: str, status: str, hours_ago: int = 0) -> int:
    """A job with the event of its end."""
    row = owner.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('default', %s, %s, %s) "
        "RETURNING id",
        [JOB % name, '{"timestamp": 1764158400}', status],
    ).fetchone()
    assert row
    owner.execute("UPDATE procrastinate_events SET at = now() - make_interval(hours => %s) WHERE job_id = %s",
                  [hours_ago, row[0]])
    if status in ("succeeded", "failed"):
        owner.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, %s, now() - make_interval(hours => %s))",
            [row[0], status, hours_ago],
        )
    return int(row[0])


def left(url: str) -> dict[int, str]:
    with psycopg.connect(url) as owner:
        return dict(owner.execute("SELECT id, status::text FROM procrastinate_jobs").fetchall())


def test_jobs_done_long_ago_are_removed_and_failed_ones_stay(own_database):
    with psycopg.connect(own_database) as owner:
        old = job(owner, "forget_done", "succeeded", hours_ago=80)
        recent = job(owner, "forget_done", "succeeded", hours_ago=60)
        failed = job(owner, "forget_done", "failed", hours_ago=800)
        job(owner, "forget_done", "todo")
    work(own_database)
    after = left(own_database)
    assert old not in after
    assert (after[recent], after[failed]) == ("succeeded", "failed")


def test_the_job_of_a_worker_that_was_killed_is_taken_up(own_database):
    with psycopg.connect(own_database) as owner:
        gone = owner.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id"
        ).fetchone()
        assert gone
        begun = job(owner, "forget_done", "todo")
        owner.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [gone[0], begun])
        job(owner, "take_up_stalled", "todo")
    work(own_database)
    assert left(own_database)[begun] == "succeeded"
