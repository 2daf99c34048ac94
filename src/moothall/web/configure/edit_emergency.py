"""The emergency clause of a draft: who may pause a share or take it back, for which grounds, and what then happens."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from moothall.agreements.editing import Edit, Path, Put
from moothall.agreements.emergency import LONGEST_GROUND, MOST_GROUNDS, MOST_MINUTES
from moothall.agreements.least_edits import least_edits
from moothall.agreements.yaml_words import Value
from moothall.domain.plural import count_of
from moothall.domain.responsibility.shares import USUAL_LOOK_MINUTES
from moothall.domain.responsibility.times import listed
from moothall.web.configure.edit_fields import Text, Ticks, Verbatim, Within, Written
from moothall.web.configure.edit_fields import Told as Field
from moothall.web.configure.edit_forms import EntryForm, Group
from moothall.web.configure.edit_names import NEW_TEAM, Names, as_list
from moothall.web.configure.edit_told import Told
from moothall.web.configure.reading import Seen

WITHOUT = ("Without it only the council whose share it is may pause it or take it back, for any reason, and the next "
           "team in turn takes over.")


class By(Ticks):
    """Councils, as the text calls each."""

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return [names.gss(str(one)) for one in as_list(entry.get(name))]

    def write(self, name: str, form: EntryForm) -> Written:
        there = {form.names.gss(str(one)): str(one) for one in as_list(form.entry.get(name))}
        ticked = form.cleaned_data[name]
        more = [form.names.short(each) for each in ticked if each not in there]
        return {name: [*(one for gss, one in there.items() if gss in ticked), *more]}


class Grounds(Text):
    """One a line."""

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return "\n".join(map(str, as_list(entry.get(name))))

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        lines = _lines(found)
        told = [f"“{each}” holds a colon: leave it out" for each in lines if ":" in each]
        told += [f"“{each[:30]}…” is too long: use {LONGEST_GROUND} characters or fewer" for each in lines
                 if len(each) > LONGEST_GROUND]
        if len(lines) > MOST_GROUNDS:
            told.append(f"Enter at most {MOST_GROUNDS} grounds")
        if told:
            raise forms.ValidationError([f"{self.label}: {each}" for each in told])
        return found

    def write(self, name: str, form: EntryForm) -> Written:
        return {name: list(_lines(form.cleaned_data[name]))}


@dataclass(frozen=True, slots=True)
class Row:
    """A council's list of teams: each with whether it is the one."""

    council: str
    choices: tuple[tuple[str, str, bool], ...]


class EachItsOne(forms.SelectMultiple):
    """A list to choose one of for each council, all of one name."""

    input_type = "each-its-one"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        sent = data.getlist(name) if hasattr(data, "getlist") else as_list(data.get(name))
        return [each for each in sent if each]


class Fallback(Field, forms.MultipleChoiceField):
    """To which team each council's contacts go: `gss:team`."""

    def __init__(self, label: str, hint: str) -> None:
        super().__init__(label=label, required=False, widget=EachItsOne, help_text=hint)
        self.councils: list[tuple[str, str]] = []
        self.teams: list[tuple[str, str]] = []

    def rows(self, value: Any) -> list[Row]:
        def row(gss: str, council: str) -> Row:
            told = [("", "The next team in turn"), *((f"{gss}:{slug}", name) for slug, name in self.teams)]
            return Row(council, tuple((each, words, each in (value or [])) for each, words in told))

        return [row(*each) for each in self.councils]

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return [f"{names.gss(str(key))}:{team}" for key, team in (entry.get(name) or {}).items()]

    def write(self, name: str, form: EntryForm) -> Written:
        there = {form.names.gss(str(key)): str(key) for key in form.entry.get(name) or {}}
        chosen = dict(each.split(":", 1) for each in form.cleaned_data[name])
        kept = [gss for gss in there if gss in chosen]
        order = [*kept, *(gss for gss in chosen if gss not in there)]
        made: dict[str, Value] = {there.get(gss) or form.names.short(gss): chosen[gss] for gss in order}
        return {name: made or None}


class LookMinutes(Within):
    """How long an emergency look may last; the form tells what silence means, since it isn't "never"."""

    group = "break_glass"

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found and int(found) > MOST_MINUTES:
            raise forms.ValidationError(f"{self.label}: enter at most {MOST_MINUTES} minutes")
        return found


class EmergencyForm(EntryForm):
    """What may be done at once."""

    by = By("Who else may pause a share or take it back", choose="councils")
    grounds = Grounds("Grounds", 2000, rows=4, hint="One on each line. Leave it empty where any reason will do.")
    fallback = Fallback("Where the calls go then", "For each council.")
    message = Verbatim("What callers hear where nobody is left", rows=2)
    at_most_minutes = LookMinutes(
        "Longest emergency look, in minutes",
        hint="How long another party may read a council’s records where somebody may come to harm. 0 for never; "
        f"{USUAL_LOOK_MINUTES} where it is left empty.",
    )
    groups = (
        Group("Who, and why", ("by", "grounds")), Group("What then happens", ("fallback", "message")),
        Group("Emergency looks", ("at_most_minutes",)),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["fallback"]
        assert isinstance(field, Fallback)
        known = dict(self.names.councils)
        there = [each.partition(":")[0] for each in self.start_values["fallback"]]
        field.councils = [*known.items(), *((gss, self.names.short(gss)) for gss in there if gss not in known)]
        field.teams = [each for each in self.names.teams if each[0] != NEW_TEAM]
        field.choices = [(f"{gss}:{slug}", f"{council}: {name}") for gss, council in field.councils
                         for slug, name in field.teams]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.errors and not any(given.get(name) for name in self.start_values):
            self.add_error("grounds", "Fill in at least one of these, or remove the clause")
        return given

    def edits(self, path: Path) -> list[Edit]:
        wanted = self.wanted()
        kept = {key: value for key, value in self.entry.items() if key not in wanted}
        told = {key: value for key, value in wanted.items() if value not in (None, "", [])}
        made: dict[str, Value] = {key: told.get(key, kept.get(key, "")) for key in self.entry if key in told | kept}
        made |= told
        return least_edits(path, self.entry, made) if self.entry else [Put(path, made)]


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in text.splitlines() if each.strip()))


def told_emergency(seen: Seen, said: Mapping[str, Any]) -> Iterator[Told]:
    assert seen.proved
    if not said.get("emergency"):
        return
    clause = seen.proved.terms.emergency
    others = [seen.councils[each].short_name for each in clause.by if each in seen.councils]
    grounds = f"for {listed([f'“{each}”' for each in clause.grounds], 'or')}" if clause.grounds else "for any reason"
    who = "The council whose share it is" + (f", and {listed(others)}, " if others else " ")
    yield Told(f"{who}may pause it or take it back, {grounds}.", "all", "the emergency clause")
    teams = {team.slug: team.name for team in seen.proved.terms.teams}
    for council, team in clause.fallback:
        yield Told(f"{seen.councils[council].short_name}’s calls then go to {teams[team]}.", "all")
    if clause.message:
        yield Told(f"Where nobody is left, callers hear: “{clause.message}”", "all")
    minutes = clause.look_minutes
    yield Told(f"An emergency look may last {count_of(minutes, 'minute')}." if minutes else
               "Nobody may look at another’s records in an emergency.", "all")
