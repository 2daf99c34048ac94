"""A day of the web: the runs that residents began alone, counted, and the runs behind each figure."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from moothall.reports.queries import Keys
from moothall.reports.step_facts import RunFact
from moothall.reports.steps import Days, runs_of
from moothall.reports.web_facts import COUNTED, WebTally, begun_on_the_web, tallies, tally


@dataclass(frozen=True, slots=True)
class WebReport:
    """One day, counted to an instant: rows worst first, and all of them together."""

    rows: tuple[WebTally, ...]
    total: WebTally


@dataclass(frozen=True, slots=True)
class WhichRuns:
    """Which runs of a day are meant: a figure's name, and the row that it stands in (None is any)."""

    what: str = "begun"
    council: int | None = None
    service: int | None = None

    def holds(self, run: RunFact, at: datetime) -> bool:
        mine = self.council in {None, run.council} and self.service in {None, run.service}
        return mine and COUNTED[self.what](run, at)


def web_report(day: date, *, at: datetime, keys: Keys | None = None, council: int | None = None) -> WebReport:
    """A day of the web by council and service, as it stands at `at`."""
    runs = web_runs(day, WhichRuns(council=council), at=at, keys=keys)
    return WebReport(tuple(tallies(runs, at)), tally(runs, at))


def web_runs(day: date, which: WhichRuns, *, at: datetime, keys: Keys | None = None) -> list[RunFact]:
    """The runs behind one figure: exactly those that it counted at `at`, as they began."""
    runs = runs_of(Days(day, day, at), keys=keys, council=which.council)
    found = [run for run in runs if begun_on_the_web(run) and which.holds(run, at)]
    return sorted(found, key=lambda run: (run.began_at, run.run))
