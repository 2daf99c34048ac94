"""What the first wall costs: the same requests with row security and scopes on, and with neither, interleaved.

    ./moot bench row_security [--customers 200000] [--cases 100000] [--rounds 300]

Two copies of one database. In the second, row security is off on every table, and the process makes no scope call: no
predicate, no setting. Both answer the same requests in turn. Gates: request p50 ratio at most 1.10, p95 1.25; no
statement over 1.5 unless it stays under 0.3 ms. Exit 1 where a gate is missed.
"""
from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from typing import Any

import psycopg

from bench.child import Child, children
from bench.ground import DATABASE, ground, percentile

GATE_P50, GATE_P95, GATE_STATEMENT, SMALL_MS = 1.10, 1.25, 1.5, 0.3
RATED = 20  # a statement that ran less often has no median worth the name
REQUESTS = ("queue", "case page", "customer by name prefix", "customer by postcode", "case by reference")


def without_walls(bootstrap: str, copy: str) -> None:
    """A copy of the database with no row security anywhere."""
    with psycopg.connect(bootstrap, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{DATABASE}"')
    with psycopg.connect(bootstrap.replace("/postgres", f"/{copy}"), autocommit=True) as connection:
        tables = connection.execute("SELECT relname FROM pg_class WHERE relrowsecurity").fetchall()
        for (table,) in tables:
            connection.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        connection.execute("ANALYZE")


def measure(both: dict[str, Child], rounds: int) -> dict[str, dict[str, list[dict[str, Any]]]]:
    answers: dict[str, dict[str, list[dict[str, Any]]]] = {request: defaultdict(list) for request in REQUESTS}
    for turn in range(rounds + 20):
        for request in REQUESTS:
            for wall in sorted(both, reverse=bool(turn % 2)):
                answer = both[wall].ask(f"{request}|{turn}")
                if turn >= 20:  # the first rounds warm caches and prepare statements
                    answers[request][wall].append(answer)
    return answers


def report(answers: dict[str, dict[str, list[dict[str, Any]]]]) -> bool:
    good = True
    print(f"{'request':26}{'p50 off':>9}{'on':>7}{'ratio':>7}{'p95 off':>9}{'on':>7}{'ratio':>7}  worst statement")
    for request, by_wall in answers.items():
        figures = {wall: [row["ms"] for row in rows] for wall, rows in by_wall.items()}
        p50 = {wall: percentile(values, 0.5) for wall, values in figures.items()}
        p95 = {wall: percentile(values, 0.95) for wall, values in figures.items()}
        rows = {wall: statistics.mean(row["rows"] for row in rows) for wall, rows in by_wall.items()}
        if rows["on"] != rows["off"]:
            print(f"{request}: the two gave different rows ({rows}); the comparison means nothing")
            good = False
        worst, words = worst_statement(by_wall)
        ratios = p50["on"] / p50["off"], p95["on"] / p95["off"]
        missed = ratios[0] > GATE_P50 or ratios[1] > GATE_P95 or worst
        good &= not missed
        print(f"{request:26}{p50['off']:9.2f}{p50['on']:7.2f}{ratios[0]:7.2f}{p95['off']:9.2f}{p95['on']:7.2f}"
              f"{ratios[1]:7.2f}  {words}{'  MISSED' if missed else ''}")
    return good


def worst_statement(by_wall: dict[str, list[dict[str, Any]]]) -> tuple[bool, str]:
    """Whether a statement breaks its gate, and the one with the highest ratio in words (ms off → on)."""
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for wall, rows in by_wall.items():
        for row in rows:
            for statement, ms in row["statements"]:
                times[statement][wall].append(ms)
    medians = [
        (statistics.median(found["on"]) / statistics.median(found["off"]), statistics.median(found["off"]),
         statistics.median(found["on"]), statement)
        for statement, found in times.items() if min(len(found["on"]), len(found["off"])) >= RATED
    ]
    over = [row for row in medians if row[0] > GATE_STATEMENT and row[2] >= SMALL_MS]
    ratio, off, on, statement = max(over or medians)
    return bool(over), f"×{ratio:.2f} ({off:.2f} → {on:.2f} ms) {statement[:60]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=300)
    args = parser.parse_args()
    with ground("row-security", customers=args.customers, cases=args.cases) as (cluster, url):
        without_walls(cluster.bootstrap_url(), "moothall_open")
        bare = url.rpartition("/")[0] + "/moothall_open"
        with children("bench.row_security_child", on=(url, "web"), off=(bare, "web")) as both:
            answers = measure(both, args.rounds)
    print(f"{args.customers} customers, {args.cases} cases, {args.rounds} rounds interleaved, one core")
    return 0 if report(answers) else 1


if __name__ == "__main__":
    raise SystemExit(main())
