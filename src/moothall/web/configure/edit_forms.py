"""What a manager fills in of a draft: a share, a promise, a line, the period. Each knows what of its entry has changed.

A field's value is as the text says it, so that what isn't touched isn't written; the text's reader judges
what was typed.
"""
from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from moothall.agreements.editing import Drop, Edit, Path, Put
from moothall.agreements.register import Register
from moothall.agreements.yaml_words import Value
from moothall.domain.responsibility.shares import CHANNELS, FUNCTIONS
from moothall.web.configure.edit_hours import ALWAYS, HOURS_FIELDS, OWN, hours_fields, initial_hours, written_hours
from moothall.web.configure.words import WAYS, WHO

STANDARD = ("answered_within_s", "for_percent", "resolved_within_working_days", "by")
PRICE = ("per_contact_pence", "per_minute_pence", "per_month_pence")
MANY = ("services", "channels", "functions", "sees")
NEW_TEAM = "new"


@dataclass(frozen=True, slots=True)
class Names:
    """What a draft may name, and what it says."""

    register: Register
    said: Mapping[str, Any]

    @property
    def councils(self) -> list[tuple[str, str]]:
        told = [each.get("council", "") if isinstance(each, dict) else each for each in _list(self.said.get("parties"))]
        found = [self.register.council(name) for name in (*told, str(self.said.get("partnership", "")))]
        return [(each.gss, each.short_name) for each in found if each]

    @property
    def services(self) -> list[tuple[str, str]]:
        named = {each.slug: each.name for each in self.register.services if each.number}
        groups = self.said.get("groups") or {}
        told = [(name, f"All of “{name}”: {', '.join(named.get(each, each) for each in _list(inner))}")
                for name, inner in groups.items()]
        return [*told, *named.items()]

    @property
    def teams(self) -> list[tuple[str, str]]:
        found = self.said.get("teams") or {}
        return [(slug, str(team.get("name", slug)) if isinstance(team, dict) else slug) for slug, team in found.items()]

    @property
    def hours(self) -> list[tuple[str, str]]:
        return [(name, f"“{name}”") for name in self.said.get("hours") or {}] + [(ALWAYS, "Always, day and night")]

    def gss(self, name: str) -> str:
        found = self.register.council(name)
        return found.gss if found else name

    def short(self, gss: str) -> str:
        found = self.register.council(gss)
        return found.short_name if found else gss


def _list(found: Any) -> list[Any]:
    return [] if found is None else found if isinstance(found, list) else [found]


class EntryForm(forms.Form):
    """One entry of a draft. `sha256` is of the text that was read, `before` what the form showed of it then."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    before = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)
    groups: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def __init__(self, data: Any = None, *, names: Names, entry: Mapping[str, Any], sha256: str,
                 shown: Mapping[str, Any] | None = None) -> None:
        self.names, self.entry = names, entry
        start = self.start(entry)
        super().__init__(data, initial={**start, **(shown or {}), "sha256": sha256, "before": json.dumps(start)})
        self.start_values = start
        for name, choices in self.choices().items():
            if name in self.fields:
                known = {value for value, _ in choices}
                there = [each for each in _list(start.get(name)) if each and each not in known]
                self.fields[name].choices = [*choices, *((each, each) for each in there)]  # type: ignore[attr-defined]

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        names = self.names
        return {
            "clients": names.councils, "councils": names.councils, "council": names.councils, "sees": names.services,
            "services": names.services, "service": names.services, "hours": [*names.hours, (OWN, "Hours of its own")],
            "team": [*names.teams, (NEW_TEAM, "A new team, named below")],
        }

    def start(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show of an entry."""
        found: dict[str, Any] = {}
        for name in self.base_fields:
            if name in MANY:
                found[name] = _list(entry.get(name))
            elif name in ("clients", "councils"):
                each = entry.get(name) or entry.get(name[:-1])
                found[name] = [self.names.gss(one) for one in _list(each)]
            elif name == "council":
                found[name] = self.names.gss(str(entry.get(name, "")))
            elif name in STANDARD:
                found[name] = (entry.get("standard") or {}).get(name, "")
            elif name in PRICE:
                found[name] = _pounds((entry.get("price") or {}).get(name, ""))
            elif name not in (*HOURS_FIELDS, "sha256", "before"):
                found[name] = entry.get(name, "")
        return {**found, **(initial_hours(entry.get("hours")) if "hours" in self.base_fields else {})}

    def changed(self) -> list[str]:
        """The fields that don't say what the text says."""
        return [name for name, value in self.start_values.items() if _typed(self.cleaned_data[name]) != _typed(value)]

    def edits(self, path: Path) -> list[Edit]:
        """What is to be written, of an entry that is there or of a new one."""
        wanted: dict[str, Value | None] = {}
        for name in self.changed():
            self._write(name, wanted)
        if not self.entry:
            made = {key: value for key, value in wanted.items() if value not in (None, "", [])}
            return [Put(path, made)] if made else []
        gone = [Drop((*path, key)) for key, value in wanted.items() if value in (None, "", []) and key in self.entry]
        return [*(Put((*path, key), value) for key, value in wanted.items() if value not in (None, "", [])), *gone]

    def _write(self, name: str, wanted: dict[str, Value | None]) -> None:
        given = self.cleaned_data
        if name in HOURS_FIELDS:
            wanted["hours"] = written_hours(given)
        elif name in ("clients", "councils"):
            short = [self.names.short(each) for each in given[name]]
            wanted[name] = list(short) if len(short) != 1 else None
            wanted[name[:-1]] = short[0] if len(short) == 1 else None
        elif name == "council":
            wanted[name] = self.names.short(given[name])
        elif name in STANDARD or name in PRICE:
            key, inner = ("standard", STANDARD) if name in STANDARD else ("price", PRICE)
            told = {each: given[each] for each in inner if given.get(each) not in (None, "")}
            wanted[key] = {each: _number(value) for each, value in told.items()} or None
        else:
            wanted[name] = _number(given[name]) if isinstance(given[name], str) else given[name]


