"""How fast a call is painted in Chromium: from the caller's dialling at the exchange to the frame that shows who rings.

    ./moot bench paint [--desks 200] [--customers 20000] [--seconds 20] [--pages 8]

All is real, as in bench/screen_pop.py; 10 whole calls a second, every caller a customer. All desks are ready and hold a
stream; of these a few are pages of a real Chromium, each in a window of its own, which answer and finish by their own
buttons, and bench/desks.py plays the others. The longest idle of 200 would leave each page one call in 20 seconds, so
skills split the calls: every fifth goes to a line for bins, and only the pages are skilled in bins; the rest goes to
general lines, in which only the others are skilled. So each call to a line for bins must be painted by a page.

The clock starts when the request to place the call is written to the exchange. It stops in the page at the later of two
moments: the second animation frame after #desk became `ringing`, which is the convention, and the one at which Chromium
says that it presented the line with the number (element timing), some milliseconds later on a busy machine. Both
processes read the machine's wall clock. Gate: p95 at most 100 ms. Exit 1 where it is missed or a call was not seen.
"""
from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
from playwright.async_api import Browser, Page, async_playwright

from bench.agents import session_key
from bench.desks import e164
from bench.ground import DATABASE, ROOT, environment, ground, percentile
from bench.screen_pop import Desks, Numbers
from bench.stack import Stack, stack

GATE_MS = 100.0
RATE = 10
TALK_S, PATIENCE_S = 1.0, 20.0
PAINTED_LINES, OTHER_LINES, PAINTED_EVERY = ("5001", "5011"), ("5002", "5012"), 5
PAINTED_SKILL, OTHER_SKILL = "refuse", "first-contact"
WARM_CALLS = 50
SLOWEST_FRAME_MS = 50.0  # of a page in the background comes one a second
CHROMIUM = os.environ.get("MOOTHALL_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows", "--disable-background-timer-throttling",
]

# Notes each pop as [number, moment of the change, moment of its paint], and presses what the agent would.
WATCH = """() => {
  const desk = document.getElementById("desk");
  const press = (button) => document.querySelector(button)?.click();
  const frame = () => new Promise((come) => requestAnimationFrame(() => come(Date.now())));
  const secondFrame = () => frame().then(frame);
  const presenting = new Map(); // contact → whom to tell the moment
  let rung = "", finished = "";
  window.benchPops = [];
  new PerformanceObserver((list) => {
    const began = Date.now() - performance.now();
    for (const shown of list.getEntries()) presenting.get(shown.identifier)?.(began + shown.renderTime);
  }).observe({ type: "element" });
  async function ring(contact) {
    const changed = Date.now();
    const number = desk.querySelector("[data-status] .nowrap")?.textContent ?? "";
    const presented = new Promise((come) => presenting.set(contact, come));
    const moments = await Promise.all([secondFrame(), presented]);
    window.benchPops.push([number, changed, Math.max(...moments)]);
    press('#desk [data-key="answer"]');
  }
  new MutationObserver(() => {
    const { state, contact } = desk.dataset;
    // again where a second fetch has replaced the line: Chromium doesn't tell of one that is gone before it is shown
    if (state === "ringing") desk.querySelector("[data-status]").setAttribute("elementtiming", contact);
    if (state === "ringing" && contact !== rung) ring(rung = contact);
    else if (state === "wrap_up" && contact !== finished) {
      finished = contact;
      secondFrame().then(() => press('#finish button[value="ready"]'));
    }
  }).observe(desk, { childList: true, attributes: true, attributeFilter: ["data-state", "data-contact"] });
}"""
TAKE = "() => window.benchPops.splice(0)"
FRAME_MS = """() => new Promise((told) => {
  const begin = performance.now();
  let left = 30;
  const next = () => left-- ? requestAnimationFrame(next) : told((performance.now() - begin) / 30);
  next();
})"""


@dataclass(frozen=True, slots=True)
class Pops:
    """Milliseconds, sorted: from the dialling to a page's change, its paint, and the last byte at the other desks.

    `sent` and `others_sent` are how many calls went to the pages and to the others.
    """

    changed: list[float]
    painted: list[float]
    sent: int
    others: list[float]
    others_sent: int

    @property
    def p95(self) -> float:
        return percentile(self.painted, 0.95) if self.painted else float("inf")

    @property
    def good(self) -> bool:
        return self.p95 <= GATE_MS and len(self.painted) == self.sent and len(self.others) == self.others_sent

    def __str__(self) -> str:
        if not self.painted:
            return f"nothing was painted of {self.sent} calls to the pages"
        p50, p95, p99 = (percentile(self.painted, share) for share in (0.5, 0.95, 0.99))
        change, other = percentile(self.changed, 0.95), percentile(self.others, 0.95) if self.others else float("inf")
        return (
            f"p50 {p50:.0f}  p95 {p95:.0f}  p99 {p99:.0f} ms, {len(self.painted)} painted of {self.sent}; "
            f"p95 / gate of {GATE_MS:.0f} ms {p95 / GATE_MS:.2f}\n"
            f"p95 of the pages' change {change:.0f} ms; of the last byte at the other desks {other:.0f} ms, "
            f"{len(self.others)} seen of {self.others_sent}"
        )


