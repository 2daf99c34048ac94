"""What a manager says who gives the right to see protected people, and what whoever has it asks."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from moothall.domain.calendar import midnight
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.web.configure.sign_forms import PasswordForm
from moothall.web.formats import in_london
from moothall.web.forms import Form

LONGEST = timedelta(days=365)


class GiveSightForm(PasswordForm):
    """To whom, until which day, and who the manager is once more."""

    field_order = ["person", "last", "password"]
    person = forms.TypedChoiceField(
        label="Who", coerce=int, error_messages={"required": "Choose who may see them",
                                                 "invalid_choice": "Choose somebody who works for this council"},
    )  # fmt: skip
    last = forms.DateField(
        label="Last day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the last day", "invalid": "Enter a day, like 2027-03-31"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, person: Person, staff: Sequence[Person], now: datetime) -> None:
        super().__init__(data, person=person, prefix="give")
        self.today = in_london(now).date()
        self.staff = {each.pk: each for each in staff}
        field: Any = self.fields["person"]
        field.choices = [("", "Choose"), *((each.pk, f"{each.name}, {each.email}") for each in staff)]
        self.fields["last"].initial = self.today + timedelta(days=180)

    def clean_last(self) -> date:
        last: date = self.cleaned_data["last"]
        if last < self.today:
            raise forms.ValidationError("That day is over. Enter today or a later day")
        if last > self.today + LONGEST:
            raise forms.ValidationError("Enter a day within a year: look again then who still needs it")
        return last

    @property
    def chosen(self) -> Person:
        return self.staff[self.cleaned_data["person"]]

    @property
    def until(self) -> datetime:
        """The end of the last day here."""
        return midnight(self.cleaned_data["last"] + timedelta(days=1))


class EndSightForm(Form):
    """Whose right ends."""

    held = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class FindProtectedForm(Form):
    """A name, a postcode or a telephone number, and of which council."""

    words = forms.CharField(
        label="Name, postcode or telephone number", max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter a name, a postcode or a telephone number"},
    )  # fmt: skip
    council = forms.ChoiceField(label="Council", error_messages={"invalid_choice": "Choose a council from the list"})

    def __init__(self, data: Any = None, *, councils: Sequence[Council]) -> None:
        super().__init__(data, auto_id="find_%s")
        self.councils = {each.gss: each for each in councils}
        field: Any = self.fields["council"]
        field.choices = [(each.gss, each.name) for each in councils]

    @property
    def chosen(self) -> Council:
        return self.councils[self.cleaned_data["council"]]


class FreeForm(Form):
    """Who is protected no longer."""

    customer = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
