"""Whether every council's bank holidays are known, and for long enough: working days are counted by them."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from moothall.agreements.register import bank_holidays
from moothall.domain.calendar import Holidays, wall_clock
from moothall.domain.findings import Finding, Place
from moothall.domain.responsibility.times import listed
from moothall.lib import clock
from moothall.places.models import Holiday
from moothall.tenancy.models import Council

AHEAD = timedelta(days=365)
LOAD = "Run `moothall migrate`, which loads those that come with Moothall."
NEWER = ("Take a newer Moothall and run its `moothall migrate`; or add the new days, which gov.uk/bank-holidays lists, "
         "to {file} and run `moothall migrate`.")
FILE = "src/moothall/data/bank_holidays.csv"


def check_holidays() -> Iterator[Finding]:
    """By division: none at all is an error, and that they end within a year a warning."""
    known, shipped = Holidays.from_rows(Holiday.objects.values_list("division", "date")), bank_holidays()
    councils: dict[str, list[str]] = defaultdict(list)
    for division, name in Council.objects.here().order_by("number").values_list("division", "short_name"):
        councils[division].append(name)
    today = wall_clock(clock.now())[0]
    for division, names in sorted(councils.items()):
        yield from _of_division(division, names, last_year(known, division), last_year(shipped, division), today)


def last_year(holidays: Holidays, division: str) -> int:
    """The last year for which a division's bank holidays are there; 0 where none is."""
    return max((day.year for day in holidays.of(division)), default=0)


def _of_division(division: str, names: list[str], known: int, shipped: int, today: date) -> Iterator[Finding]:
    newer = LOAD if shipped > known else NEWER.format(file=FILE)
    if not known:
        words = f"No bank holiday of {division} is known: for {listed(names)} every one counts as a working day."
        yield Finding("holidays.none", words, newer, Place(division))
    elif date(known, 12, 31) < today + AHEAD:
        words = (f"The bank holidays of {division} are known up to {known} alone: later ones count as working days, in "
                 f"what is promised to residents and in agreements ({listed(names)}).")
        yield Finding("holidays.end", words, newer, Place(division), severity="warning")
