"""How fast the screen pops: from the caller's dialling at the exchange to the fragment's bytes at the desk.

    ./moot bench screen_pop [--desks 200] [--customers 200000] [--seconds 20] [--quick]

All processes are real: the simulated exchange over TCP, router, live, pages, PostgreSQL with durable commits. The clock
starts when the request to place the call is written to the exchange, so its own work counts too; it stops when the last
byte of the fragment that shows the caller's number has been read by a desk of another process. Every caller is a
customer, looked up among all. Gates: 10 whole calls a second, p95 at most 25 ms; 100 offers a second (offer, pop,
hang up), p95 at most 10 × the bare limit (bench/pop_limit.py), taken in the same run. Exit 1 where a gate is missed.
"""
from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.ground import DATABASE, ROOT, environment, ground, percentile
from bench.stack import Stack, stack

GATE_CALLS_MS, GATE_TIMES_LIMIT = 25.0, 10.0
LINES = ("5001", "5011", "5002", "5012")
RATES = (10, 20, 40, 60, 80, 100, 130, 160, 200)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Milliseconds of each call that popped, sorted; and how many were placed."""

    times: list[float]
    bells: list[float]
    placed: int

    def __str__(self) -> str:
        missed = self.placed - len(self.times)
        if not self.times:
            return f"nothing popped, {missed} calls were placed"
        p50, p95, p99 = (percentile(self.times, share) for share in (0.5, 0.95, 0.99))
        bell = f"doorbell p50 {percentile(self.bells, 0.5):.1f} p95 {percentile(self.bells, 0.95):.1f}"
        return f"p50 {p50:.1f}  p95 {p95:.1f}  p99 {p99:.1f} ms ({bell}), {missed} of {self.placed} not seen"

    @property
    def p95(self) -> float:
        return percentile(self.times, 0.95) if self.times else float("inf")


class Desks:
    """The process that plays the desks; says `{number: moment}` of what popped since it was last asked."""

    def __init__(self, stack: Stack, desks: int, *, answer: bool) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.desks", stack.staff, stack.live, str(desks), "answer" if answer else "look"],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        assert self.process.stdout
        if not self.process.stdout.readline().startswith("ready"):
            raise SystemExit("The desks did not come up; the error stands above.")

    def popped(self) -> dict[str, tuple[float, float]]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("popped\n")
        self.process.stdin.flush()
        found: dict[str, tuple[float, float]] = json.loads(self.process.stdout.readline())
        return found

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)


async def place_calls(
    address: str, numbers: list[str], *, rate: float, talk: float | None, patience: float
) -> dict[str, float]:
    """Place a call from each number, evenly in time; the moment at which each was written."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    drain = asyncio.create_task(_read_away(reader))
    placed: dict[str, float] = {}
    due = time.perf_counter() + 0.2
    for position, number in enumerate(numbers):
        due += 1 / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        call = {"op": "place", "to": LINES[position % len(LINES)], "from": number, "talk": talk, "patience": patience}
        placed[number] = time.perf_counter()
        writer.write(json.dumps(call).encode() + b"\n")
    await asyncio.sleep(patience + 1.5)
    drain.cancel()
    writer.close()
    return placed


async def _read_away(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass


def measure(stack: Stack, desks: Desks, numbers: list[str], *, rate: float, whole: bool) -> Outcome:
    """Calls of a second's talk, or offers that are hung up after half a second."""
    patience, talk = (20.0, 1.0) if whole else (0.5, None)
    placed = asyncio.run(place_calls(stack.callers, numbers, rate=rate, talk=talk, patience=patience))
    popped = desks.popped()
    seen = [(popped[number], moment) for number, moment in placed.items() if number in popped]
    bells = sorted((bell - moment) * 1000 for (bell, _), moment in seen)
    times = sorted((shown - moment) * 1000 for (_, shown), moment in seen)
    return Outcome(times, bells, len(placed))


def bare_limit(dsn: str, desks: int, rate: int) -> float:
    """p95 of the bare limit: row, NOTIFY, LISTEN, SSE; no look-up and no page."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "pop_limit.py"), dsn, "--desks", str(desks), "--rate", str(rate)],
        text=True, capture_output=True, check=True,
    )
    found = re.search(r"p95 ([0-9.]+)", done.stdout)
    assert found, done.stdout
    return float(found.group(1))


class Numbers:
    """Telephone numbers that customers have, each used once."""

    def __init__(self, url: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "bench.agents", "numbers"], env=environment(url, MOOTHALL_ROLE="owner"), cwd=ROOT,
            text=True, capture_output=True, check=True,
        )
        self.left: list[str] = json.loads(done.stdout)

    def take(self, count: int) -> list[str]:
        if len(self.left) < count:
            raise SystemExit("Not enough customers for so many calls: give --customers a larger number.")
        taken, self.left = self.left[:count], self.left[count:]
        return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=200)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2, help="processes of the staff pages")
    parser.add_argument("--quick", action="store_true", help="no search for the rate at which 25 ms are passed")
    args = parser.parse_args()
    good = True
    with ground("screen-pop", customers=args.customers) as (cluster, url):
        subprocess.run(
            [sys.executable, "-m", "bench.agents", "add", str(args.desks)], env=environment(url, MOOTHALL_ROLE="owner"),
            cwd=ROOT, check=True,
        )
        numbers = Numbers(url)
        with stack(url, cluster.folder / "log", workers=args.workers) as running:
            print(f"{args.desks} desks, {args.customers} customers, {args.workers} page processes", flush=True)
            desks = Desks(running, args.desks, answer=True)
            measure(running, desks, numbers.take(50), rate=10, whole=True)  # warms what is compiled and prepared
            calls = measure(running, desks, numbers.take(10 * args.seconds), rate=10, whole=True)
            desks.end()
            good &= calls.p95 <= GATE_CALLS_MS and calls.placed == len(calls.times)
            print(f"10 whole calls a second: {calls}; gate p95 {GATE_CALLS_MS:.0f} ms", flush=True)
            desks = Desks(running, args.desks, answer=False)
            offers = measure(running, desks, numbers.take(100 * args.seconds), rate=100, whole=False)
            limit = bare_limit(cluster.bootstrap_url(DATABASE), args.desks, 100)
            good &= offers.p95 <= GATE_TIMES_LIMIT * limit
            print(f"100 offers a second: {offers}; bare limit p95 {limit:.1f} ms, ratio {offers.p95 / limit:.1f}, "
                  f"gate {GATE_TIMES_LIMIT:.0f}", flush=True)
            if not args.quick:
                print(f"p95 passes {GATE_CALLS_MS:.0f} ms at {passing_rate(running, desks, numbers)}", flush=True)
            desks.end()
    return 0 if good else 1


def passing_rate(stack: Stack, desks: Desks, numbers: Numbers) -> str:
    """The first rate of offers at which the 95th percentile is over the gate."""
    for rate in RATES:
        outcome = measure(stack, desks, numbers.take(rate * 6), rate=rate, whole=False)
        print(f"   {rate:4} offers a second: {outcome}", flush=True)
        if outcome.p95 > GATE_CALLS_MS:
            return f"{rate} offers a second"
    return f"more than {RATES[-1]} offers a second"


if __name__ == "__main__":
    raise SystemExit(main())
