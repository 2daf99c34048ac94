"""Run the package: `python -m simulators.revenues --port 8007 --store FILE --homes FILE`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from datetime import date
from pathlib import Path

from .store import Store, homes_in
from .web import Server


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="revenues", description="A simulated revenues and benefits package.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one; the line 'ready' names it")
    parser.add_argument("--store", default=":memory:", help="the SQLite file; without it nothing is kept")
    parser.add_argument("--homes", type=Path, help="open an account for each home of this file that has none")
    parser.add_argument("--keys", type=Path, help="JSON: the key that each authority's callers must show")
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day by which new accounts stand")
    options = parser.parse_args(words)
    try:
        store = Store(options.store)
        day = options.today or date.today()  # noqa: DTZ011  # the civil day where it runs; the store keeps it
        opened = store.fill(homes_in(options.homes), day) if options.homes else 0
        keys = json.loads(options.keys.read_text(encoding="utf-8")) if options.keys else {}
        server = Server((options.host, options.port), store, keys)
    except (OSError, ValueError, KeyError) as problem:
        print(f"revenues: {problem}", file=sys.stderr)
        return 1
    print(json.dumps({"ready": "revenues", "port": server.server_address[1], "opened": opened}), flush=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.end).start())
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
