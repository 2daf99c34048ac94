"""`moothall script hurts` as the report role: what a terminal and a program read."""
from __future__ import annotations

import argparse
import json

import pytest

from moothall.cli import script_hurts
from moothall.cli.given import Misnamed
from moothall.lib import clock
from moothall.reports.tests.test_step_facts import Clock
from moothall.scripts.answering import reopen_step
from moothall.scripts.left_runs import leave_run
from moothall.scripts.tests.conftest import town  # noqa: F401 (a fixture)
from moothall.scripts.tests.walks import answered, begun, to_the_bin
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope


@pytest.fixture
def say(world, town, as_role, capsys, monkeypatch):  # noqa: F811
    """Two runs of one council's script: one was left at the question that the other went back to."""
    later = Clock()
    monkeypatch.setattr(clock, "now", later)
    with as_role("web"), scope(Staff(world.sam)):
        run = begun(world)
        later.wait(12)
        answered(run, postcode="le16 7zz")
        leave_run(to_the_bin(world, town.mill_lane))
        reopen_step(to_the_bin(world, town.assisted), "bin")

    def run_it(*words):
        parser = argparse.ArgumentParser()
        script_hurts.add_arguments(parser)
        with as_role("report"):
            status = script_hurts.tell_hurts(parser.parse_args(words))
        return status, capsys.readouterr()

    return run_it


def test_a_program_reads_every_figure_by_its_name(say):
    status, told = say("--json")
    [script] = json.loads(told.out)["scripts"]
    assert (status, script["council"], script["script"], script["runs"]) == (0, "E07000131", "missed-bin", 3)
    steps = {each["step"]: each for each in script["steps"]}
    assert list(steps)[:3] == ["postcode", "property", "bin"]
    assert steps["postcode"] == {
        "step": "postcode", "reached": 3, "time": 3, "seconds": 0, "hurt": 0,
        "went_back": 0, "left": 0, "referred": 0, "commented": 0,
    }  # fmt: skip
    assert (steps["bin"]["went_back"], steps["was_out"]["left"], script["worst"]) == (1, 1, "was_out")


def test_a_terminal_shows_a_table_a_script(say):
    _, told = say()
    lines = told.out.splitlines()
    assert lines[0] == "E07000131 Missed bin (missed-bin): 3 runs. It hurts most at was_out."
    assert "Went back" in lines[1]
    assert next(line for line in lines if line.strip().startswith("bin ")).split() == [
        "bin", "2", "0", "1", "0", "0", "0",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["--council", "E07000130"], ["--script", "council-tax"], ["--channel", "web"]])
def test_what_is_not_among_them_is_not_counted(say, words):
    assert say(*words)[1].out == "Nobody has used a script in these days.\n"


def test_a_council_that_is_none_here_is_named_with_those_that_are(say):
    with pytest.raises(Misnamed, match=r"No council here is called “E99999999”.*E07000131"):
        say("--council", "E99999999")
