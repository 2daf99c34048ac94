"""What the desk's forms send."""
from __future__ import annotations

import re
from typing import Any

from django import forms

from moothall.contacts.models import Need
from moothall.domain.notes import both
from moothall.domain.typed import LONGEST_NOTE, without_card_numbers
from moothall.scripts.models import StepComment
from moothall.web.desk.callers import whole_postcode
from moothall.web.forms import Form

LARGEST = 2**63 - 1  # of a bigint, which ids are


class ContactForm(Form):
    """Every act in a call names the contact, which is what the lease is asked by."""

    contact = forms.IntegerField(min_value=1, max_value=LARGEST)


class NotesForm(ContactForm):
    notes = forms.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        strip=False,
        error_messages={"max_length": f"Use {LONGEST_NOTE:,} characters or fewer. Your note is kept below"},
    )
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)  # the note as this window last read it
    sent_last = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)  # what it sent without an answer

    def beside(self, now: str) -> str:
        """What was typed, with what another window wrote since: `now` is what is kept of this note."""
        if "was" not in self.data:
            return self._typed
        return both(_lines(self.cleaned_data["was"]), now, self._typed, _lines(self.cleaned_data["sent_last"]))

    def is_changed(self, text: str) -> bool:
        """Whether what is to be kept is more than was typed."""
        return text != self._typed

    @property
    def _typed(self) -> str:
        return _lines(self.cleaned_data["notes"])


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


class WhoForm(ContactForm):
    """Either somebody whom the number suggested, or the name and postcode that the caller gave; or nobody after all."""

    customer = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)
    name = forms.CharField(max_length=120, required=False)
    postcode = forms.CharField(max_length=10, required=False)
    nobody = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("customer") and not given.get("nobody"):
            if not given.get("name"):
                self.add_error("name", "Enter the name that they gave")
            if not given.get("postcode"):
                self.add_error("postcode", "Enter the postcode that they gave, like LE8 0ES")
            elif not whole_postcode(given["postcode"]):
                self.add_error("postcode", "Enter their whole postcode, like LE8 0ES")
        return given


class CouncilForm(ContactForm):
    """The council that a call on a shared line is about, by its number."""

    council = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class ChooseForm(ContactForm):
    """`said`: a part of the name of whoever the call is to go to; `receiver`: whom the page has chosen already."""

    said = forms.CharField(max_length=80, required=False)
    receiver = forms.RegexField(r"^(team|person|number)(-[0-9]{1,18}){1,3}$", required=False)


class PassOnForm(ChooseForm):
    """To whom the call in hand goes, and what they must know. `find`: only to see whom `said` fits; `first`: they are
    asked, and it goes to them if they take it then."""

    words = forms.CharField(max_length=LONGEST_NOTE, required=False)
    proposed = forms.RegexField(r"^[0-9a-f]{64}$", required=False)  # knows what the panel proposed
    find = forms.BooleanField(required=False)
    first = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("receiver") and not given.get("find") and "receiver" not in self.errors:
            self.add_error("receiver", "Choose who the call goes to")
        return given


class NeedForm(ContactForm):
    """`seen`: how many needs the page showed, so that the button pressed twice begins one."""

    script = forms.CharField(max_length=40)
    seen = forms.IntegerField(min_value=0, max_value=1000, required=False)


class InterruptForm(NeedForm):
    """`run`: what is interrupted, if something is."""

    run = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)


class RunForm(ContactForm):
    """A step of a run. `again`: without a call, of a script that was broken off."""

    run = forms.IntegerField(min_value=1, max_value=LARGEST)
    again = forms.BooleanField(required=False)


class SeveralInput(forms.TextInput):
    """Every value of that name, one a line: boxes that were ticked, or the one that was typed."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        sent = data.getlist(name) if hasattr(data, "getlist") else [data[name]] if name in data else []
        return "\n".join(str(each) for each in sent) if sent else None


class StepForm(RunForm):
    step = forms.CharField(max_length=60)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    value = forms.CharField(max_length=LONGEST_NOTE, required=False, strip=False, widget=SeveralInput)
    then = forms.CharField(max_length=40, required=False)  # at an end: the need to go on with


class CommentForm(RunForm):
    """What is wrong with a step of the script."""

    step = forms.CharField(max_length=80)
    text = forms.CharField(
        max_length=StepComment.LONGEST, error_messages={"required": "Say in a few words what is wrong with this step"}
    )


class TakeCodeForm(ContactForm):
    """The code of what somebody began on the web, as they read it out."""

    code = forms.CharField(max_length=40, required=False)


class GiveCodeForm(RunForm):
    """`way`: text, to have the code sent to the number that rang."""

    way = forms.CharField(max_length=10, required=False)


class BackForm(RunForm):
    step = forms.CharField(max_length=60, required=False)


class RingBackForm(Form):
    """Whom to ring: who asked for it in a `case`, or who rang when the script of `run` was broken off."""

    case = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)
    run = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)


class FinishForm(NotesForm):
    """The outcome of each need: `outcome-<need id>`. Of a call that the agent made: when to `try_again`, or that they
    were `rung`, so that the case that asked for it is done."""

    try_again = forms.CharField(max_length=10, required=False)
    rung = forms.BooleanField(required=False)

    then = forms.ChoiceField(choices=[("ready", "ready"), ("pause", "pause")])

    SHOWN_AGAIN = ("contact", "notes", "was", "sent_last", "try_again", "rung")

    def kept(self) -> dict[str, str]:
        """What was typed and chosen, and of which contact, to be shown again. An empty `rung` is one without a tick."""
        sent = {name: without_card_numbers(self.data[name]) for name in self.SHOWN_AGAIN if name in self.data}
        return {**sent, **{f"outcome-{need}": outcome for need, outcome in self.outcomes().items()}}

    def outcomes(self) -> dict[int, str]:
        """Need id → outcome, for the fields that hold one of the contact centre's outcomes."""
        found = {}
        for name, value in self.data.items():
            number = name.removeprefix("outcome-")
            if name != number and re.fullmatch(r"[0-9]{1,18}", number) and value in dict(Need.Outcome.for_agents()):
                found[int(number)] = str(value)
        return found
