"""Which day and whose figures; what can't be read is as if it weren't asked for."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from datetime import date as Day
from typing import Any

from django import forms

from moothall.reports import web_facts
from moothall.reports.facts import COUNTED
from moothall.reports.queries import Which, day_of
from moothall.reports.web import WhichRuns
from moothall.web.formats import public_day
from moothall.web.forms import Form


class DayForm(Form):
    """A day of London and a council by its GSS code."""

    date = forms.DateField(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    council = forms.ChoiceField(label="Council", required=False)
    more = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, councils: Sequence[tuple[str, str]], *, now: datetime) -> None:
        super().__init__({name: data[name] for name in ("date", "council", "more") if name in data})
        self.now = now
        self.fields["council"].choices = [("", "All"), *councils]  # type: ignore[attr-defined]
        self.is_valid()
        self.data = {**self.data, "date": self.day.isoformat()}  # the field shows the day that is counted

    @property
    def day(self) -> Day:
        """The day asked for, but none to come."""
        today = day_of(self.now)
        return min(self.cleaned_data.get("date") or today, today)

    @property
    def note(self) -> str:
        """What of the question could not be taken as it was."""
        asked, today = self.cleaned_data.get("date"), day_of(self.now)
        if asked and asked > today:
            return f"{public_day(asked)} is still to come, so today is shown."
        if "date" in self.errors:
            return "The day asked for can’t be read, so today is shown. Enter it like 25/11/2026."
        return ""

    @property
    def gss(self) -> str:
        return str(self.cleaned_data.get("council") or "")

    @property
    def wants_more(self) -> bool:
        return bool(self.cleaned_data.get("more"))


class RowForm(Form):
    """A row of a day's report, and the instant to which it was counted."""

    date = forms.DateField(required=False)
    council = forms.IntegerField(required=False)
    service = forms.IntegerField(required=False)
    to = forms.FloatField(required=False, min_value=0, max_value=253402300799)

    def day(self, now: datetime) -> Day:
        """The day asked for, but none to come."""
        return min(self.cleaned_data.get("date") or day_of(now), day_of(now))

    def at(self, now: datetime) -> datetime:
        asked = self.cleaned_data.get("to")
        return min(datetime.fromtimestamp(asked, UTC), now) if asked else now


class FigureForm(RowForm):
    """One figure of the report, by its name."""

    what = forms.ChoiceField(choices=[(name, name) for name in COUNTED], required=False)
    channel = forms.CharField(max_length=10, required=False)
    share = forms.IntegerField(required=False)

    def which(self) -> Which:
        told = self.cleaned_data
        return Which(
            what=told.get("what") or "offered", council=told.get("council"), service=told.get("service"),
            channel=told.get("channel") or None, share=told.get("share"),
        )  # fmt: skip


class WebFigureForm(RowForm):
    """One figure of the web's part, by its name."""

    what = forms.ChoiceField(choices=[(name, name) for name in web_facts.COUNTED], required=False)

    def which(self) -> WhichRuns:
        told = self.cleaned_data
        return WhichRuns(told.get("what") or "begun", told.get("council"), told.get("service"))
