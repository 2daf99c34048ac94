"""Two shares for one thing, and shares that take precedence over others."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise

from moothall.domain.calendar import Hours
from moothall.domain.findings import Finding
from moothall.domain.responsibility.compile import ResponsibilityMap
from moothall.domain.responsibility.shares import Cell, Names, ShareTerms
from moothall.domain.responsibility.spans import Times, Window
from moothall.domain.responsibility.times import listed
from moothall.domain.responsibility.wording import COMES as COMES  # noqa: PLC0414  # who tells changes takes it here
from moothall.domain.responsibility.wording import keys_of, services_of, timed, what_of
from moothall.domain.weeks import NEVER, Eight, Weeks, common, joined, runs, week_of, without


def contested_shares(
    shares: Iterable[ShareTerms], table: ResponsibilityMap, names: Names, held_by: Mapping[int, str] | None = None,
    paused: Mapping[int, str] | None = None,
) -> Iterator[Finding]:
    """Two shares for one thing at one tier. Also used for agreements that would be in force together: `held_by` then
    names the agreement of each share, by its id, and what one of them claims twice by itself isn't told here; `paused`
    says of shares that stand still meanwhile what became of them."""
    for rivals, cells, when, window in contests(shares, table):
        if held_by is not None and len({held_by.get(each.id) for each in rivals}) == 1:
            continue
        yield timed(_overlap(rivals, cells, names, held_by, paused or {}), when, window)


def contests(
    shares: Iterable[ShareTerms], table: ResponsibilityMap
) -> Iterator[tuple[list[ShareTerms], list[Cell], tuple[Weeks, ...], Window]]:
    """Shares that claim the same, what they both claim, and when: cells of one council with the same times together."""
    by_id, times = {share.id: share for share in shares}, Times(table)
    fights: dict[tuple[int, ...], set[int]] = {}
    for index, plan in enumerate(table.plans):
        for rivals in plan.contested:
            fights.setdefault(rivals, set()).add(index)
    for rivals, plans in sorted(fights.items()):
        one = by_id[rivals[0]]
        window = Window.of(one.starts, one.ends, table.holidays_of(one.client))
        for when, cells in times.alike(one.cells(), frozenset(plans), window).items():
            yield [by_id[rival] for rival in rivals], cells, when, window


def _overlap(
    rivals: list[ShareTerms], cells: list[Cell], names: Names, held_by: Mapping[int, str] | None,
    paused: Mapping[int, str],
) -> Finding:
    later = max(rivals, key=lambda share: (share.place.line, share.id))
    first = next((share for share in rivals if share is not later), later)
    what = f"{later.function} {what_of(later.function, cells, names)}"
    told = "".join(f" “{share.key}” {paused[share.id]}." for share in rivals if share.id in paused)
    return Finding(
        "overlap", f"The shares {keys_of(rivals, held_by)} both {what} at the same times.{told}",
        f"Change the hours of one. If “{later.key}” is meant to come before “{first.key}” then, say so: under “Comes "
        f"before” in its form, in the text by overrides: [{first.key}].",
        later.place,
    )


def wrong_overrides(
    shares: Mapping[int, ShareTerms], names: Names, holidays: Mapping[int, frozenset[date]]
) -> Iterator[Finding]:
    """Shares that override one of which they are no part, or one beside which they never stand."""
    for share in shares.values():
        for wider in (shares[number] for number in share.overrides if number in shares):
            yield from _override(share, wider, names, holidays.get(share.client, frozenset()))


def _override(
    share: ShareTerms, wider: ShareTerms, names: Names, holidays: frozenset[date]
) -> Iterator[Finding]:
    theirs = set(wider.cells())
    outside = [cell for cell in share.cells() if cell not in theirs]
    together, beyond = _beside(share, wider, holidays)
    if share.tier != wider.tier:
        yield _never(share, wider, f"one is tier {share.tier}, the other tier {wider.tier}")
    elif len(outside) == len(share.services) * len(share.channels):
        yield _never(share, wider, "they have no service and channel in common")
    elif not together:
        if beyond:  # else it is never open, which is told of the share
            yield _never(share, wider, "they are never open at the same time")
    elif outside:
        ways = listed(list(dict.fromkeys(cell.channel for cell in outside)))
        what = services_of((cell.service for cell in outside), names)
        yield _wider(share, wider, f"it also covers {what} ({ways}), which “{wider.key}” doesn't")
    elif beyond:
        window = Window.of(share.starts, share.ends, holidays)
        yield timed(_wider(share, wider, "it is also open when that one isn't"), beyond, window)


def _never(share: ShareTerms, wider: ShareTerms, why: str) -> Finding:
    return Finding(
        "override-never", f"That “{share.key}” overrides “{wider.key}” is never in effect: {why}.",
        f"Leave {wider.key} out of its overrides, or name the share that is meant.", share.place,
    )


def _wider(share: ShareTerms, wider: ShareTerms, why: str) -> Finding:
    return Finding(
        "override-wider", f"“{share.key}” overrides “{wider.key}”, but {why}. It must be a part of it.",
        f"Make “{share.key}” narrower, or divide it in two shares.", share.place,
    )


def _beside(
    share: ShareTerms, wider: ShareTerms, holidays: frozenset[date]
) -> tuple[tuple[Weeks, ...], tuple[Weeks, ...]]:
    """When both are open, and when the narrower share is and the wider isn't."""
    named = tuple(sorted({day for each in (share, wider) for day, _ in each.hours.exceptions}))
    stamps = [int(at.timestamp()) for at in (share.starts, wider.starts, wider.ends, share.ends)]
    begins, ends = stamps[0], stamps[-1]
    cuts = sorted({min(max(stamp, begins), ends) for stamp in stamps})
    both: list[Weeks] = []
    alone: list[Weeks] = []
    for since, until in pairwise(cuts):
        holds = wider.starts.timestamp() <= since < wider.ends.timestamp()
        for run in runs(since, until, named):
            own = week_of(share.hours, run, holidays)
            other = week_of(wider.hours, run, holidays) if holds else NEVER
            both.append(Weeks(run.first, run.last, _each(common, own, other)))
            alone.append(Weeks(run.first, run.last, _each(without, own, other)))
    return joined(both), joined(alone)


def _each(combine: Callable[[Hours, Hours], Hours], own: Eight, other: Eight) -> Eight:
    return tuple(combine(one, two) for one, two in zip(own, other, strict=True))
