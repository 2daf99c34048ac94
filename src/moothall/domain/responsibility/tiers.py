"""Shares and tiers that a text names and that never come to answer or to resolve anything.

Each plan that comes about at some time is looked at: a share that stands in none of them is idle, a tier that is always
the lowest never waits, one whose people are all called before it adds nobody. Routing lets tiers join by their seconds.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from moothall.domain.findings import Finding
from moothall.domain.responsibility.compile import Plan
from moothall.domain.responsibility.shares import Names, ShareTerms
from moothall.domain.responsibility.spans import Times, Window
from moothall.domain.responsibility.wording import keys_of, seconds, services_of, timed, what_of
from moothall.domain.weeks import hours_over


@dataclass(slots=True)
class _Part:
    """Where a share stands in the plans that come about: how often as the lowest tier, and how often adding a team."""

    plans: int = 0
    lowest: int = 0
    adds: int = 0


@dataclass(slots=True)
class _Parts:
    of: dict[int, _Part] = field(default_factory=dict)
    contested: set[int] = field(default_factory=set)
    pairs: dict[tuple[int, int], set[int]] = field(default_factory=dict)  # (lower, upper) → plans with both in order

    def take(self, index: int, plan: Plan) -> None:
        called: set[str] = set()
        for position, (number, (_, team)) in enumerate(zip(plan.shares, plan.tiers, strict=True)):
            part = self.of.setdefault(number, _Part())
            part.plans += 1
            part.lowest += position == 0
            part.adds += team not in called
            called.add(team)
        for pair in pairwise(plan.shares):
            self.pairs.setdefault(pair, set()).add(index)
        self.contested.update(number for rivals in plan.contested for number in rivals)


def idle_shares(shares: Mapping[int, ShareTerms], times: Times, names: Names) -> Iterator[Finding]:
    """Shares never in effect, tiers that can never take anything, and tiers that don't join after the one below."""
    parts = _Parts()
    for index in times.occurring():
        parts.take(index, times.table.plans[index])
    rivals: dict[int, list[ShareTerms]] = {}
    for share in shares.values():
        for number in share.overrides:
            rivals.setdefault(number, []).append(share)
    for share in shares.values():
        if share.id not in parts.of:
            if share.id not in parts.contested:
                yield _never(share, rivals.get(share.id, []), times, names)
        elif finding := _never_called(share, parts.of[share.id], names):
            yield finding
    for (lower, upper), plans in sorted(parts.pairs.items()):
        if shares[upper].after_s <= shares[lower].after_s and shares[upper].function == "answer":
            yield from _out_of_order((shares[lower], shares[upper]), frozenset(plans), times, names)


def _never(share: ShareTerms, rivals: Sequence[ShareTerms], times: Times, names: Names) -> Finding:
    """Open at no time, or overridden whenever it is."""
    window = Window.of(share.starts, share.ends, times.table.holidays_of(share.client))
    opens = hours_over(share.hours, window.begins, window.ends, window.holidays)
    why = f"{keys_of(rivals)} always come{'' if len(rivals) > 1 else 's'} before it" if opens and rivals else (
        "none of its hours lie in its period"
    )
    return Finding(
        "share-never",
        f"“{share.key}” is never in effect: {why}. {names.team(share.team)} would see "
        f"{services_of(share.services, names)} of {names.council(share.client)} and never serve it.",
        "Leave it out, or correct its hours, its dates, or what overrides it.", share.place, "warning",
    )


def _never_called(share: ShareTerms, part: _Part, names: Names) -> Finding | None:
    """Of a share that stands in plans: whether it can take anything there, and whether its seconds mean anything."""
    if share.function == "resolve" and not part.lowest:
        why = "A case goes to the lowest tier that is open, and when this one is, another always is too."
        return _idle(share, why, "Give it other hours or make it tier 0 of services of its own.")
    if not part.adds:
        why = f"{names.team(share.team)} already answers there in a lower tier whenever it is open."
        return _idle(share, why, "Name another team.")
    if share.after_s and part.lowest == part.plans:
        return Finding(
            "after-never",
            f"“{share.key}” joins after {seconds(share.after_s)}, but no lower tier is open at its hours: it always "
            "answers at once.",
            "Leave after_s out, or let its hours meet those of a lower tier.", share.place, "warning",
        )
    return None


def _idle(share: ShareTerms, why: str, remedy: str) -> Finding:
    things = "call" if share.function == "answer" else "case"
    return Finding(
        "tier-never", f"“{share.key}” is tier {share.tier} and can never take a {things}. {why}",
        f"{remedy} Or leave it out: its team sees what it never serves.", share.place, "warning",
    )


def _out_of_order(
    pair: Sequence[ShareTerms], plans: frozenset[int], times: Times, names: Names
) -> Iterator[Finding]:
    """A tier that joins with the one below, or before it, at the times at which both are open."""
    lower, upper = pair
    window = Window.of(upper.starts, upper.ends, times.table.holidays_of(upper.client))
    for when, cells in times.alike(upper.cells(), plans, window).items():
        yield timed(_order(lower, upper, what_of("answer", cells, names)), when, window)


def _order(lower: ShareTerms, upper: ShareTerms, what: str) -> Finding:
    if upper.after_s == lower.after_s == 0:
        return Finding(
            "tier-at-once", f"The share “{upper.key}” is tier {upper.tier}, but doesn't say after how long it joins.",
            f"Write after_s: 120 for two minutes. Without it, its team joins “{lower.key}” at once.", upper.place,
            "warning",
        )
    how = "together with" if upper.after_s == lower.after_s else "before"
    return Finding(
        "tier-order",
        f"For {what}, “{upper.key}” (tier {upper.tier}, after {seconds(upper.after_s)}) joins {how} “{lower.key}” "
        f"(tier {lower.tier}, after {seconds(lower.after_s)}).",
        f"Give “{upper.key}” more than {seconds(lower.after_s)}, or exchange the two tiers.", upper.place,
        "warning" if how == "together with" else "error",
    )
