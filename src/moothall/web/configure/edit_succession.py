"""What becomes of a draft's councils: which of them become one, when, and what goes on for the one that follows."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from moothall.agreements.register import register_from_database
from moothall.agreements.succession_reader import GSS, LETTERS, STAYS
from moothall.agreements.yaml_words import Value
from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.times import day_words, listed
from moothall.web.configure.edit_emergency import By, EachItsOne, Row
from moothall.web.configure.edit_fields import Day, Ticks, Verbatim, Written
from moothall.web.configure.edit_fields import Told as Field
from moothall.web.configure.edit_forms import EntryForm, Group
from moothall.web.configure.edit_names import NEW_TEAM, Names
from moothall.web.configure.edit_told import Told
from moothall.web.configure.reading import Seen

LEAST = 2  # a council alone that is renamed isn't a merger


class Becomes(Field, forms.MultipleChoiceField):
    """What becomes of each team: `team:stays`, or `team:other`."""

    def __init__(self, label: str, hint: str) -> None:
        super().__init__(label=label, required=False, widget=EachItsOne, help_text=hint)
        self.teams: list[tuple[str, str]] = []

    def rows(self, value: Any) -> list[Row]:
        def row(slug: str, name: str) -> Row:
            told = [("", "Ends with its councils"), (f"{slug}:{STAYS}", "Goes on as it is"),
                    *((f"{slug}:{other}", f"Becomes {words}") for other, words in self.teams if other != slug)]
            return Row(name, tuple((each, words, each in (value or [])) for each, words in told))

        return [row(*each) for each in self.teams]

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return [f"{team}:{becomes}" for team, becomes in (entry.get(name) or {}).items()]

    def write(self, name: str, form: EntryForm) -> Written:
        chosen = dict(each.split(":", 1) for each in form.cleaned_data[name])
        there = [team for team in form.entry.get(name) or {} if team in chosen]
        order = [*there, *(team for team in chosen if team not in there)]
        made: dict[str, Value] = {team: chosen[team] for team in order}
        return {name: made or None}


class SuccessionForm(EntryForm):
    """Councils that become one."""

    predecessors = By("Which councils become one", choose="parties")
    name = Verbatim("Name of the new council", 120, required="Enter the name of the new council")
    short_name = Verbatim("Its name in short", 60, hint="Like Northlands. Leave it empty where the whole name will do.")
    successor = Verbatim("Its ONS code", 9, required="Enter its ONS code, like E06000063",
                         hint="A letter and eight digits. The order that makes the council has it.")
    letters = Verbatim("Letters that its references begin with", 3, required="Enter two or three capital letters",
                       hint="Two or three capital letters. Old references keep theirs.")
    vesting_day = Day("Vesting day", "Enter the day on which it begins",
                      hint="The first day of the new council, as the order says.")
    teams = Becomes("What becomes of the teams", "Whose people go on, and in which team.")
    carries_on = Ticks("Shares that go on for it as they are", choose="shares",
                       hint="For others write shares of the new council, from its vesting day.")
    groups = (
        Group("Which councils become one, and when", ("predecessors", "vesting_day")),
        Group("The new council", ("name", "short_name", "successor", "letters")),
        Group("What goes on", ("teams", "carries_on")),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["teams"]
        assert isinstance(field, Becomes)
        field.teams = [each for each in self.names.teams if each[0] != NEW_TEAM]
        field.choices = [(value, words) for row in field.rows(None) for value, words, _ in row.choices if value]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if "successor" in given and not GSS.fullmatch(given["successor"]):
            self.add_error("successor", "A code is a letter and eight digits, like E06000063")
        if "letters" in given and not LETTERS.fullmatch(given["letters"]):
            self.add_error("letters", "Enter two or three capital letters, like NQ")
        if "predecessors" in given and len(given["predecessors"]) < LEAST:
            self.add_error("predecessors", "Choose the councils that become one: at least two")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", str(given.get("vesting_day", ""))) is None and "vesting_day" in given:
            self.add_error("vesting_day", "Enter a day, like 2028-04-01")
        return given


def told_successions(seen: Seen, said: Mapping[str, Any]) -> Iterator[Told]:
    assert seen.proved
    names = Names(register_from_database(), said)
    teams = {team.slug: team.name for team in seen.proved.terms.teams}
    for index, each in enumerate(seen.proved.terms.successions):
        before = [seen.councils[number].short_name for number in each.predecessors if number in seen.councils]
        goes_on = [f"{teams[old]} goes on as {teams[new]}" if old != new else f"{teams[old]} stays"
                   for old, new in each.teams if old in teams and new in teams]
        carried = [names.share_words(key) for key in each.carries_on]
        parts = [f"{listed(before)} become {each.name} on {day_words(wall_clock(each.at)[0])}",
                 f"new references begin with {each.letters}", *goes_on]
        if carried:
            parts.append(f"what goes on as it is: {'; '.join(carried)}")
        yield Told(f"{'; '.join(parts)}.", str(index), each.short_name)
