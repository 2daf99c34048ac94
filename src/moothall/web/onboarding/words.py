"""The list of tasks as the page shows it: each step with its state, and the one place to go to for it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import BaseForm
from django.urls import reverse

from moothall.onboarding.actions import NotOnboarded
from moothall.onboarding.checklist import WORDS, Checklist, State, Step
from moothall.onboarding.models import DryRun
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.web.problems import Problem

KINDS: dict[State, str] = {"done": "good", "missing": "plain", "problem": "bad", "waiting": "warn"}
PAGES = {"services": "services", "staff": "staff", "lines": "lines", "brand": "brand", "dry-run": "dry-run"}
ACTS = {
    "services": "Choose services",
    "staff": "Load staff",
    "lines": "Enter lines",
    "brand": "Enter colour and address",
    "share": "Go to the agreements",
    "dry-run": "Play simulated calls",
}
CHANNELS = {"phone": "telephone", "web": "web form", "email": "e-mail", "chat": "chat", "counter": "counter"}
PATIENCE_S = 120  # a worker that is there has begun long before


@dataclass(frozen=True, slots=True)
class Row:
    """`tag` is a kind and a word; `act` and `address` are empty where nothing is to be done on a page."""

    step: Step
    tag: tuple[str, str]
    act: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    done: int
    of: int
    words: str
    live: bool


def rows_of(council: Council, found: Checklist, person: Person) -> list[Row]:
    rows = []
    for step in found.steps:
        address = reverse(f"onboarding:{PAGES[step.key]}", args=[council.gss]) if step.key in PAGES else ""
        if step.key == "share":
            manages = not person.is_operator and "None names" in step.told
            address = reverse("agreements:begin" if manages else "agreements:list")
        rows.append(Row(step, (KINDS[step.state], WORDS[step.state]), ACTS.get(step.key, ""), address))
    return rows


def next_step(found: Checklist) -> Next:
    todo = next((step for step in found.steps if step.state != "done"), None)
    live = found.step("share").state == "done"
    return Next(found.done, len(found.steps), todo.name if todo else "Nothing is missing", live)


def waiting_for(asked: Mapping[str, str], last: DryRun | None, now: datetime) -> str:
    """`waiting` while calls that were asked for may still be played, `late` after that; else nothing."""
    since, after = asked.get("asked", ""), asked.get("after", "")
    if not (since.isdecimal() and after.isdecimal()) or (last and last.pk > int(after[:18])):
        return ""
    return "waiting" if now.timestamp() - int(since[:18]) < PATIENCE_S else "late"


def played_rows(told: Mapping[str, Any]) -> dict[str, Any]:
    """A dry run with its rows under the contact they are about: [(heading, rows), …]."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for row in told.get("rows", ()):
        parts.setdefault(f"{row['service']}: {CHANNELS.get(row['channel'], row['channel'])}", []).append(row)
    return {**told, "parts": list(parts.items())}


def problems_of_findings(refused: NotOnboarded, *forms: BaseForm) -> list[Problem]:
    """What stood against it, each with the field to go to where a form's field is named: at it, too."""
    if not refused.findings:
        return [Problem(str(refused), "")]
    loose = []
    for finding in refused.findings:
        words = f"{finding.words} {finding.remedy}".strip()
        line, _, name = finding.place.what.rpartition(", ")
        number = int(line.removeprefix("line ")) - 1 if line.startswith("line ") else 0
        if number < len(forms) and name in forms[number].fields:
            forms[number].add_error(name, words)
        else:
            loose.append(Problem(words, ""))
    return loose
