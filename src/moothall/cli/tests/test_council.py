"""`moothall council`: from a code to a council, said in words, with nothing changed where something is wrong."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from moothall.cli import council as word
from moothall.onboarding.models import PlannedLine
from moothall.people.models import Person
from moothall.tenancy.models import Council

pytestmark = pytest.mark.django_db
FILE = """council: E07000199
number: 18
letters: TW
brand: "#0F4C5C"
phone: 01827 900002
address: Lichfield Street, Tamworth
services:
  garden: {}
lines:
  - {service: garden, number: "5778", public: "01632 960778"}
"""


@pytest.fixture
def folder(tmp_path: Path, world: Any) -> Path:
    (tmp_path / "council.yaml").write_text(FILE)
    (tmp_path / "staff.csv").write_text("name,email,team,role\nChi Ode,chi@t.example,Tamworth waste,officer\n")
    return tmp_path


def run(capsys: Any, *given: str) -> tuple[int, str, str]:
    import argparse

    parser = argparse.ArgumentParser()
    word.add_arguments(parser)
    status = word.run(parser.parse_args(given))
    out, err = capsys.readouterr()
    return status, out, err


def test_a_council_is_brought_by_its_file(folder: Path, capsys: Any) -> None:
    status, out, _ = run(capsys, "add", "--from", str(folder), "--dry-run")
    assert status == 0 and "Nothing was changed." in out and not Council.objects.filter(slug="tamworth").exists()
    status, out, _ = run(capsys, "add", "E07000199", "--from", str(folder))
    assert status == 0 and "Tamworth Borough Council takes part: references begin with TW." in out
    assert "Chi Ode <chi@t.example>: http://localhost:8000/invited/" in out
    council = Council.objects.get(slug="tamworth")
    assert (council.number, council.letters, council.brand) == (18, "TW", "#0F4C5C")
    assert PlannedLine.objects.get(council=council).public_number == "+441632960778"
    status, out, _ = run(capsys, "checklist", "tamworth")
    assert status == 1 and "Add a manager" in out and "No agreement names the council yet." in out
    listed = json.loads(run(capsys, "checklist", "E07000199", "--json")[1])
    assert listed["complete"] is False and listed["steps"][0]["state"] == "done"
    status, out, _ = run(capsys, "list")
    assert status == 0 and "E07000199  tamworth" in out
    assert run(capsys, "add", "--from", str(folder))[0] == 0, "again is safe"


def test_a_council_that_was_added_by_mistake_is_removed(folder: Path, capsys: Any) -> None:
    run(capsys, "add", "--from", str(folder))
    status, out, _ = run(capsys, "remove", "tamworth", "--dry-run")
    assert status == 0 and "can be removed. Nothing was changed." in out
    assert run(capsys, "remove", "tamworth")[:2] == (0, "Tamworth Borough Council is removed.\n")
    assert "tamworth" not in run(capsys, "list")[1]
    status, _, err = run(capsys, "remove", "harborough")
    assert status == 2 and "“Test hub”, version 1, names Harborough" in err and "Nothing was changed." in err
    assert run(capsys, "add", "--from", str(folder))[0] == 2, "its number is the one that was removed"


@pytest.mark.parametrize(("old", "new", "told"), [
    ("council: E07000199", "council: E07999999", "No council has the code"),
    ("letters: TW", "letter: TW", "line 3, column 1: “letter” isn’t known here."),
    ("services:", "services: [", "This isn’t YAML"),
    ("garden: {}", "gardn: {}", "“gardn” isn’t a service here."),
    ('number: "5778"', 'number: "5001"', "5001 is another council’s line."),
    ("letters: TW", "letters: HB", "another council’s"),
])  # fmt: skip
def test_whatever_is_wrong_nothing_is_half_done(folder: Path, capsys: Any, old: str, new: str, told: str) -> None:
    (folder / "council.yaml").write_text(FILE.replace(old, new))
    status, _, err = run(capsys, "add", "--from", str(folder))
    assert status == 2 and told in err and "Nothing was changed." in err
    assert not Council.objects.filter(gss="E07000199").exists() and not Person.objects.filter(email="chi@t.example")


def test_staff_alone(folder: Path, capsys: Any) -> None:
    file = folder / "staff.csv"
    status, out, _ = run(capsys, "staff", "harborough", str(file), "--dry-run")
    assert status == 0 and "1 new." in out and not Person.objects.filter(email="chi@t.example")
    file.write_text("name,email,team,role\nChi Ode,sam@example.test,Waste,officer\n")
    status, _, err = run(capsys, "staff", "harborough", str(file))
    assert status == 2 and "staff.csv, line 2, column 2, email: sam@example.test has a login here" in err
    assert run(capsys, "staff", "harboro", str(file))[2].startswith("ERROR   No council here is called “harboro”.")
    assert "No such file" in run(capsys, "staff", "harborough", str(folder / "none.csv"))[2]


def test_a_dry_run_without_an_agreement_says_what_to_do(world: Any, capsys: Any) -> None:
    status, out, _ = run(capsys, "dry-run", "lichfield")
    assert status == 1 and "No agreement names the council as one that is served." in out
