"""The bench of mutations puts in the faults that it says, and counts them honestly."""
from __future__ import annotations

from pathlib import Path

from bench.mutation import ENDS, Reach, faults_of, interval


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


MODULE = """LIMIT = 3
def f(a):
    if a > LIMIT:
        return a + 1
    return a - 1
"""


def test_a_fault_meets_the_tests_that_reach_its_line() -> None:
    faults = {(fault.line, fault.at_import): fault for fault in faults_of(Path("x.py"), MODULE)}
    assert set(faults) == {(1, True), (3, False), (4, False), (5, False)}
    low, none = Reach("test_low.py", 1, {"x.py": frozenset({1, 2, 3, 5})}), Reach("test_none.py", 1, {})
    assert [line for (line, _), fault in faults.items() if low.meets(fault)] == [1, 3, 5]
    assert not any(none.meets(fault) for fault in faults.values())


def test_tests_that_could_not_be_run_have_found_nothing() -> None:
    assert ENDS[1] == "killed" and ENDS[0] == "survived"
    assert not {2, 3, 4, 5} & set(ENDS)
