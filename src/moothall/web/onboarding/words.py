"""The list of tasks as the page shows it: each step with its state, and the one place to go to for it."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import BaseForm
from django.urls import reverse

from moothall.agreements.models import AgreementVersion
from moothall.domain.plural import count_of
from moothall.onboarding.actions import NotOnboarded
from moothall.onboarding.checklist import NO_SERVICES, WORDS, Checklist, State, Step
from moothall.onboarding.models import DryRun
from moothall.onboarding.services import Parameter
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.web.problems import Problem

KINDS: dict[State, str] = {"done": "good", "missing": "plain", "problem": "bad", "waiting": "warn"}
PAGES = {"services": "services", "staff": "staff", "lines": "lines", "brand": "brand", "dry-run": "dry-run"}
ACTS = {  # what is to be done, and where it is changed later
    "services": ("Choose services", "Change services"),
    "staff": ("Load staff", "Load more staff, or make new links"),
    "lines": ("Enter lines", "Change lines"),
    "brand": ("Enter colour and address", "Change colour and address"),
    "dry-run": ("Play simulated calls", "See what callers meet"),
}
SAVED = {"council": "It takes part now.", "services": "Services are saved.", "staff": "Staff are loaded.",
         "lines": "Lines are saved.", "brand": "Colour, telephone and address are saved."}  # fmt: skip
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
    state: tuple[str, str]


def rows_of(council: Council, found: Checklist, person: Person, versions: Sequence[AgreementVersion]) -> list[Row]:
    rows = []
    for step in found.steps:
        act, address = "", ""
        if step.key in PAGES:
            address = reverse(f"onboarding:{PAGES[step.key]}", args=[council.gss])
            act = ACTS[step.key][step.state == "done"]
            if step.key == "services" and step.state != "done" and step.told != NO_SERVICES:
                act = "Answer what the scripts ask for"
        elif step.key == "share":
            act, address = _agreement(person, versions)
        rows.append(Row(step, (KINDS[step.state], WORDS[step.state]), act, address))
    return rows


def _agreement(person: Person, versions: Sequence[AgreementVersion]) -> tuple[str, str]:
    """The one place to go to for it: the version that counts, where there is one, or the list of several."""
    if len({version.agreement_id for version in versions}) > 1:
        return "See the agreements", reverse("agreements:list")
    version = next(iter(versions), None)
    if version is None:
        return ("Go to the agreements", reverse("agreements:list")) if person.is_operator else (
            "Begin an agreement", reverse("agreements:begin"))
    draft = version.state == version.State.DRAFT
    tab = "matrix" if person.is_operator or not draft else "edit"
    tab = "sign" if version.state == version.State.PROPOSED else tab
    words = {"edit": "Go on with the draft", "sign": "See who has to sign"}.get(tab, "See the agreement")
    return words, reverse(f"agreements:{tab}", args=[version.agreement.slug, version.number])


def first_act(rows: Sequence[Row]) -> Row | None:
    """Where to go on: the first step that isn't done and that can be done now."""
    todo = [row for row in rows if row.step.state in ("missing", "problem") and row.address]
    agreed = any(row.step.key == "share" and row.step.state != "missing" for row in rows)
    return next((row for row in todo if agreed or row.step.key != "dry-run"), None)


@dataclass(frozen=True, slots=True)
class Told:
    """How much of what a service's scripts ask for was told."""

    slug: str
    name: str
    tag: tuple[str, str]
    words: str


def told_of(slug: str, name: str, asked: Sequence[Parameter], own: Mapping[str, object]) -> Told:
    missing = sum(each.missing for each in asked)
    if missing:
        return Told(slug, name, ("plain", "Missing"), f"{count_of(missing, 'answer')} of {len(asked)} still to give")
    told = sum(each.name in own for each in asked)
    words = f"{told} of {len(asked)} your own, else as usual" if told else f"all {len(asked)} as usual"
    return Told(slug, name, ("good", "Done"), words if asked else "nothing is asked")


def next_step(found: Checklist) -> Next:
    todo = next((step for step in found.steps if step.state != "done"), None)
    return Next(found.done, len(found.steps), todo.name if todo else "Nothing is missing", state_of(found))


def state_of(found: Checklist) -> tuple[str, str]:
    """Whether calls are answered by an agreement in force, as a tag."""
    if found.cut_off:
        return "bad", "Cut off"
    return ("good", "Live") if found.live else ("plain", "Not live yet")


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
