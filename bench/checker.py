"""States and time of the checker, for each shipped script: the base, and each council's own way with it."""
from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from moothall.domain.interview.proof import LIMIT, prove
from moothall.scripts.packs import FOLDER, read_pack

NAME = "checker"
HELP = "states and time of the checker for each shipped script"
ROUNDS = 3
MOST_SECONDS = 20.0  # for one script, so that whoever writes one isn't kept waiting


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser(prog="bench checker", description=HELP).parse_args(argv)
    slowest, largest = 0.0, 0
    print(f"{'pack':14} {'script':14} {'as':10} {'steps':>5} {'states':>8} {'longest':>7} {'seconds':>8}")
    for folder in sorted(path.parent for path in FOLDER.glob("*/pack.yaml")):
        for row in rows(folder):
            print(f"{row[0]:14} {row[1]:14} {row[2] or 'the base':10} {row[3]:5} {row[4]:8,} {row[5]:7} {row[6]:8.3f}")
            slowest, largest = max(slowest, row[6]), max(largest, row[4])
    print(f"slowest script: {slowest:.2f} s (gate: at most {MOST_SECONDS:.0f})")
    print(f"most states: {largest:,} (the checker refuses over {LIMIT:,} behind one step)")
    return 0 if slowest <= MOST_SECONDS else 1


def rows(folder: Path) -> list[tuple[str, str, str, int, int, int, float]]:
    """Each script of a pack, as the base and as each council with a way of its own has it."""
    pack, _ = read_pack(folder)
    found = []
    for looked in pack.looked if pack else ():
        text = pack.script_for(looked.script, looked.council) if pack else None
        if pack is None or text is None:
            continue
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            proof = prove(text.script)
            times.append(time.perf_counter() - began)
        size = len(text.script.steps)
        found.append(
            (pack.slug, looked.script, looked.council, size, proof.states, proof.longest, statistics.median(times))
        )
    return found


if __name__ == "__main__":
    raise SystemExit(main())
