"""The word `agreement diff` of the command line."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from moothall.agreements.actions import load_version
from moothall.agreements.tests.texts import SMALL, changed
from moothall.cli.main import run_word

HUB = Path(__file__).parents[4] / "agreements/leicestershire-hub.yaml"

SOONER = changed(("answered_within_s: 45", "answered_within_s: 30"))
RESOLVED_BY_HUB = changed((
    "    function: resolve\n    team: lichfield-waste", "    function: resolve\n    team: charnwood-contact-centre"
))


@pytest.fixture(autouse=True)
def _role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words set the role in the environment; this gives it back."""
    monkeypatch.setenv("MOOTHALL_ROLE", "test")


def files(folder: Path, *texts: str) -> list[str]:
    paths = [folder / f"{number}.yaml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return [str(path) for path in paths]


def test_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["diff", *files(tmp_path, SMALL, SOONER)]) == 0
    assert capsys.readouterr().out == """\
From 1 September 2026:

Gain sight (0)

Lose sight (0)

Calls go elsewhere (0)

Promises and prices (1)
  Lichfield's calls about bins and recycling and switchboard are to be answered within 30 seconds instead of 45 \
seconds for 80 in 100.

Open on the day: not counted. --count asks the database.
"""


def test_the_same_said_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = changed(("lichfield-answered:", "hub-answers:")) + "# the end\n"
    assert run_word("agreement", ["diff", *files(tmp_path, SMALL, other)]) == 0
    assert capsys.readouterr().out == "Nothing changes: both say the same.\n"


def test_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["diff", "--json", *files(tmp_path, SMALL, SOONER)]) == 0
    told = json.loads(capsys.readouterr().out)
    [change] = told["changes"]
    assert (change["kind"], change["councils"], change["services"]) == (
        "standard", ["E07000194"], ["refuse", "switchboard"]
    )
    assert (change["before"], change["after"], change["shares"]) == ([45, 80], [30, 80], ["lichfield-answered"])
    assert change["sentence"].endswith("within 30 seconds instead of 45 seconds for 80 in 100.")
    assert (told["starts"], told["open"]) == ("2026-08-31T23:00:00+00:00", None)


def test_nothing_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["diff", "none", *files(tmp_path, SMALL)]) == 0
    out = capsys.readouterr().out
    assert "\nGain sight (3)\n" in out
    assert "  The line Lichfield bins (5903) is new. It leads to Lichfield's bins and recycling.\n" in out


def test_nothing_before_tells_the_clauses_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whom it binds, for how long, and what may happen in an emergency: also what the text leaves unsaid."""
    assert run_word("agreement", ["diff", "none", str(HUB)]) == 0
    out = capsys.readouterr().out
    for words in (
        "It can be ended sooner with 6 months of notice.", "In an emergency only the client may pause a share",
        "may see a client's records for at most 60 minutes.",
        "Who rings Harborough bins (5001) hears “Hello, Harborough",
    ):
        assert words in out



def test_a_text_with_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = files(tmp_path, SMALL, changed(("client: Lichfield", "client: Litchfield")))
    assert run_word("agreement", ["diff", old, new]) == 1
    out = capsys.readouterr().out
    assert f"{new}, line 19, column 13: “Litchfield” isn't a council here." in out
    assert out.endswith(f"{new} can't be compared.\n")
    assert run_word("agreement", ["diff", "--json", new, old]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["which"], told["findings"][0]["code"]) == ("before", "unknown-council")


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_word("agreement", ["diff", "none", str(tmp_path / "no.yaml")]) == 2
    assert "no.yaml can't be read: No such file or directory" in capsys.readouterr().err


@pytest.mark.django_db
def test_stored_versions_with_what_is_open(world: Any, as_role: Any, capsys: pytest.CaptureFixture[str]) -> None:
    load_version(SMALL)
    load_version(RESOLVED_BY_HUB)
    with as_role("report"):
        assert run_word("agreement", ["diff", "small@1", "small@2"]) == 0
    out = capsys.readouterr().out
    assert out.endswith("""
Cases go elsewhere (1)
  Charnwood contact centre resolves Lichfield's cases about bins and recycling instead of Lichfield waste.

Promises and prices (0)

Open on the day (1 case, 0 calls)
  1 case and 0 calls about Lichfield's bins and recycling are open now: Charnwood contact centre resolves such cases \
then instead of Lichfield waste.
""")


@pytest.mark.django_db
def test_a_version_that_is_not_there(world: Any, capsys: pytest.CaptureFixture[str]) -> None:
    load_version(SMALL)
    assert run_word("agreement", ["diff", "small@1", "small@7"]) == 2
    assert "there is no version small@7. Its versions are: 1." in capsys.readouterr().err
    assert run_word("agreement", ["diff", "none", "smal@1"]) == 2
    assert "No agreement is called “smal” here." in capsys.readouterr().err
