"""Run the carrier: `python -m simulators.notify --port 8006 --services services.json [--store FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from simulators.http_door import serve

from .carrier import Carrier


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="notify", description="A simulated GOV.UK Notify: its API, and no sending.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one; the line 'ready' names it")
    parser.add_argument("--services", type=Path, required=True,
                        help="JSON: a list of {service_id, name, secret, templates}")  # fmt: skip
    parser.add_argument("--store", default=":memory:", help="a file that keeps what was sent")
    options = parser.parse_args(words)
    try:
        services = json.loads(options.services.read_text(encoding="utf-8"))
        serve(Carrier(services, options.store), options.host, options.port)
    except (OSError, ValueError) as problem:
        print(f"notify: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
