"""The matrix: who answers or resolves each service of each council at an instant, and where nobody does."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.lookup import plan_at
from moothall.domain.responsibility.shares import Cell, Cover
from moothall.domain.responsibility.times import counted
from moothall.tenancy.models import Council
from moothall.web.configure.bands import Band, bands_of_date, gaps_of, minutes, promised_on
from moothall.web.configure.forms import Look
from moothall.web.configure.halted import Stopped, as_it_stands, halts_on, stopped_cells
from moothall.web.configure.holders import Holder
from moothall.web.configure.hours_words import length, short_span
from moothall.web.configure.reading import Proved, Seen
from moothall.web.configure.words import begins
from moothall.web.configure.zoom import Zoom, zoom_page

HELD, GAP, CLOSED, NEVER = "held", "gap", "closed", "never"
DAYS_A_WEEK = 7
FEW, MANY = 2, 6


@dataclass(frozen=True, slots=True)
class Square:
    """One service of one council at the instant. `split`: how its day divides; `gap`: how much of its week."""

    cell: Cell
    council: Council
    service: str
    state: str
    holder: Holder | None = None
    split: str = ""
    gap: str = ""
    sentence: str = ""
    address: str = ""
    is_open: bool = False
    stopped: Stopped | None = None  # why the team of its share isn't offered it

    @property
    def anchor(self) -> str:
        return f"cell-{self.cell.council}-{self.cell.service}"


@dataclass(frozen=True, slots=True)
class Row:
    service: str
    squares: tuple[Square, ...]

    @property
    def has_gap(self) -> bool:
        return any(square.gap for square in self.squares)

    @property
    def told(self) -> list[Square]:
        """For the list: what is a part of the agreement, gaps first."""
        return sorted((each for each in self.squares if each.state != NEVER), key=lambda square: not square.gap)

    @property
    def is_alike(self) -> bool:
        """Whether one line says it for all of many councils."""
        looks = {(each.state, each.holder.word if each.holder else "", each.split, each.gap, each.stopped)
                 for each in self.told}  # fmt: skip
        return len(looks) == 1 and len(self.told) > FEW


@dataclass(frozen=True, slots=True)
class MatrixPage:
    look: Look
    councils: tuple[Council, ...]
    rows: tuple[Row, ...]
    holds: bool  # whether the version's period reaches over the instant
    zoom: Zoom | None
    stopped: tuple[str, ...] = ()  # what is paused or taken back, in sentences

    @property
    def is_wide(self) -> bool:
        """Whether its columns must be narrow to stand in one window."""
        return len(self.councils) > MANY

    @property
    def gaps_first(self) -> list[Row]:
        """For the list: what nobody answers stands on top."""
        return sorted(self.rows, key=lambda row: not row.has_gap)

    @property
    def shared(self) -> list[Holder]:
        """The teams of several councils' people in it, whose letters and words are nobody's name."""
        found = dict.fromkeys(square.holder for row in self.rows for square in row.squares if square.holder)
        return [holder for holder in found if holder.council is None]

    @property
    def squares(self) -> list[Square]:
        return [square for row in self.rows for square in row.squares]

    @property
    def gaps(self) -> int:
        return sum(bool(square.gap) for square in self.squares)


def matrix_page(read: Seen, look: Look, now: datetime) -> MatrixPage:
    """The matrix of a version that could be read, as it stands."""
    halts = halts_on(read.version)
    seen, stopped = as_it_stands(read, halts), stopped_cells(halts, look, now)
    assert seen.proved
    cells = {cell for cell in seen.proved.cells if (cell.function, cell.channel) == (look.who, look.way)}
    wanted = {cell.council for cell in cells}
    councils = tuple(seen.councils[number] for number in seen.proved.terms.parties if number in wanted)
    services = sorted({cell.service for cell in cells}, key=lambda number: seen.services[number].name)
    rows = tuple(
        Row(seen.services[service].name, tuple(_square(seen, look, council, service, stopped) for council in councils))
        for service in services
    )
    holds = begins(seen.version) <= look.at < seen.version.ends
    return MatrixPage(look, councils, rows, holds, zoom_page(seen, look) if look.cell else None,
                      tuple(_stopped(rows)))


def _stopped(rows: tuple[Row, ...]) -> Iterator[str]:
    """`Bins and recycling and Large items for Northby: taken back from Southby contact centre by Northby on …`"""
    alike: dict[tuple[str, Stopped], list[str]] = {}
    for square in [square for row in rows for square in row.squares]:
        if square.stopped:
            alike.setdefault((square.council.short_name, square.stopped), []).append(square.service)
    for (council, stopped), services in alike.items():
        yield f"{counted(services, 'services')} for {council}, which {stopped.team} had: {stopped.words}."


def _square(
    seen: Seen, look: Look, council: Council, service: int, stopped: Mapping[Cell, Stopped]
) -> Square:
    assert seen.proved
    proved, named = seen.proved, seen.services[service]
    cell = Cell(council.number, service, look.way, look.who)
    if cell not in proved.cells:
        return Square(cell, council, named.name, NEVER, sentence="Not a part of this agreement.")
    covers = proved.covers.get(cell, ())
    plan = plan_at(proved.table, cell, look.at)
    state = HELD if plan else GAP if is_promised(proved, covers, look) else CLOSED
    day = wall_clock(look.at)[0]
    sentence = {GAP: "Nobody, though it is promised at that time.", CLOSED: "Closed: not promised at that time."}
    return Square(
        cell, council, named.name, state, holder=seen.holders.first(plan, council.number) if plan else None,
        split=_split(seen, cell, bands_of_date(proved.table, cell, covers, day)),
        gap=length(_gap_minutes(proved, cell, day)), address=look.query(council=council.gss, service=named.slug),
        sentence=f"{seen.holders.sentence(plan)}." if plan else sentence[state], is_open=cell == look.cell,
        stopped=stopped.get(cell),
    )  # fmt: skip


def is_promised(proved: Proved, covers: tuple[Cover, ...], look: Look) -> bool:
    """Whether the council promises it at the instant."""
    day, minute = wall_clock(look.at)
    return any(start <= minute < end for start, end in promised_on(covers, day, proved.table))


def _split(seen: Seen, cell: Cell, bands: tuple[Band, ...]) -> str:
    """`CH 8–17 | HB 17–20` for a day that several hold one after the other, else nothing."""
    parts: list[tuple[str, int, int]] = []
    for band in bands:
        if band.plan is None:
            continue
        letters = seen.holders.first(band.plan, cell.council).letters
        if parts and parts[-1][0] == letters and parts[-1][2] == band.start:
            parts[-1] = (letters, parts[-1][1], band.end)
        else:
            parts.append((letters, band.start, band.end))
    if len({letters for letters, _, _ in parts}) < 2:
        return ""
    return " | ".join(f"{letters} {short_span(start, end)}" for letters, start, end in parts)


def _gap_minutes(proved: Proved, cell: Cell, day: date) -> int:
    """How many minutes of the week of a date nobody holds what is promised."""
    covers = proved.covers.get(cell, ())
    monday = day - timedelta(days=day.weekday())
    week = (monday + timedelta(days=step) for step in range(DAYS_A_WEEK)) if covers else ()
    return sum(minutes(gaps_of(bands_of_date(proved.table, cell, covers, each))) for each in week)
