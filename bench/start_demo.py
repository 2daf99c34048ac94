"""How long `./moot demo` takes from a fresh clone, and a second time; the promise is 10 s for the second.

The first start depends on the network and on what uv and npm have in their caches; `--cold` gives them empty ones.
Each start is one of `demo --no-tour --exit`: all programs are ready, then all are stopped.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROMISE_S = 10.0
LINE = re.compile(r"^ *(\d+\.\d) s  (.*)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="with empty caches of uv and npm")
    parser.add_argument("--second-starts", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="keep the clone")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="moothall-start-"))
    folder.chmod(0o755)
    try:
        return measure(folder, options)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, options: argparse.Namespace) -> int:
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    env = {
        name: value for name, value in os.environ.items() if not name.startswith("MOOTHALL_") and name != "DATABASE_URL"
    }
    if options.cold:
        env |= {"UV_CACHE_DIR": str(folder / "uv"), "npm_config_cache": str(folder / "npm")}
    port = free_ports()
    first, lines = start(clone, port, env)
    print("first start, the slowest steps:")
    for seconds, text in sorted(steps(lines), reverse=True)[:6]:
        print(f"  {seconds:6.1f} s  {text}")
    worked = processor_seconds()
    seconds = sorted(start(clone, port, env)[0] for _ in range(options.second_starts))
    median = seconds[len(seconds) // 2]
    print(f"first start until all is ready   {first:6.1f} s")
    print(f"second start, median of {len(seconds)}       {median:6.1f} s  (from {seconds[0]:.1f} to {seconds[-1]:.1f})")
    worked = (processor_seconds() - worked) / options.second_starts
    print(f"processor time of a second start {worked:6.1f} s  on {os.cpu_count()} processors, its stop included")
    print(f"second start / promise of {PROMISE_S:.0f} s    {median / PROMISE_S:6.2f}")
    return 0 if median <= PROMISE_S else 1


def start(clone: Path, port: int, env: dict[str, str]) -> tuple[float, list[str]]:
    """One start and stop; the seconds until the last program was ready, and the lines of progress."""
    command = [sys.executable, "moot", "demo", "--no-tour", "--exit", "--port", str(port)]
    begin = time.monotonic()
    running = subprocess.Popen(command, cwd=clone, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert running.stdout is not None
    ready, lines = 0.0, []
    for line in running.stdout:
        lines.append(line)
        if " is ready" in line:
            ready = time.monotonic() - begin
    if running.wait():
        raise SystemExit("The demo did not start:\n" + "".join(lines))
    return ready, lines


def processor_seconds() -> float:
    """What the programs that we have waited for have used; it hardly minds other work on the machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def steps(lines: list[str]) -> list[tuple[float, str]]:
    """How long before each line of progress nothing was said: that line's step took it."""
    said = [(float(match[1]), match[2]) for line in lines if (match := LINE.match(line))]
    return [(at - before, text) for (before, _), (at, text) in pairwise(said)]


def free_ports() -> int:
    """The first of six ports that nobody uses now."""
    for first in range(18200, 19000, 10):
        try:
            for port in range(first, first + 6):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise SystemExit("No six free ports in a row between 18200 and 19000.")


if __name__ == "__main__":
    sys.exit(main())
