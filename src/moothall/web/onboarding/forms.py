"""The forms of onboarding: few fields each, as a manager or an operator knows them."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from moothall.domain.colours import FORM, failing, nearest_passing
from moothall.onboarding.services import Parameter, shown
from moothall.web.forms import Form

LARGEST_FILE = 2_000_000  # bytes


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form sent, an empty one too; None where the page is only shown."""
    return request.POST if request.method == "POST" else None


class CouncilForm(Form):
    council = forms.CharField(
        max_length=120, label="Council", help_text="Its full name, or its ONS code, a letter and eight digits.",
        error_messages={"required": "Enter the council’s name or its ONS code"},
    )


class ComingForm(Form):
    """A council that a merger makes: no list has it yet."""

    gss = forms.CharField(max_length=9, label="Its ONS code", help_text="The order that makes the council has it.",
                          error_messages={"required": "Enter the code of the new council"})
    name = forms.CharField(max_length=120, label="Its full name",
                           error_messages={"required": "Enter the name of the new council"})


class ServicesForm(Form):
    services = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label="Services that are to be answered",
        error_messages={"required": "Choose at least one service"},
    )

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["services"].choices = services  # type: ignore[attr-defined]


class ParametersForm(Form):
    """What the scripts of a service ask a council for. An empty field is left as the script assumes it."""

    def told(self) -> dict[str, str]:
        return {name: value.strip() for name, value in self.cleaned_data.items() if value.strip()}


def parameters_form(asked: Sequence[Parameter], data: Any = None) -> ParametersForm:
    """A form with a field for each parameter: which there are, the published scripts say."""
    kind = type("ParametersForm", (ParametersForm,), {each.name: _field(each) for each in asked})
    made: ParametersForm = kind(data)
    return made


def _field(each: Parameter) -> forms.Field:
    told = {
        "label": each.label, "help_text": each.hint, "required": each.missing,
        "initial": "" if each.value is None else shown(each.value),
    }  # fmt: skip
    choices = _choices(each)
    return forms.ChoiceField(choices=choices, **told) if choices else forms.CharField(max_length=200, **told)  # type: ignore[arg-type]


def _choices(each: Parameter) -> list[tuple[str, str]]:
    nothing = [] if each.missing else [("", "As the script assumes")]
    if each.values:
        return [*nothing, *((value, value.replace("_", " ").capitalize()) for value in each.values)]
    return [*nothing, ("yes", "Yes"), ("no", "No")] if each.kind == "truth" else []


class StaffForm(Form):
    file = forms.FileField(required=False, label="File of staff (CSV)", widget=forms.FileInput)
    rows = forms.CharField(
        required=False, max_length=LARGEST_FILE, strip=False, label="Or paste its lines",
        widget=forms.Textarea(attrs={"rows": 8, "class": "fixed", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file = given.get("file")
        if file is None and not given.get("rows", "").strip():
            self.add_error("file", "Choose a file, or paste its lines")
        elif file is not None and file.size > LARGEST_FILE:
            self.add_error("file", f"This file has {file.size:,} bytes; {LARGEST_FILE:,} fit")
        return given

    def table(self) -> bytes:
        file = self.cleaned_data.get("file")
        return file.read() if file is not None else self.cleaned_data["rows"].encode()


class LineForm(Form):
    service = forms.ChoiceField(required=False, label="Service")
    number = forms.CharField(required=False, max_length=40, label="As the exchange dials it")
    public = forms.CharField(required=False, max_length=40, label="As people dial it")
    name = forms.CharField(required=False, max_length=120, label="Name")
    greeting = forms.CharField(
        required=False, max_length=300, label="Greeting", help_text="It may hold {agent} and {council}."
    )

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["service"].choices = [("", "Choose"), *services]  # type: ignore[attr-defined]

    def empty(self) -> bool:
        """Whether nothing was entered: such a line is left out."""
        return not any(str(self.cleaned_data.get(name) or "").strip() for name in self.fields)


class BrandForm(Form):
    brand = forms.CharField(
        max_length=7, label="Colour", help_text="Of its band and square, like #17365F."
    )
    phone = forms.CharField(max_length=20, label="Telephone that its pages show")
    address = forms.CharField(max_length=200, label="Address", widget=forms.Textarea(attrs={"rows": 3}))
    website = forms.URLField(required=False, label="Website", assume_scheme="https")

    def clean_brand(self) -> str:
        colour: str = self.cleaned_data["brand"].strip().upper()
        colour = colour if colour.startswith("#") else f"#{colour}"
        if not FORM.fullmatch(colour):
            raise forms.ValidationError("Enter a colour like #17365F")
        if failing(colour):
            near = nearest_passing(colour)
            raise forms.ValidationError(f"Words can’t be read on {colour}. The nearest that can be used is {near}")
        return colour
