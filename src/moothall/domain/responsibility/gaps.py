"""Promises that nobody keeps: gaps against what a council covers, and standards below its own minimum."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from moothall.domain.findings import Finding
from moothall.domain.responsibility.compile import NOBODY
from moothall.domain.responsibility.shares import NO_STANDARD, Cell, Cover, Names, ShareTerms
from moothall.domain.responsibility.spans import Times, Window
from moothall.domain.responsibility.wording import promise, timed, ways_of, what_of
from moothall.domain.weeks import Weeks

DOES = {"answer": "answers", "resolve": "resolves"}
ONLY_NOBODY = frozenset({NOBODY})


@dataclass(frozen=True, slots=True)
class Gap:
    """Cells of one promise and one function for which nobody is responsible at these times."""

    cover: Cover
    cells: tuple[Cell, ...]
    times: tuple[Weeks, ...]


def gaps(covers: Iterable[Cover], times: Times) -> Iterator[Gap]:
    """Every promise of which a part is kept by nobody. Services that lack the same times are told together."""
    for cover in covers:
        for lacking, cells in times.alike(cover.cells(), ONLY_NOBODY, window_of(cover, times)).items():
            for together in _rectangles(cover.council, cells):
                yield Gap(cover, together, lacking)


def window_of(cover: Cover, times: Times) -> Window:
    """When the council promises it."""
    return Window.of(cover.starts, cover.ends, times.table.holidays_of(cover.council), cover.hours)


def gap_findings(covers: Iterable[Cover], times: Times, names: Names) -> Iterator[Finding]:
    for gap in gaps(covers, times):
        function, council = gap.cells[0].function, names.council(gap.cover.council)
        comes = "" if function == "answer" else f" that come as {ways_of(gap.cells)}"
        finding = Finding(
            f"gap-{function}",
            f"Nobody {DOES[function]} {what_of(function, gap.cells, names)}{comes} at times that {council} promises.",
            _remedy(gap, council), gap.cover.place,
        )
        yield timed(finding, gap.times, window_of(gap.cover, times))


def _remedy(gap: Gap, council: str) -> str:
    lengths = {end - start for weeks in gap.times for hours in weeks.days for start, end in hours}
    if lengths == {1}:
        return "An end isn't included: shares that meet are written 09:00-17:00 and 17:00-20:00."
    return f"Let a share's hours reach over these times, add a share for them, or shorten what {council} promises."


def _rectangles(council: int, cells: Iterable[Cell]) -> Iterator[tuple[Cell, ...]]:
    """Cells by function, and channels together that concern the same services."""
    by_channel: dict[tuple[str, str], list[int]] = {}
    for cell in cells:
        by_channel.setdefault((cell.function, cell.channel), []).append(cell.service)
    channels: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for (function, channel), services in by_channel.items():
        channels.setdefault((function, tuple(services)), []).append(channel)
    for (function, alike), ways in channels.items():
        yield tuple(Cell(council, service, way, function) for service in alike for way in ways)


def standards_below(
    covers: Iterable[Cover], shares: Mapping[int, ShareTerms], times: Times, names: Names
) -> Iterator[Finding]:
    """Shares that promise less than the council's own minimum, at times at which it promises that."""
    plans = _plans_by_share(shares, times)
    for cover in covers:
        window = window_of(cover, times)
        for share in plans.get(cover.council, {}) if cover.standard != NO_STANDARD else ():
            if not share.standard.keeps(cover.standard, share.function):
                theirs = set(share.cells())
                cells = [cell for cell in cover.cells() if cell in theirs]
                for when, alike in times.alike(cells, frozenset(plans[cover.council][share]), window).items():
                    yield timed(_below(cover, share, alike, names), when, window)


def _plans_by_share(shares: Mapping[int, ShareTerms], times: Times) -> dict[int, dict[ShareTerms, list[int]]]:
    """By council, its shares and the plans for which each is accountable."""
    found: dict[int, dict[ShareTerms, list[int]]] = {}
    for index, plan in enumerate(times.table.plans):
        if share := shares.get(plan.share):
            found.setdefault(share.client, {}).setdefault(share, []).append(index)
    return found


def _below(cover: Cover, share: ShareTerms, cells: Sequence[Cell], names: Names) -> Finding:
    council, what = names.council(cover.council), what_of(share.function, cells, names)
    own, least = promise(share.standard, share.function), promise(cover.standard, share.function)
    return Finding(
        "standard-below",
        f"“{share.key}” promises {f'that {what} are {own}' if own else f'no time for {what}'}; "
        f"{council}'s own minimum is {least}.",
        f"Raise the standard of “{share.key}”, or lower {council}'s own under covers.", share.place,
    )
