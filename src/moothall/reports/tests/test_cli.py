"""`moothall report today` as the report role: what a terminal and a program read."""
from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime

import pytest

from moothall.cli import report
from moothall.cli.given import Misnamed
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def one_instant(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def say(world, as_role, capsys):
    with scope(System("load")):
        for number, council in enumerate((2, 2, 1)):
            told = {"council": council, "service": 524, "contact": 900_000 + number, "at": NOW}
            write("contact.offer", **told, body={"share": world.share, "version": world.version, "answer_within_s": 45})
            write("contact.answer", **told, body={"waited_ms": 20_000})

    def run(*words):
        parser = argparse.ArgumentParser()
        report.add_arguments(parser)
        with as_role("report"):
            status = report.run(parser.parse_args(["today", *words]))
        return status, capsys.readouterr()

    return run


def test_a_program_reads_every_figure_by_its_name(say):
    status, told = say("--json")
    found = json.loads(told.out)
    assert status == 0 and found["total"]["offered"] == 3 == sum(row["offered"] for row in found["rows"])
    row = next(row for row in found["rows"] if row["council"] == "E07000131")
    assert (row["service"], row["channel"], row["answered"], row["in_time"]) == ("refuse", "phone", 2, 2)
    assert (row["in_time_percent"], row["waited_longest_s"], row["verdict"]) == (None, 20, "none")


def test_a_terminal_reads_a_table(say):
    status, told = say()
    assert status == 0
    assert any(line.split()[:2] == ["Harborough", "Bins"] and "2 of 2" in line for line in told.out.splitlines())


def test_one_council_alone_and_one_that_is_not_here(say):
    _, told = say("--json", "--council", "e07000130")
    assert [row["council"] for row in json.loads(told.out)["rows"]] == ["E07000130"]
    with pytest.raises(Misnamed, match=r"No council here is called “E06000001”.*E07000131"):
        say("--council", "E06000001")


def test_another_day(say):
    _, told = say("--json", "--date", "2020-01-01")
    assert json.loads(told.out)["total"]["offered"] == 0


def test_the_web_is_told_beside_the_lines(say):
    with scope(System("load")):
        for number in (1, 2):
            body = {"run": 700_000 + number, "script": "none", "to": "postcode"}
            write("run.begin", council=2, service=524, at=NOW, body=body)
        write("run.call_me", council=2, service=524, at=NOW, body={"run": 700_001})
    _, told = say("--json")
    web = json.loads(told.out)["web"]
    assert (web["total"]["begun"], web["total"]["handed_on"], web["total"]["under_way"]) == (2, 1, 1)
    assert [(row["council"], row["service"]) for row in web["rows"]] == [("E07000131", "refuse")]
    _, told = say()
    assert any(line.split()[-5:] == ["2", "0", "1", "0", "1"] for line in told.out.splitlines())
