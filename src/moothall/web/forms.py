"""What all our forms share: our words for what is wrong, and what is never kept of what was typed."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.fields import BaseTemporalField
from django.utils.text import capfirst

from moothall.domain.typed import CARD_TAKEN_OUT, holds_card_number, without_card_numbers, without_unseen


class Form(forms.Form):
    """A form that speaks our words. A card number is taken out of what was typed before anything is done with it, so
    that it is neither kept nor shown again; so is what would show a text otherwise than it is."""

    use_required_attribute = False  # the browser's own bubbles would come before our words

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self.fields)
        self.taken_out: list[str] = []
        if self.is_bound:
            self.data = self._fit_to_keep(self.data)

    def _fit_to_keep(self, data: Any) -> Any:
        fit: dict[str, list[str]] = {}
        for name, field in self.fields.items():
            sent = self.add_prefix(name)
            if not is_typed(field) or sent not in data:
                continue
            typed = data.getlist(sent) if hasattr(data, "getlist") else [data[sent]]
            seen = [without_unseen(each) if isinstance(each, str) else each for each in typed]
            if any(isinstance(each, str) and holds_card_number(each) for each in seen):
                self.taken_out.append(name)
                seen = [without_card_numbers(each) if isinstance(each, str) else each for each in seen]
            if seen != typed:
                fit[sent] = seen
        if not fit:
            return data
        kept = data.copy()
        for sent, seen in fit.items():
            if hasattr(kept, "setlist"):
                kept.setlist(sent, seen)
            else:
                kept[sent] = seen[0]
        return kept

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.taken_out:
            self.errors.pop(name, None)  # that it is empty now, say
            self.add_error(name, CARD_TAKEN_OUT)


def is_typed(field: forms.Field) -> bool:
    """Whether people type what they like into it. A password is never shown again, and never kept as it is."""
    if isinstance(field.widget, forms.PasswordInput | forms.HiddenInput):
        return False
    return isinstance(field, forms.CharField | BaseTemporalField) and not isinstance(field, forms.RegexField)


def speak_plainly(fields: Mapping[str, forms.Field]) -> None:
    """Our words wherever a field has only the library's."""
    for name, field in fields.items():
        label = str(field.label or capfirst(name.replace("_", " ")))
        library = _library_words(field)
        for code, words in _words(field, label[:1].lower() + label[1:]):
            if field.error_messages.get(code) is library.get(code):
                field.error_messages[code] = words


def _library_words(field: forms.Field) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        found.update(getattr(kind, "default_error_messages", {}))
    return found


def _words(field: forms.Field, label: str) -> Iterator[tuple[str, str]]:
    chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    yield "required", f"Choose {label}" if chosen else f"Enter {label}"
    yield "max_length", f"Use {getattr(field, 'max_length', 0) or 0:,} characters or fewer"
    yield "min_value", f"Enter {getattr(field, 'min_value', 0)} or more"
    yield "max_value", f"Enter {getattr(field, 'max_value', 0)} or less"
    if chosen:
        yield from ((code, f"Choose {label} from the list") for code in ("invalid_choice", "invalid_list"))
    elif isinstance(field, forms.DateField):
        yield "invalid", "Enter a day, like 24/12/2026"
    elif isinstance(field, forms.TimeField):
        yield "invalid", "Enter a time, like 14:30"
    elif isinstance(field, forms.DateTimeField):
        yield "invalid", "Enter a day and a time, like 24/12/2026 14:30"
    elif isinstance(field, forms.IntegerField):  # and decimals
        yield "invalid", "Enter a number, like 12"
    elif isinstance(field, forms.URLField):
        yield "invalid", "Enter a web address, like https://www.example.gov.uk"
    elif isinstance(field, forms.FileField):
        yield "empty", "There is nothing in this file. Choose another"
        yield from ((code, "Choose a file") for code in ("invalid", "missing"))
    elif isinstance(field, forms.RegexField):
        yield "invalid", "This page is older than what it shows. Load it again"
