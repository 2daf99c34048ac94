"""How many small faults in the domain's rules of responsibility its own tests find: each is put in by itself.

A fault that no test notices survives, and is printed as a difference. A sample is drawn by a seed; what was tried is
kept by the hash of the faulty text and of the tests, so that a run may be stopped and taken up again. A fault meets the
test files that reach its line, the fastest first and with few random examples; what lives on meets them with all.
Tests that don't end count as having noticed, and their number is said. Tests that could not be run (pytest ends with
neither "passed" nor "failed") have noticed nothing. Gate: at least 85 in a hundred are found.
"""
from __future__ import annotations

import argparse
import ast
import copy
import json
import math
import os
import random
import resource
import shutil
import signal
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
FEW = 12  # random examples of a test at first
LONGEST_CPU_S = {"few": 60, "all": 180}
KEPT = ROOT / ".moothall" / "mutation.jsonl"
FOUND = ("killed", "timeout")
ENDS = {0: "survived", 1: "killed", -signal.SIGXCPU: "timeout", -signal.SIGKILL: "timeout"}
SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_Spot = tuple[ast.AST, frozenset[int], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    file: Path
    line: int
    text: str  # the whole module with the fault
    diff: str
    lines: frozenset[int] = frozenset()  # the statement's own: a trace may name any of them
    at_import: bool = False  # outside every function

    @property
    def key(self) -> str:
        return sha256(f"{self.file}\n{self.text}".encode()).hexdigest()


def faults_of(file: Path, source: str) -> Iterator[Fault]:
    """Every fault of a module, one at a time."""
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    spots = {node: (lines, outside) for node, lines, outside in _spots(tree)}
    for place, node in enumerate(ast.walk(tree)):
        for change in range(len(_changed(node))):
            faulty = copy.deepcopy(tree)
            spot = next(found for number, found in enumerate(ast.walk(faulty)) if number == place)
            new = _changed(spot)[change]
            for field in spot._fields:
                setattr(spot, field, getattr(new, field))
            text = ast.unparse(ast.fix_missing_locations(faulty))
            lines = unified_diff(plain.splitlines(), text.splitlines(), str(file), str(file), lineterm="", n=1)
            yield Fault(file, getattr(node, "lineno", 0), text, "\n".join(lines), *spots[node])


def _spots(node: ast.AST, lines: frozenset[int] = frozenset(), outside: bool = True) -> Iterator[_Spot]:
    """Every node with the lines of the statement around it, and whether it runs at the module's import."""
    if isinstance(node, ast.stmt):
        first = node.body[0].lineno if isinstance(node, ast.If | ast.For | ast.While | ast.With) else None
        lines = frozenset(range(node.lineno, max(node.lineno, (first - 1) if first else node.end_lineno or 0) + 1))
    yield node, lines, outside
    for child in ast.iter_child_nodes(node):
        inside = isinstance(node, FUNCTIONS) and child in node.body
        yield from _spots(child, lines, outside and not inside)


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


@dataclass(frozen=True, slots=True)
class Ground:
    """A copy of the code in which faults are tried."""

    root: Path

    def prepare(self) -> None:
        shutil.copytree(ROOT / "src", self.root / "src", ignore=shutil.ignore_patterns("__pycache__", "built"))
        shutil.copy(ROOT / "conftest.py", self.root)
        shutil.copy(Path(__file__).with_name("mutation_tests.py"), self.root)
        # The domain knows no Django, so its tests are spared the seconds of Django's start.
        (self.root / "pytest.ini").write_text("[pytest]\npythonpath = src .\nfilterwarnings = error\n")
        subprocess.run([sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash",
                        "src/moothall/domain"], cwd=self.root, check=True)

    def reach(self) -> list[Reach]:
        """What each test file reaches, the fastest first."""
        found = []
        for file in sorted((self.root / TARGET / "tests").glob("test_*.py")):
            lines, before = self.root / "lines.json", _children_cpu()
            end = self.run([file.name], "few", MUTATION_TRACE=str(self.root / TARGET), MUTATION_LINES=str(lines))
            if end != "survived":
                raise SystemExit(f"{file.name} doesn't pass without a fault ({end}). Mend it first.")
            reached = {name: frozenset(numbers) for name, numbers in json.loads(lines.read_text()).items()}
            found.append(Reach(file.name, _children_cpu() - before, reached))
        return sorted(found, key=lambda reach: reach.cpu_s)

    def tried(self, fault: Fault, reach: list[Reach]) -> str:
        """killed, timeout, survived or broken: the tests with the fault in the place of the module, put back after."""
        near = [each.test for each in reach if each.meets(fault)] or [each.test for each in reach]
        file = self.root / fault.file
        before = file.read_text(encoding="utf-8")
        file.write_text(fault.text, encoding="utf-8")
        try:
            end = self.run(near, "few")
            return self.run(near, "all") if end == "survived" else end
        finally:
            file.write_text(before, encoding="utf-8")

    def run(self, tests: list[str], examples: str, **environment: str) -> str:
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "--assert=plain", "-p", "mutation_tests", "-p",
                   "no:cacheprovider", "-p", "no:django", "-p", "no:xdist", "--hypothesis-seed=0"]
        env = {**os.environ, "PYTHONPATH": f"{self.root / 'src'}:{self.root}", **environment}
        if examples == "few":
            env["MUTATION_EXAMPLES"] = str(FEW)
        limit = LONGEST_CPU_S[examples]
        done = subprocess.run(
            [*command, *(str(TARGET / "tests" / test) for test in tests)], cwd=self.root, env=env, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5)))
        return ENDS.get(done.returncode, "broken")


