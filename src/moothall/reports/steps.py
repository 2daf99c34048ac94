"""Where scripts hurt, from the journal alone: the runs of some days, and which of them a figure counts."""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from moothall.journal.models import Entry
from moothall.reports.queries import Keys, bounds, of_keys
from moothall.reports.step_facts import BEGINS, KINDS, MEASURES, RunFact, StepRow, fold
from moothall.scripts.models import ScriptVersion
from moothall.scripts.versions import base_key


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to a day, both included, as known at `at`."""

    first: date
    last: date
    at: datetime

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return bounds(self.first)[0], bounds(self.last)[1]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which runs are meant: of a council's script, at the desk or on the web (way "": both), by one text of it or all."""

    council: int
    script: str
    way: str = ""
    version: str = ""

    def of(self, runs: Collection[RunFact], keys: dict[str, str]) -> list[RunFact]:
        """Those among `runs`; `keys` says of each text whose it is. A way keeps the runs that were followed that way."""
        return [
            run for run in runs
            if run.council == self.council and keys.get(run.script) == self.script
            and self.version in ("", run.script) and any(self.way in ("", way) for _, way in run.steps)
        ]  # fmt: skip


def runs_of(days: Days, *, keys: Keys | None, council: int | None = None) -> list[RunFact]:
    """The runs that began in these days, followed up to `days.at`. `keys` None: all that the scope shows; two
    statements.

    What a run led to is told at its service's key, so a reader of one service counts that service's runs alone.
    """
    start, end = days.bounds
    which = of_keys(keys) & Q(recorded_at__lte=days.at, at__gte=start)
    if council is not None:
        which &= Q(council_id=council)
    fields = ("kind", "contact_id", "council_id", "service_id", "need_id", "at", "recorded_at", "body")
    begun = set(Entry.objects.filter(which, kind__in=BEGINS, at__lt=end).values_list("body__run", flat=True))
    if not begun:
        return []
    rows = Entry.objects.filter(which, kind__in=KINDS).order_by("id").values_list(*fields)
    return [run for run in fold((StepRow(*row) for row in rows.iterator()), at=days.at) if run.run in begun]


def scripts_of(runs: Collection[RunFact]) -> dict[str, str]:
    """The script's key of each text that one of the runs follows."""
    rows = ScriptVersion.objects.filter(pk__in={run.script for run in runs}).values_list("pk", "key")
    return {address: base_key(key) for address, key in rows}


def runs_behind(runs: Collection[RunFact], what: str, step: str, way: str = "") -> list[RunFact]:
    """The runs that a figure of a step counts, the latest first."""
    test = MEASURES[what]
    found = [run for run in runs if (seen := run.seen_at(step, way)) is not None and test(seen)]
    return sorted(found, key=lambda run: (run.began_at, run.run), reverse=True)
