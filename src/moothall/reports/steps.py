"""Where scripts hurt, from the journal alone: the runs of some days, and which of them a figure counts."""
from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from moothall.domain.interview.model import Script
from moothall.journal.models import Entry
from moothall.reports.queries import Keys, bounds, day_of, of_keys
from moothall.reports.step_facts import BEGINS, KINDS, MEASURES, RunFact, StepFigures, StepRow, figures, fold, worst
from moothall.scripts.models import ScriptVersion
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import base_key, script_at


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
    """Which runs are meant: of a council's script, at the desk, on the web or both (""), by one text of it or all."""

    council: int
    script: str
    way: str = ""
    version: str = ""

    def of(self, runs: Collection[RunFact], keys: dict[str, str]) -> list[RunFact]:
        """Those among `runs`; `keys` says of each text which script it is."""
        return [
            run for run in runs
            if run.council == self.council and keys.get(run.script) == self.script
            and self.version in ("", run.script) and run.went(self.way)
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


def last_days(number: int, *, at: datetime) -> Days:
    """So many days, the one of `at` the last of them."""
    last = day_of(at)
    return Days(last - timedelta(days=number - 1), last, at)


def scripts_of(runs: Collection[RunFact]) -> dict[str, str]:
    """The script's key of each text that one of the runs follows."""
    rows = ScriptVersion.objects.filter(pk__in={run.script for run in runs}).values_list("pk", "key")
    return {address: base_key(key) for address, key in rows}


@dataclass(frozen=True, slots=True)
class Hurt:
    """One council's script in some days: its runs, and the figures of each step that they came to."""

    council: int
    script: str
    runs: tuple[RunFact, ...]
    steps: Mapping[str, StepFigures]

    @property
    def worst(self) -> StepFigures | None:
        return worst(self.steps, [step.key for step in self.text.steps] if self.text else ())

    @property
    def text(self) -> Script | None:
        """The script as the run that began last followed it; None where that is in an older installation's language."""
        latest = max(self.runs, key=lambda run: (run.began_at, run.run))
        try:
            return script_at(latest.script)
        except ValueError:
            return None

    @property
    def title(self) -> str:
        return self.text.title.get(LANGUAGE) if self.text else self.script

    def in_order(self) -> list[StepFigures]:
        """The steps as the script has them; those that it has no more stand last."""
        order = {step.key: place for place, step in enumerate(self.text.steps if self.text else ())}
        return sorted(self.steps.values(), key=lambda each: (order.get(each.step, len(order)), each.step))


def hurts(days: Days, *, keys: Keys | None, council: int | None = None, way: str = "") -> list[Hurt]:
    """Every script that was used in these days, by council, the one that hurts most at one of its steps first."""
    runs = runs_of(days, keys=keys, council=council)
    texts = scripts_of(runs)
    groups: dict[tuple[int, str], list[RunFact]] = {}
    for run in runs:
        if run.script in texts and run.went(way):
            groups.setdefault((run.council, texts[run.script]), []).append(run)
    found = [Hurt(*key, tuple(group), figures(group, way)) for key, group in groups.items()]
    return sorted(found, key=lambda each: (-(each.worst.hurt if each.worst else 0), -len(each.runs), each.script))


def runs_behind(runs: Collection[RunFact], what: str, step: str, way: str = "") -> list[RunFact]:
    """The runs that a figure of a step counts, the latest first."""
    test = MEASURES[what]
    found = [run for run in runs if (seen := run.seen_at(step, way)) is not None and test(seen)]
    return sorted(found, key=lambda run: (run.began_at, run.run), reverse=True)
