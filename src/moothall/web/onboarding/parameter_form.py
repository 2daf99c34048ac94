"""What the scripts of a service ask a council for, as a form: which fields there are, the published scripts say."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from moothall.domain.interview.answers import read_typed
from moothall.domain.interview.declare import minutes
from moothall.domain.interview.expressions import Refusal
from moothall.domain.interview.model import FieldKind
from moothall.domain.telephone import telephone
from moothall.domain.typed import is_full_number
from moothall.onboarding.services import Parameter
from moothall.web.forms import Form


class Typed(forms.CharField):
    """A number, an amount or a telephone number, read as in the scripts themselves. An amount is kept in pence."""

    def __init__(self, kind: FieldKind, **more: Any) -> None:
        super().__init__(max_length=200, **more)
        self.kind: FieldKind = kind

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        found = read_typed(self.kind, text) if text else text
        if isinstance(found, Refusal):
            raise forms.ValidationError(found.words)
        if self.kind == "phone" and found and not is_full_number(found):  # an extension is one only in its own house
            raise forms.ValidationError("Enter the whole telephone number, like 01632 960001")
        if self.kind == "money" and found:
            return str(int(found.replace(".", "")))
        return telephone(found) if self.kind == "phone" else found


class TimeOfDay(forms.CharField):
    """`24:00` is one too: the end of the day."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).replace(".", ":")
        text = text.zfill(5) if len(text) == 4 else text
        if text and minutes(text) is None:
            raise forms.ValidationError("Enter a time, like 07:00 or 16:30")
        return text


class ParametersForm(Form):
    """An empty field is left as the script assumes it."""

    def told(self) -> dict[str, str]:
        return {name: value.strip() for name, value in self.cleaned_data.items() if value.strip()}


def parameters_form(asked: Sequence[Parameter], data: Any = None) -> ParametersForm:
    kind = type("ParametersForm", (ParametersForm,), {each.name: _field(each) for each in asked})
    made: ParametersForm = kind(data)
    return made


def _field(each: Parameter) -> forms.Field:
    choices = _choices(each)
    usual = "" if choices or each.default is None else f"If you leave it empty: {each.shown(each.default)}."
    told: dict[str, Any] = {
        "label": each.label.replace("'", "’"), "required": each.missing,
        "help_text": " ".join(filter(None, (each.hint, usual))).replace("'", "’"),
        "initial": each.value if each.values and each.value is not None else each.shown(each.value),
    }  # fmt: skip
    if each.missing:
        told["error_messages"] = {"required": f"Enter: {told['label'][:1].lower()}{told['label'][1:]}"}
    if choices:
        return forms.ChoiceField(choices=choices, **told)
    if each.kind == "time":
        return TimeOfDay(max_length=10, **told)
    if each.asked.field != "none" or each.kind == "whole":
        return Typed(each.asked.field if each.asked.field != "none" else "whole", **told)
    return forms.CharField(max_length=200, **told)


def _choices(each: Parameter) -> list[tuple[str, str]]:
    """The first leaves it as the script assumes it, and says how that is."""
    usual = "" if each.default is None else f"As usual: {each.shown(each.default)}"
    nothing = [] if each.missing else [("", usual)]
    if each.values:
        return [*nothing, *((value, each.shown(value)) for value in each.values)]
    return [*nothing, ("yes", "Yes"), ("no", "No")] if each.kind == "truth" else []
