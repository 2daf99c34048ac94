"""A demo of its own for the tests of this folder: its database is made, migrated and loaded as a user would do it."""
from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

CUSTOMERS = 12_000


@dataclass(frozen=True, slots=True)
class Demo:
    """The owner's URL of a loaded database, what the loader printed, who may ring, and London's day at its end."""

    url: str
    printed: str
    callers: dict[str, Any]
    day: date


@pytest.fixture(scope="session")
def demo(cluster: Any, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    from conftest import run_moothall
    from moothall.demo.load import today

    url = cluster.create_database("moothall_demo_tests")
    who = tmp_path_factory.mktemp("demo") / "callers.json"
    run_moothall("migrate", DATABASE_URL=url, MOOTHALL_ROLE="owner")
    printed = load(url, who)
    return Demo(url, printed, json.loads(who.read_text(encoding="utf-8")), today())


def load(url: str, who: Path | None = None, customers: int = CUSTOMERS) -> str:
    from conftest import run_moothall

    words = ["load-demo", "--customers", str(customers), *(["--callers", str(who)] if who else [])]
    return run_moothall(*words, DATABASE_URL=url, MOOTHALL_ROLE="owner")


@pytest.fixture
def as_web(demo: Demo) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the demo as the web role."""
    from moothall.tenancy.roles import connection_settings

    found = connection_settings(demo.url, "web", os.environ["MOOTHALL_SECRET_KEY"])
    with psycopg.connect(
        host=found["HOST"], port=found["PORT"], dbname=found["NAME"], user=found["USER"], password=found["PASSWORD"]
    ) as connection:
        yield connection
