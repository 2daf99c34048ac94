"""Counts by council, service and channel, worst first. Pure."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from moothall.domain.proportions import Proportion, Verdict
from moothall.reports.facts import COUNTED, ContactFact

Key = tuple[int, int, str]  # council, service, channel


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of some contacts. `key` is None for the total; waits are whole seconds, None where nobody waited
    or was on hold."""

    key: Key | None
    counts: Mapping[str, int]
    waited_median_s: int | None
    waited_longest_s: int | None
    held_median_s: int | None
    held_longest_s: int | None
    promise_s: tuple[int, ...]
    promise_percent: int | None

    @property
    def in_time(self) -> Proportion:
        return Proportion(self.counts["in_time"], self.counts["promised"])

    @property
    def verdict(self) -> Verdict:
        return self.in_time.against(self.promise_percent)

    @property
    def badness(self) -> tuple[int, float, int]:
        """Sorts worst first: the promise missed most, then rows without a promise, rows with too few last."""
        part = self.in_time
        if part.of == 0:
            return 1, 0.0, -self.counts["rang_off"]
        if part.few:
            return 2, part.met / part.of, -self.counts["rang_off"]
        return 0, part.met / part.of - (self.promise_percent or 100) / 100, -self.counts["rang_off"]


def tally(
    facts: Sequence[ContactFact], at: datetime, *, key: Key | None = None, percents: Mapping[int, int] | None = None
) -> Tally:
    """Count the contacts as they stand at `at`. `percents` gives a share's promise: for how many in a hundred."""
    waits = sorted(fact.waited_ms for fact in facts if fact.waited_ms is not None)
    holds = sorted(fact.held_ms(at) for fact in facts if fact.held)
    promised = {(percents or {}).get(fact.share or 0) for fact in facts if fact.promise_s is not None}
    return Tally(
        key=key,
        counts={name: sum(test(fact, at) for fact in facts) for name, test in COUNTED.items()},
        waited_median_s=round(median(waits) / 1000) if waits else None,
        waited_longest_s=round(waits[-1] / 1000) if waits else None,
        held_median_s=round(median(holds) / 1000) if holds else None,
        held_longest_s=round(holds[-1] / 1000) if holds else None,
        promise_s=tuple(sorted({fact.promise_s for fact in facts if fact.promise_s is not None})),
        promise_percent=promised.pop() if len(promised) == 1 else None,
    )


def tallies(facts: Iterable[ContactFact], at: datetime, *, percents: Mapping[int, int]) -> list[Tally]:
    """One tally for each council, service and channel, worst first."""
    groups: dict[Key, list[ContactFact]] = defaultdict(list)
    for fact in facts:
        groups[(fact.council, fact.service, fact.channel)].append(fact)
    rows = [tally(group, at, key=key, percents=percents) for key, group in groups.items()]
    return sorted(rows, key=lambda row: (row.badness, row.key))
