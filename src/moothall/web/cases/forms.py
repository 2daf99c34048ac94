"""What an officer may fill in. Words are INTERFACE section 5's: what is wrong, then what to do."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from moothall.cases.access import Receiver
from moothall.cases.endings import Ending
from moothall.cases.queries import SORTS, TABS, QueueFilter
from moothall.domain.responsibility.times import listed
from moothall.domain.typed import LONGEST_NOTE
from moothall.web.forms import Form


class FilterForm(Form):
    """Which cases of the queue to show. What can't be read is as if it weren't asked for."""

    tab = forms.ChoiceField(choices=[(tab, tab) for tab in TABS], required=False, widget=forms.HiddenInput)
    narrow = forms.CharField(label="Reference or title", max_length=80, required=False)
    council = forms.TypedChoiceField(label="Council", coerce=int, required=False)
    service = forms.TypedChoiceField(label="Service", coerce=int, required=False)
    sort = forms.ChoiceField(
        label="Sort", required=False, choices=[("due", "Due first"), ("opened", "Opened last first")]
    )
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, councils: Sequence[tuple[int, str]], services: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["council"].choices = [("", "All"), *councils]  # type: ignore[attr-defined]
        self.fields["service"].choices = [("", "All"), *services]  # type: ignore[attr-defined]

    def wanted(self) -> QueueFilter:
        self.is_valid()
        told = self.cleaned_data
        return QueueFilter(
            tab=told.get("tab") or TABS[0], council=told.get("council") or None, service=told.get("service") or None,
            words=told.get("narrow") or "", sort=told.get("sort") or SORTS[0], page=told.get("page") or 1,
        )  # fmt: skip


class SeenForm(Form):
    """A change of a case: `seen` is the case's count of changes as the page showed it."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def fill(self, **values: Any) -> None:
        """Show the form again with these values instead of what was sent."""
        self.data = {**{name: self.data.get(name) for name in self.data}, **values}


class NoteForm(SeenForm):
    text = forms.CharField(
        label="Note", max_length=LONGEST_NOTE, strip=False, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Write a note, then save it",
            "max_length": f"The note is too long. Shorten it to {LONGEST_NOTE:,} characters",
        },
    )  # fmt: skip

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError("Write a note, then save it", code="required")
        return text


class GiveForm(SeenForm):
    to = forms.ChoiceField(
        label="Give to",
        error_messages={
            "required": "Choose who takes this case",
            "invalid_choice": "They can’t take this case now. Choose somebody else",
        },
    )

    def __init__(self, *args: Any, receivers: Sequence[Receiver], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.receivers = {receiver.value: receiver for receiver in receivers}
        chosen = [(each.value, each.name if each.officer is None else f"– {each.name}") for each in receivers]
        self.fields["to"].choices = [("", "Choose"), *chosen]  # type: ignore[attr-defined]

    @property
    def receiver(self) -> Receiver:
        return self.receivers[self.cleaned_data["to"]]


class CloseForm(SeenForm):
    outcome = forms.ChoiceField(
        label="What came of it, as the resident reads it", widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it", "invalid_choice": "Choose what came of it from the list"},
    )  # fmt: skip
    told = forms.CharField(
        label="What they will be told", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "That is too long to tell somebody. Shorten it to 1,000 characters"},
    )

    def __init__(self, *args: Any, endings: Sequence[Ending], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.endings = {ending.code: ending for ending in endings}
        self.fields["outcome"].choices = [(ending.code, ending.words) for ending in endings]  # type: ignore[attr-defined]

    @property
    def hint(self) -> str:
        """What becomes of a text that is left empty: where an outcome needs the officer's own words, that it does."""
        asking = [f"“{ending.words}”" for ending in self.endings.values() if ending.say_why]
        if not asking:
            return "Leave it empty and we use the words that belong to your choice."
        needs = f"{listed(asking)} {'needs' if len(asking) == 1 else 'need'} your own words: say why."
        usual = "With another choice you may leave it empty, and we use the words that belong to it."
        return f"{needs} {usual}" if len(asking) < len(self.endings) else needs

    @property
    def ending(self) -> Ending:
        return self.endings[self.cleaned_data["outcome"]]

    def clean(self) -> dict[str, Any]:
        """With nothing written the ending's own words are told, unless they need a reason."""
        told = super().clean() or self.cleaned_data
        ending = self.endings.get(told.get("outcome", ""))
        if ending is None or "told" not in told:
            return told
        written = told["told"].strip()
        if ending.say_why and (not written or written == ending.told.strip()):
            self.fill(told=ending.told)
            self.add_error("told", "Say why: finish the sentence that they will be told")
        told["told"] = written or ending.told
        return told
