"""The ground of the benches: a cluster of their own with the demo in it, at the size that is asked for."""
from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from moothall.domain.references import reference
from moothall.lib.cluster import Cluster

ROOT = Path(__file__).resolve().parents[1]
SECRET = "bench-" + "x" * 50
DATABASE = "moothall"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(url: str, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "MOOTHALL_SECRET_KEY": SECRET,
        "MOOTHALL_ROLE_PREFIX": DATABASE,
        "MOOTHALL_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "moothall.settings.base",
        **more,
    }


def moothall(url: str, *words: str, **more: str) -> str:
    """Run `moothall WORD …` to its end; its output. Stops the bench where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "moothall", *words], env=environment(url, **more), cwd=ROOT, text=True,
        capture_output=True, check=False,
    )
    if done.returncode:
        raise SystemExit(f"moothall {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def ground(name: str, *, customers: int, cases: int = 0) -> Iterator[tuple[Cluster, str]]:
    """A running cluster with the demo of `customers` and `cases` loaded; the owner's URL. Commits are durable."""
    folder = ROOT / ".moothall" / f"bench-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    cluster = Cluster(folder, free_port(), settings={"max_connections": "400"})
    cluster.destroy()
    cluster.start()
    try:
        url = cluster.create_database(DATABASE)
        moothall(url, "migrate")
        moothall(url, "load-demo", "--customers", str(customers))
        if cases:
            add_cases(cluster, cases)
        settle(cluster)
        yield cluster, url
    finally:
        cluster.destroy()


def add_cases(cluster: Cluster, number: int) -> None:
    """Cases spread over the councils in proportion to their customers; a tenth is open."""
    with psycopg.connect(cluster.bootstrap_url(DATABASE)) as connection:
        connection.execute(
            """
            INSERT INTO cases_case (council_id, service_id, reference, kind, title, state, opened_at, due_at, closed_at,
                team_id, property_id, customer_id, about, answers, marks, told, outcome, outcome_words, changed)
            SELECT c.council_id, 524, 'B' || c.council_id || '-' || lpad(c.n::text, 6, '0') || '-A', 'missed-bin',
                'Missed refuse bin', CASE WHEN c.n %% 10 = 0 THEN 'open' ELSE 'closed' END,
                now() - c.n * interval '1 minute', now() + (c.n %% 2000 - 200) * interval '5 minutes',
                CASE WHEN c.n %% 10 = 0 THEN NULL ELSE now() - c.n * interval '30 seconds' END,
                (SELECT g.team_id FROM tenancy_grant g WHERE g.council_id = c.council_id AND g.service_id = 524
                  AND g."right" = 'resolve' LIMIT 1),
                c.property_id, c.id, 'bench:' || c.n, '[]', '[]', '', '', '', 1
            FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM customers_customer
                  WHERE property_id IS NOT NULL LIMIT %s) c
            """,
            [number],
        )
        give_references(connection)


def settle(cluster: Cluster) -> None:
    """As if all had been loaded long ago: else the server tidies up after the load while the bench measures."""
    with psycopg.connect(cluster.bootstrap_url(DATABASE), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE, FREEZE)")
        connection.execute("CHECKPOINT")


def give_references(connection: psycopg.Connection[Any]) -> None:
    """True references, with their check characters: a page refuses others before it asks the database."""
    rows = connection.execute(
        "SELECT k.id, c.reference_prefix FROM cases_case k JOIN tenancy_council c ON c.number = k.council_id "
        "ORDER BY k.id"
    ).fetchall()
    connection.execute("CREATE TEMPORARY TABLE given (id bigint PRIMARY KEY, reference text)")
    with connection.cursor().copy("COPY given FROM STDIN") as copy:
        fresh: dict[str, Iterator[str]] = {}
        for case, prefix in rows:
            numbers = fresh.setdefault(prefix, references(prefix))
            copy.write_row((case, next(numbers)))
    connection.execute("UPDATE cases_case k SET reference = g.reference FROM given g WHERE g.id = k.id")


def references(prefix: str) -> Iterator[str]:
    """Every reference of a council in turn; a number whose check would be no letter has none."""
    for number in range(10_000, 100_000):
        if found := reference(prefix, number):
            yield str(found)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
