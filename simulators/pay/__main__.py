"""Run the provider: `python -m simulators.pay --port 8007 --services services.json [--store FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from simulators.http_door import serve

from .provider import Provider


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="pay", description="A simulated GOV.UK Pay: its API and its card page.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one; the line 'ready' names it")
    parser.add_argument("--services", type=Path, required=True, help="JSON: a list of {key, name}")
    parser.add_argument("--store", default=":memory:", help="a file that keeps the payments")
    options = parser.parse_args(words)
    try:
        provider = Provider(json.loads(options.services.read_text(encoding="utf-8")), options.store)

        def started(port: int) -> None:
            provider.pages = f"http://localhost:{port}"

        serve(provider, options.host, options.port, started=started)
    except (OSError, ValueError) as problem:
        print(f"pay: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
