"""How many small faults in the domain's rules of responsibility its own tests find: each is put in by itself.

A fault that no test notices survives, and is printed as a difference. A sample is drawn by a seed; what was tried is
kept by the hash of the faulty text and of the tests, so that a run may be stopped and taken up again. A test that
doesn't end counts as having noticed. Gate: at least 85 in a hundred are found.
"""
from __future__ import annotations

import argparse
import ast
import copy
import json
import math
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.ground import ROOT

GATE = 0.85
TARGET = Path("src/moothall/domain/responsibility")
SLOW = "test_proof.py"  # by examples drawn at random: asked last
LONGEST_S = 240
KEPT = ROOT / ".moothall" / "mutation.jsonl"
NO_TEST_FAILED = 0
SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}


@dataclass(frozen=True, slots=True)
class Fault:
    file: Path
    line: int
    text: str  # the whole module with the fault
    diff: str

    @property
    def key(self) -> str:
        return sha256(f"{self.file}\n{self.text}".encode()).hexdigest()


def faults_of(file: Path, source: str) -> Iterator[Fault]:
    """Every fault of a module, one at a time."""
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    for place, node in enumerate(ast.walk(tree)):
        for change in range(len(_changed(node))):
            faulty = copy.deepcopy(tree)
            spot = next(found for number, found in enumerate(ast.walk(faulty)) if number == place)
            new = _changed(spot)[change]
            for field in spot._fields:
                setattr(spot, field, getattr(new, field))
            text = ast.unparse(ast.fix_missing_locations(faulty))
            lines = unified_diff(plain.splitlines(), text.splitlines(), str(file), str(file), lineterm="", n=1)
            yield Fault(file, getattr(node, "lineno", 0), text, "\n".join(lines))


def _changed(node: ast.AST) -> list[ast.AST]:
    """What may stand in the place of a node: nodes of its own kind."""
    match node:
        case ast.Compare(left, ops, comparators):
            return [
                ast.Compare(left, [*ops[:at], SWAPPED[type(op)](), *ops[at + 1:]], comparators)  # type: ignore[list-item]
                for at, op in enumerate(ops) if type(op) in SWAPPED
            ]
        case ast.BoolOp(op, values):
            return [ast.BoolOp(SWAPPED[type(op)](), values)]  # type: ignore[arg-type]
        case ast.BinOp(left, op, right) if type(op) in SWAPPED:
            return [ast.BinOp(left, SWAPPED[type(op)](), right)]  # type: ignore[arg-type]
        case ast.Constant(bool() as value):
            return [ast.Constant(not value)]
        case ast.Constant(int() as value):
            return [ast.Constant(value + 1)]
        case ast.If(test, body, orelse):
            return [ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)]
    return []


def tried(fault: Fault, ground: Path) -> str:
    """killed, timeout or survived: the tests with the fault in the place of the module, which is put back."""
    file = ground / fault.file
    before = file.read_text(encoding="utf-8")
    file.write_text(fault.text, encoding="utf-8")
    try:
        return run_tests(ground)
    finally:
        file.write_text(before, encoding="utf-8")


def run_tests(ground: Path) -> str:
    folder = ground / TARGET / "tests"
    files = sorted(folder.glob("test_*.py"), key=lambda path: (path.name == SLOW, path.name))
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    env = {**os.environ, "PYTHONPATH": str(ground / "src")}
    try:
        done = subprocess.run([*command, *map(str, files)], cwd=ground, env=env, capture_output=True, text=True,
                              timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return "timeout"
    return "survived" if done.returncode == NO_TEST_FAILED else "killed"


def interval(found: int, of: int) -> tuple[float, float]:
    """Wilson's, for 95 in a hundred."""
    z, share = 1.96, found / of
    middle, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of), (middle + spread) / (1 + z * z / of)


def known() -> dict[str, str]:
    """What was tried before, under the tests that there are now."""
    rows = [json.loads(line) for line in KEPT.read_text().splitlines()] if KEPT.exists() else []
    return {row["key"]: row["end"] for row in rows if row["tests"] == tests_hash()}


def tests_hash() -> str:
    files = sorted((ROOT / TARGET).rglob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def main() -> int:
    ask = argparse.ArgumentParser(prog="./moot bench mutation", description=__doc__)
    ask.add_argument("--sample", type=int, default=250, help="how many faults are drawn; 0 tries all")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--file", help="of one module alone, by its name without .py")
    given = ask.parse_args()
    modules = [path for path in sorted((ROOT / TARGET).glob("*.py")) if given.file in (None, path.stem)]
    every = [
        fault for path in modules for fault in faults_of(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    ]
    if not every:
        names = ", ".join(sorted(path.stem for path in (ROOT / TARGET).glob("[a-z]*.py")))
        print(f"No fault can be put into {given.file}. There are: {names}.")
        return 2
    drawn = random.Random(given.seed).sample(every, min(given.sample or len(every), len(every)))
    return tell(drawn, try_all(drawn), len(every))


def try_all(drawn: list[Fault]) -> dict[str, str]:
    """How each ended, by its key."""
    ends = known()
    with TemporaryDirectory(prefix="moothall-mutation-") as made:
        ground = Path(made)
        shutil.copytree(ROOT / "src", ground / "src", ignore=shutil.ignore_patterns("__pycache__", "built"))
        for name in ("conftest.py", "pyproject.toml", "tests", "tooling"):
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, ground / name)
        if (sound := run_tests(ground)) != "survived":
            raise SystemExit(f"The tests don't pass without a fault ({sound}). Mend them first.")
        for number, fault in enumerate(drawn, 1):
            if fault.key in ends:
                continue
            ends[fault.key] = tried(fault, ground)
            with KEPT.open("a") as kept:
                kept.write(json.dumps({"key": fault.key, "tests": tests_hash(), "end": ends[fault.key]}) + "\n")
            where = f"{fault.file.name}:{fault.line}"
            print(f"{number}/{len(drawn)} {where} {ends[fault.key]}", file=sys.stderr, flush=True)
    return ends


def tell(drawn: list[Fault], ends: dict[str, str], every: int) -> int:
    for fault in drawn:
        if ends[fault.key] == "survived":
            print(fault.diff, end="\n\n")
    for name in sorted({fault.file.name for fault in drawn}):
        counted = Counter(ends[fault.key] for fault in drawn if fault.file.name == name)
        print(f"{name:24} {counted['killed'] + counted['timeout']:4} found, {counted['survived']:3} survived")
    found, late = (sum(ends[fault.key] in wanted for fault in drawn)
                   for wanted in (("killed", "timeout"), ("timeout",)))
    low, high = interval(found, len(drawn))
    print(f"\n{found} of {len(drawn)} faults found ({found / len(drawn):.1%}; 95 % sure: {low:.1%} to {high:.1%}), "
          f"{late} of them because the tests didn't end. There are {every} in all. Gate: {GATE:.0%}.")
    return 0 if found / len(drawn) >= GATE else 1


if __name__ == "__main__":
    sys.exit(main())
