"""Which council takes its service back, on which day; and which figure is opened."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from moothall.domain.calendar import midnight
from moothall.tenancy.models import Council
from moothall.web.forms import Form

WHAT = (("cases", "Open cases"), ("calls", "Calls in progress"), ("history", "History"))


class BackForm(Form):
    """`council` is a number; `until` the first day without the others."""

    council = forms.ModelChoiceField(
        label="Council", queryset=Council.objects.none(), empty_label=None,
        error_messages={"required": "Choose a council", "invalid_choice": "Choose one of the agreement’s councils"},
    )  # fmt: skip
    until = forms.DateField(
        label="First day without the others", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the first day", "invalid": "Enter a date, like 1 September 2027"},
    )  # fmt: skip

    def __init__(self, data: Any, *, councils: Any) -> None:
        super().__init__(data)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]

    def instant(self) -> datetime:
        return midnight(self.cleaned_data["until"])


class RowsForm(BackForm):
    """Which figure's rows, and which page of them."""

    what = forms.ChoiceField(choices=WHAT)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
