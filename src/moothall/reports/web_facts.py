"""What residents began alone on the web, and what came of it. Pure.

Every figure is a name of COUNTED, and its drill-down lists the runs of which that name is true: so a figure and its
rows can't differ. A run is in exactly one of STATES.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from moothall.domain.proportions import Proportion
from moothall.reports.step_facts import DESK, QUIET, WEB, RunFact

ALONE, HANDED_ON, LEFT, UNDER_WAY = STATES = ("alone", "handed_on", "left", "under_way")
CASE = frozenset({"case_opened", "referred"})  # outcomes with a case behind them, where something was sent


def begun_on_the_web(run: RunFact) -> bool:
    return run.begun == WEB


def by_phone(run: RunFact) -> bool:
    """Whether an agent went on with it, by its code."""
    return run.way == DESK or run.went(DESK)


def state_of(run: RunFact, at: datetime) -> str:
    """Whoever asked to be rung and then finished alone all the same is still to be rung."""
    if run.call_asked or by_phone(run):
        return HANDED_ON
    if run.at_end:
        return ALONE
    quiet = run.last_at is not None and at - run.last_at > QUIET
    return LEFT if quiet else UNDER_WAY


def has_case(run: RunFact, at: datetime) -> bool:
    """An end that leads elsewhere without anything being sent, such as to whoever helps in danger, opens none."""
    return state_of(run, at) == ALONE and run.sent and run.outcome in CASE


COUNTED: Mapping[str, Callable[[RunFact, datetime], bool]] = {
    "begun": lambda run, at: True,
    "alone": lambda run, at: state_of(run, at) == ALONE,
    "with_case": has_case,
    "handed_on": lambda run, at: state_of(run, at) == HANDED_ON,
    "call_asked": lambda run, at: run.call_asked,
    "by_phone": lambda run, at: by_phone(run),
    "left": lambda run, at: state_of(run, at) == LEFT,
    "under_way": lambda run, at: state_of(run, at) == UNDER_WAY,
}
Key = tuple[int, int]  # council, service


@dataclass(frozen=True, slots=True)
class WebTally:
    """The figures of some runs; `key` is None for the total."""

    key: Key | None
    counts: Mapping[str, int]

    @property
    def alone(self) -> Proportion:
        """How many of those that are over were finished alone."""
        return Proportion(self.counts["alone"], self.counts["begun"] - self.counts["under_way"])

    @property
    def badness(self) -> tuple[bool, float, int]:
        """Sorts worst first: fewest finished alone, rows with too few to rate last."""
        part = self.alone
        return part.few, part.met / part.of if part.of else 1.0, -self.counts["left"]


def tally(runs: Sequence[RunFact], at: datetime, *, key: Key | None = None) -> WebTally:
    return WebTally(key, {name: sum(test(run, at) for run in runs) for name, test in COUNTED.items()})


def tallies(runs: Iterable[RunFact], at: datetime) -> list[WebTally]:
    """One tally for each council and service, worst first."""
    groups: dict[Key, list[RunFact]] = defaultdict(list)
    for run in runs:
        groups[run.council, run.service].append(run)
    rows = [tally(group, at, key=key) for key, group in groups.items()]
    return sorted(rows, key=lambda row: (row.badness, row.key))