def _typed(found: Any) -> Any:
    return sorted(found) if isinstance(found, list) else "" if found is None else str(found).strip()


def _number(text: Any) -> Value:
    found: Value = int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 9 else text
    return found


def _pounds(pence: Any) -> str:
    return f"{int(pence) // 100}.{int(pence) % 100:02}" if str(pence).isdigit() else ""


class Pounds(forms.CharField):
    """`2.25` as pence, a text of digits."""

    def clean(self, value: Any) -> str:
        text = str(value or "").strip().removeprefix("£").replace(",", "")
        whole, _, rest = text.partition(".")
        if not text:
            return ""
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{0,2})?", text):
            raise forms.ValidationError("Enter an amount in pounds, like 2.25")
        return str(int(whole) * 100 + int(rest.ljust(2, "0") or 0))


def _ticks(label: str, choices: Any = (), missing: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=bool(missing),
                                     widget=forms.CheckboxSelectMultiple, error_messages={"required": missing})


def _text(label: str, longest: int = 200, *, required: str = "", rows: int = 0) -> forms.CharField:
    widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, required=bool(required), widget=widget,
                           error_messages={"required": required})


def _whole(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=9,
                           widget=forms.TextInput({"inputmode": "numeric", "class": "short"}))


def _day(label: str, required: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=bool(required), max_length=20,
                           widget=forms.DateInput({"type": "date"}), error_messages={"required": required})


WAY_CHOICES = [(name, WAYS[name]) for name in CHANNELS]
WHO_CHOICES = [(name, WHO[name].capitalize()) for name in FUNCTIONS]
PROMISE_FIELDS = ("answered_within_s", "for_percent", "resolved_within_working_days", "by")
LATER = "Only where it differs from the agreement’s own period"


