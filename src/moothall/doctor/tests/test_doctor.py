"""The doctor finds what is broken in a database; what is broken in a whole installation is in test_faults.py."""
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
    assert {code.split(".")[0] for code in found} <= {
        "router", "exchange", "jobs", "journal", "assets", "grants", "holidays"
    }


@pytest.mark.parametrize(
    ("fault", "code", "names"),
    [
        ("DROP POLICY see ON contacts_leg; DROP POLICY add ON contacts_leg; DROP POLICY change ON contacts_leg; "
         "DROP POLICY remove ON contacts_leg; DROP POLICY see_leased_contact_id ON contacts_leg; "
         "DROP POLICY change_leased_contact_id ON contacts_leg; DROP POLICY add_leased ON contacts_leg",
         "walls.no_policy", "contacts_leg"),
        ("CREATE POLICY open ON cases_case USING (true)", "walls.foreign_policy", "open of cases_case"),
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


def test_another_secret_is_a_finding(own_database):
    _, found = doctor(own_database, MOOTHALL_SECRET_KEY="another " * 10)
    assert len(found["roles.password"]) == 5


def test_no_database_is_one_finding():
    _, found = doctor("postgresql://nobody:x@127.0.0.1:1/nothing")
    assert list(found) == ["database.unreachable"]
