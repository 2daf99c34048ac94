"""The Staffordshire councils come by the steps that any council takes, and nothing is missing at their end."""

from __future__ import annotations

import json
import re
from typing import Any

import psycopg
import pytest

from moothall import data
from moothall.demo.folders import council_files, hub_files
from moothall.demo.sources import read_yaml
from moothall.demo.tests.conftest import Demo, load

STEPS = ["council.add", "council.brand", "identity.save", "identity.publish", "services.choose", "staff.load",
         "lines.plan", "version.load", "council.play"]  # fmt: skip
CODES = [f"E0700019{last}" for last in range(2, 10)]
HUB = ["E07000130", "E07000131"]
AS_LOADER = "SELECT moothall.open_scope('system', NULL, 'load', NULL, NULL)"
LATEST = "SELECT DISTINCT ON (key) key, text FROM scripts_scriptversion ORDER BY key, published_at DESC, hash"


@pytest.fixture
def owner(demo: Demo) -> Any:
    with psycopg.connect(demo.url) as connection:
        yield connection


def test_there_is_a_folder_for_each_of_the_eight() -> None:
    assert [file.gss for file in council_files()] == CODES
    assert [file.number for file in council_files()] == list(range(11, 19))
    others = {person.get("employer") for person in read_yaml("people.yaml")["people"]}
    assert not others & set(CODES), "their people come by their own files"


def test_their_numbers_are_nobodys() -> None:
    """Of the range that Ofcom keeps for drama: an agent may read them out."""
    for file in council_files():
        told = file.services["core"]
        assert set(told) == {"children_duty_number", "adults_duty_number"}
        assert all(re.fullmatch(r"01632 960\d{3}", str(number)) for number in told.values())
        assert file.staff is not None
        people = file.staff.read_text(encoding="utf-8").splitlines()[1:]
        assert all(re.search(r"@[a-z-]+\.example,", line) for line in people) and len(people) == 4


def test_so_are_those_of_the_hub() -> None:
    assert [file.gss for file in hub_files()] == HUB
    for file in hub_files():
        assert all(re.fullmatch(r"01632 960\d{3}", str(number)) for number in file.services["core"].values())


def test_every_checklist_is_complete(demo: Demo) -> None:
    from conftest import run_moothall

    told = json.loads(run_moothall("council", "list", "--json", DATABASE_URL=demo.url, MOOTHALL_ROLE="owner"))
    found = {each["gss"]: (each["done"], each["steps"], each["live"]) for each in told if each["gss"] in CODES + HUB}
    assert found == dict.fromkeys(CODES + HUB, (8, 8, True))


def test_each_step_stands_in_the_journal_once(demo: Demo, owner: Any) -> None:
    owner.execute(AS_LOADER)
    rows = owner.execute(
        "SELECT c.gss, array_agg(e.kind ORDER BY e.id) FROM journal_entry e JOIN tenancy_council c "
        "ON c.number = e.council_id WHERE c.gss = ANY(%s) GROUP BY c.gss", [CODES],
    ).fetchall()  # fmt: skip
    assert {gss: [kind for kind in kinds if kind != "directory.load"] for gss, kinds in rows} == dict.fromkeys(
        CODES, STEPS
    )


def test_what_comes_of_it_is_what_the_councils_are(demo: Demo, owner: Any) -> None:
    columns = [name for name in data.rows("councils.csv")[0] if name != "number"]
    rows = owner.execute(f"SELECT {', '.join(columns)} FROM tenancy_council WHERE gss = ANY(%s)", [CODES]).fetchall()
    made = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    for row in data.rows("councils.csv"):
        if row["gss"] in CODES:
            assert made[row["gss"]] == {name: row[name] for name in columns}


def test_what_they_chose_is_what_their_scripts_use(demo: Demo, owner: Any) -> None:
    latest = dict(owner.execute(LATEST).fetchall())
    for file in council_files():
        for slug, key in (("refuse", "missed-bin"), ("core", "risk")):
            for name, value in file.services[slug].items():
                assert f"\n  {name}: {json.dumps(value)}\n" in latest[f"{key}/{file.gss}"]


def test_calls_were_played_for_each(demo: Demo, owner: Any) -> None:
    rows = owner.execute(
        "SELECT c.gss, d.calls, d.problems FROM onboarding_dryrun d JOIN tenancy_council c ON c.number = d.council_id"
    ).fetchall()
    assert sorted(rows) == [(gss, 4 if gss == CODES[0] else 1, 0) for gss in [*HUB, *CODES]]


def test_loading_again_after_a_change_of_the_sources_brings_nobody_twice(demo: Demo, owner: Any) -> None:
    owner.execute(AS_LOADER)
    ours = "council_id BETWEEN 11 AND 18"
    kinds = f"SELECT kind, count(*) FROM journal_entry WHERE {ours} AND kind <> 'directory.load' GROUP BY 1 ORDER BY 1"
    told = owner.execute(kinds).fetchall()
    tables = ("people_person", "people_membership", "scripts_scriptversion", f"onboarding_dryrun WHERE {ours}",
              f"identity_identity WHERE {ours}", f"tenancy_grant WHERE {ours}")  # fmt: skip
    count = [owner.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]
    owner.execute("COMMENT ON TABLE tenancy_council IS 'made from something older'")
    owner.commit()
    again = load(demo.url)
    assert "\n0 councils that chose their services by onboarding" in again and "\n0 calls of their dry runs" in again
    assert "\n0 people who work here" in again and "\n0 made-up residents" in again
    owner.execute(AS_LOADER)
    assert owner.execute(kinds).fetchall() == told
    assert [owner.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables] == count
    test_what_they_chose_is_what_their_scripts_use(demo, owner)
