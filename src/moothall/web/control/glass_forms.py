"""What somebody says before they look at another council's records in an emergency."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.web.control.forms import ReasonForm
from moothall.web.forms import Form

USUAL = 30
TELEPHONE = 5  # so many digits and no letter: no name, nor a postcode


class GlassForm(ReasonForm):
    """Whose records, why, for how long; and who they are once more."""

    field_order = ["council", "reason", "minutes", "password"]
    council = forms.ChoiceField(label="Whose records")
    minutes = forms.IntegerField(
        label="For how many minutes", min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter for how many minutes you need to look"},
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, person: Person, councils: Sequence[tuple[Council, int]], prefix: str = "glass",
        chosen: str = "",
    ) -> None:
        super().__init__(data, person=person, prefix=prefix)
        self.allowed = {council.gss: (council, minutes) for council, minutes in councils}
        field: Any = self.fields["council"]
        field.choices = [(gss, f"{council.name} (up to {minutes} minutes)")
                         for gss, (council, minutes) in self.allowed.items()]  # fmt: skip
        field.initial = chosen if chosen in self.allowed else None
        least = self.allowed[chosen][1] if field.initial else min((most for _, most in councils), default=USUAL)
        self.fields["minutes"].initial = min(USUAL, least)  # never more than is agreed, whichever council it is
        self.fields["reason"].label = "What the emergency is"
        self.fields["reason"].error_messages["required"] = "Say what the emergency is"

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        council, minutes = self.allowed.get(str(told.get("council")), (None, 0))
        if council is not None and told.get("minutes", 0) > minutes:
            self.add_error("minutes", f"Enter {minutes} or less: {council.short_name} agreed to no more")
        return told

    @property
    def chosen(self) -> Council:
        return self.allowed[str(self.cleaned_data["council"])][0]


class FindForm(Form):
    """A reference, a postcode, or how a name begins."""

    words = forms.CharField(
        label="Reference, postcode or name", max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter a reference, a postcode or a name"},
    )  # fmt: skip

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"])
        if sum(sign.isdigit() for sign in words) > TELEPHONE and not any(sign.isalpha() for sign in words):
            raise forms.ValidationError("Nobody is found by a telephone number here. Try their name or their postcode")
        return words
