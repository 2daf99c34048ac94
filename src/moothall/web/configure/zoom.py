"""One cell looked at closely: its week by hours, its named days, what is promised, and in which order teams join."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from moothall.domain.calendar import MINUTES, tidy, wall_clock
from moothall.domain.responsibility.compile import Plan
from moothall.domain.responsibility.shares import Cell, StandardTerms
from moothall.tenancy.models import Council
from moothall.web.configure.bands import KINDS_SHOWN, Band, bands_of_date, bands_of_kinds, gaps_of
from moothall.web.configure.finding_list import promise_of
from moothall.web.configure.forms import Look
from moothall.web.configure.holders import Holder
from moothall.web.configure.hours_words import SHORT, clock, days_and_hours, span, week
from moothall.web.configure.reading import Seen
from moothall.web.configure.words import WAYS
from moothall.web.formats import day as day_words
from moothall.web.formats import wait

MOST_NAMED_DAYS = 12


@dataclass(frozen=True, slots=True)
class HourCell:
    """What a row of hours is on one kind of day."""

    day: str
    band: Band
    letters: str


@dataclass(frozen=True, slots=True)
class HourRow:
    hours: str
    minutes: int
    cells: tuple[HourCell, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Who takes it first and who joins: one plan of the week, with its share and where the text says so."""

    holder: Holder
    hours: str
    sentence: str
    promise: str
    share: str
    line: int


@dataclass(frozen=True, slots=True)
class Zoom:
    title: str
    council: Council
    anchor: str
    days: tuple[str, ...]
    rows: tuple[HourRow, ...]
    promised: str
    orders: tuple[Order, ...]
    gaps: tuple[str, ...]
    named: tuple[tuple[str, str], ...]
    day: int
    before: str  # the query that shows a phone the day before, and the one after
    after: str
    closed: str  # the query without a cell
    here: str  # the query with it
    promise: int | None  # which of the text's promises it is, where it is promised

    @property
    def has_empty(self) -> bool:
        return any(not cell.band.plan and not cell.band.promised for row in self.rows for cell in row.cells)

    @property
    def whole_day(self) -> bool:
        """Whether the rows reach over the whole day; those in which nothing is promised or held are left out."""
        return sum(row.minutes for row in self.rows) == MINUTES


def zoom_page(seen: Seen, look: Look) -> Zoom:
    """The week of the cell that is looked at, as it holds at the instant."""
    assert seen.proved and look.cell
    cell, proved = look.cell, seen.proved
    covers = proved.covers.get(cell, ())
    kinds = bands_of_kinds(proved.table, cell, covers, look.at)
    council, service = seen.councils[cell.council], seen.services[cell.service]
    here = {"council": council.gss, "service": service.slug}
    gaps = days_and_hours([gaps_of(bands) for bands in kinds])
    return Zoom(
        title=f"{service.name} for {council.short_name}, {WAYS[cell.channel]}", council=council,
        anchor=f"cell-{cell.council}-{cell.service}", days=SHORT, rows=_rows(seen, cell, kinds),
        promised=week([tidy((band.start, band.end) for band in bands if band.promised) for bands in kinds]),
        orders=_orders(seen, cell, kinds), gaps=tuple(f"On {times} nobody {look.does}." for times in gaps),
        named=tuple(_named(seen, look)), day=look.day,
        before=look.query(**here, day=(look.day - 1) % len(SHORT)),
        after=look.query(**here, day=(look.day + 1) % len(SHORT)), closed=look.query(), here=look.query(**here),
        promise=promise_of(seen, covers[0].place) if covers else None,
    )  # fmt: skip


def _rows(seen: Seen, cell: Cell, kinds: Sequence[Sequence[Band]]) -> tuple[HourRow, ...]:
    """A row for each stretch of the day in which no day of the week changes, where anything is promised or held."""
    cuts = sorted({MINUTES} | {band.start for bands in kinds for band in bands})
    rows = []
    for start, end in pairwise(cuts):
        bands = [next(band for band in bands if band.start <= start < band.end) for bands in kinds]
        if not any(band.plan or band.promised for band in bands):
            continue
        cells = (HourCell(SHORT[kind], bands[kind], _letters(seen, cell, bands[kind].plan)) for kind in KINDS_SHOWN)
        rows.append(HourRow(span(start, end), end - start, tuple(cells)))
    return tuple(rows)


def _letters(seen: Seen, cell: Cell, plan: Plan | None) -> str:
    return seen.holders.first(plan, cell.council).letters if plan else ""


def _orders(seen: Seen, cell: Cell, kinds: Sequence[Sequence[Band]]) -> tuple[Order, ...]:
    assert seen.proved
    plans = dict.fromkeys(band.plan for bands in kinds for band in bands if band.plan)
    found = []
    for plan in plans:
        share = seen.proved.shares[plan.share]
        found.append(Order(
            seen.holders.first(plan, cell.council),
            week([tidy((band.start, band.end) for band in bands if band.plan == plan) for bands in kinds]),
            seen.holders.sentence(plan), standard_words(share.standard), share.key, share.place.line,
        ))  # fmt: skip
    return tuple(found)


def standard_words(standard: StandardTerms) -> str:
    """`80% within 0:45`, `95% within 3 working days, by 17:00`; nothing where a share promises neither."""
    within = ""
    if standard.answered_within_s is not None:
        within = f"within {wait(standard.answered_within_s)}"
    elif standard.resolved_within_days is not None:
        days = standard.resolved_within_days
        within = f"within {days} working day{'s' if days != 1 else ''}, by {clock(standard.by_minute)}"
    return f"{standard.for_percent}% {within}" if within and standard.for_percent else within


def _named(seen: Seen, look: Look) -> Iterable[tuple[str, str]]:
    """The days to come that have hours of their own, and what holds on them."""
    assert seen.proved and look.cell
    cell, proved, today = look.cell, seen.proved, wall_clock(look.at)[0]
    covers = proved.covers.get(cell, ())
    shares = [share for share in proved.shares.values() if cell in set(share.cells())]
    hours = [cover.hours for cover in covers] + [share.hours for share in shares]
    dates = {day for each in hours for day, _ in each.exceptions if day >= today}
    for day in sorted(dates)[:MOST_NAMED_DAYS]:
        yield day_words(day, today), _day_sentence(seen, cell, bands_of_date(proved.table, cell, covers, day))


def _day_sentence(seen: Seen, cell: Cell, bands: Iterable[Band]) -> str:
    """`CH 08:45 to 12:30`; what nobody holds is said where it is promised."""
    parts = []
    for band in bands:
        if band.plan:
            parts.append(f"{seen.holders.first(band.plan, cell.council).letters} {span(band.start, band.end)}")
        elif band.is_gap:
            parts.append(f"nobody {span(band.start, band.end)}, though promised")
    return "; ".join(parts) or "closed"
