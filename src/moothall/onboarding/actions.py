"""The steps of bringing a council live. Each is one transaction and one kind of the journal; the database's functions
(onboard.sql) decide whether this person may. `by` None is the owner at a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.db import transaction

from moothall.agreements.life import ask_for
from moothall.agreements.models import AgreementVersion
from moothall.domain.colours import INK, WHITE
from moothall.domain.findings import Finding
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.lib.jobs import leave
from moothall.onboarding.authorities import Names
from moothall.onboarding.lines import check_lines
from moothall.onboarding.queries import may_onboard
from moothall.onboarding.services import (
    EVERY,
    Plain,
    check_values,
    chosen_services,
    parameters_for,
    published_texts,
    told_of_every,
)
from moothall.onboarding.staff import StaffPlan, plan_staff
from moothall.people.models import Person
from moothall.tenancy.models import CORE, Council
from moothall.tenancy.principals import System
from moothall.tenancy.queries import services_by_slug
from moothall.tenancy.scope import scope

REFUSED = {
    "no_right": "Only an operator, or a manager of this council, may do this.",
    "taken": "Its short name or its letters are another council’s. Choose others.",
    "there": "This council takes part already.",
    "no_council": "There is no such council any more.",
    "moved": "A script was published meanwhile. Choose the services again.",
    "line_taken": "One of these numbers is another council’s line.",
    "elsewhere": "Somebody in the file has a login here that isn’t this council’s.",
    "not_your_team": "One of the teams belongs to several councils, or to another one.",
}


class Heard(Protocol):
    """What came of simulated calls."""

    @property
    def calls(self) -> int: ...
    @property
    def problems(self) -> int: ...
    def as_dict(self) -> dict[str, Any]: ...


class NotOnboarded(Exception):
    """It was not done, and nothing was changed; `findings` say what and where."""

    def __init__(self, code: str, findings: Sequence[Finding] = ()) -> None:
        self.code, self.findings = code, tuple(findings)
        super().__init__(REFUSED.get(code) or "; ".join(f"{each.words} {each.remedy}".strip() for each in findings))


def add_council(names: Names, *, by: Person | None, number: int | None = None) -> Council:
    """Let a council take part. NotOnboarded where it does already, or a name is somebody's."""
    at = clock.now()
    made = {**names.as_dict(), "number": number, "brand": INK, "on_brand": WHITE, "phone": "", "address": ""}
    with transaction.atomic():
        answer = ask_for("add_council", json.dumps(made), by.pk if by else None, at)
        if not answer.isdigit():
            raise NotOnboarded(answer)
        with scope(System("onboard", int(answer))):
            write("council.add", council=int(answer), service=CORE, at=at, body=_body(by, gss=names.gss))
    return Council.objects.get(pk=int(answer))


def brand_council(council: Council, told: Mapping[str, str], *, by: Person | None) -> None:
    """Colours, telephone, address, website: those that are named."""
    at = clock.now()
    with scope(System("onboard", council.pk)):
        _ask("branded", "brand_council", council.pk, json.dumps(dict(told)), by.pk if by else None, at)
        write("council.brand", council=council.pk, service=CORE, at=at, body=_body(by, fields=sorted(told)))
    council.refresh_from_db()


def choose_services(council: Council, chosen: Mapping[str, Mapping[str, Any]], *, by: Person | None) -> None:
    """These services, each with the parameters that the council names, in the place of those before; what it told of
    EVERY service stays unless it is among them."""
    at = clock.now()
    numbers = services_by_slug()
    findings = [Finding("unknown-service", f"“{slug}” isn’t a service here.") for slug in chosen if slug not in numbers]
    kept: dict[str, dict[str, Plain]] = {}
    for slug, values in chosen.items():
        if slug in numbers:
            kept[slug], found = check_values(slug, values)
            findings += found
    if findings:
        raise NotOnboarded("unsound", findings)
    rows = [{"service": numbers[slug], "values": values} for slug, values in kept.items()]
    texts = [text for slug, values in kept.items() for text in published_texts(council, slug, values)]
    with scope(System("onboard", council.pk)):
        _ask("chosen", "choose_services", council.pk, json.dumps(rows), json.dumps(texts), by.pk if by else None, at)
        body = _body(by, services=sorted(numbers[slug] for slug in kept), versions=len(texts))
        write("services.choose", council=council.pk, service=CORE, at=at, body=body)


def load_staff(council: Council, raw: bytes, *, by: Person | None, name: str = "") -> StaffPlan:
    """All people of a file, or none. NotOnboarded with the findings where a row can't be taken."""
    at = clock.now()
    with scope(System("onboard", council.pk)):
        plan = plan_staff(council, raw, by=by, at=at, name=name)
        if not plan.sound:
            raise NotOnboarded("unsound", plan.findings)
        _ask("loaded", "load_staff", council.pk, json.dumps(plan.made), by.pk if by else None, at)
        body = _body(by, new=len(plan.new), changed=len(plan.changed), teams=len(plan.new_teams))
        write("staff.load", council=council.pk, service=CORE, at=at, body=body)
    return plan


def plan_lines(council: Council, rows: Sequence[Mapping[str, Any]], *, by: Person | None) -> None:
    """These lines in the place of those planned before."""
    at = clock.now()
    lines, findings = check_lines(council, rows, at)
    if findings:
        raise NotOnboarded("unsound", findings)
    with scope(System("onboard", council.pk)):
        made = json.dumps([line.as_dict() for line in lines])
        _ask("planned", "plan_lines", council.pk, made, by.pk if by else None, at)
        write("lines.plan", council=council.pk, service=CORE, at=at, body=_body(by, lines=len(lines)))


def ask_play(council: Council, *, by: Person) -> None:
    """Have the worker play simulated calls. It does so as the owner, who may do what router and desks do."""
    at = clock.now()
    with scope(System("onboard", council.pk)):
        if not may_onboard(council.pk, by, at):
            raise NotOnboarded("no_right")
        leave("moothall.onboarding.tasks.play_calls", council=council.gss, person=by.pk)
        write("play.ask", council=council.pk, service=CORE, at=at, body=_body(by))


def play_council(council: Council, version: AgreementVersion, heard: Heard, *, by: Person | None = None) -> None:
    """Keep that simulated calls were played, and what came of them; the calls are undone."""
    at = clock.now()
    made = {"way": "rehearsed", "calls": heard.calls, "problems": heard.problems}
    told = json.dumps({**made, "told": heard.as_dict()}, default=str)
    with scope(System("onboard", council.pk)):
        _ask("played", "play_council", council.pk, version.pk, told, by.pk if by else None, at)
        write("council.play", council=council.pk, service=CORE, at=at, body=_body(by, version=version.pk, **made))


def missing_parameters(council: Council) -> tuple[list[str], int]:
    """Which parameters of the chosen services and of every service nobody has told, and how many stand as assumed."""
    missing, assumed = [], 0
    asked = [(row.service.slug, row.service.name, row.values) for row in chosen_services(council)]
    for slug, name, values in [*asked, (EVERY, "every service", told_of_every(council))]:
        for each in parameters_for(council, slug, values):
            if each.missing:
                missing.append(f"{each.label} ({name})")
            assumed += not (each.told or each.missing)
    return missing, assumed


def _ask(done: str, function: str, *values: object) -> None:
    answer = ask_for(function, *values)
    if answer != done:
        raise NotOnboarded(answer)


def _body(by: Person | None, **more: object) -> dict[str, object]:
    return {"person": by.pk if by else None, **more}
