"""A sound installation has no finding and exit 0; with one fault the doctor names it, says what to do, and exits 1.

Every fault is made on the same committed copy of the world and mended again, so that the next one stands alone too.
"""
from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import ROOT, copied_world, environment_of

NEXT_HOUR = "now() + interval '1 hour'"  # a sign of life that no slow test outlasts
# What the tests' world lacks to be an installation that runs: a worker, a router, grants by agreements alone, holidays.
SOUND = (
    "DELETE FROM tenancy_grant WHERE share_id IS NULL AND \"right\" <> 'report'",
    f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({NEXT_HOUR})",
    "INSERT INTO queueing_routerstate (id, leader, heartbeat_at, link, counters) "
    f"VALUES (1, 'x', {NEXT_HOUR}, 'up', '{{}}')",
    "INSERT INTO places_holiday (division, date, title) "
    "VALUES ('england-and-wales', current_date + 400, 'Some day') ON CONFLICT DO NOTHING",
)
SEAL = """
import django; django.setup()
from moothall.journal.seal import seal
from moothall.lib import clock
seal(clock.now())
"""
# As the command, but with the front-end files looked for elsewhere.
ELSEWHERE = """
import sys, pathlib, moothall.settings.base as base
base.BASE = pathlib.Path(sys.argv[1])
from moothall.cli.main import main
raise SystemExit(main(["doctor", "--json"]))
"""
COMMAND = ("-m", "moothall", "doctor", "--json")
# The command once for each line that comes in, in one process: one that starts takes longer than the looking.
AGAIN = """
import contextlib, io, json, sys
from moothall.cli.main import main
for _ in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as told:
        status = main(["doctor", "--json"])
    from django.db import connections
    connections.close_all()
    print(json.dumps([status, told.getvalue()]), flush=True)
"""


@dataclass(frozen=True)
class Installation:
    url: str
    superuser: str
    exchange: str
    again: subprocess.Popen[str]

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **environment_of(self.url), "MOOTHALL_EXCHANGE": self.exchange, **more}
        return subprocess.run(
            [sys.executable, "-W", "ignore", *words], env=environment, cwd=ROOT, text=True, capture_output=True,
            timeout=60, check=False,
        )

    def doctor(self, *words: str, **more: str) -> tuple[int, list[dict[str, Any]]]:
        """Exit status and findings; as the command by itself where something else is said to it."""
        if not words and not more:
            assert self.again.stdin and self.again.stdout
            print(file=self.again.stdin, flush=True)
            status, told = json.loads(self.again.stdout.readline())
            return status, json.loads(told)["findings"]
        done = self.run(*(words or COMMAND), **more)
        assert done.stdout.startswith("{"), done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)["findings"]

    def as_superuser(self, *statements: str) -> None:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def with_fault(self, fault: str, mend: str) -> Iterator[None]:
        self.as_superuser(fault)
        try:
            yield
        finally:
            self.as_superuser(mend)


@pytest.fixture(scope="module")
def installation(cluster, owner_url, django_db_setup, django_db_blocker) -> Iterator[Installation]:
    with copied_world(cluster, owner_url, django_db_blocker) as url, socket.create_server(
        ("127.0.0.1", 0), backlog=100
    ) as exchange:
        superuser = cluster.bootstrap_url(url.rpartition("/")[2])
        there = f"127.0.0.1:{exchange.getsockname()[1]}"
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", AGAIN], cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env={**os.environ, **environment_of(url), "MOOTHALL_EXCHANGE": there},
        ) as again:
            made = Installation(url, superuser, there, again)
            made.as_superuser(*SOUND)
            sealed = made.run("-c", SEAL, MOOTHALL_ROLE="worker")
            assert sealed.returncode == 0, sealed.stderr
            yield made


def test_a_sound_installation_has_no_finding(installation):
    assert installation.doctor() == (0, [])
    told = installation.run("-m", "moothall", "doctor")
    assert told.returncode == 0 and "LOOK" not in told.stdout and "no findings" in told.stdout


