"""What stops shares, in words: every page, command and paper that names a share tells of it in the same ones."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from moothall.agreements.halts import Halted, gravest, rows_on
from moothall.agreements.models import AgreementVersion, Halt, HaltRows, Share
from moothall.domain.responsibility.phrases import moment_words
from moothall.domain.responsibility.shares import Cell


def halts_of(shares: Sequence[Share], at: datetime, rows: Sequence[Halt] | None = None) -> Mapping[int, Halt]:
    """By share what stops its team at an instant, the gravest where several things do. Shares come with their team;
    `rows` are what is known to have stopped them, where somebody has read it."""
    if rows is None:
        rows = list(rows_on(shares).holding(at).select_related("council", "by__employer"))
    now = [(row, halt) for row in rows if (halt := Halted.of(row)).holds(at)]
    found = {share.pk: [row for row, halt in now if halt.stops(share)] for share in shares} if now else {}
    return {number: gravest(halts) for number, halts in found.items() if halts}


def halts_about(cell: Cell, at: datetime) -> list[tuple[Share, Halt]]:
    """Which shares of the agreements in force at an instant would be about this cell and are stopped, and by what."""
    rows = Share.objects.filter(version__in=AgreementVersion.objects.in_force(at), client=cell.council,
                                function=cell.function, starts__lte=at, ends__gt=at)
    shares = [share for share in rows.select_related("team").order_by("version", "number")
              if cell.service in share.body.get("services", ()) and cell.channel in share.body.get("channels", ())]
    halts = halts_of(shares, at)
    return [(share, halts[share.pk]) for share in shares if share.pk in halts]


def cuts_at(at: datetime) -> HaltRows:
    """The councils that are cut off at an instant."""
    return Halt.objects.holding(at).filter(kind=Halt.Kind.CUT).select_related("council").order_by("pk")


def halt_words(halt: Halt, now: datetime | None = None) -> str:
    """"taken back by Northby on 27 November 2026 at 14:28", of a share. `now` leaves its year out."""
    moment = moment_words(halt.starts, now)
    if halt.kind == Halt.Kind.CUT:
        return f"stopped, since {halt.council.short_name} was cut off on {moment}"
    done = "paused" if halt.kind == Halt.Kind.PAUSE else "taken back"
    employer = halt.by.employer if halt.by else None
    by = employer.short_name if employer else "an operator"
    until = f" until {moment_words(halt.ends, now)}" if halt.ends else ""
    return f"{done} by {by} on {moment}{until}"


def halt_told(halt: Halt, now: datetime | None = None) -> str:
    """"was taken back by Northby on 27 November 2026 at 14:28", after the name of what was."""
    return f"{'is' if halt.kind == Halt.Kind.CUT else 'was'} {halt_words(halt, now)}"


def alike(halts: Iterable[tuple[str, Halt]], words: Callable[[Halt], str]) -> Mapping[str, list[str]]:
    """What is stopped, by the words that say why: names in their order, each once."""
    found: dict[str, list[str]] = {}
    for name, halt in halts:
        names = found.setdefault(words(halt), [])
        if name not in names:
            names.append(name)
    return found
