"""Promises that nobody keeps: gaps against what a council covers, and standards below its own minimum."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from moothall.domain.findings import Finding
from moothall.domain.responsibility.compile import NOBODY
from moothall.domain.responsibility.shares import Cell, Cover, Names, ShareTerms, StandardTerms
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
    seam = "An end isn't included: shares that meet are written 09:00-17:00 and 17:00-20:00."
    if lengths == {1}:
        return seam
    words = f"Let a share's hours reach over these times, add a share for them, or shorten what {council} promises."
    return f"{words} {seam}" if 1 in lengths else words


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
    promising = _by_promise(shares.values())
    plans: dict[int, set[int]] = {}
    for index, plan in enumerate(times.table.plans):
        plans.setdefault(plan.share, set()).add(index)
    for cover in covers:
        for (function, standard), alike in promising.get(cover.council, {}).items():
            if not standard.keeps(cover.standard, function):
                for share in (share for share in alike if share.id in plans):
                    yield from _below_in(cover, share, frozenset(plans[share.id]), times, names)


def _by_promise(shares: Iterable[ShareTerms]) -> dict[int, dict[tuple[str, StandardTerms], list[ShareTerms]]]:
    """By council, its shares by function and standard: most promise the same."""
    found: dict[int, dict[tuple[str, StandardTerms], list[ShareTerms]]] = {}
    for share in shares:
        found.setdefault(share.client, {}).setdefault((share.function, share.standard), []).append(share)
    return found


def _below_in(
    cover: Cover, share: ShareTerms, plans: frozenset[int], times: Times, names: Names
) -> Iterator[Finding]:
    window, theirs = window_of(cover, times), set(share.cells())
    for when, cells in times.alike((c for c in cover.cells() if c in theirs), plans, window).items():
        yield timed(_below(cover, share, cells, names), when, window)


def _below(cover: Cover, share: ShareTerms, cells: Sequence[Cell], names: Names) -> Finding:
    council, what = names.council(cover.council), what_of(share.function, cells, names)
    own, least = promise(share.standard, share.function), promise(cover.standard, share.function)
    return Finding(
        "standard-below",
        f"“{share.key}” promises {f'that {what} are {own}' if own else f'no time for {what}'}; "
        f"{council}'s own minimum is {least}.",
        f"Raise the standard of “{share.key}”, or lower {council}'s own under covers.", share.place,
    )
