"""A resident sends a report (contact, need, case, journal, in one transaction) against three bare inserts in one.

    ./moot bench web_submit [--sent 300] [--a-second 150] [--threads N]

Gates: as many a second as 0.4 of the bare transactions in the same run, in one process without a network; and, as it is
served by two processes, p95 at most 50 ms at 150 a second. Commits are durable. Exit 1 where a gate is missed.

Beside them stands what a report costs in processor time here and in the database, and what the same three rows cost as
objects of Django's without a request, rules or policies: less than that no design on this stack can come to.
"""
from __future__ import annotations

import argparse
import os
import statistics
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import psycopg

from bench.door import ANSWERS, Visitor, become_public, begin, paced, served
from bench.ground import ground, percentile

GATE_RATIO, GATE_MS, A_SECOND = 0.4, 50.0, 150
WARM, WARM_A_SECOND = 200, 60  # until each connection has its plans: the site stays up for weeks
TABLES = ("case", "entry", "job")
BARE = "CREATE TABLE bench_{0} AS SELECT 1::bigint AS id, ''::text AS key, '{{}}'::jsonb AS body, now() AS at; " \
    "CREATE UNIQUE INDEX ON bench_{0} (key, id); GRANT INSERT ON bench_{0} TO PUBLIC"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sent", type=int, default=300)
    parser.add_argument("--a-second", type=int, default=A_SECOND)
    parser.add_argument("--threads", type=int, help="of each process that serves; as `moothall serve` has them")
    args = parser.parse_args()
    with (
        ground("web-submit", customers=6000) as (cluster, url),
        psycopg.connect(cluster.bootstrap_url("moothall")) as raw,
    ):
        homes = raw.execute(
            "SELECT id, postcode_key FROM places_property WHERE council_id = 2 AND round_code <> '' AND NOT assisted "
            "ORDER BY id LIMIT %s", [args.sent * 4],
        ).fetchall()  # fmt: skip
        for table in TABLES:
            raw.execute(BARE.format(table))
        raw.commit()
        visitor = become_public(url)
        try:
            good = measure(visitor, raw, ready(visitor, homes), url, args)
        finally:
            from django.db import connection

            connection.close()
    return 0 if good else 1


def ready(visitor: Visitor, homes: list[Any]) -> list[Any]:
    """What is sent from the check pages of so many runs."""
    from moothall.scripts.actions import awaits_sending
    from moothall.scripts.answering import answer_step
    from moothall.scripts.models import Run
    from moothall.scripts.queries import current
    from moothall.tenancy.principals import Resident
    from moothall.tenancy.scope import scope

    found = []
    for home, postcode in homes:
        number = int(begin(visitor).split("/")[2])
        secret = visitor.cookies[f"run-{number}", f"/form/{number}/"].partition(".")[0]
        told = {**ANSWERS, "postcode": postcode, "property": str(home)}
        with scope(Resident(number, secret)):
            run = Run.objects.get(pk=number)
            while (view := current(run)).kind in ("ask", "say"):
                value = told.get(view.key) or (view.options[0][0] if view.options else "")
                run = answer_step(run, view.key, value, seen_version=run.version)
            if awaits_sending(run):
                found.append(visitor.filled(f"/form/{number}/check/", {"seen": run.version}))
    return found


class Times(NamedTuple):
    """In ms: each report, each bare transaction, each one by Django's objects; a report's processor time here, and in
    the database."""

    sent: list[float]
    bare: list[float]
    objects: list[float]
    here: float
    database: float


def measure(visitor: Visitor, raw: Any, runs: list[Any], url: str, args: argparse.Namespace) -> bool:
    half = min(args.sent, len(runs) // 3)
    if len(runs) - half <= WARM:
        raise SystemExit(f"{len(runs)} runs are too few: {WARM} warm the site alone. Ask for more, as --sent {WARM}")
    took, rest = one_after_another(visitor, raw, runs[:half]), runs[half:]
    with served(url, *(["--threads", str(args.threads)] if args.threads else [])) as port:
        paced(port, rest[:WARM], WARM_A_SECOND)
        p95 = paced(port, rest[WARM:], args.a_second)
    sent, bare, objects = (statistics.median(each) for each in took[:3])
    print(f"{half} sent one after another: {sent:.2f} ms (p95 {percentile(took.sent, 0.95):.2f}); "
          f"three bare inserts {bare:.2f} ms: {bare / sent:.2f} of their rate")
    print(f"processor time of a report: {took.here:.1f} ms here, {took.database:.1f} in the database; "
          f"three of Django's objects saved: {objects:.2f} ms, {bare / objects:.2f} of the bare rate")
    print(f"p95 {p95:.1f} ms at {args.a_second} a second over {len(rest) - WARM}")
    good = bare / sent >= GATE_RATIO and p95 <= GATE_MS and args.a_second >= A_SECOND
    print("held" if good else f"MISSED: at least {GATE_RATIO} and at most {GATE_MS} ms")
    return good


def one_after_another(visitor: Visitor, raw: Any, runs: list[Any]) -> Times:
    """Each in turn with the bare transaction and the objects, so that all three meet the same machine."""
    from django.db import connection, transaction

    rows = plain_models()
    found = Times([], [], [], 0, 0)
    here = database = 0.0
    for number, asked in enumerate(runs):
        server = connection.connection.info.backend_pid
        busy, served_before, started = process_time(), processor_s(server), perf_counter()
        assert visitor.ask(asked).location.endswith("/done/")
        between = perf_counter()
        here, database = here + process_time() - busy, database + processor_s(server) - served_before
        for table in TABLES:
            raw.execute(f"INSERT INTO bench_{table} VALUES (%s, %s, '{{}}', now())", [number, f"k{number}"])
        raw.commit()
        plain = perf_counter()
        with transaction.atomic():
            for row in rows:
                row.objects.create(id=-1 - number, key=f"o{number}", body={})
        found.objects.append((perf_counter() - plain) * 1000)
        found.sent.append((between - started) * 1000)
        found.bare.append((plain - between) * 1000)
    return found._replace(here=1000 * here / len(runs), database=1000 * database / len(runs))


def plain_models() -> list[Any]:
    """The bare tables as models: no policies, no keys, nothing done beside."""
    from django.db import models

    class Row(models.Model):
        id = models.BigIntegerField(primary_key=True)
        key = models.TextField()
        body = models.JSONField()
        at = models.DateTimeField(auto_now_add=True)

        class Meta:
            abstract = True

    return [
        type(f"Bare{name.title()}", (Row,), {
            "__module__": __name__,
            "Meta": type("Meta", (), {"app_label": "bench", "managed": False, "db_table": f"bench_{name}"}),
        })
        for name in TABLES
    ]  # fmt: skip


def processor_s(process: int) -> float:
    """What a process has used so far, in hundredths of a second: over some hundred reports that is enough."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    raise SystemExit(main())
