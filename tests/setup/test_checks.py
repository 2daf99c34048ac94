"""The checks of `./moot test` run beside each other, and each one's words stay together."""

from __future__ import annotations

import sys

import pytest
from tooling import checks
from tooling.places import ROOT

from share_out import TOGETHER


def test_every_check_runs_and_those_that_failed_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    def says(text: str, status: int) -> list[str]:
        return [sys.executable, "-I", "-c", f"print({text!r}); raise SystemExit({status})"]

    wanted = [("one", says("bad one", 1), {}), ("two", says("quiet", 0), {}), ("three", says("bad three", 2), {})]
    assert checks._failed(wanted) == ["one", "three"]
    told = capsys.readouterr().out
    assert "bad one\nFAILED   one (" in told and "bad three\nFAILED   three (" in told
    assert "ok       two (" in told and "quiet" not in told


def test_what_is_handed_out_together_is_there() -> None:
    assert [name for names in TOGETHER for name in names if not (ROOT / name).exists()] == []
