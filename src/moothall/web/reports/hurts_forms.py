"""Which runs of scripts, and which measure; what can't be read is as if it weren't asked for."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms

from moothall.reports.queries import day_of
from moothall.reports.step_facts import DESK, MEASURES, WEB
from moothall.reports.steps import Days, last_days
from moothall.scripts.models import StepComment
from moothall.web.forms import Form
from moothall.web.reports.hurts_words import MEASURE_WORDS

USUAL_DAYS, MOST_DAYS = 28, 366
LATEST = 253402300799


class HurtsForm(Form):
    """Days of London, the desk or the web, one text of the script, the measure; `to`: the instant counted to."""

    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    channel = forms.ChoiceField(label="Where", required=False)
    version = forms.ChoiceField(label="Text of the script", required=False)
    what = forms.ChoiceField(label="Paint", required=False)
    to = forms.FloatField(required=False, min_value=0, max_value=LATEST, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, now: datetime, versions: Sequence[tuple[str, str]] = ()) -> None:
        names = ("from", "until", "channel", "version", "what", "to")
        super().__init__({name: data[name] for name in names if name in data})
        self.now = now
        self.fields["channel"].choices = [("", "Desk and web"), (DESK, "Desk"), (WEB, "Web")]  # type: ignore[attr-defined]
        self.fields["version"].choices = [("", "All"), *versions]  # type: ignore[attr-defined]
        self.fields["what"].choices = [(name, MEASURE_WORDS[name].head) for name in MEASURE_WORDS]  # type: ignore[attr-defined]
        self.is_valid()
        days = self.days
        shown = {"from": days.first.isoformat(), "until": days.last.isoformat(), "what": self.measure}
        self.data = {**self.data, **shown}  # the fields show the days that are counted

    @property
    def days(self) -> Days:
        """The days asked for, none of them to come; the last four weeks where none were."""
        told, today = self.cleaned_data, day_of(self.now)
        last = min(told.get("until") or today, today)
        first = told.get("from") or last - timedelta(days=USUAL_DAYS - 1)
        if first > last:
            return last_days(USUAL_DAYS, at=self.at)
        return Days(max(first, last - timedelta(days=MOST_DAYS - 1)), last, self.at)

    @property
    def at(self) -> datetime:
        asked = self.cleaned_data.get("to")
        return min(datetime.fromtimestamp(asked, UTC), self.now) if asked else self.now

    @property
    def note(self) -> str:
        """What of the days could not be taken as it was asked."""
        if "from" in self.errors or "until" in self.errors:
            return "A day can’t be read, so it isn’t used. Enter it like 25/11/2026."
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("until")
        if first and first > min(last or first, day_of(self.now)):
            return "The first day is after the last, so the last 4 weeks are shown."
        if first and first < self.days.first:
            return f"That is more than {MOST_DAYS} days, so it begins later."
        return ""

    @property
    def way(self) -> str:
        return str(self.cleaned_data.get("channel") or "")

    @property
    def text(self) -> str:
        """The hash of the text that was chosen; none for all."""
        return str(self.cleaned_data.get("version") or "")

    @property
    def measure(self) -> str:
        chosen = str(self.cleaned_data.get("what") or "")
        return chosen if chosen in MEASURES else "hurt"

    @property
    def chosen(self) -> dict[str, str]:
        """What a link carries on."""
        days = {"from": self.days.first.isoformat(), "until": self.days.last.isoformat()}
        more = {"channel": self.way, "version": self.text, "what": self.measure}
        return {**days, **{name: value for name, value in more.items() if value}}


HurtsForm.base_fields = {  # `from` is a word of the language
    "from": forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})),
    **HurtsForm.base_fields,
}


class DoneForm(Form):
    """The word back to who wrote a comment."""

    word = forms.CharField(
        label="Word back", max_length=StepComment.LONGEST,
        error_messages={"required": "Say in a few words what came of it"},
    )
