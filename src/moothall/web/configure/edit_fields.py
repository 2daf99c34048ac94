"""The fields of a draft's forms. Each knows how it is read out of an entry of the text and how it is written into one.

A field's value is as the text says it, so that what isn't touched isn't written; the text's reader judges what was
typed.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from moothall.agreements.yaml_words import Value
from moothall.web.configure.edit_hours import DAYS, initial_hours, written_hours
from moothall.web.configure.edit_names import NEW_TEAM, Names, as_list

if TYPE_CHECKING:
    from moothall.web.configure.edit_forms import EntryForm

Written = Mapping[str, Value | None]


def number(text: Any) -> Value:
    """A whole number as the text writes one; anything else as it was typed."""
    found: Value = int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 9 else text
    return found


class Told:
    """A field of an entry. `choose` names a list of Names from which its choices come."""

    choose = ""

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        """What it shows of an entry."""
        return entry.get(name, "")

    def write(self, name: str, form: EntryForm) -> Written:
        """The keys that the entry shall hold for it; nothing in a key takes it out."""
        return {name: number(form.cleaned_data[name])}


class Text(Told, forms.CharField):
    """A line of text, or several."""

    def __init__(self, label: str, longest: int = 200, *, required: str = "", rows: int = 0, hint: str = "") -> None:
        widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
        super().__init__(label=label, max_length=longest, required=bool(required), widget=widget, help_text=hint,
                         error_messages={"required": required})


class Whole(Text):
    """A whole number; nothing for none."""

    def __init__(self, label: str, *, hint: str = "") -> None:
        super().__init__(label, 9, hint=hint)
        self.widget.attrs.update({"inputmode": "numeric", "class": "short"})

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found and not (found.isascii() and found.isdigit()):
            raise forms.ValidationError(f"{self.label}: enter a whole number, like 45")
        return found


class Day(Text):
    """A day; the text says it as a browser's field does."""

    def __init__(self, label: str, required: str = "", *, hint: str = "") -> None:
        super().__init__(label, 20, required=required, hint=hint)
        self.widget = forms.DateInput({"type": "date"})


class Verbatim(Text):
    """A text that may look like a number and is none."""

    def write(self, name: str, form: EntryForm) -> Written:
        return {name: form.cleaned_data[name]}


class Within(Whole):
    """A figure that stands in a group of the entry, as `standard: {answered_within_s: 45}`."""

    group = "standard"

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return (entry.get(self.group) or {}).get(name, "")

    def write(self, name: str, form: EntryForm) -> Written:
        beside = [each for each, field in form.fields.items() if getattr(field, "group", "") == self.group]
        told = {each: form.cleaned_data.get(each) for each in beside if form.cleaned_data.get(each) not in (None, "")}
        return {self.group: {each: number(value) for each, value in told.items()} or None}


class WithinClock(Within):
    """A time of day in a group."""

    def clean(self, value: Any) -> Any:
        found = forms.CharField.clean(self, value)
        if found and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", found):
            raise forms.ValidationError(f"{self.label}: enter a time like 17:00")
        return found


class Pounds(Within):
    """`2.25` as pence, a text of digits."""

    group = "price"

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.widget.attrs["inputmode"] = "decimal"

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        pence = super().read(name, entry, names)
        return f"{int(pence) // 100}.{int(pence) % 100:02}" if str(pence).isdigit() else ""

    def clean(self, value: Any) -> str:
        text = str(value or "").strip().removeprefix("£").replace(",", "")
        whole, _, rest = text.partition(".")
        if not text:
            return ""
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{0,2})?", text):
            raise forms.ValidationError("Enter an amount in pounds, like 2.25")
        return str(int(whole) * 100 + int(rest.ljust(2, "0") or 0))


class Ticks(Told, forms.MultipleChoiceField):
    """Several of a list."""

    def __init__(self, label: str, choices: Any = (), *, missing: str = "", choose: str = "", hint: str = "") -> None:
        super().__init__(label=label, choices=choices, required=bool(missing), widget=forms.CheckboxSelectMultiple,
                         error_messages={"required": missing}, help_text=hint)
        self.choose = choose

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return as_list(entry.get(name))

    def write(self, name: str, form: EntryForm) -> Written:
        return {name: form.cleaned_data[name]}


