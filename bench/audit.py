"""How fast the journal is sealed and verified, beside a plain SELECT and SHA-256 of the same rows.

Gate: `audit verify` takes at most three times as long as the plain reading, which proves nothing.
Both are read in the same process and scope, in turn; the peer is one query, streamed from a cursor of the server.
"""
from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from time import perf_counter
from typing import Any

import psycopg

from bench.ground import ROOT, environment, ground

GATE = 0.33
ROUNDS = 9
WRITES = 1_000  # entries of a transaction; after each, ten ids are drawn and given back
WRITE = (
    "INSERT INTO journal_entry (kind, council_id, service_id, contact_id, principal, at, recorded_at, body) "
    "SELECT 'contact.offer', c.number, s.number, n, 'system:route', now(), now(), "
    "jsonb_build_object('share', n %% 40, 'tier', n %% 3, 'person', n %% 200) FROM generate_series(1, %s) AS n "
    "JOIN (SELECT number, row_number() OVER () AS row, count(*) OVER () AS rows FROM tenancy_council) c "
    "  ON c.row = 1 + n %% c.rows "
    "JOIN (SELECT number, row_number() OVER () AS row, count(*) OVER () AS rows FROM tenancy_service) s "
    "  ON s.row = 1 + n / 7 %% s.rows"
)


def write_entries(url: str, entries: int) -> None:
    with psycopg.connect(url) as owner:
        for _ in range(max(1, entries // WRITES)):
            for number, end in ((WRITES, owner.commit), (10, owner.rollback)):
                owner.execute("SELECT moothall.open_scope('system', NULL, 'load', NULL, NULL)")
                owner.execute(WRITE, [number])
                end()
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("ANALYZE journal_entry")


def as_role(url: str, role: str, work: str) -> dict[str, Any]:
    """What a part of this file prints, run as a login of its own."""
    env = environment(url, MOOTHALL_ROLE=role)
    command = [sys.executable, "-W", "ignore", "-m", "bench.audit", "--part", work]
    done = subprocess.run(command, env=env, cwd=ROOT, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{work} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = perf_counter()
    done = work()
    return perf_counter() - started, done


def seal_all() -> dict[str, Any]:
    from moothall.journal.seal import seal
    from moothall.lib import clock

    seconds, blocks = timed(lambda: seal(clock.now(), most=WRITES))
    return {"seconds": seconds, "blocks": blocks}


def read_plainly() -> int:
    """Every row as PostgreSQL's own text of it, hashed in order."""
    from django.db import connection

    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    digest, rows = sha256(), 0
    with scope(System("audit")), connection.connection.cursor(name="plain") as cursor:
        cursor.itersize = 10_000
        for (text,) in cursor.execute("SELECT e::text FROM journal_entry e ORDER BY e.id"):
            digest.update(text.encode())
            rows += 1
    return rows


def compare() -> dict[str, Any]:
    from moothall.journal.verify import verify

    seconds: dict[str, list[float]] = {"plain": [], "verify": []}
    rows = 0
    for turn in range(ROUNDS + 1):
        plain, rows = timed(read_plainly)
        ours, proof = timed(verify)
        assert proof.holds and proof.entries == rows and not proof.unsealed, proof
        if turn:  # the first round fills the caches
            seconds["plain"].append(plain)
            seconds["verify"].append(ours)
    return {"rows": rows, **seconds}


def part(name: str) -> int:
    import django

    django.setup()
    json.dump({"seal": seal_all, "compare": compare}[name](), sys.stdout)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--part", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.part:
        return part(args.part)
    with ground("audit", customers=1_000) as (_, url):
        write_entries(url, args.entries)
        sealed = as_role(url, "worker", "seal")
        found = as_role(url, "report", "compare")
    rows = found["rows"]
    rate = {name: rows / statistics.median(found[name]) for name in ("plain", "verify")}
    ratio = statistics.median(plain / ours for plain, ours in zip(found["plain"], found["verify"], strict=True))
    print(f"{rows} entries in {sealed['blocks']} blocks; medians of {ROUNDS} rounds in turn")
    print(f"seal              {rows / sealed['seconds']:10,.0f} rows/s")
    print(f"plain and SHA-256 {rate['plain']:10,.0f} rows/s")
    print(f"audit verify      {rate['verify']:10,.0f} rows/s")
    print(f"ratio by rounds   {ratio:10.2f}, gate {GATE}{'' if ratio >= GATE else '  MISSED'}")
    return 0 if ratio >= GATE else 1


if __name__ == "__main__":
    os.chdir(ROOT)
    raise SystemExit(main())
