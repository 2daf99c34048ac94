"""The forms of onboarding: few fields each, as a manager or an operator knows them."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from moothall.domain.colours import FORM, failing, nearest_passing
from moothall.domain.telephone import telephone
from moothall.domain.typed import is_full_number
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
        widget=forms.CheckboxSelectMultiple, label="Which services are to be answered?",
        error_messages={"required": "Choose at least one service"},
    )

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["services"].choices = services  # type: ignore[attr-defined]


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
        raw: bytes = file.read() if file is not None else self.cleaned_data["rows"].encode()
        return raw


class LineForm(Form):
    service = forms.ChoiceField(required=False, label="Service")
    number = forms.CharField(
        required=False, max_length=40, label="Number at the telephone exchange",
        help_text="As the exchange dials it, like 5001. Whoever runs the exchange can tell you.",
    )
    public = forms.CharField(
        required=False, max_length=40, label="Number that people ring", help_text="Like 01632 960001."
    )
    name = forms.CharField(
        required=False, max_length=80, label="Name of the line",
        help_text="As agents see it. Leave it empty for the council’s name and the service.",
    )
    greeting = forms.CharField(
        required=False, max_length=200, label="What agents say first", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="{council} and {agent} are filled in. Leave it empty for the council’s usual greeting.",
    )

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["service"].choices = [("", "Choose"), *services]  # type: ignore[attr-defined]

    def empty(self) -> bool:
        """Whether nothing was entered: such a line is left out."""
        return not any(str(self.cleaned_data.get(name) or "").strip() for name in self.fields)


class BrandForm(Form):
    brand = forms.CharField(
        max_length=7, label="Colour", error_messages={"required": "Enter the council’s colour, like #17365F"},
        help_text="# and six digits or letters from A to F. It is the band of its pages and its square on the desk.",
    )
    phone = forms.CharField(
        max_length=20, label="Telephone number that its pages show", help_text="Like 01632 960001.",
        error_messages={"required": "Enter the telephone number that its pages show"},
    )
    address = forms.CharField(
        max_length=200, label="Address", widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter the council’s address"},
    )
    website = forms.URLField(
        required=False, label="Website", assume_scheme="https", help_text="Like https://www.example.gov.uk."
    )

    def clean_phone(self) -> str:
        number: str = self.cleaned_data["phone"]
        if not is_full_number(number):
            raise forms.ValidationError("Enter the whole telephone number, like 01632 960001")
        return telephone(number)

    def clean_brand(self) -> str:
        colour: str = self.cleaned_data["brand"].strip().upper()
        colour = colour if colour.startswith("#") else f"#{colour}"
        if not FORM.fullmatch(colour):
            raise forms.ValidationError("Enter a colour like #17365F")
        if failing(colour):
            near = nearest_passing(colour)
            raise forms.ValidationError(f"Words can’t be read on {colour}. The nearest that can be used is {near}")
        return colour
