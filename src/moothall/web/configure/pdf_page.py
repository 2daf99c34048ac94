"""An agreement as a tagged PDF: where it stands, who signed, who answers and resolves what, and the hashed text."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.template.loader import render_to_string

from moothall.agreements.models import Signature
from moothall.domain.plural import count
from moothall.domain.responsibility.shares import FUNCTIONS, Cell, ShareTerms, StandardTerms
from moothall.domain.responsibility.times import listed
from moothall.lib.pdf import make_pdf
from moothall.tenancy.models import Council
from moothall.web.assets import BUILT, FONTS
from moothall.web.configure.halted import stopped_sentences
from moothall.web.configure.hours_words import clock, of_week
from moothall.web.configure.reading import Seen
from moothall.web.configure.sight_page import SightPage, sight_page
from moothall.web.configure.words import WAYS, period
from moothall.web.formats import day_and_time

HEADINGS = {"answer": "Who answers", "resolve": "Who resolves"}
NOBODY = "–"
MANY = 6  # councils across, with more of which the sheets lie on their side
WITH_YEAR = date(1, 1, 1)  # a day of another year is shown with its own


@dataclass(frozen=True, slots=True)
class Plan:
    """Who deals with something, under the number that stands in the tables."""

    number: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    service: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A function on one channel or several that are alike: services down, councils across."""

    title: str
    councils: tuple[Council, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """A council, who signed for it, and when; no signature where it is waited for."""

    council: Council
    signature: Signature | None

    @property
    def when(self) -> str:
        return day_and_time(self.signature.at, WITH_YEAR) if self.signature else "–"


@dataclass(frozen=True, slots=True)
class AgreementPdf:
    name: str
    seen: Seen
    period: str
    standing: str
    stopped: tuple[str, ...]  # what was paused or taken back since
    parties: tuple[Party, ...]
    sight: SightPage
    tables: tuple[Table, ...]
    plans: tuple[Plan, ...]
    lines: tuple[str, ...]
    fonts: tuple[str, ...] = tuple(FONTS)

    @property
    def is_wide(self) -> bool:
        return any(len(table.councils) > MANY for table in self.tables)

    @property
    def sight_when(self) -> str:
        return day_and_time(self.sight.confirmed.at, WITH_YEAR) if self.sight.confirmed else ""


def agreement_pdf(seen: Seen, now: datetime) -> bytes:
    """The bytes of a version's PDF. Raises PdfUnavailable where this system can't make one."""
    html = render_to_string("configure/agreement_pdf.html", {"page": pdf_page(seen, now)})
    files = {name: BUILT / "fonts" / f"{name}.woff2" for name in FONTS}
    return make_pdf(html, identifier=seen.version.sha256, files=files)


def pdf_page(seen: Seen, now: datetime) -> AgreementPdf:
    version = seen.version
    signed = {row.council_id: row for row in version.signatures.select_related("council")}
    parties = tuple(Party(seen.councils[number], signed.get(number)) for number in sorted(version.parties))
    tables, plans = _tables(seen)
    return AgreementPdf(
        name=version.agreement.name,
        seen=seen,
        period=period(version, now),
        standing=_standing(version.stage(now), parties),
        parties=parties,
        stopped=tuple(stopped_sentences(seen, now)),
        sight=sight_page(seen, now),
        tables=tables,
        plans=plans,
        lines=tuple(version.text.splitlines()),
    )


def _standing(stage: str, parties: Iterable[Party]) -> str:
    """What a reader must know before anything else: whether this was agreed."""
    missing = [party.council.name for party in parties if party.signature is None]
    if stage == "draft":
        return "This is a draft. Nobody has agreed to it."
    if stage == "withdrawn":
        return "This version was withdrawn. It was never agreed."
    if not missing:
        return "Signed by every party."
    if stage == "proposed":
        return f"Proposed, and not agreed yet: it waits for {count(len(missing), 'signature')} ({listed(missing)})."
    return f"Put in force without the signature of {listed(missing)}, for a demonstration."


def _tables(seen: Seen) -> tuple[tuple[Table, ...], tuple[Plan, ...]]:
    """A table for each function and channel that the agreement speaks of, and the plans that their numbers mean."""
    if seen.proved is None:
        return (), ()
    numbers: dict[tuple[str, ...], int] = {}
    tables = tuple(table for function in FUNCTIONS for table in _of_function(seen, function, numbers))
    return tables, tuple(Plan(number, lines) for lines, number in numbers.items())


def _of_function(seen: Seen, function: str, numbers: dict[tuple[str, ...], int]) -> Iterator[Table]:
    """Channels that are alike in everything share a table."""
    found: dict[tuple[tuple[Council, ...], tuple[Row, ...]], list[str]] = {}
    for channel, words in WAYS.items():
        table = _table(seen, function, channel, numbers)
        if table:
            found.setdefault(table, []).append(words)
    for (councils, rows), ways in found.items():
        yield Table(f"{HEADINGS[function]} {listed(ways)}", councils, rows)


def _table(
    seen: Seen, function: str, channel: str, numbers: dict[tuple[str, ...], int]
) -> tuple[tuple[Council, ...], tuple[Row, ...]] | None:
    assert seen.proved
    cells = {cell for cell in seen.proved.cells if (cell.function, cell.channel) == (function, channel)}
    if not cells:
        return None
    wanted = {cell.council for cell in cells}
    councils = tuple(seen.councils[number] for number in seen.proved.terms.parties if number in wanted)
    services = sorted({cell.service for cell in cells}, key=lambda number: seen.services[number].name)
    rows = tuple(
        Row(seen.services[service].name, tuple(
            _cell(seen, Cell(council.number, service, channel, function), numbers) for council in councils
        ))
        for service in services
    )  # fmt: skip
    return councils, rows


def _cell(seen: Seen, cell: Cell, numbers: dict[tuple[str, ...], int]) -> str:
    """`Northby (2)`: whoever is first, and the number of the plan; a dash where nobody is."""
    assert seen.proved
    shares = sorted(
        (share for share in seen.proved.shares.values() if cell in set(share.cells())),
        key=lambda share: (share.tier, share.after_s, share.key),
    )
    if not shares:
        return "Nobody" if cell in seen.proved.covers else NOBODY
    first, *others = shares
    lines = [_line(seen, first)]
    lines += [f"{'Then' if share.tier > first.tier else 'At other times'} {_line(seen, share)}" for share in others]
    number = numbers.setdefault(tuple(lines), len(numbers) + 1)
    holder = seen.holders.of(first.team, cell.council)
    word = holder.council.short_name if holder.council else holder.team
    return f"{word} ({number})"


def _line(seen: Seen, share: ShareTerms) -> str:
    """`Northby contact centre: Mon to Fri 08:30 to 17:00, answered within 45 seconds for 80 in 100.`"""
    name = seen.holders.teams[share.team].name
    joins = f"after {count(share.after_s, 'second')}, " if share.tier and share.after_s else ""
    return f"{name}: {joins}{of_week(share.hours)}{_promise(share.standard)}."


def _promise(standard: StandardTerms) -> str:
    share = f" for {standard.for_percent} in 100" if standard.for_percent else ""
    if standard.answered_within_s is not None:
        return f"; answered within {count(standard.answered_within_s, 'second')}{share}"
    if standard.resolved_within_days is not None:
        days = count(standard.resolved_within_days, "working day")
        return f"; resolved within {days}, by {clock(standard.by_minute)}{share}"
    return ""