def split_skills(dsn: str, first_page: int) -> None:
    """The bench's agents from `first_page` on keep the one skill, those before it the other."""
    with psycopg.connect(dsn) as connection:
        connection.execute(
            """
            DELETE FROM people_skill USING people_person p, tenancy_service s
            WHERE p.id = person_id AND s.number = service_id AND p.email LIKE 'bench-%%'
              AND s.slug <> CASE WHEN p.station::int >= %s THEN %s ELSE %s END
            """,
            [4200 + first_page, PAINTED_SKILL, OTHER_SKILL],
        )


@asynccontextmanager
async def open_pages(staff: str, numbers: range) -> AsyncIterator[list[Page]]:
    """A page at the ready desk of each of these agents of the bench, watched."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield [await open_page(browser, staff, number) for number in numbers]
        finally:
            await browser.close()


async def open_page(browser: Browser, staff: str, number: int) -> Page:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Europe/London"
    )
    await context.add_cookies([{"name": "sessionid", "value": session_key(number), "url": staff}])
    page = await context.new_page()
    page.on("pageerror", lambda error: print(f"page {number}: {error}", file=sys.stderr, flush=True))
    await page.goto(f"{staff}/desk/")
    await page.wait_for_selector('#desk[data-state="ready"]')
    await page.evaluate(WATCH)
    return page


async def frame_time(pages: list[Page]) -> float:
    """Milliseconds between frames in the slowest page; stops the bench where a page is treated as hidden."""
    states = [await page.evaluate("() => document.visibilityState") for page in pages]
    slowest: float = max(await asyncio.gather(*(page.evaluate(FRAME_MS) for page in pages)))
    if set(states) != {"visible"} or slowest > SLOWEST_FRAME_MS:
        raise SystemExit(f"Chromium throttles the pages: {states}, {slowest:.0f} ms a frame. Nothing was measured.")
    return slowest


async def place_calls(address: str, numbers: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Place a call from each number, evenly in time. When each was written: those to the pages by the wall clock, as
    pages count, and those to the others by the performance counter, as bench/desks.py counts."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    drain = asyncio.create_task(reader.read())  # or the exchange would wait for us to hear its answers
    to_pages: dict[str, float] = {}
    to_others: dict[str, float] = {}
    due = time.perf_counter() + 0.2
    for position, number in enumerate(numbers):
        due += 1 / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        turn, rest = divmod(position, PAINTED_EVERY)
        line = (OTHER_LINES if rest else PAINTED_LINES)[turn % 2]
        call = {"op": "place", "to": line, "from": number, "talk": TALK_S, "patience": PATIENCE_S}
        if rest:
            to_others[number] = time.perf_counter()
        else:
            to_pages[number] = time.time()
        writer.write(json.dumps(call).encode() + b"\n")
    await asyncio.sleep(TALK_S + 1.5)
    drain.cancel()
    writer.close()
    return to_pages, to_others


async def measure(running: Stack, desks: Desks, pages: list[Page], numbers: list[str]) -> Pops:
    placed, to_others = await place_calls(running.callers, numbers)
    seen = await painted_by(pages, placed.keys())
    popped = desks.popped()
    times = [(seen[number], moment * 1000) for number, moment in placed.items() if number in seen]
    return Pops(
        changed=sorted(changed - moment for (changed, _), moment in times),
        painted=sorted(painted - moment for (_, painted), moment in times),
        sent=len(placed),
        others=sorted((popped[number][1] - at) * 1000 for number, at in to_others.items() if number in popped),
        others_sent=len(to_others),
    )


async def painted_by(pages: list[Page], expected: Collection[str]) -> dict[str, tuple[float, float]]:
    """Number → moments of the change and of the paint in milliseconds; waits for all as long as a caller would."""
    seen: dict[str, tuple[float, float]] = {}
    until = time.perf_counter() + PATIENCE_S
    while True:
        for page in pages:
            for number, changed, painted in await page.evaluate(TAKE):
                seen.setdefault(e164(number), (changed, painted))
        if all(number in seen for number in expected) or time.perf_counter() > until:
            return seen
        await asyncio.sleep(0.5)


async def run(running: Stack, numbers: Numbers, args: argparse.Namespace) -> Pops:
    first_page = args.desks - args.pages
    desks = Desks(running, first_page, answer=True)
    try:
        async with open_pages(running.staff, range(first_page, args.desks)) as pages:
            frame = await frame_time(pages)
            print(f"{args.desks} desks, {args.pages} of them pages in Chromium with a frame every {frame:.1f} ms, "
                  f"{args.customers} customers", flush=True)
            await measure(running, desks, pages, numbers.take(WARM_CALLS))  # what is compiled and prepared
            return await measure(running, desks, pages, numbers.take(RATE * args.seconds))
    finally:
        desks.end()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=200, help="all of them, the pages included")
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--pages", type=int, default=8, help="with 4 or fewer, calls wait for a page to be ready again")
    args = parser.parse_args()
    print(f"the machine's load before the bench: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)
    with ground("paint", customers=args.customers) as (cluster, url):
        subprocess.run(
            [sys.executable, "-m", "bench.agents", "add", str(args.desks)], env=environment(url, MOOTHALL_ROLE="owner"),
            cwd=ROOT, check=True,
        )
        split_skills(cluster.bootstrap_url(DATABASE), args.desks - args.pages)
        numbers = Numbers(url)
        with stack(url, cluster.folder / "log", workers=2) as running:
            pops = asyncio.run(run(running, numbers, args))
    print(f"10 whole calls a second, painted: {pops}", flush=True)
    return 0 if pops.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
