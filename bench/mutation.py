"""How many small faults in the rules of responsibility and in the first walls the tests find: each is put in by itself.

`--of responsibility` (the folder of the domain) or `--of tenancy` (its Python, and its SQL functions in a database).
A fault that no test notices survives, and is printed as a difference. A sample is drawn by a seed; what was tried is
kept by the hash of the faulty text and of the tests, so that a run may be stopped (Ctrl-C, or `--minutes N`: the sum
of what was tried is said) and taken up again. A fault meets the test files that reach its line, the fastest first and
with few random examples; what lives on meets the random ones with all. Tests that don't end count as having noticed,
and their number is said. Tests that could not be run have noticed nothing. Faults that change nothing for anybody are
excused by name and reason in bench/mutation_excused.yaml, and counted apart. Gate: at least 85 in a hundred are
found.
"""
from __future__ import annotations

import argparse
import json
import math
import random
import signal
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from ruamel.yaml import YAML

from bench.ground import ROOT
from bench.mutation_faults import Fault, faults_of
from bench.mutation_ground import FOUND, DatabaseGround, Ground, children_cpu

GATE = 0.85
MOST_EXCUSED = 0.05
KEPT = ROOT / ".moothall" / "mutation.jsonl"
EXCUSED = Path(__file__).with_name("mutation_excused.yaml")
TARGETS = {"responsibility": Path("src/moothall/domain/responsibility"), "tenancy": Path("src/moothall/tenancy")}
# Test files beside the folder's own: those that read and compare texts without a database, and those of the walls.
BESIDE = {
    "responsibility": [f"src/moothall/agreements/tests/test_{name}.py" for name in (
        "compare", "compare_figures", "reader", "succession_text", "text_schema", "editing", "damaged_texts")],
    "tenancy": [
        "src/moothall/agreements/tests/test_control.py", "src/moothall/agreements/tests/test_glass.py",
        "src/moothall/scripts/tests/test_shared_line.py", "src/moothall/queueing/tests/test_calls.py",
        "src/moothall/queueing/tests/test_what_a_share_drives.py",
        "src/moothall/web/public/tests/test_codes.py", "src/moothall/web/public/tests/test_runs.py",  # residents.sql
        "src/moothall/payments/tests/test_payments.py",  # links
    ],
}


def interval(found: int, of: int) -> tuple[float, float]:
    """Wilson's, for 95 in a hundred."""
    z, share = 1.96, found / of
    middle, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of), (middle + spread) / (1 + z * z / of)


def excuses() -> dict[str, tuple[str, str]]:
    """The file and the reason by the fault's name."""
    rows = YAML(typ="safe").load(EXCUSED.read_text(encoding="utf-8")) or []
    return {row["name"]: (row["file"], row["reason"]) for row in rows}


def tests_of(of: str) -> tuple[str, ...]:
    own = sorted((ROOT / TARGETS[of] / "tests").glob("test_*.py"))
    return (*(str(path.relative_to(ROOT)) for path in own), *BESIDE[of])


