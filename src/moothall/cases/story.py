"""The story of a case, from its journal and its notes."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from moothall.cases.models import Case, CaseNote
from moothall.journal.models import Entry
from moothall.people.models import Person, Team

RING = "contact.ring"  # an agent rang them about this case


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: `words` in plain English, `who` did it, `text` of a note as typed, `heard` in a call.

    `unseen` is a note on the case of somebody protected, which the open scope doesn't show.
    """

    at: datetime
    words: str
    who: str = ""
    text: str = ""
    heard: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a story needs, read once."""

    people: Mapping[int, str]
    teams: Mapping[int, str]
    notes: Mapping[int, str]


def story(case: Case) -> list[Line]:
    """What happened, the newest first, in four statements whatever its length. What was sent after the case was opened
    is told of the contact."""
    told = Q(case_id=case.pk, kind__startswith="case.") | Q(case_id=case.pk, kind=RING)
    if case.contact_id is not None:
        told |= Q(contact_id=case.contact_id, kind="document.add")
    entries = list(Entry.objects.filter(told).order_by("-id"))
    names = _names(case, entries)
    return [
        Line(entry.at, _words(entry, names), _who(entry, names), _text(entry, names), entry.contact_id is not None,
             _unseen(entry, names))
        for entry in entries
    ]


def _names(case: Case, entries: Iterable[Entry]) -> Names:
    entries = list(entries)
    people = {pk for entry in entries for pk in (_person(entry), entry.body.get("officer")) if pk is not None}
    teams = {entry.body["team"] for entry in entries if entry.body.get("team")}
    persons = Person.objects.filter(pk__in=people).select_related("employer")
    return Names(
        people={each.pk: _named(each) for each in persons},
        teams=dict(Team.objects.filter(pk__in=teams).values_list("pk", "name")),
        notes=dict(CaseNote.objects.filter(case=case).values_list("pk", "text")),
    )


def _named(person: Person) -> str:
    return f"{person.name}, {person.employer.short_name}" if person.employer else person.name


def _person(entry: Entry) -> int | None:
    kind, _, number = entry.principal.partition(":")
    return int(number) if kind == "staff" and number.isdigit() else None


def _who(entry: Entry, names: Names) -> str:
    person = _person(entry)
    return names.people.get(person, "") if person is not None else ""


def _text(entry: Entry, names: Names) -> str:
    return names.notes.get(entry.body.get("note", 0), "") if entry.kind == "case.note" else ""


def _unseen(entry: Entry, names: Names) -> bool:
    return entry.kind == "case.note" and entry.body.get("note", 0) not in names.notes


def _opened(entry: Entry) -> str:
    if entry.principal.startswith("resident:"):
        return "Opened on the web"
    return "Opened in a call" if entry.contact_id else "Opened"


def _words(entry: Entry, names: Names) -> str:
    body: Mapping[str, Any] = entry.body
    team = names.teams.get(body.get("team") or 0, "")
    match entry.kind:
        case "case.open":
            way = _opened(entry)
            return f"{way}, for {team}" if team else f"{way}. No team resolves this yet"
        case "case.claim":
            return "Taken"
        case "case.give":
            officer = names.people.get(body.get("officer") or 0, "")
            return f"Given to {officer or team or 'a team'}"
        case "case.note":
            return "Note from the call" if entry.contact_id else "Note"
        case "case.name":
            return "The caller was checked" if body.get("customer") else "The caller was somebody else"
        case "case.link":
            return "They got in touch about it again"
        case "case.look":
            return "Looked at name and address"
        case "case.delay":
            return "Due later"
        case _ if entry.kind == RING:
            return "They were rung from the desk"
        case "document.add":
            return "They sent another file"
        case "case.close":
            return {True: "Closed in time", False: "Closed late"}.get(body.get("in_time"), "Closed")  # type: ignore[arg-type]
        case _:
            return entry.kind.partition(".")[2].replace("_", " ").capitalize()
