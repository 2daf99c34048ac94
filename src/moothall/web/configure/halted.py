"""A signed version as it stands: with what of its shares is paused, was taken back, or is of a council cut off."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moothall.agreements.halt_words import halt_words, halts_of
from moothall.agreements.halts import Halted, rows_on, stand_over_time
from moothall.agreements.models import AgreementVersion, Halt, Share
from moothall.domain.responsibility.compile import compile_shares
from moothall.domain.responsibility.shares import Cell
from moothall.domain.responsibility.times import counted
from moothall.web.configure.forms import Look
from moothall.web.configure.reading import Seen

SHORT = {Halt.Kind.PAUSE: "paused", Halt.Kind.RECALL: "taken back", Halt.Kind.CUT: "cut off"}


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a share's team isn't offered a cell: in a word, and in words with who did it and when."""

    word: str
    words: str
    team: str


@dataclass(frozen=True, slots=True)
class Halts:
    """The shares of a signed version with all that ever stopped them or will; of another version there are none."""

    shares: tuple[Share, ...] = ()
    rows: tuple[Halt, ...] = ()

    def at(self, at: datetime) -> list[tuple[Share, Halt]]:
        """The shares that are stopped at an instant, each with what stops it."""
        halts = halts_of(self.shares, at, self.rows)
        running = [share for share in self.shares if share.pk in halts and share.starts <= at < share.ends]
        return [(share, halts[share.pk]) for share in running]

    def by_share(self) -> Mapping[int, Sequence[Halt]]:
        """All that ever stops a share, by its number in the text."""
        stops = {share.number: [row for row in self.rows if Halted.of(row).stops(share)] for share in self.shares}
        return {number: rows for number, rows in stops.items() if rows}


def halts_on(version: AgreementVersion) -> Halts:
    if version.state not in AgreementVersion.SIGNED:
        return Halts()
    shares = tuple(version.shares.select_related("team").order_by("tier", "number"))
    return Halts(shares, tuple(rows_on(shares).select_related("council", "by__employer")))


def as_it_stands(seen: Seen, halts: Halts) -> Seen:
    """With the map of who answers at each time, halts and all. A text that isn't signed is what it says."""
    if seen.proved is None or not halts.rows:
        return seen
    row_of = {row.number: row for row in halts.shares}
    halted = [Halted.of(row) for row in halts.rows]
    shares = list(stand_over_time(seen.proved.terms.shares, row_of, halted))
    table = compile_shares(shares, seen.proved.table.holidays)
    return replace(seen, proved=replace(seen.proved, table=table))


def stopped_cells(halts: Halts, look: Look, now: datetime) -> Mapping[Cell, Stopped]:
    """What is stopped of what is looked at, at its instant."""
    found: dict[Cell, Stopped] = {}
    for share, halt in halts.at(look.at):
        if share.function != look.who or look.way not in share.body.get("channels", ()):
            continue
        stopped = Stopped(SHORT[Halt.Kind(halt.kind)], halt_words(halt, now), share.team.name)
        for number in share.body.get("services", ()):
            found.setdefault(Cell(share.client_id, int(number), look.way, look.who), stopped)
    return found


def stopped_sentences(seen: Seen, at: datetime, now: datetime | None = None) -> list[str]:
    """All that is stopped of a signed version, for papers: `now` leaves its year out."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for share, halt in halts_on(seen.version).at(at):
        key = (share.team.name, seen.councils[share.client_id].short_name, halt_words(halt, now))
        names = alike.setdefault(key, [])
        names += [name for number in share.body.get("services", ())
                  if (name := seen.services[int(number)].name) not in names]  # fmt: skip
    return [f"{counted(services, 'services')} for {council}, which {team} had: {words}."
            for (team, council, words), services in alike.items()]  # fmt: skip
