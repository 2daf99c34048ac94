"""Two shares for one thing, and shares that take precedence over others."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from moothall.domain.calendar import Hours
from moothall.domain.findings import Finding
from moothall.domain.responsibility.compile import ResponsibilityMap, Segment
from moothall.domain.responsibility.shares import Cell, Names, ShareTerms
from moothall.domain.responsibility.spans import ANY_TIME, add_spans, common, dates_of, pieces, spans_where, without
from moothall.domain.responsibility.times import in_words, listed

COMES = {"phone": "calls", "email": "e-mails", "chat": "chats", "web": "web forms", "counter": "visits"}


def contested_shares(shares: Iterable[ShareTerms], table: ResponsibilityMap, names: Names) -> Iterator[Finding]:
    """Two shares for one thing at one tier. Also used for agreements that would be in force together."""
    by_id = {share.id: share for share in shares}
    for rivals in sorted({group for plan in table.plans for group in plan.contested}):
        wanted = {index for index, plan in enumerate(table.plans) if rivals in plan.contested}
        one = by_id[rivals[0]]
        known: dict[tuple[int, int], tuple[str, ...]] = {}
        fights: dict[tuple[str, ...], list[Cell]] = {}
        for cell in one.cells():
            key = (id(table.cells[cell]), cell.council)
            if key not in known:
                known[key] = _contest_times(table, cell, wanted, one)
            if known[key]:
                fights.setdefault(known[key], []).append(cell)
        for times, cells in fights.items():
            yield _overlap([by_id[rival] for rival in rivals], times, cells, names)


def _contest_times(
    table: ResponsibilityMap, cell: Cell, wanted: Collection[int], share: ShareTerms
) -> tuple[str, ...]:
    found: dict[date, Hours] = {}
    for piece in pieces(table.cells[cell], share.starts, share.ends):
        add_spans(found, piece.day, spans_where(table, piece, cell.council, wanted))
    return in_words(found, dates_of(share.starts, share.ends), table.holidays_of(cell.council))


def _overlap(rivals: list[ShareTerms], times: tuple[str, ...], cells: list[Cell], names: Names) -> Finding:
    later = max(rivals, key=lambda share: (share.place.line, share.id))
    first = next((share for share in rivals if share is not later), later)
    keys = listed([f"“{share.key}”" for share in rivals])
    return Finding(
        "overlap",
        f"The shares {keys} both {later.function} {what_of(later.function, cells, names)} at the same times.",
        f"Change the hours of one, or, if “{later.key}” is meant to come before “{first.key}” then, write "
        f"overrides: [{first.key}] under it.",
        later.place, times=times,
    )


def what_of(function: str, cells: Iterable[Cell], names: Names) -> str:
    """"Northby's calls about Bins and recycling", for cells of one council."""
    found = list(cells)
    council = names.council(found[0].council)
    services = listed([names.service(number) for number in dict.fromkeys(cell.service for cell in found)])
    channels = listed([COMES[channel] for channel in dict.fromkeys(cell.channel for cell in found)])
    return f"{council}'s {channels} about {services}" if function == "answer" else f"{council}'s cases of {services}"


def overrides_too_wide(
    shares: tuple[ShareTerms, ...], names: Names, holidays: Mapping[int, frozenset[date]]
) -> Iterator[Finding]:
    by_id = {share.id: share for share in shares}
    for share in shares:
        for wider in (by_id[number] for number in share.overrides if number in by_id):
            outside = sorted(set(share.cells()) - set(wider.cells()))
            if outside or share.tier != wider.tier:
                services = dict.fromkeys(names.service(cell.service) for cell in outside)
                what = listed(list(services)) or "another tier"
                yield _wider(share, wider, f"it also covers {what}, which “{wider.key}” doesn't", ())
            elif times := _beyond(share, wider, holidays.get(share.client, frozenset())):
                yield _wider(share, wider, "it is also open when that one isn't", times)


def _wider(share: ShareTerms, wider: ShareTerms, why: str, times: tuple[str, ...]) -> Finding:
    return Finding(
        "override-wider", f"“{share.key}” overrides “{wider.key}”, but {why}. It must be a part of it.",
        f"Make “{share.key}” narrower, or divide it in two shares.", share.place, times=times,
    )


def _beyond(share: ShareTerms, wider: ShareTerms, holidays: frozenset[date]) -> tuple[str, ...]:
    """When the narrower share is open and the wider isn't."""
    found: dict[date, Hours] = {}
    other: dict[date, Hours] = {}
    for day, opened in _open_days(wider, holidays):
        add_spans(other, day, opened)
    for day, opened in _open_days(share, holidays):
        add_spans(found, day, without(opened, other.get(day, ())))
    return in_words(found, dates_of(share.starts, share.ends), holidays)


def _open_days(share: ShareTerms, holidays: frozenset[date]) -> Iterator[tuple[date, Hours]]:
    for piece in pieces((Segment(ANY_TIME, 0),), share.starts, share.ends):
        yield piece.day, common(share.hours.on(piece.day, holidays), (piece.span,))
