"""What is asked when a draft is begun as a copy."""
from __future__ import annotations

from typing import Any

from django import forms

from moothall.web.forms import Form

DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")  # the one form that a browser's field takes


class CopyForm(Form):
    """The next version: a copy, from another day on."""

    starts = forms.DateField(label="It holds from", widget=DATE, error_messages={"required": "Enter the first day"})
    ends = forms.DateField(label="First day without it", widget=DATE,
                           error_messages={"required": "Enter the first day without it"})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", "The first day without it must come after the first day")
        return given
