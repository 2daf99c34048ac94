"""The bench of mutations puts in the faults that it says, and counts them honestly."""
from __future__ import annotations

from pathlib import Path

from bench.mutation import faults_of, interval


def test_each_fault_is_put_in_alone() -> None:
    found = {fault.text for fault in faults_of(Path("x.py"), "def f(a, b):\n    return a < b and a + 1 > 0\n")}
    said = {text.partition("return ")[2] for text in found}
    assert said == {
        "a <= b and a + 1 > 0", "a < b or a + 1 > 0", "a < b and a - 1 > 0", "a < b and a + 2 > 0",
        "a < b and a + 1 >= 0", "a < b and a + 1 > 1",
    }


def test_the_interval_is_wide_for_few() -> None:
    low, high = interval(9, 10)
    assert 0.59 < low < 0.6 and 0.98 < high < 0.99
