"""A job without a scope: run by the worker itself, as its own process and in its own login role."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from conftest import ROOT, environment_of
from moothall.tenancy.tests import unscoped_tasks

# What each job must come to: how procrastinate ends it, what it has seen, and what its end says.
FATES = {
    "read_by_manager": ("failed", None, "OutsideScope: Case was asked for outside a scope"),
    "write_by_manager": ("failed", None, "OutsideScope: CaseNote was asked for outside a scope"),
    "read_by_queryset": ("succeeded", "0", ""),
    "read_raw": ("succeeded", "0", ""),
    "write_raw": ("failed", None, 'new row violates row-level security policy for table "cases_casenote"'),
    "change_raw": ("succeeded", "0", ""),
    "read_in_scope": ("succeeded", "2", ""),
    "read_after_scope": ("succeeded", "0", ""),
}
SETTINGS = """
from moothall.settings.base import *
PROCRASTINATE_IMPORT_PATHS = [*PROCRASTINATE_IMPORT_PATHS, "moothall.tenancy.tests.unscoped_tasks"]
"""


def task_name(job: str) -> str:
    return f"{unscoped_tasks.__name__}.{job}"


def work(url: str, folder: Path) -> str:
    """Run the worker until no job waits; what it logged."""
    (folder / "settings_with_unscoped_jobs.py").write_text(SETTINGS)
    environment = {
        **os.environ, **environment_of(url), "DJANGO_SETTINGS_MODULE": "settings_with_unscoped_jobs",
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "src"), str(ROOT), str(ROOT / "tests")]),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "worker", "--once", "--concurrency", "1"], env=environment,
        cwd=ROOT, text=True, capture_output=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


@pytest.fixture
def worked(own_database, tmp_path):
    """By job: how it ended and what it saw; and the worker's log."""
    with psycopg.connect(own_database) as owner:
        for job in FATES:
            owner.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s)",
                [task_name(job), json.dumps({"seen": str(tmp_path / job)})],
            )
    log = work(own_database, tmp_path)
    with psycopg.connect(own_database) as owner:
        ends = dict(owner.execute("SELECT task_name, status::text FROM procrastinate_jobs").fetchall())
    seen = {job: (tmp_path / job).read_text() if (tmp_path / job).exists() else None for job in FATES}
    return {job: (ends[task_name(job)], seen[job]) for job in FATES}, log


def test_a_job_without_a_scope_gets_nothing(worked):
    fates, log = worked
    assert fates == {job: (status, seen) for job, (status, seen, _) in FATES.items()}
    for job, (_, _, words) in FATES.items():
        assert words in log, f"{job} ended otherwise"


def test_every_job_of_the_module_is_told_of(world):
    """A job that was added above and not here would be no test."""
    jobs = {name for name, task in vars(unscoped_tasks).items() if hasattr(task, "defer")}
    assert jobs == set(FATES)