class ShareForm(EntryForm):
    """Who answers or resolves what for whom."""

    clients = _ticks("For which councils", missing="Choose for which council")
    services = _ticks("Which services", missing="Choose at least one service")
    function = forms.ChoiceField(label="What the team does", choices=WHO_CHOICES, widget=forms.RadioSelect,
                                 error_messages={"required": "Choose whether the team answers or resolves"})
    channels = _ticks("How they come", WAY_CHOICES)
    team = forms.ChoiceField(label="Team", error_messages={"required": "Choose a team"})
    new_team = _text("Name of the new team", 60)
    employer = forms.CharField(required=False, label="Whose people they are", max_length=40, widget=forms.Select())
    tier = _whole("Joins as number")
    after_s = _whole("After so many seconds")
    locals().update(hours_fields())
    answered_within_s = _whole("Answered within so many seconds")
    resolved_within_working_days = _whole("Resolved within so many working days")
    by = _text("By which time of that day", 5)
    for_percent = _whole("For how many in a hundred")
    per_contact_pence = Pounds(label="For a contact, in pounds", required=False)
    per_minute_pence = Pounds(label="For a minute, in pounds", required=False)
    per_month_pence = Pounds(label="For a month, in pounds", required=False)
    guarantee = _whole("So many agents at least, while they wait")
    cap = _whole("So many agents at most")
    sees = _ticks("Services that the team sees besides")
    sight_confirmed_by = _text("Who has confirmed that", 80)
    purpose = _text("Purpose", rows=2)
    lawful_basis = _text("Lawful basis", rows=2)
    groups = (
        ("Who does what for whom", "", ("clients", "services", "function", "channels")),
        ("Team", "0 or nothing: takes it first. 1 and more: joins after so many seconds.",
         ("team", "new_team", "employer", "tier", "after_s")),
        ("Hours", "By name, or of their own: times like 09:00-17:00, several with a comma. Empty: closed.",
         HOURS_FIELDS),
        ("Promise", "", ("answered_within_s", "resolved_within_working_days", "by", "for_percent")),
        ("Price", "Nothing: not charged.", PRICE),
        ("Protection", "Agents kept for this share, and the most that may serve it at once.", ("guarantee", "cap")),
        ("Sight", "What the team sees besides what it serves needs a person who confirms it.",
         ("sees", "sight_confirmed_by", "purpose", "lawful_basis")),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["employer"].widget.choices = [("", "People of several councils"), *self.names.councils]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("function") == "answer" and not given.get("channels"):
            self.add_error("channels", "Choose how they come")
        if given.get("team") == NEW_TEAM and not slug_of(given.get("new_team", "")):
            self.add_error("new_team", "Enter a name for the new team")
        return given

    def edits(self, path: Path) -> list[Edit]:
        found = super().edits(path)
        if self.cleaned_data["team"] != NEW_TEAM:
            return found
        name, employer = self.cleaned_data["new_team"], self.cleaned_data["employer"]
        made: dict[str, Value] = {"name": name} | ({"employer": self.names.short(employer)} if employer else {})
        return [Put(("teams", slug_of(name)), made), *found]

    def _write(self, name: str, wanted: dict[str, Value | None]) -> None:
        if name in ("new_team", "employer"):
            return
        if name == "team" and self.cleaned_data[name] == NEW_TEAM:
            wanted["team"] = slug_of(self.cleaned_data["new_team"])
            return
        super()._write(name, wanted)


class CoverForm(EntryForm):
    """What a council promises its public."""

    councils = _ticks("Which councils promise it", missing="Choose which council promises it")
    services = _ticks("Which services", missing="Choose at least one service")
    functions = _ticks("What is promised", WHO_CHOICES)
    channels = _ticks("How they come", WAY_CHOICES)
    locals().update(hours_fields())
    answered_within_s = _whole("Answered within so many seconds, at the latest")
    resolved_within_working_days = _whole("Resolved within so many working days, at the latest")
    by = _text("By which time of that day", 5)
    for_percent = _whole("For how many in a hundred")
    groups = (
        ("What is promised", "", ("councils", "services", "functions", "channels")),
        ("Hours", "By name, or of their own: times like 09:00-17:00, several with a comma. Empty: closed.",
         HOURS_FIELDS),
        ("The least that a share must promise", "", ("answered_within_s", "resolved_within_working_days", "by",
                                                     "for_percent")),
    )


class LineForm(EntryForm):
    """A number, and how it is greeted."""

    number = _text("Number, as the exchange dials it", 20, required="Enter the number, as the exchange dials it")
    public = _text("Number, as people dial it", 20)
    council = forms.ChoiceField(label="Council", error_messages={"required": "Choose the council"})
    service = forms.ChoiceField(label="Service", error_messages={"required": "Choose the service"})
    name = _text("Name", 80, required="Enter a name")
    greeting = _text("Greeting", rows=2)
    groups = (("The line", "A greeting may hold {agent} and {council}.",
               ("number", "public", "council", "service", "name", "greeting")),)

    def _write(self, name: str, wanted: dict[str, Value | None]) -> None:
        wanted[name] = self.names.short(self.cleaned_data[name]) if name == "council" else self.cleaned_data[name]


class PeriodForm(EntryForm):
    """From when to when it holds, and the notice."""

    name = _text("Name", 120, required="Enter a name")
    locals()["from"] = _day("From", "Enter the day on which it begins")
    to = _day("First day without it", "Enter the first day without it")
    notice_months = _whole("Notice: months")
    notice_days = _whole("Notice: days besides")
    groups = (("Period and notice", "", ("name", "from", "to", "notice_months", "notice_days")),)

    def edits(self, path: Path) -> list[Edit]:
        wanted: dict[str, Value | None] = {}
        for name in self.changed():
            self._write(name, wanted)
        puts = [Put((key,), value) for key, value in wanted.items() if value not in (None, "")]
        return [*puts, *(Drop((key,)) for key, value in wanted.items() if value in (None, "") and key in self.entry)]


def slug_of(name: str) -> str:
    """`northby-evenings` of “Northby evenings”."""
    kept = "".join(each if each.isascii() and each.isalnum() else " " for each in name.casefold().replace("’", ""))
    return "-".join(kept.split())[:60].strip("-")
