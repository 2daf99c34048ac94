"""Run the waste system: `python -m simulators.waste --port 8008 --services services.json [--store FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from simulators.http_door import serve

from .system import System


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="waste", description="A simulated waste system: days for large items.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one; the line 'ready' names it")
    parser.add_argument("--services", type=Path, required=True, help="JSON: a list of {key, name}")
    parser.add_argument("--store", default=":memory:", help="a file that keeps the bookings")
    options = parser.parse_args(words)
    try:
        services = json.loads(options.services.read_text(encoding="utf-8"))
        serve(System(services, options.store), options.host, options.port)
    except (OSError, ValueError) as problem:
        print(f"waste: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