class Councils(Ticks):
    """Councils: `clients: [A, B]`, or `client: A` of one alone."""

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return [names.gss(one) for one in as_list(entry.get(name) or entry.get(name[:-1]))]

    def write(self, name: str, form: EntryForm) -> Written:
        short: list[Value] = [form.names.short(each) for each in form.cleaned_data[name]]
        one = len(short) == 1
        return {name: None if one else short, name[:-1]: short[0] if one else None}


class One(Told, forms.ChoiceField):
    """One of a list."""

    def __init__(self, label: str, missing: str, *, choices: Any = (), choose: str = "") -> None:
        widget = forms.RadioSelect if choices else forms.Select
        super().__init__(label=label, choices=choices, widget=widget, error_messages={"required": missing})
        self.choose = choose

    def write(self, name: str, form: EntryForm) -> Written:
        return {name: form.cleaned_data[name]}


class OneCouncil(One):
    """A council by its code; the text names it shortly."""

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return names.gss(str(entry.get(name, "")))

    def write(self, name: str, form: EntryForm) -> Written:
        return {name: form.names.short(form.cleaned_data[name])}


class Employer(Told, forms.ChoiceField):
    """Whose people a team's are; nobody's alone where they are of several councils."""

    choose = "employers"

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False)

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return names.gss(str(entry.get(name, "")))

    def write(self, name: str, form: EntryForm) -> Written:
        given = form.cleaned_data[name]
        return {name: form.names.short(given) if given else None}


class Called(Text):
    """By which name the rest of the text refers to an entry; it isn't in the entry itself."""

    def __init__(self, label: str, required: str) -> None:
        super().__init__(label, 40, required=required, hint="It is kept in small letters, with hyphens.")

    def write(self, name: str, form: EntryForm) -> Written:
        return {}


class Team(One):
    """A team, or a new one that the next two fields name."""

    def write(self, name: str, form: EntryForm) -> Written:
        given = form.cleaned_data
        return {name: slug_of(given["new_team"]) if given[name] == NEW_TEAM else given[name]}


class Turn(Told, forms.ChoiceField):
    """Which team is called first, and which join later: the text's tiers."""

    def __init__(self, label: str) -> None:
        later = [(str(tier), f"{word}, where nobody took it before") for tier, word in
                 enumerate(("Second", "Third", "Fourth", "Fifth"), 1)]
        super().__init__(label=label, required=False, choices=[("", "First"), *later])

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        tier = str(entry.get(name, ""))
        return "" if tier == "0" else tier


class Aside(Told, forms.CharField):
    """A field that another one's writing uses."""

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return ""

    def write(self, name: str, form: EntryForm) -> Written:
        return {}


class HoursChoice(One):
    """Hours by name, always, or written out by the fields beside it."""

    def __init__(self) -> None:
        super().__init__("Hours", "Choose the hours", choose="hours")

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return initial_hours(entry.get("hours")).get(name, "")

    def write(self, name: str, form: EntryForm) -> Written:
        return {"hours": written_hours(form.cleaned_data)}


class DayHours(Told, forms.CharField):
    """The hours of a day, or of named days."""

    def read(self, name: str, entry: Mapping[str, Any], names: Names) -> Any:
        return initial_hours(entry.get("hours")).get(name, "")

    def write(self, name: str, form: EntryForm) -> Written:
        return {"hours": written_hours(form.cleaned_data)}


def hours_fields(*, choice: bool = True) -> dict[str, forms.Field]:
    """The fields of hours; without `choice` they are always written out."""
    days: dict[str, forms.Field] = {
        name: DayHours(label=name.replace("_", " ").capitalize(), required=False, max_length=200) for name in DAYS
    }
    named = DayHours(label="Named days", required=False, max_length=4000, widget=forms.Textarea({"rows": 2}),
                     help_text="A day a line, like 2026-12-24 09:00-12:00")
    return {**({"hours": HoursChoice()} if choice else {}), **days, "named_days": named}


def slug_of(name: str) -> str:
    """`northby-evenings` of “Northby evenings”."""
    kept = "".join(each if each.isascii() and each.isalnum() else " " for each in name.casefold().replace("’", ""))
    return "-".join(kept.split())[:60].strip("-")
