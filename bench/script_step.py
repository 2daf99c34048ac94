"""Time per step of the largest shipped script: its longest example, replayed from the top as each answer does it.

The limit is 1 ms a step. The whole replay, which is what an answer at the desk or on the web costs, is printed beside.
"""
from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moothall.domain.interview.examples import play
from moothall.domain.interview.model import Script
from moothall.domain.interview.run import End, Walk, walk
from moothall.scripts.packs import FOLDER, load_pack

NAME = "script_step"
HELP = "time per step of the largest shipped script, against 1 ms"
LIMIT_MS = 1.0


@dataclass(frozen=True, slots=True)
class Way:
    """An example that comes to an end, and all that its last replay was made of."""

    name: str
    script: Script
    state: Mapping[str, Any]
    walked: Walk


def ways() -> list[Way]:
    """Every example of every pack, played to its end."""
    found = []
    for folder in sorted(path.parent for path in FOLDER.glob("*/pack.yaml")):
        pack, _ = load_pack(folder)
        for example in pack.examples if pack else ():
            script = next(each.script for each in pack.scripts if each.key == example["script"])
            values = {each.gss: each.values for each in pack.parameters}.get(str(example.get("council")), {})
            state: dict[str, Any] = {}
            walked, findings = play(script, example, values, state=state)
            if isinstance(walked.next, End) and not findings:
                found.append(Way(str(example["name"]), script, state, walked))
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench script_step", description=HELP)
    parser.add_argument("--rounds", type=int, default=300, help="replays that are timed")
    rounds = parser.parse_args(arguments).rounds
    played = ways()
    largest = max(len(way.script.steps) for way in played)
    way = max((way for way in played if len(way.script.steps) == largest), key=lambda way: len(way.walked.passed))
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        walk(way.script, **way.state)
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    whole, slow = times[len(times) // 2], times[int(len(times) * 0.95)]
    steps = len(way.walked.passed) + 1
    print(f"{way.script.key}: {len(way.script.steps)} steps; its longest example passes {steps}: {way.name}")
    print(f"a replay of it all: {whole:.2f} ms (p95 {slow:.2f} ms), which is what one answer costs")
    print(f"a step: {whole / steps * 1000:.0f} µs (p95 {slow / steps * 1000:.0f} µs)")
    print(f"ratio to the limit of {LIMIT_MS:.0f} ms a step: {slow / steps / LIMIT_MS:.3f} (gate: at most 1)")
    return 0 if slow / steps <= LIMIT_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