def tests_hash(of: str) -> str:
    """Of everything that could find a fault, and of what the faults are put in."""
    files = [ROOT / "conftest.py", *(ROOT / test for test in tests_of(of)),
             *sorted((ROOT / TARGETS[of]).rglob("*.py")), *sorted((ROOT / TARGETS[of]).glob("*.sql"))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def known(tests: str) -> dict[str, str]:
    """What was tried before, under the tests that there are now."""
    rows = [json.loads(line) for line in KEPT.read_text().splitlines()] if KEPT.exists() else []
    return {row["key"]: row["end"] for row in rows if row["tests"] == tests}


def ground_of(of: str, root: Path) -> Ground:
    kind = DatabaseGround if of == "tenancy" else Ground
    return kind(root, TARGETS[of], tests_of(of))


def main() -> int:
    ask = argparse.ArgumentParser(prog="./moot bench mutation", description=__doc__)
    ask.add_argument("--of", choices=sorted(TARGETS), default="responsibility")
    ask.add_argument("--sample", type=int, default=250, help="how many faults are drawn; 0 tries all")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--file", help="of one file alone, by its name, like scope.py or open_scope.sql")
    ask.add_argument("--minutes", type=float, help="stop then, and say the sum of what was tried")
    given = ask.parse_args()
    files = [path for path in sorted((ROOT / TARGETS[given.of]).glob("*")) if path.suffix in {".py", ".sql"}]
    files = [path for path in files if given.file in (None, path.name, path.stem)]
    every = [fault for path in files for fault in faults_of(path.relative_to(ROOT), path.read_text(encoding="utf-8"))]
    if not every:
        print(f"No fault can be put into {given.file}. Name a file of {TARGETS[given.of]}.")
        return 2
    excused = excuses()
    drawn = random.Random(given.seed).sample(every, min(given.sample or len(every), len(every)))
    ends = try_all(given.of, [fault for fault in drawn if fault.name not in excused], given.minutes)
    return tell(drawn, ends, excused, len(every))


def try_all(of: str, drawn: list[Fault], minutes: float | None) -> dict[str, str]:
    """How each ended, by its key; of a run that is stopped, those that were tried."""
    tests = tests_hash(of)  # of what is copied now, whatever is edited meanwhile
    ends = known(tests)
    left = [fault for fault in drawn if fault.key not in ends]
    if not left:
        return ends
    stop_at = time.monotonic() + 60 * minutes if minutes else math.inf
    for stops in (signal.SIGINT, signal.SIGTERM):  # also where a shell that started us has turned the first off
        signal.signal(stops, signal.default_int_handler)
    with TemporaryDirectory(prefix="moothall-mutation-") as made:
        ground = ground_of(of, Path(made).resolve())
        try:
            ground.prepare()
            reach = ground.reach()
            KEPT.parent.mkdir(exist_ok=True)
            for number, fault in enumerate(left, 1):
                if time.monotonic() > stop_at:
                    break
                before = children_cpu()
                ends[fault.key] = ground.tried(fault, reach)
                with KEPT.open("a") as kept:
                    kept.write(json.dumps({"key": fault.key, "tests": tests, "end": ends[fault.key]}) + "\n")
                print(f"{number}/{len(left)} {fault.file.name}:{fault.line} {ends[fault.key]}, {fault.name}, "
                      f"{children_cpu() - before:.1f} s of CPU", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            print("Stopped.", file=sys.stderr)
        finally:
            ground.close()
    return ends


def tell(drawn: list[Fault], ends: dict[str, str], excused: dict[str, tuple[str, str]], every: int) -> int:
    """What survived, what was excused, and the sum; 0 where it keeps the gate."""
    spared = [fault for fault in drawn if fault.name in excused]
    invalid = sum(ends.get(fault.key) == "invalid" for fault in drawn)
    tried = [fault for fault in drawn
             if fault.key in ends and fault.name not in excused and ends[fault.key] != "invalid"]
    for fault in tried:
        if ends[fault.key] not in FOUND:
            print(f"{ends[fault.key]}, line {fault.line}, {fault.name}\n{fault.diff}", end="\n\n")
    for fault in spared:
        print(f"excused, {fault.file.name}, line {fault.line}, {fault.name}: {excused[fault.name][1]}")
    for name in sorted({fault.file.name for fault in tried}):
        counted = Counter(ends[fault.key] for fault in tried if fault.file.name == name)
        print(f"{name:24} {sum(counted[end] for end in FOUND):4} found, {counted['survived']:3} survived, "
              f"{counted['broken']:3} could not be tried")
    if not tried:
        print("No fault was tried.")
        return 1
    found, late, broken = (sum(ends[fault.key] in wanted for fault in tried)
                           for wanted in (FOUND, ("timeout",), ("broken",)))
    low, high = interval(found, len(tried))
    print(f"\n{found} of {len(tried)} faults found ({found / len(tried):.1%}; 95 % sure: {low:.1%} to {high:.1%}), "
          f"{late} of them because the tests didn't end; {broken} could not be tried. {len(spared)} of those drawn are "
          f"excused, {invalid} are no SQL. {len(drawn)} were drawn of {every} in all, {len(tried)} tried. "
          f"Gate: {GATE:.0%}, and at most {MOST_EXCUSED:.0%} excused.")
    return 0 if found / len(tried) >= GATE and len(spared) / len(drawn) <= MOST_EXCUSED else 1


if __name__ == "__main__":
    sys.exit(main())
