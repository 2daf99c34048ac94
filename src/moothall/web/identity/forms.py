"""The form of an identity. A field of a text is named after it and its language: `greeting_en`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from moothall.domain.safe_svg import LARGEST, Drawing, NotHarmless, make_harmless
from moothall.identity.check import LANGUAGES, TEXTS, Said, Text, problems_of_identity
from moothall.tenancy.models import Council
from moothall.web.forms import Form

HINTS = {
    "brand": "# and six digits or letters from A to F. It is your pages’ band and your square on the desk.",
    "host": "Like contact.example.gov.uk. Empty: only the address below.",
    "logo": "An SVG drawing of at most 100 kB. Only its shapes and colours are kept.",
}


class IdentityForm(Form):
    """`read` is the token of what the form was made from."""

    read = forms.CharField(widget=forms.HiddenInput, required=False)
    before = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100_000)
    brand = forms.CharField(label="Colour", required=False)
    host = forms.CharField(label="Host name", required=False)
    logo = forms.FileField(
        label="Logo", required=False, widget=forms.FileInput({"accept": ".svg,image/svg+xml"}), allow_empty_file=True
    )
    no_logo = forms.BooleanField(label="Take the logo away", required=False)

    def __init__(self, *args: Any, council: Council, logo: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.council, self.kept_logo = council, logo
        self.drawing: Drawing | None = None

    @property
    def hints(self) -> dict[str, str]:
        return HINTS | {f"{text.key}_{language}": text.hint for language in LANGUAGES for text in TEXTS}

    def clean_logo(self) -> str:
        """The drawing made harmless; what is there already where none was sent."""
        given: UploadedFile | None = self.cleaned_data.get("logo")
        if given is None:
            return self.kept_logo
        try:
            self.drawing = make_harmless(given.read(LARGEST + 1))
        except NotHarmless as problem:
            raise forms.ValidationError(str(problem)) from None
        return self.drawing.svg

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["brand"] = given.get("brand", "").strip()
        for field, words in problems_of_identity(self.said(), self.council).items():
            self.add_error(field, words)
        return given

    def said(self) -> Said:
        given = self.cleaned_data
        texts = {
            language: {text.key: given.get(f"{text.key}_{language}", "").replace("\r\n", "\n") for text in TEXTS}
            for language in LANGUAGES
        }
        logo = "" if given.get("no_logo") else given.get("logo", self.kept_logo)
        return Said(given.get("brand", ""), given.get("host", ""), logo, texts)


def _field_of(text: Text, language: str) -> forms.CharField:
    more = {"dir": "auto", "lang": language}
    widget = forms.Textarea({"rows": text.rows, **more}) if text.rows > 1 else forms.TextInput(more)
    return forms.CharField(label=text.label, required=False, widget=widget)


# Before any form is made, so that each is looked through for card numbers like every other; in the page's order, in
# which the summary tells what is wrong.
_TEXTS = {f"{text.key}_{key}": _field_of(text, key) for key in LANGUAGES for text in TEXTS}
_REST = ("read", "before", "brand", "logo", "no_logo", "host")
IdentityForm.base_fields = {**_TEXTS, **{name: IdentityForm.base_fields[name] for name in _REST}}
