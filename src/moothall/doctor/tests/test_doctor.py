"""The doctor finds what is broken, one fault at a time, on a copy of the database."""
from __future__ import annotations

import json
import os
import subprocess
import sys

import psycopg
import pytest
from conftest import ROOT, environment_of


def doctor(url: str, **more: str) -> tuple[int, dict[str, list[str]]]:
    """Exit status, and the findings' words by code."""
    environment = {**os.environ, **environment_of(url), "MOOTHALL_EXCHANGE": "127.0.0.1:1", **more}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "doctor", "--json"], env=environment, cwd=ROOT, text=True,
        capture_output=True, timeout=60, check=False,
    )
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    found: dict[str, list[str]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        assert finding["remedy"], f"{finding['code']} says no remedy"
        found.setdefault(finding["code"], []).append(finding["words"])
    return done.returncode, found


def test_a_sound_database_has_no_finding_of_its_own(own_database):
    status, found = doctor(own_database)
    assert status == 1, "the exchange and the router don't run here"
    assert {code.split(".")[0] for code in found} <= {"router", "exchange", "jobs", "journal", "assets", "grants"}


@pytest.mark.parametrize(
    ("fault", "code", "names"),
    [
        ("ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY", "walls.off", "cases_case"),
        ("ALTER TABLE customers_customer NO FORCE ROW LEVEL SECURITY", "walls.not_forced", "customers_customer"),
        ("DROP POLICY see ON contacts_leg; DROP POLICY add ON contacts_leg; DROP POLICY change ON contacts_leg; "
         "DROP POLICY remove ON contacts_leg; DROP POLICY see_leased_contact_id ON contacts_leg; "
         "DROP POLICY change_leased_contact_id ON contacts_leg; DROP POLICY add_leased ON contacts_leg",
         "walls.no_policy", "contacts_leg"),
        ("CREATE POLICY open ON cases_case USING (true)", "walls.foreign_policy", "open of cases_case"),
        ('INSERT INTO tenancy_grant (team_id, council_id, service_id, "right", valid_from) '
         "SELECT id, 13, 524, 'answer', now() FROM people_team WHERE slug = 'charnwood-contact-centre'",
         "grants.extra", "Lichfield"),
        ("CREATE TABLE leftover (id int)", "walls.unknown_table", "leftover"),
        ("GRANT DELETE ON cases_case TO moothall_test_web", "roles.rights", "DELETE cases_case"),
        ("DELETE FROM django_migrations WHERE name = '0004_sealing'", "migrations.missing", "0004_sealing"),
    ],
)
def test_a_fault_is_found_and_named(own_database, fault, code, names):
    with psycopg.connect(own_database) as owner:
        owner.execute(fault)
    status, found = doctor(own_database)
    assert status == 1
    assert any(names in words for words in found.get(code, [])), found


def test_a_superuser_login_is_a_finding(own_database, cluster):
    with psycopg.connect(cluster.bootstrap_url(), autocommit=True) as bootstrap:
        bootstrap.execute("ALTER ROLE moothall_test_web SUPERUSER")
        try:
            _, found = doctor(own_database)
        finally:
            bootstrap.execute("ALTER ROLE moothall_test_web NOSUPERUSER")
    assert "moothall_test_web is a superuser" in found["roles.superuser"][0]


def test_another_secret_is_a_finding(own_database):
    _, found = doctor(own_database, MOOTHALL_SECRET_KEY="another " * 10)
    assert len(found["roles.password"]) == 5


def test_no_database_is_one_finding():
    _, found = doctor("postgresql://nobody:x@127.0.0.1:1/nothing")
    assert list(found) == ["database.unreachable"]
