"""Compile and prove an agreement of 50 councils over a year: processor time over the mark, and over a minute loop.

    ./moot bench responsibility [--rounds 3] [--sample 6]

The mark is 2 s on one core for 100,000 cells, compiled and checked in all: for an agreement that is sound and for one
with gaps everywhere. Each service with shares of its own, as nobody writes them, is measured too and has no gate. The
loop goes through each minute of the year of a sample of cells, shares no code, and must find the same gaps.
"""
from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.fifty_councils import COUNCILS, NAMES, SERVICES, agreement
from moothall.agreements.register import bank_holidays
from moothall.domain.calendar import WeekHours
from moothall.domain.findings import Finding
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.findings import check_agreement
from moothall.domain.responsibility.gaps import gaps
from moothall.domain.responsibility.shares import CHANNELS, FUNCTIONS, AgreementTerms, Cell
from moothall.domain.responsibility.spans import Times
from moothall.domain.weeks import Weeks

MARK_S = 2.0
LONDON = ZoneInfo("Europe/London")
DAYS = bank_holidays().of("england-and-wales")
HOLIDAYS = dict.fromkeys(COUNCILS, DAYS)
CELLS = len(COUNCILS) * len(SERVICES) * len(CHANNELS) * len(FUNCTIONS)
Minute = tuple[date, int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=6, help="cells that the minute loop goes through")
    args = parser.parse_args()
    print(f"{CELLS:,} cells over a year; processor time, median of {args.rounds}; the mark is {MARK_S:g} s")
    print(f"  {'':24} {'shares':>8} {'findings':>9} {'compile':>9} {'all':>8} {'of the mark':>12}")
    sound, broken = (_measure(name, args.rounds, group=10, broken=wrong) for name, wrong in
                     (("sound", False), ("gaps everywhere", True)))
    _measure("each service by itself", args.rounds, group=1)
    missed = [name for name, ratio in (("sound", sound), ("gaps everywhere", broken)) if ratio > 1]
    if not _against_the_loop(agreement(group=10, broken=True), args.sample):
        missed.append("the same gaps as the minute loop")
    print(f"MISSED: {', '.join(missed)}" if missed else "all gates kept")
    return 1 if missed else 0


def _measure(name: str, rounds: int, **shape: Any) -> float:
    """Print a line; how much of the mark it takes, compiled and checked."""
    terms = agreement(**shape)
    compiling, checking, found = [], [], list[Finding]()
    for _ in range(rounds):
        gc.collect()  # what earlier rounds left behind isn't this one's
        begun = time.process_time()
        compile_shares(terms.shares, HOLIDAYS)
        compiled = time.process_time()
        found = check_agreement(terms, names=NAMES, holidays=HOLIDAYS)  # it compiles for itself
        compiling.append(compiled - begun)
        checking.append(time.process_time() - compiled)
    taken = statistics.median(checking)
    print(f"  {name:24} {len(terms.shares):8,} {len(found):9,} {statistics.median(compiling):7.2f} s {taken:6.2f} s "
          f"{taken / MARK_S:12.2f}")
    return taken / MARK_S


def _against_the_loop(terms: AgreementTerms, count: int) -> bool:
    """Whether both find the same gaps in a sample; prints how much faster ours is for a cell."""
    choose = random.Random(4)
    sample = [Cell(choose.choice(COUNCILS), choose.choice(SERVICES), channel, function)
              for channel, function in choose.choices([(c, f) for c in CHANNELS for f in FUNCTIONS], k=count)]
    begun = time.process_time()
    looped = _loop(terms, sample)
    loop_s = (time.process_time() - begun) / count
    begun = time.process_time()
    times = Times(compile_shares(terms.shares, HOLIDAYS))
    found = list(gaps(terms.covers, times))
    ours_s = (time.process_time() - begun) / CELLS
    calendar = {cell: {minute for gap in found if cell in gap.cells for minute in _minutes(gap.times)}
                for cell in sample}
    same = calendar == looped
    total = sum(map(len, looped.values()))
    print(f"minute loop, {count} cells: {loop_s:.2f} s a cell, {loop_s * CELLS / 3600:,.0f} hours for all; "
          f"ours is {loop_s / ours_s:,.0f} times faster")
    print(f"  {'the same' if same else 'NOT the same'} {total:,} minutes without an answer or a resolver")
    return same


def _minutes(times: tuple[Weeks, ...]) -> set[Minute]:
    found: set[Minute] = set()
    for weeks in times:
        day = weeks.first
        while day <= weeks.last:
            found |= {(day, minute) for start, end in weeks.on(day, DAYS) for minute in range(start, end)}
            day += timedelta(days=1)
    return found


def _loop(terms: AgreementTerms, cells: list[Cell]) -> dict[Cell, set[Minute]]:
    """Each minute of the year by the clock: is it promised, and is any share open?"""
    found: dict[Cell, set[Minute]] = {}
    for cell in cells:
        promised = [cover for cover in terms.covers if cell in set(cover.cells())]
        shares = [share for share in terms.shares if share.client == cell.council and cell in set(share.cells())]
        at, lacking = terms.starts, set()
        while at < terms.ends:
            local = at.astimezone(LONDON)
            day, minute = local.date(), local.hour * 60 + local.minute
            if any(_open(cover.hours, day, minute) for cover in promised) and not any(
                share.starts <= at < share.ends and _open(share.hours, day, minute) for share in shares
            ):
                lacking.add((day, minute))
            at += timedelta(minutes=1)
        found[cell] = lacking
    return found


def _open(hours: WeekHours, day: date, minute: int) -> bool:
    spans = hours.weekdays[day.weekday()] if day not in DAYS else hours.bank_holiday
    for named, own in hours.exceptions:
        if named == day:
            spans = own
    return any(start <= minute < end for start, end in spans)


if __name__ == "__main__":
    sys.exit(main())
