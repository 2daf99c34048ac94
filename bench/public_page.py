"""A resident's page against the bare rendering of its template: one question of a script, with its scope and replay.

    ./moot bench public_page [--rounds 300]

Gates: a page takes at most 3 times as long as its template alone, p95 at most 15 ms at 100 a second. One process, one
thread, no network. Exit 1 where a gate is missed.
"""
from __future__ import annotations

import argparse
import statistics
from time import perf_counter
from typing import Any

from bench.door import become_public, begin, paced
from bench.ground import ground

GATE_RATIO, GATE_MS, A_SECOND = 3.0, 15.0, 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    args = parser.parse_args()
    with ground("public-page", customers=2000) as (_, url):
        client = become_public(url)
        try:
            good = measure(client, args.rounds)
        finally:
            from django.db import connection

            connection.close()
    return 0 if good else 1


def measure(client: Any, rounds: int) -> bool:
    from moothall.web.public import run_views

    path, kept, render = begin(client), [], run_views.render

    def keeping(*given: Any, **named: Any) -> Any:
        kept[:] = [given]
        return render(*given, **named)

    run_views.render = keeping  # type: ignore[attr-defined]
    whole, bare = [], []
    for turn in range(rounds + 20):
        started = perf_counter()
        assert client.get(path).status_code == 200
        between = perf_counter()
        render(*kept[0])
        if turn >= 20:
            whole.append((between - started) * 1000)
            bare.append((perf_counter() - between) * 1000)
    ratio = statistics.median(whole) / statistics.median(bare)
    p95 = paced(lambda _: client.get(path), A_SECOND, 10)
    print(f"page {statistics.median(whole):.2f} ms, its template {statistics.median(bare):.2f} ms: ×{ratio:.2f}")
    print(f"p95 {p95:.1f} ms at {A_SECOND} a second")
    good = ratio <= GATE_RATIO and p95 <= GATE_MS
    print("held" if good else f"MISSED: at most ×{GATE_RATIO} and {GATE_MS} ms")
    return good


if __name__ == "__main__":
    raise SystemExit(main())
