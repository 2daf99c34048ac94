"""The words `agreement` and `who-answers` of the command line."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import run_moothall
from moothall.agreements import queries
from moothall.agreements.actions import load_version
from moothall.agreements.models import AgreementVersion
from moothall.agreements.queries import Gap
from moothall.agreements.tests.texts import SMALL, changed
from moothall.cli.main import run_word

WHO = ["--council", "E07000194", "--service", "refuse", "--channel", "phone", "--function", "answer"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _role(while_texts_hold: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words set the role in the environment; this gives it back."""
    monkeypatch.setenv("MOOTHALL_ROLE", "test")


def test_a_sound_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["check", str(file)]) == 0
    assert capsys.readouterr().out == (
        "Small agreement: 4 shares for 2 parties, 1 line. Every promise is kept by one share.\n"
    )


def test_a_wrong_file_is_told_with_line_and_column(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(changed(("client: Lichfield", "client: Litchfield")), encoding="utf-8")
    assert run_word("agreement", ["check", str(file)]) == 1
    out = capsys.readouterr().out
    assert f"ERROR   {file}, line 19, column 13: “Litchfield” isn't a council here. [unknown-council]" in out
    assert "Did you mean Lichfield (E07000194)?" in out


def test_a_wrong_file_for_programs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(changed(('weekdays: "09:00-17:00"', "weekdays: 09:00-17:00")), encoding="utf-8")
    assert run_word("agreement", ["check", "--json", str(file)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] is False
    assert [finding["code"] for finding in told["findings"]] == ["time-unquoted"]
    assert told["findings"][0]["place"]["line"] == 12


def test_a_file_checked_by_what_is_here(world: Any, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["check", "--here", str(file)]) == 0
    out = capsys.readouterr().out
    assert f"WARNING {file}, line 26, column 3: Lichfield waste has no members at hours of “lichfield-overflow”." in out
    assert "        at Mondays to Fridays 09:00 to 17:00" in out
    assert out.endswith("Every promise is kept by one share.\n")


def test_the_times_of_a_gap_for_programs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(changed(("hours: office\n    standard", 'hours: {weekdays: "09:00-16:30"}\n    standard')),
                    encoding="utf-8")
    assert run_word("agreement", ["check", "--json", str(file)]) == 1
    [gap] = [found for found in json.loads(capsys.readouterr().out)["findings"] if found["code"] == "gap-answer"]
    days = {day: [[990, 1020]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    assert gap["spans"] == [{"from": "2026-09-01", "through": "2027-08-31", "days": days}]


def test_the_schema_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Moothall agreement"


def test_files_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["check", str(tmp_path / "none.yaml")]) == 2
    assert "No such file" in capsys.readouterr().err
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"name: caf\xe9")
    assert run_word("agreement", ["check", str(latin)]) == 2
    assert "isn't UTF-8" in capsys.readouterr().err


@pytest.mark.django_db
def test_loading(world: Any, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["load", str(file)]) == 0
    assert capsys.readouterr().out == "Small agreement, version 1, is a draft.\n"
    assert run_word("agreement", ["load", str(file), "--in-force"]) == 0
    assert capsys.readouterr().out == "Small agreement, version 1, is in force.\n"


@pytest.mark.django_db
def test_in_force_is_the_demos_alone(world: Any, file: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = False
    assert run_word("agreement", ["load", str(file), "--in-force"]) == 2
    assert "for demonstrations" in capsys.readouterr().err
    assert not AgreementVersion.objects.filter(agreement__slug="small").exists()


@pytest.mark.django_db
def test_a_wrong_file_is_not_loaded(world: Any, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(changed(("to: 2027-09-01", "to: 2026-08-01")), encoding="utf-8")
    assert run_word("agreement", ["load", str(file)]) == 1
    out = capsys.readouterr().out
    assert "line 5, column 5" in out
    assert "Nothing was changed." in out
    assert not AgreementVersion.objects.filter(agreement__slug="small").exists()


@pytest.mark.django_db
def test_who_answers(world: Any, capsys: pytest.CaptureFixture[str]) -> None:
    load_version(SMALL, in_force=True)
    assert run_word("who-answers", [*WHO, "--at", "2026-11-25T12:00"]) == 0
    assert capsys.readouterr().out == """\
Lichfield, Bins and recycling, phone, Wednesday 25 November 2026, 12:00
  Share “lichfield-answered”, until Wednesday 25 November 2026, 17:00
  charnwood-contact-centre answers first
  lichfield-waste joins after 120 seconds
  Promise: answered within 45 seconds, for 80 in a hundred
"""
    assert run_word("who-answers", [*WHO, "--at", "2026-11-25T18:00:00Z", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["gap"], told["promised"]) == (False, False), "nobody promises the evening"
    assert (told["next_at"], told["next_share"]) == ("2026-11-26T09:00:00+00:00", "lichfield-answered")


@pytest.mark.django_db
def test_who_answers_in_summer_by_londons_clocks(world: Any, capsys: pytest.CaptureFixture[str]) -> None:
    load_version(SMALL, in_force=True)
    assert run_word("who-answers", [*WHO, "--at", "2027-06-02T16:30", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["at"] == "2027-06-02T16:30:00+01:00"
    assert told["tiers"] == [
        {"after_s": 0, "team": "charnwood-contact-centre"}, {"after_s": 120, "team": "lichfield-waste"},
    ]
    assert told["until"] == "2027-06-02T17:00:00+01:00"
    assert run_word("who-answers", [*WHO, "--at", "2027-06-02T16:30Z", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["gap"], told["promised"], "share" in told) == (False, False, False)


@pytest.mark.django_db
def test_a_gap_is_what_is_promised_and_nobodys(
    world: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_version(SMALL, in_force=True)
    monkeypatch.setattr(queries, "responsible", lambda *asked: Gap())
    for at, said in (("2027-06-02T12:00", "then, though it is promised: a gap."),
                     ("2027-06-02T17:00", "then, and nothing is promised then: no gap."),
                     ("2027-05-03T12:00", "then, and nothing is promised then: no gap.")):  # a bank holiday
        assert run_word("who-answers", [*WHO, "--at", at]) == 0
        assert f"Nobody answers {said}" in capsys.readouterr().out
    assert run_word("who-answers", [*WHO, "--at", "2027-06-02T12:00", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["gap"], told["promised"]) == (True, True)


@pytest.mark.django_db
def test_what_is_halted_is_told_as_that(
    world: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_version(SMALL, in_force=True)
    halted = {"paused": "is paused", "taken_back": "taken back for good", "cut_off": "sever COUNCIL --undo"}
    for code, said in halted.items():
        monkeypatch.setattr(queries, "responsible", lambda *asked, code=code: Gap(code=code))
        assert run_word("who-answers", [*WHO, "--at", "2027-06-02T12:00"]) == 0
        told = capsys.readouterr().out
        assert said in told and "No agreement in force" not in told and "a gap" not in told


@pytest.mark.django_db
def test_who_answers_asked_wrongly(world: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("who-answers", ["--council", "Harbrough", "--service", "refuse"]) == 2
    assert "No council here is called “Harbrough”. Did you mean Harborough?" in capsys.readouterr().err
    assert run_word("who-answers", ["--council", "Harborough", "--service", "refuze"]) == 2
    assert "Did you mean refuse?" in capsys.readouterr().err


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01", "2027-03-28T01:30"])
def test_an_instant_that_is_none(at: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_word("who-answers", [*WHO, "--at", at])
    assert stopped.value.code == 2
    assert "--at" in capsys.readouterr().err


def test_a_version_put_in_force_rings_every_open_desk(file: Path, own_database: str) -> None:
    with psycopg.connect(own_database, autocommit=True) as live:
        live.execute("LISTEN moothall_desk")
        told = {"DATABASE_URL": own_database, "MOOTHALL_ROLE": "owner", "MOOTHALL_DEMO": "1"}
        run_moothall("agreement", "load", "--in-force", str(file), **told)
        assert [bell.payload for bell in live.notifies(timeout=5, stop_after=1)] == ["rights"]
        file.write_text(changed(('weekdays: "09:00-17:00"', 'weekdays: "09:00-16:00"')), encoding="utf-8")
        run_moothall("agreement", "load", str(file), **told)
        assert list(live.notifies(timeout=0.2)) == [], "a draft changes nobody's sight"
