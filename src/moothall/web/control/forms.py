"""What a manager fills in before they act: why, and who they are once more."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from moothall.domain.calendar import NoSuchTime, instant_of
from moothall.lib import clock
from moothall.people.models import Person
from moothall.web.configure.sign_forms import PasswordForm


class ReasonForm(PasswordForm):
    """Why it is done: both councils' journals keep it."""

    reason = forms.CharField(
        label="Why", max_length=200, error_messages={"required": "Say why, in a few words"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class GroundForm(ReasonForm):
    """Where the agreement names grounds, one of them is chosen."""

    ground = forms.ChoiceField(label="Ground", required=False)

    def __init__(self, data: Any = None, *, person: Person, prefix: str = "", grounds: tuple[str, ...] = ()) -> None:
        super().__init__(data, person=person, prefix=prefix)
        field: Any = self.fields["ground"]
        first = [("", "Choose")] if len(grounds) > 1 else []  # nobody states a ground by leaving what stood there
        field.choices = [*first, *((each, each) for each in grounds)]
        field.required = bool(grounds)
        field.error_messages["required"] = "Choose one of the grounds that the agreement names"

    def why(self) -> str:
        """As the database takes it: the ground first, where the agreement names any."""
        ground, reason = self.cleaned_data.get("ground"), str(self.cleaned_data["reason"])
        return f"{ground}: {reason}" if ground else reason


class PauseForm(GroundForm):
    """Until when; without, until somebody lets it go on."""

    ends = forms.DateTimeField(
        label="Until", required=False, input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": "Enter a day and a time, or leave it empty"},
    )  # fmt: skip

    def clean_ends(self) -> datetime | None:
        """As an instant: the clock in London shows what was typed."""
        found: datetime | None = self.cleaned_data["ends"]
        if found is None:
            return None
        try:
            ends = instant_of(found.date(), found.hour * 60 + found.minute).at
        except NoSuchTime:
            raise forms.ValidationError("The clocks jump over that time. Enter one before or after") from None
        if ends <= clock.now():
            raise forms.ValidationError("The end must be later than now. Empty, it lasts until you let it go on")
        return ends

    def until(self) -> datetime | None:
        ends: datetime | None = self.cleaned_data["ends"]
        return ends
