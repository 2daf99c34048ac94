"""The one box."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from moothall.customers.names import normalise
from moothall.domain.typed import without_unseen
from moothall.web.forms import Form

LONGEST = 80


class FindForm(Form):
    """What to find, and among which council's; `more` asks for more of it."""

    words = forms.CharField(
        label="Name, postcode, telephone number, UPRN or reference", max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
        error_messages={"required": "Enter a name, a postcode, a telephone number, a UPRN or a reference"},
    )  # fmt: skip
    council = forms.TypedChoiceField(label="Council", coerce=int, required=False, empty_value=None)
    more = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, councils: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["council"].choices = [("", "All"), *councils]  # type: ignore[attr-defined]

    def clean_words(self) -> str:
        words = without_unseen(self.cleaned_data["words"])
        if len(normalise(words).replace(" ", "")) < 2:
            raise forms.ValidationError("Enter two letters or digits at least", code="short")
        return words