@dataclass(frozen=True, slots=True)
class Reach:
    test: str
    cpu_s: float
    lines: dict[str, frozenset[int]]

    def meets(self, fault: Fault) -> bool:
        """Lines outside functions run once, at the first import, and touch everybody who uses the module."""
        own = self.lines.get(fault.file.name, frozenset())
        return bool(own) if fault.at_import else not own.isdisjoint(fault.lines)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
    tests, ends = tests_hash(), known()  # of what is copied now, whatever is edited meanwhile
    left = [fault for fault in drawn if fault.key not in ends]
    if not left:
        return ends
    with TemporaryDirectory(prefix="moothall-mutation-") as made:
        ground = Ground(Path(made).resolve())
        ground.prepare()
        reach = ground.reach()
        KEPT.parent.mkdir(exist_ok=True)
        for number, fault in enumerate(left, 1):
            before = _children_cpu()
            ends[fault.key] = ground.tried(fault, reach)
            with KEPT.open("a") as kept:
                kept.write(json.dumps({"key": fault.key, "tests": tests, "end": ends[fault.key]}) + "\n")
            print(f"{number}/{len(left)} {fault.file.name}:{fault.line} {ends[fault.key]}, "
                  f"{_children_cpu() - before:.1f} s of CPU", file=sys.stderr, flush=True)
    return ends


def tell(drawn: list[Fault], ends: dict[str, str], every: int) -> int:
    for fault in drawn:
        if ends[fault.key] not in FOUND:
            print(f"{ends[fault.key]}, line {fault.line}\n{fault.diff}", end="\n\n")
    for name in sorted({fault.file.name for fault in drawn}):
        counted = Counter(ends[fault.key] for fault in drawn if fault.file.name == name)
        print(f"{name:24} {sum(counted[end] for end in FOUND):4} found, {counted['survived']:3} survived, "
              f"{counted['broken']:3} could not be tried")
    found, late, broken = (sum(ends[fault.key] in wanted for fault in drawn)
                           for wanted in (FOUND, ("timeout",), ("broken",)))
    low, high = interval(found, len(drawn))
    print(f"\n{found} of {len(drawn)} faults found ({found / len(drawn):.1%}; 95 % sure: {low:.1%} to {high:.1%}), "
          f"{late} of them because the tests didn't end; {broken} could not be tried. "
          f"There are {every} in all. Gate: {GATE:.0%}.")
    return 0 if found / len(drawn) >= GATE else 1


if __name__ == "__main__":
    sys.exit(main())
