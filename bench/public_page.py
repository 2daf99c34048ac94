"""A resident's page against the bare rendering of its template: one question of a script, with its scope and replay.

    ./moot bench public_page [--rounds 300]

Gates: a page takes at most 3 times as long as its template alone, in one process without a network; and, as it is
served by two processes, p95 at most 15 ms at 100 a second. Exit 1 where a gate is missed.
"""
from __future__ import annotations

import argparse
import statistics
from time import perf_counter
from typing import Any

from bench.door import Visitor, become_public, begin, environ, paced, served
from bench.ground import ground

GATE_RATIO, GATE_MS, A_SECOND, SECONDS = 3.0, 15.0, 100, 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    args = parser.parse_args()
    with ground("public-page", customers=2000) as (_, url):
        visitor = become_public(url)
        try:
            good = measure(visitor, args.rounds, url)
        finally:
            from django.db import connection

            connection.close()
    return 0 if good else 1


def measure(visitor: Visitor, rounds: int, url: str) -> bool:
    from moothall.web.public import run_views

    path, kept, render = begin(visitor), [], run_views.render

    def keeping(*given: Any, **named: Any) -> Any:
        kept[:] = [given]
        return render(*given, **named)

    run_views.render = keeping  # type: ignore[attr-defined]
    whole, bare = [], []
    for turn in range(rounds + 20):
        started = perf_counter()
        assert visitor.get(path).status == 200
        between = perf_counter()
        render(*kept[0])
        if turn >= 20:
            whole.append((between - started) * 1000)
            bare.append((perf_counter() - between) * 1000)
    ratio = statistics.median(whole) / statistics.median(bare)
    with served(url) as port:
        asked = [environ(path, visitor.cookies_for(path))] * (A_SECOND * SECONDS)
        paced(port, asked[:A_SECOND], A_SECOND)  # each process reads its packs and templates once
        p95 = paced(port, asked, A_SECOND)
    print(f"page {statistics.median(whole):.2f} ms, its template {statistics.median(bare):.2f} ms: ×{ratio:.2f}")
    print(f"p95 {p95:.1f} ms at {A_SECOND} a second")
    good = ratio <= GATE_RATIO and p95 <= GATE_MS
    print("held" if good else f"MISSED: at most ×{GATE_RATIO} and {GATE_MS} ms")
    return good


if __name__ == "__main__":
    raise SystemExit(main())
