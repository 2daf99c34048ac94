"""What the pages of where scripts hurt show: one value a page, filled within the scope."""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from moothall.cases.models import Case
from moothall.domain.interview.model import Script, Step
from moothall.domain.interview.painted import Paint, painted
from moothall.domain.interview.picture import read_name
from moothall.domain.interview.plainly import plainly
from moothall.domain.interview.words import OPTIONAL, PLACEHOLDER
from moothall.domain.responsibility.times import listed
from moothall.reports.queries import cases_of
from moothall.reports.step_facts import RunFact, StepFigures, figures, worst
from moothall.reports.steps import Chosen, Hurt, hurts, runs_behind, runs_of, scripts_of
from moothall.scripts.comments import comments_on
from moothall.scripts.models import StepComment
from moothall.scripts.steps import LANGUAGE
from moothall.scripts.versions import published_when, script_at
from moothall.tenancy.models import Council
from moothall.tenancy.queries import services_by_slug
from moothall.web.formats import day_and_time, wait
from moothall.web.reports.hurts_access import Sight, access_script, offered
from moothall.web.reports.hurts_forms import HurtsForm
from moothall.web.reports.hurts_words import SHOWN, WAYS, came_of, figure, finding, here
from moothall.web.reports.parts import Cell

SEEN_BY_PEOPLE = ("ask", "say", "end")
Refused = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One script of a council: how often it was used, and where it hurts most."""

    council: Council
    title: str
    address: str
    runs: int = 0
    worst: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ScriptsPage:
    form: HurtsForm
    used: tuple[ScriptRow, ...]
    unused: tuple[ScriptRow, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step in the table beside the picture."""

    key: str
    name: str
    cells: Mapping[str, Cell]
    address: str
    gone: bool = False  # the text shown has it no more


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it is shown. `mine`: whether the reader gives the word back."""

    comment: StepComment
    step: str
    mine: bool
    problem: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class RunLine:
    run: RunFact
    way: str
    time: str
    here: str
    came_of: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class ScriptPage:
    """One script of a council. `picture` is its drawing, `finding` what it shows; `step` where one is looked at."""

    council: Council
    key: str
    script: Script
    form: HurtsForm
    runs: tuple[RunFact, ...]
    steps: Mapping[str, StepFigures]
    said: tuple[Said, ...]
    lines: tuple[StepLine, ...] = ()
    picture: str = ""
    finding: str = ""

    @property
    def title(self) -> str:
        return self.script.title.get(LANGUAGE)

    @property
    def address(self) -> str:
        return f"{reverse('reports:script', args=[self.council.gss, self.key])}?{urlencode(self.form.chosen)}"

    @property
    def came_to(self) -> tuple[StepLine, ...]:
        return tuple(line for line in self.lines if line.key in self.steps)

    @property
    def never_reached(self) -> tuple[StepLine, ...]:
        return tuple(line for line in self.lines if line.key not in self.steps)

    @property
    def open_comments(self) -> int:
        return sum(each.comment.done_at is None for each in self.said)


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: its words, its figures, what is said of it, and the runs behind one figure."""

    of: ScriptPage
    step: Step | None
    name: str
    whens: tuple[str, ...]
    line: StepLine
    what: str
    runs: tuple[RunLine, ...]
    said: tuple[Said, ...] = field(default=())


def scripts_page(data: object, sight: Sight, *, now: datetime) -> ScriptsPage:
    """The scripts of the councils that the reader may count, the one that hurts most first."""
    form = HurtsForm(data, now=now)
    councils = Council.objects.in_bulk(sorted(sight.councils))
    services = services_by_slug()
    found = [each for each in hurts(form.days, keys=sight.keys, way=form.way) if each.council in councils]
    used = tuple(_used(each, councils[each.council], form) for each in found)
    known = {(each.council, each.script) for each in found}
    unused = tuple(
        ScriptRow(council, script.title.get(LANGUAGE), _address(council, key, form))
        for council in sorted(councils.values(), key=lambda each: each.name)
        for key, script in offered(sight, council.pk, services).items() if (council.pk, key) not in known
    )  # fmt: skip
    return ScriptsPage(form, used, unused)


def _used(hurt: Hurt, council: Council, form: HurtsForm) -> ScriptRow:
    first = hurt.worst
    names = names_told_apart(_shown(hurt.text, hurt.steps)) if hurt.text else {}
    return ScriptRow(
        council, hurt.title, _address(council, hurt.script, form), len(hurt.runs),
        "" if first is None else names.get(first.step, _said_plainly(first.step)),
        figure(first, "hurt") if first else "",
    )  # fmt: skip


def _shown(script: Script, steps: Collection[str]) -> list[Step]:
    """The steps that people see, or came to."""
    return [step for step in script.steps if step.kind in SEEN_BY_PEOPLE or step.key in steps]


def _said_plainly(key: str) -> str:
    """Of a step that the text has no more its key is all that is known."""
    return key.replace("_", " ").lower()


def _address(council: Council, key: str, form: HurtsForm) -> str:
    chosen = {name: value for name, value in form.chosen.items() if name not in ("what", "version")}
    return f"{reverse('reports:script', args=[council.gss, key])}?{urlencode(chosen)}"


