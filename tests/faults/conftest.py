from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import run_moothall
from tests.faults.house import House, running_house

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def floor_url(cluster) -> str:
    """A database of its own: what these tests commit, and whatever they kill, stays here. Made once a process: files of
    other packages may run between two of this one, which ends and begins what is of the package."""
    url = cluster.create_database("floor")
    run_moothall("migrate", "--with-test-role", DATABASE_URL=url, MOOTHALL_ROLE="owner")
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.faults.seed_floor"], check=True, cwd=ROOT, timeout=60,
        env={
            **os.environ, "DATABASE_URL": url, "MOOTHALL_ROLE": "test",
            "DJANGO_SETTINGS_MODULE": "moothall.settings.base",
        },
    )
    return url


@pytest.fixture(scope="package")
def house(floor_url, tmp_path_factory) -> Iterator[House]:
    """The whole of Moothall running, for the tests over HTTP, which take turns; each leaves it quiet."""
    with running_house(floor_url, tmp_path_factory.mktemp("house")) as made:
        yield made
