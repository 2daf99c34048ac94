"""What a manager fills in of a draft: a share, a promise, a line, the period. Each knows what of it has changed."""
from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from moothall.agreements.editing import Drop, Edit, Path, Put
from moothall.agreements.yaml_words import Value
from moothall.domain.responsibility.shares import CHANNELS, FUNCTIONS
from moothall.domain.responsibility.wording import heard
from moothall.web.configure.edit_fields import (
    NEW_TEAM,
    Aside,
    Councils,
    Day,
    DayHours,
    Names,
    One,
    OneCouncil,
    Pounds,
    Team,
    Text,
    Ticks,
    Told,
    Turn,
    Verbatim,
    Whole,
    Within,
    WithinClock,
    hours_fields,
    slug_of,
)
from moothall.web.configure.edit_hours import DAYS, OWN, judge_times
from moothall.web.configure.words import WAYS, WHO
from moothall.web.forms import Form

__all__ = ["CoverForm", "EntryForm", "Group", "LineForm", "NamedForm", "Names", "PeriodForm", "ShareForm", "slug_of"]

WAY_CHOICES = [(name, WAYS[name]) for name in CHANNELS]
WHO_CHOICES = [(name, WHO[name].capitalize()) for name in FUNCTIONS]
OWN_HOURS = (*DAYS, "named_days")
TIMES = "Times like 09:00-17:00, several with a comma. Empty: closed."


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together. What is rarely used is folded away until it says something."""

    legend: str
    names: tuple[str, ...]
    hint: str = ""
    folded: bool = False


class EntryForm(Form):
    """One entry of a draft. `sha256` is of the text that was read, `before` what the form showed of it then."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    before = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)
    groups: tuple[Group, ...] = ()
    fixed: tuple[str, ...] = ()  # what is asked of a new entry alone, since others refer to it

    def __init__(self, data: Any = None, *, names: Names, entry: Mapping[str, Any], sha256: str,
                 shown: Mapping[str, Any] | None = None) -> None:
        self.names, self.entry = names, entry
        start = {name: field.read(name, entry, names) for name, field in self.base_fields.items()
                 if isinstance(field, Told)}
        super().__init__(data, initial={**start, **(shown or {}), "sha256": sha256, "before": json.dumps(start)})
        self.start_values = start
        for name in self.fixed:
            self.fields[name].disabled = bool(entry)
            if entry:
                self.fields[name].help_text = "It stays as it is, since other entries name it."
        for name, field in self.fields.items():
            if isinstance(field, Day) and not re.fullmatch(r"(\d{4}-\d\d-\d\d)?", str(start.get(name) or "")):
                field.widget = forms.TextInput()  # a day with a time, which a browser's field for days would lose
            if choose := getattr(field, "choose", ""):
                choices = getattr(names, choose)
                known = {value for value, _ in choices}
                there = [each for each in _several(start.get(name)) if each and each not in known]
                field.choices = [*choices, *((each, each) for each in there)]  # type: ignore[attr-defined]

    @classmethod
    def opened(cls, raw: Any, head: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """An entry of the text as the lines that the fields read."""
        del head, said
        found: Mapping[str, Any] = raw
        return found

    def new_key(self) -> str:
        """What a new entry is called in the text."""
        raise NotImplementedError

    def parts(self) -> Iterator[tuple[Group, bool]]:
        """The groups, each with whether it stands open."""
        for group in self.groups:
            says = any(self[name].value() not in (None, "", []) for name in group.names)
            yield group, not group.folded or says or any(name in self.errors for name in group.names)

    def beneath(self, name: str) -> str:
        """What stands under a field: what it comes to."""
        del name
        return ""

    def clean(self) -> dict[str, Any]:
        """The times are judged with all the rest, so that nobody is told of them last."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("hours", OWN) == OWN:
            for name, field in self.fields.items():
                named = name == "named_days"
                if isinstance(field, DayHours) and (said := judge_times(given.get(name, ""), named=named)):
                    self.add_error(name, f"{field.label}: {said}")
        return given

    def changed(self) -> list[str]:
        """The fields that don't say what the text says."""
        return [name for name, value in self.start_values.items() if _typed(self.cleaned_data[name]) != _typed(value)]

    def wanted(self) -> dict[str, Value | None]:
        """The keys that shall be other than they are; nothing in one takes it out."""
        found: dict[str, Value | None] = {}
        for name in self.changed():
            found |= self.fields[name].write(name, self)  # type: ignore[attr-defined]
        return found

    def edits(self, path: Path) -> list[Edit]:
        """What is to be written, of an entry that is there or of a new one."""
        wanted = self.wanted()
        told = {key: value for key, value in wanted.items() if value not in (None, "", [])}
        if not self.entry:
            return [Put(path, told)] if told else []
        gone = [Drop((*path, key)) for key in wanted if key not in told and key in self.entry]
        return [*(Put((*path, key), value) for key, value in told.items()), *gone]


def _several(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _typed(found: Any) -> Any:
    return sorted(found) if isinstance(found, list) else "" if found is None else str(found).strip()


class NamedForm(EntryForm):
    """An entry to which others refer by a name that a manager gives it."""

    fixed = ("called",)
    part_key = ""

    def taken(self) -> set[str]:
        return set(self.names.said.get(self.part_key) or {})

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.entry or "called" not in given:
            return given
        key = slug_of(given["called"])
        if not key:
            self.add_error("called", "Use letters or digits in the name")
        elif key in self.taken():
            self.add_error("called", f"“{key}” is taken: choose another name")
        return given

    def new_key(self) -> str:
        return slug_of(self.cleaned_data["called"])


class ShareForm(EntryForm):
    """Who answers or resolves what for whom."""

    clients = Councils("For which councils", missing="Choose for which council", choose="councils")
    services = Ticks("Which services", missing="Choose at least one service", choose="services")
    function = One("What the team does", "Choose whether the team answers or resolves", choices=WHO_CHOICES)
    channels = Ticks("How they come", WAY_CHOICES)
    team = Team("Team", "Choose a team", choose="teams")
    new_team = Aside(required=False, label="Name of the new team", max_length=60)
    employer = Aside(required=False, label="Whose people the new team’s are", max_length=40, widget=forms.Select())
    tier = Turn("When the team is called")
    after_s = Whole("How long somebody waits before it joins, in seconds", hint="For a team that isn’t called first.")
    locals().update(hours_fields())
    answered_within_s = Within("Answered within so many seconds")
    resolved_within_working_days = Within("Resolved within so many working days")
    by = WithinClock("By which time of that day", hint="Like 17:00.")
    for_percent = Within("For how many in a hundred")
    per_contact_pence = Pounds("For a contact, in pounds")
    per_minute_pence = Pounds("For a minute, in pounds")
    per_month_pence = Pounds("For a month, in pounds")
    locals()["from"] = Day("From", hint="Leave it empty for the agreement’s first day.")
    to = Day("First day without it", hint="Leave it empty for the agreement’s end.")
    guarantee = Whole("So many agents at least, while they wait")
    cap = Whole("So many agents at most")
    overrides = Ticks("Comes before these shares", choose="keyed_shares", hint="It must be a part of each.")
    sees = Ticks("Services that the team sees besides", choose="services")
    sight_confirmed_by = Text("Who has confirmed that", 80)
    purpose = Text("Purpose", rows=2)
    lawful_basis = Text("Lawful basis", rows=2)
    groups = (
        Group("Who", ("clients", "team")),
        Group("A new team", ("new_team", "employer"), folded=True),
        Group("What", ("function", "services", "channels")),
        Group("When", ("hours",)),
        Group("Hours of its own", OWN_HOURS, TIMES, folded=True),
        Group("Promise", ("answered_within_s", "resolved_within_working_days", "by", "for_percent")),
        Group("Price", ("per_contact_pence", "per_minute_pence", "per_month_pence"),
              "What you leave empty isn’t charged.", True),
        Group("Joins later than another team", ("tier", "after_s"), folded=True),
        Group("A part of the agreement’s period", ("from", "to"), folded=True),
        Group("Agents kept for it, and the most that serve it", ("guarantee", "cap"), folded=True),
        Group("Comes before another share", ("overrides",), folded=True),
        Group("What the team sees besides", ("sees", "sight_confirmed_by", "purpose", "lawful_basis"),
              "What it sees besides what it serves needs a person who confirms it.", True),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["employer"].widget.choices = [("", "People of several councils"), *self.names.councils]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("function") == "answer" and not given.get("channels"):
            self.add_error("channels", "Choose how they come")
        if given.get("team") == NEW_TEAM and not slug_of(given.get("new_team", "")):
            self.add_error("new_team", "Enter a name for the new team")
        return given

    def new_key(self) -> str:
        given = self.cleaned_data
        who = self.names.short(given["clients"][0]) if len(given["clients"]) == 1 else "all"
        what = given["services"][0] if len(given["services"]) == 1 else "services"
        stem = slug_of(f"{who} {what} {'answered' if given['function'] == 'answer' else 'resolved'}")[:36]
        taken = self.names.said.get("shares") or {}
        return next(key for number in range(1, 10_000)
                    if (key := stem if number == 1 else f"{stem}-{number}") not in taken)

    def edits(self, path: Path) -> list[Edit]:
        found = super().edits(path)
        if self.cleaned_data["team"] != NEW_TEAM:
            return found
        name, employer = self.cleaned_data["new_team"], self.cleaned_data["employer"]
        made: dict[str, Value] = {"name": name} | ({"employer": self.names.short(employer)} if employer else {})
        return [Put(("teams", slug_of(name)), made), *found]


class CoverForm(EntryForm):
    """What a council promises its public."""

    councils = Councils("Which councils promise it", missing="Choose which council promises it", choose="councils")
    services = Ticks("Which services", missing="Choose at least one service", choose="services")
    functions = Ticks("What is promised", WHO_CHOICES)
    channels = Ticks("How they come", WAY_CHOICES)
    locals().update(hours_fields())
    answered_within_s = Within("Answered within so many seconds, at the latest")
    resolved_within_working_days = Within("Resolved within so many working days, at the latest")
    by = WithinClock("By which time of that day", hint="Like 17:00.")
    for_percent = Within("For how many in a hundred")
    groups = (
        Group("Who", ("councils",)), Group("What", ("services", "functions", "channels")), Group("When", ("hours",)),
        Group("Hours of its own", OWN_HOURS, TIMES, folded=True),
        Group("The least that a share must promise", ("answered_within_s", "resolved_within_working_days", "by",
                                                      "for_percent"), folded=True),
    )


class LineForm(EntryForm):
    """A number, and how it is greeted."""

    number = Verbatim("Number, as the exchange dials it", 20, required="Enter the number, as the exchange dials it")
    public = Verbatim("Number, as people dial it", 20)
    council = OneCouncil("Council", "Choose the council", choose="councils")
    service = One("Service", "Choose the service", choose="services")
    name = Verbatim("Name", 80, required="Enter a name")
    greeting = Verbatim("Greeting", rows=2, hint="{agent} and {council} stand for the names.")
    groups = (Group("The line", ("number", "public", "council", "service", "name", "greeting")),)

    def beneath(self, name: str) -> str:
        if name != "greeting":
            return ""
        words = str(self["greeting"].value() or "Hello, {council}. My name is {agent}. How can I help?")
        found = self.names.register.council(str(self["council"].value() or ""))
        council = found.name if found else "the council"
        return f"With the names filled in: “{heard(words, council)}”"


class PeriodForm(EntryForm):
    """From when to when it holds, and the notice."""

    name = Text("Name", 120, required="Enter a name")
    locals()["from"] = Day("From", "Enter the day on which it begins")
    to = Day("First day without it", "Enter the first day without it")
    notice_months = Whole("Notice: months")
    notice_days = Whole("Notice: days besides")
    groups = (Group("Period and notice", ("name", "from", "to", "notice_months", "notice_days")),)
