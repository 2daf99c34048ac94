"""What the report shows of the web: the day's figures, and the runs behind each; within the scope."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse

from moothall.cases.models import Case
from moothall.domain.interview.picture import read_name
from moothall.reports.queries import Keys, cases_of, councils_and_services, day_of
from moothall.reports.step_facts import RunFact
from moothall.reports.steps import scripts_of
from moothall.reports.web import WhichRuns, web_report, web_runs
from moothall.reports.web_facts import COUNTED, LEFT, UNDER_WAY, WebTally, has_case, state_of
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import script_at
from moothall.tenancy.models import Council
from moothall.web.formats import day as day_words
from moothall.web.reports.parts import Cell
from moothall.web.reports.web_words import came_of, runs_in_words


@dataclass(frozen=True, slots=True)
class WebRow:
    council: Council | None
    service: str
    cells: Mapping[str, Cell]
    tally: WebTally


@dataclass(frozen=True, slots=True)
class WebPart:
    rows: tuple[WebRow, ...]
    total: WebRow


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run: its script, what came of it, the step at which it stands, and the cases that the reader may see."""

    run: RunFact
    script: str
    came_of: str
    stands: str
    cases: tuple[Case, ...]
    has_case: bool


@dataclass(frozen=True, slots=True)
class RunsPage:
    title: str
    place: str
    day: date
    at: datetime
    rows: tuple[RunRow, ...]
    back: str


def web_part(day: date, *, keys: Keys, at: datetime, council: int | None) -> WebPart:
    """A day of the web that the reader may count."""
    found = web_report(day, at=at, keys=keys, council=council)
    councils, services = councils_and_services()

    def row(each: WebTally) -> WebRow:
        place = {"date": day.isoformat(), "to": f"{at.timestamp():.6f}", "council": council, "service": None}
        if each.key is not None:
            place["council"], place["service"] = each.key
        return WebRow(
            councils[each.key[0]] if each.key else None, services[each.key[1]].name if each.key else "",
            {what: _cell(each, what, place) for what in COUNTED}, each,
        )  # fmt: skip

    return WebPart(tuple(map(row, found.rows)), row(found.total))


def _cell(each: WebTally, what: str, place: Mapping[str, object]) -> Cell:
    count = each.counts[what]
    text = f"{count:,}" + (f", {each.alone}" if what == "alone" and count and not each.alone.few else "")
    told = {"what": what, **{name: value for name, value in place.items() if value}}
    return Cell(text, f"{reverse('reports:web_runs')}?{urlencode(told)}") if count else Cell(text)


def runs_page(day: date, which: WhichRuns, *, keys: Keys, at: datetime) -> RunsPage:
    """The runs behind one figure as it was counted at `at`."""
    runs = web_runs(day, which, at=at, keys=keys)
    cases = cases_of({run.contact for run in runs if run.contact})
    councils, services = councils_and_services()
    known = scripts_of(runs)
    rows = tuple(_row(run, at, known, cases.get(run.contact or 0, ())) for run in runs)
    place = [
        councils[which.council].name if which.council in councils else "All councils",
        services[which.service].name if which.service in services else "", "web", day_words(day, day_of(at)),
    ]  # fmt: skip
    return RunsPage(
        title=runs_in_words(len(rows), which.what).capitalize(), place=", ".join(filter(None, place)), day=day, at=at,
        rows=rows, back=f"{reverse('reports:today')}?{urlencode({'date': day.isoformat()})}#web",
    )  # fmt: skip


def _row(run: RunFact, at: datetime, known: Mapping[str, str], cases: tuple[Case, ...]) -> RunRow:
    state, stands, title = state_of(run, at), "", known.get(run.script, "")
    try:
        script = script_at(run.script) if run.script in known else None
    except ValueError:  # in the language of an older installation
        script = None
    if script is not None:
        title = script.title.get(LANGUAGE)
        step = script.step(run.shown)
        stands = read_name(step) if step and state in (LEFT, UNDER_WAY) else ""
    return RunRow(run, title, came_of(run, state), stands, cases, run.call_asked or has_case(run, at))