def script_page(
    data: object, sight: Sight, gss: str, key: str, *, now: datetime, refused: Refused | None = None
) -> ScriptPage:
    """A script with its figures; `refused`: words for a comment that weren't taken, with what was typed."""
    council, latest = access_script(sight, gss, key)
    asked = HurtsForm(data, now=now)
    runs = runs_of(asked.days, keys=sight.keys, council=council.pk)
    texts = scripts_of(runs)
    mine = Chosen(council.pk, key).of(runs, texts)
    form = HurtsForm(data, now=now, versions=_versions({run.script for run in mine}))
    chosen = Chosen(council.pk, key, form.way, form.text).of(mine, texts)
    script = script_at(form.text or latest)
    steps = figures(chosen, form.way)
    said = _said(sight, council, key, script, refused or {})
    page = ScriptPage(council, key, script, form, tuple(chosen), steps, said)
    return _with_picture(page)


def _versions(addresses: Collection[str]) -> list[tuple[str, str]]:
    """The texts that runs followed, where there are several, the latest first."""
    if len(addresses) < 2:
        return []
    return [
        (address, f"Of {day_and_time(at)}, {'the council’s own' if own else 'for all councils'}, {address[:7]}")
        for address, at, own in published_when(addresses)
    ]


def _said(
    sight: Sight, council: Council, key: str, script: Script, refused: Refused
) -> tuple[Said, ...]:
    rows = comments_on(key, council.gss, council.pk, sight.services(council.pk))
    if not sight.reads_all:
        rows = rows.filter(written_by_id=sight.person)
    names = names_told_apart(script.steps)
    mine = council.pk in sight.settles
    return tuple(
        Said(row, names.get(row.step, row.step), mine and row.done_at is None, *refused.get(row.pk, ("", "")))
        for row in rows
    )


def _with_picture(page: ScriptPage) -> ScriptPage:
    what, steps = page.form.measure, page.steps
    shown = _shown(page.script, steps)
    here_now = {step.key for step in page.script.steps}
    names = names_told_apart(shown)
    lines = [_line(page, step.key, names[step.key]) for step in shown]
    lines += [_line(page, key, _said_plainly(key), gone=True) for key in sorted(set(steps) - here_now)]
    most = max((_size(each, what) for each in steps.values()), default=0)
    paints = {
        step.key: Paint(
            _size(steps[step.key], what) / most if most and step.key in steps else 0.0,
            figure(steps.get(step.key), what), _step_address(page, step.key),
        )
        for step in shown
    }  # fmt: skip
    first = worst(steps, [step.key for step in page.script.steps], lambda each: _size(each, what))
    top = (names.get(first.step, _said_plainly(first.step)), first) if first else None
    says = finding(top, what)
    made = painted(page.script, paints, says=says)
    return ScriptPage(
        page.council, page.key, page.script, page.form, page.runs, steps, page.said, tuple(lines), made, says
    )


def names_told_apart(steps: Sequence[Step]) -> dict[str, str]:
    """What each is called; where several are called the same, by the question that they ask; where that is the same
    too, with which of them it is."""
    names = {step.key: read_name(step) for step in steps}
    often = Counter(names.values())
    for step in steps:
        if often[names[step.key]] > 1:
            names[step.key] = _question_of(step) or names[step.key]
    often, seen = Counter(names.values()), Counter[str]()
    for key, name in names.items():
        seen[name] += 1
        if often[name] > 1:
            names[key] = f"{name} ({seen[name]} of {often[name]})"
    return names


def _question_of(step: Step) -> str:
    """What it asks, in one line: the last sentence is the question."""
    said = PLACEHOLDER.sub("…", OPTIONAL.sub("", step.say.get(LANGUAGE))).strip()
    return re.split(r"(?<=[.?!])\s+", said)[-1].rstrip(".?")


def _size(each: StepFigures, what: str) -> float:
    return (each.seconds or 0.0) if what == "time" else float(each.counts[what])


def _line(page: ScriptPage, key: str, name: str, *, gone: bool = False) -> StepLine:
    each = page.steps.get(key)
    cells = {
        what: Cell(_short(each, what), _step_address(page, key, what) if each and each.counts[what] else "")
        for what in SHOWN
    }
    return StepLine(key, name, cells, _step_address(page, key), gone)


def _short(each: StepFigures | None, what: str) -> str:
    """In the table, where the runs that reached it stand beside, the number alone."""
    return figure(each, what) if each is None or what == "time" else f"{each.counts[what]:,}"


def _step_address(page: ScriptPage, key: str, what: str = "") -> str:
    told = {**page.form.chosen, "to": f"{page.form.at.timestamp():.6f}", **({"what": what} if what else {})}
    return f"{reverse('reports:script_step', args=[page.council.gss, page.key, key])}?{urlencode(told)}"


def step_page(page: ScriptPage, key: str) -> StepPage:
    """One step of a script, and the runs behind the figure that was chosen: exactly those that it counts."""
    step = page.script.step(key)
    if step is None and key not in page.steps:
        raise Http404("The script has no such step")
    name = next((line.name for line in page.lines if line.key == key), _said_plainly(key))
    whens = tuple(plainly(each, page.script) for each in step.conditions) if step else ()
    what, way = page.form.measure, page.form.way
    runs = runs_behind(page.runs, what, key, way)
    cases = cases_of({run.contact for run in runs if run.contact})
    lines = tuple(_run_line(run, key, way, cases) for run in runs)
    said = tuple(each for each in page.said if each.comment.step == key)
    return StepPage(page, step, name, whens, _line(page, key, name, gone=step is None), what, lines, said)


def _run_line(run: RunFact, key: str, way: str, cases: Mapping[int, tuple[Case, ...]]) -> RunLine:
    seen = run.seen_at(key, way)
    assert seen is not None
    ways = listed([WAYS[each] for each in sorted({where for step, where in run.steps if step == key})])
    time = wait(seen.seconds) if seen.seconds is not None else "–"
    return RunLine(run, ways, time, here(seen), came_of(run), cases.get(run.contact or 0, ()))


