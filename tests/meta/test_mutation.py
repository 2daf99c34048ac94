"""The bench of mutations puts in the faults that it says, and counts them honestly."""
from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from bench.ground import ROOT
from bench.mutation import excuses, interval, tell
from bench.mutation_faults import faults_of
from bench.mutation_ground import ENDS, DatabaseGround, Reach


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


def test_a_fault_in_what_migrate_runs_meets_every_test_those_that_reach_it_first(tmp_path: Path) -> None:
    ground = DatabaseGround(tmp_path, Path("x"), ())
    slow, fast = Reach("test_slow.py", 9, {"roles.py": frozenset({4})}), Reach("test_fast.py", 1, {})
    fault, *_ = [each for each in faults_of(Path("x/roles.py"), MODULE) if each.line == 4]
    assert ground.near(fault, [fast, slow]) == ["test_slow.py", "test_fast.py"]
    elsewhere, *_ = [each for each in faults_of(Path("x/scope.py"), MODULE) if each.line == 4]
    assert ground.near(elsewhere, [fast, slow]) == []


def test_tests_that_could_not_be_run_have_found_nothing() -> None:
    assert ENDS[1] == "killed" and ENDS[0] == "survived"
    assert not {2, 3, 4} & set(ENDS)


class Stand(DatabaseGround):
    """Each test file ends as it is called; more than one at once can't be collected."""

    def renew(self, template: str = "ready") -> None:
        """No database."""

    def run(self, tests: Iterable[str], **environment: str) -> str:
        first, *more = tests
        return "broken" if more else first


@pytest.mark.parametrize(("near", "end"), [
    (["broken", "survived", "killed"], "killed"), (["broken", "survived"], "broken"), (["broken", "broken"], "broken"),
])
def test_where_a_file_cannot_be_collected_the_others_are_asked(tmp_path: Path, near: list[str], end: str) -> None:
    fault = next(iter(faults_of(Path("scope.py"), MODULE)))
    assert Stand(tmp_path, Path("x"), ()).found(fault, near) == end


FUNCTION = """-- a = b
CREATE OR REPLACE FUNCTION moothall.sees(who int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF who IS NULL THEN
    RAISE EXCEPTION 'who = nobody';
  END IF;
  RETURN EXISTS (SELECT FROM t WHERE t.who = who AND (t.ends IS NULL OR t.ends > now()) AND t.keys = ANY(k));
END
$$;
REVOKE ALL ON FUNCTION moothall.sees(int) FROM PUBLIC;
"""


def test_the_faults_of_sql_are_turned_comparisons_and_dropped_conditions() -> None:
    faults = list(faults_of(Path("x.sql"), FUNCTION))
    assert {fault.function for fault in faults} == {"sees"}
    said = {fault.text.partition("WHERE ")[2].partition(");\nEND")[0] for fault in faults if fault.line == 7}
    assert said == {
        "", "t.who <> who AND (t.ends IS NULL OR t.ends > now()) AND t.keys = ANY(k)",
        "t.who = who OR (t.ends IS NULL OR t.ends > now()) AND t.keys = ANY(k)",
        "t.who = who AND t.keys = ANY(k)",
        "t.who = who AND (t.ends IS NOT NULL OR t.ends > now()) AND t.keys = ANY(k)",
        "t.who = who AND (t.ends IS NULL AND t.ends > now()) AND t.keys = ANY(k)",
        "t.who = who AND (t.ends IS NULL ) AND t.keys = ANY(k)",
        "t.who = who AND (t.ends IS NULL OR t.ends >= now()) AND t.keys = ANY(k)",
        "t.who = who AND (t.ends IS NULL OR t.ends > now()) OR t.keys = ANY(k)",
        "t.who = who AND (t.ends IS NULL OR t.ends > now()) ",
        "t.who = who AND (t.ends IS NULL OR t.ends > now()) AND t.keys <> ALL(k)",
    }
    assert [fault.line for fault in faults if fault.line != 7] == [4, 5], "nothing of a comment or of words to people"


def test_the_and_of_a_between_is_left_alone() -> None:
    source = "CREATE FUNCTION moothall.f() AS $$ BEGIN IF a < 8 OR b NOT BETWEEN 1 AND 31 THEN RETURN; END IF; END $$;"
    said = {fault.text.partition("IF ")[2].partition(" THEN")[0] for fault in faults_of(Path("x.sql"), source)}
    assert said == {
        "a < 8 OR b NOT BETWEEN 1 AND 31", "a <= 8 OR b NOT BETWEEN 1 AND 31", "a < 9 OR b NOT BETWEEN 1 AND 31",
        "a < 8 AND b NOT BETWEEN 1 AND 31", "a < 8", "a < 8 OR b NOT BETWEEN 2 AND 31",
        "a < 8 OR b NOT BETWEEN 1 AND 32",
    }


def test_sql_in_a_string_has_faults_and_words_have_none() -> None:
    source = 'def f():\n    say("No one AND nobody. Ask."); run("GRANT x WHERE a = b")\n'
    assert [fault.text.partition("run(")[2][:21] for fault in faults_of(Path("x.py"), source)] == []
    source = 'def f():\n    say("who = me"); run("SELECT x WHERE a = b")\n'
    assert [fault.text.partition("run(")[2].strip() for fault in faults_of(Path("x.py"), source)] == [
        "'SELECT x WHERE a <> b')"]


def test_a_fault_keeps_its_name_when_it_is_moved() -> None:
    [first], [moved] = (list(faults_of(Path("x.py"), before + "def f(a):\n    return not a == b\n"))
                        for before in ("", "def g():\n    pass\n\n"))
    assert first.name == moved.name and first.key != moved.key


def test_a_run_that_was_stopped_says_the_sum_of_what_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = list(faults_of(Path("x.py"), MODULE))
    ends = {drawn[0].key: "killed", drawn[1].key: "survived"}
    assert tell(drawn, ends, {drawn[2].name: ("x.py", "it is the same")}, 9) == 1
    said = capsys.readouterr().out
    assert "1 of 2 faults found (50.0%" in said and f"excused, x.py, line {drawn[2].line}" in said
    assert f"{len(drawn)} were drawn of 9 in all, 2 tried" in said
    assert f"survived, line {drawn[1].line}" in said


def test_each_excuse_names_a_fault_that_there_is_and_why() -> None:
    for file in sorted({file for file, _ in excuses().values()}):
        there = {fault.name for fault in faults_of(Path(file), (ROOT / file).read_text(encoding="utf-8"))}
        named = {name for name, (of, _) in excuses().items() if of == file}
        assert named <= there, f"{file} has changed: look at these anew"
    assert all(len(reason) > 20 for _, reason in excuses().values())
