from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run_moothall

ROOT = Path(__file__).resolve().parents[2]
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def floor_url(cluster) -> str:
    """A database of its own: what these tests commit, and whatever they kill, stays here."""
    url = cluster.create_database(f"floor{next(_numbers)}")
    run_moothall("migrate", "--with-test-role", DATABASE_URL=url, MOOTHALL_ROLE="owner")
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.faults.seed_floor"], check=True, cwd=ROOT, timeout=60,
        env={
            **os.environ, "DATABASE_URL": url, "MOOTHALL_ROLE": "test",
            "DJANGO_SETTINGS_MODULE": "moothall.settings.base",
        },
    )
    return url