SHARE = "FROM agreements_share s WHERE s.id = g.share_id AND s.key = 'harborough-bins-answer'"
KEEP = "CREATE TABLE moothall.kept AS SELECT g.* FROM tenancy_grant g JOIN agreements_share s ON s.id = g.share_id"
BACK = "INSERT INTO tenancy_grant OVERRIDING SYSTEM VALUE SELECT * FROM moothall.kept; DROP TABLE moothall.kept"
QUIET = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'"
ALIVE = f"UPDATE procrastinate_workers SET last_heartbeat = {NEXT_HOUR}"
JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id) VALUES ('default', 'x',"
NO_JOB = "DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers WHERE last_heartbeat < now()"
NO_HOLIDAY = "UPDATE places_holiday SET division = '{}' WHERE division = '{}'"
FAULTS = [  # what breaks, what mends it, the finding's code, what its words name, what its remedy names
    (QUIET, ALIVE, "jobs.no_worker", "No worker", "moothall worker"),
    (f"WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') "
     f"RETURNING id) {JOB.partition(' VALUES')[0]} SELECT 'default', 'x', 'doing', id FROM dead", NO_JOB,
     "jobs.stalled", "1 job ", "its log"),
    (NO_HOLIDAY.format("elsewhere", "england-and-wales"), NO_HOLIDAY.format("england-and-wales", "elsewhere"),
     "holidays.none", "No bank holiday", "moothall migrate"),
    (f"{JOB} 'doing', NULL)", NO_JOB, "jobs.stalled", "1 job ", "its log"),
    (f"{JOB} 'failed', NULL)", NO_JOB, "jobs.failed", "1 job ", "worker's log"),
    ("UPDATE queueing_routerstate SET heartbeat_at = now() - interval '21 seconds'",
     f"UPDATE queueing_routerstate SET heartbeat_at = {NEXT_HOUR}", "router.quiet", "No router", "moothall router"),
    ("UPDATE queueing_routerstate SET id = 2, heartbeat_at = NULL",
     f"UPDATE queueing_routerstate SET id = 1, heartbeat_at = {NEXT_HOUR}", "router.quiet", "No router",
     "moothall router"),
    ("UPDATE queueing_routerstate SET link = 'down'", "UPDATE queueing_routerstate SET link = 'up'", "exchange.link",
     "no link", "router's log"),
    ("UPDATE queueing_routerstate SET counters = '{\"unknown_event\": 3}'",
     "UPDATE queueing_routerstate SET counters = '{}'", "exchange.unknown", "3 times: unknown_event", "adapter"),
    ("INSERT INTO agreements_halt (kind, council_id, starts, reason, at) VALUES ('cut', 2, now(), 'A leak', now())",
     "DELETE FROM agreements_halt WHERE kind = 'cut'", "council.cut_off", "A leak", "--undo"),
    (f"{KEEP} WHERE s.key = 'harborough-bins-answer'; DELETE FROM tenancy_grant g USING agreements_share s "
     "WHERE s.id = g.share_id AND s.key = 'harborough-bins-answer'", BACK, "grants.missing", "1 grant of Test hub",
     "agreement load"),
    ("INSERT INTO tenancy_grant (team_id, council_id, service_id, \"right\", valid_from) "
     "SELECT id, 13, 524, 'answer', now() FROM people_team WHERE slug = 'charnwood-contact-centre'",
     "DELETE FROM tenancy_grant WHERE share_id IS NULL AND \"right\" = 'answer'", "grants.extra",
     "may see Lichfield's", "Remove the grant"),
    ("ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY", "ALTER TABLE cases_case ENABLE ROW LEVEL SECURITY",
     "walls.off", "cases_case", "ALTER TABLE cases_case ENABLE ROW LEVEL SECURITY"),
    ("ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY", "ALTER TABLE cases_case FORCE ROW LEVEL SECURITY",
     "walls.not_forced", "cases_case", "ALTER TABLE cases_case FORCE ROW LEVEL SECURITY"),
    ("ALTER ROLE moothall_test_web SUPERUSER", "ALTER ROLE moothall_test_web NOSUPERUSER", "roles.superuser",
     "moothall_test_web is a superuser", "ALTER ROLE moothall_test_web NOSUPERUSER NOBYPASSRLS"),
    ("ALTER ROLE moothall_test_public BYPASSRLS", "ALTER ROLE moothall_test_public NOBYPASSRLS", "roles.superuser",
     "moothall_test_public bypasses row security", "ALTER ROLE moothall_test_public NOSUPERUSER NOBYPASSRLS"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[2] for fault in FAULTS])
def test_a_fault_is_the_one_finding(installation, fault):
    breaks, mends, code, names, remedy = fault
    with installation.with_fault(breaks, mends):
        status, findings = installation.doctor()
    assert (status, [finding["code"] for finding in findings]) == (1, [code])
    assert names in findings[0]["words"] and remedy in findings[0]["remedy"], findings


def test_a_grant_that_ends_at_another_time_is_two_findings(installation):
    """One that the agreement gives is missing, and one is there that no agreement gives."""
    later = "UPDATE tenancy_grant g SET valid_to = g.valid_to {} interval '1 day' " + SHARE
    with installation.with_fault(later.format("+"), later.format("-")):
        status, findings = installation.doctor()
    assert (status, [finding["code"] for finding in findings]) == (1, ["grants.missing", "grants.extra"])


@pytest.mark.parametrize(
    ("exchange", "code"),
    [("127.0.0.1:1", "exchange.unreachable"), ("nowhere", "exchange.unreachable"), ("", "exchange.unset")],
)
def test_an_exchange_that_is_not_there_is_the_one_finding(installation, exchange, code):
    status, findings = installation.doctor(MOOTHALL_EXCHANGE=exchange)
    assert (status, [finding["code"] for finding in findings]) == (1, [code])
    assert exchange in findings[0]["words"] and findings[0]["remedy"]


def test_front_end_files_that_were_not_built_are_named_one_by_one(installation, tmp_path):
    built = tmp_path / "web" / "static" / "built"
    built.mkdir(parents=True)
    for name in ("public.css", "icons.svg", "htmx.js"):
        (built / name).touch()
    status, findings = installation.doctor("-c", ELSEWHERE, str(tmp_path), MOOTHALL_ROLE="owner")
    assert (status, [finding["code"] for finding in findings]) == (1, ["assets.missing"])
    assert "staff.css" in findings[0]["words"] and "moothall.web.assets" in findings[0]["remedy"]
    assert Path(ROOT / "src/moothall/web/static/built/staff.css").is_file(), "the real ones stay where they are"


def test_in_words_each_fault_is_told_with_its_remedy(installation):
    with installation.with_fault("ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
                                 "ALTER TABLE cases_case ENABLE ROW LEVEL SECURITY"):
        told = installation.run("-m", "moothall", "doctor")
    assert told.returncode == 1 and "LOOK  row security" in told.stdout and "1 finding in" in told.stdout
    assert "Row security of cases_case is switched off" in told.stdout
    assert "ALTER TABLE cases_case ENABLE ROW LEVEL SECURITY" in told.stdout


def test_after_all_that_it_is_sound_again(installation):
    assert installation.doctor() == (0, [])
