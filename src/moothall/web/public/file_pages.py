"""What the pages show on which files are sent: one thing, or a list of things with how each stands."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moothall.domain.interview.model import Step
from moothall.scripts.models import Run
from moothall.scripts.queries import StepView
from moothall.scripts.steps import walk_of
from moothall.scripts.uploads import KINDS, Wanted, answer_of, one_of, takes_files, wanted_by
from moothall.web.formats import curly
from moothall.web.problems import Problem
from moothall.web.public.run_pages import Asked, asked, said_when_paid

TOO_LARGE = "That was too large to send. Each file must be under 10 MB, and all of them together under 30 MB"
SAY_WHICH = "Choose a file, or “I’ll send it later”"


@dataclass(frozen=True, slots=True)
class FilesPage:
    """One thing that is wanted. `step` is None once the run was sent; `kept` tells what of this try is here by now."""

    one: Wanted
    step: StepView | None
    page: Asked | None
    problems: tuple[Problem, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofsPage:
    """All that a step wants, before the run is sent."""

    things: tuple[Wanted, ...]
    step: StepView
    page: Asked
    problems: tuple[Problem, ...] = ()


def files_page(run: Run, key: str, item: str, problems: tuple[str, ...] = (), kept: tuple[str, ...] = ()) -> FilesPage:
    """The page of one thing; Http404 where the run doesn't want it."""
    one = one_of(run, key, item)
    page = asked(run, key)
    told = tuple(Problem(curly(each), "files") for each in problems)
    return FilesPage(one, page.step if page else None, page, told, kept)


def proofs_page(run: Run, found: Asked, *, asks: bool = False) -> ProofsPage:
    step = takes_files(run, found.step.key)
    assert step is not None
    things = wanted_by(run, step)
    return ProofsPage(things, found.step, found, untold(things) if asks else ())


def untold(things: tuple[Wanted, ...]) -> tuple[Problem, ...]:
    """What nothing was said about yet, each with a link to it."""
    return tuple(
        Problem(f"{curly(each.label)}: send it now, or say that you’ll send it later", f"thing-{number}")
        for number, each in enumerate(things, 1) if not each.came and not each.later
    )  # fmt: skip


def all_wanted(run: Run) -> list[tuple[Step, tuple[Wanted, ...]]]:
    """Of a whole run: each step that takes files, and what it wants."""
    return [(step, wanted_by(run, step)) for step in walk_of(run).passed if step.field.kind in KINDS]


def still_wanted(columns: Mapping[str, Any], came: Iterable[Iterable[str]]) -> list[str]:
    """What a run that was sent still waits for, by its columns and the (step, item) of each file that came."""
    run, here = _run_of(columns), {tuple(each) for each in came}
    try:
        wanted = [(step, thing) for step in walk_of(run).passed if step.field.kind in KINDS
                  for thing in wanted_by(run, step, ())]  # fmt: skip
    except ValueError:  # a text in the language of an older installation
        return []
    return [thing.label for step, thing in wanted
            if (step.key, thing.item) not in here and (thing.later or thing.item or not step.field.optional)]


def paid_words(columns: Mapping[str, Any]) -> str:
    """What a run that was sent and paid for says then; empty where nobody can tell."""
    try:
        return said_when_paid(_run_of(columns)) if columns else ""
    except ValueError:  # a text in the language of an older installation
        return ""


def _run_of(columns: Mapping[str, Any]) -> Run:
    known = [field.attname for field in Run._meta.concrete_fields if field.attname in columns]
    return Run.from_db("default", known, [columns[name] for name in known])


def said_of(run: Run) -> dict[str, list[tuple[str, str]]]:
    """By step, for the page that shows the answers: each thing and how it stands."""
    return {step.key: [(each.label if each.item else "", each.said) for each in things]
            for step, things in all_wanted(run)
            if step.field.kind == "checklist" or answer_of(run, step)}  # fmt: skip


def told_of(run: Run, found: Asked, *, asks: bool = False) -> tuple[str, dict[str, Any]]:
    """The template and what it is told, for a question that takes files. `asks`: for what nothing was said of, too."""
    if found.step.field == "checklist":
        proofs = proofs_page(run, found, asks=asks)
        return "proofs", {"proofs": proofs, "run": run, "problem": "\n".join(each.text for each in proofs.problems)}
    return "files", {"files": files_page(run, found.step.key, ""), "run": run}
