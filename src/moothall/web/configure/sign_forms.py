"""What a manager fills in when they propose, sign, withdraw or give notice: each asks who they are once more."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from moothall.domain.calendar import midnight
from moothall.people.models import Person
from moothall.web.forms import Form


class PasswordForm(Form):
    """The password again: a page left open must not sign."""

    password = forms.CharField(
        label="Your password", max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autocapitalize": "none"}),
        error_messages={"required": "Enter your password"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, person: Person, prefix: str = "") -> None:
        super().__init__(data, auto_id=f"{prefix or 'id'}_%s")
        self._person = person

    def clean_password(self) -> str:
        given = str(self.cleaned_data["password"])
        if not self._person.check_password(given):
            raise forms.ValidationError("That isn’t your password. Enter it again")
        return given


class ProposeForm(PasswordForm):
    """`sha256` is the hash of the draft that the page showed: one that was changed since isn't proposed unread.

    `sight` says that the person has read who gains sight; asked where by this draft (`beyond`) a team sees what it
    doesn't serve.
    """

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput, required=False, error_messages={
        "required": "Open this page again: it doesn’t say which text you read"})
    sight = forms.BooleanField(
        label="I confirm who gains sight", required=False,
        error_messages={"required": "Confirm who gains sight, or take it out of the draft"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, person: Person, beyond: bool = False) -> None:
        super().__init__(data, person=person)
        if beyond:
            self.fields["sight"].required = self.fields["sha256"].required = True


class SignForm(PasswordForm):
    """`sha256` is the hash of the text that the page showed; `read` says that the person has read it."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    council = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    read = forms.BooleanField(
        label="I have read the text and may sign it", error_messages={"required": "Say that you have read the text"}
    )


class NoticeForm(PasswordForm):
    """The first day on which the agreement no longer holds."""

    until = forms.DateField(
        label="First day without it", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the first day without it", "invalid": "Enter a date, like 1 September 2027"},
    )  # fmt: skip

    def instant(self) -> datetime:
        day: date = self.cleaned_data["until"]
        return midnight(day)
