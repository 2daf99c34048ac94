"""What the public's forms send."""
from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from moothall.customers.phones import e164, spoken
from moothall.domain.references import MISREAD, WHOLE_REFERENCE, is_misread, parse
from moothall.domain.telephone import gets_texts, may_be_rung
from moothall.domain.typed import LONGEST_NOTE, is_email, is_full_number
from moothall.places.postcodes import without_postcode
from moothall.web.forms import Form
from moothall.web.public.addresses import HIDDEN_MOST, brought_along
from moothall.web.public.secrets import read_code, wrong_code

WHERE_TO = "Enter a mobile number, like 07700 900123, or an e-mail address, like name@example.org"

A_NUMBER = "Enter a telephone number, like 07700 900123"
NOT_RUNG = "We can’t ring that kind of number. Enter a mobile or a landline, like 07700 900123"
WHOLE_CODE = "Enter all 8 letters and figures of the code, like K7 4P 9M XR"
UNKNOWN_POSTCODE = "We don’t know that postcode. Check it, and enter it again"
NO_WORDS = "Enter what you need, like missed bin"
WORDS_MOST = 300
TOO_MANY = f"Use {WORDS_MOST} characters or fewer. What you typed is kept below"

LEFT_TO = [("saved", ""), ("ring", "")]


class AllValues(forms.TextInput):
    """Every value of that name, one a line: boxes that were ticked, or what was typed."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        sent = data.getlist(name) if hasattr(data, "getlist") else [data[name]] if name in data else []
        return "\n".join(str(each) for each in sent) if sent else None


class AnswerForm(Form):
    """`seen`: the run's version as the page showed it; `then`: the page to which the question is left with it."""

    value = forms.CharField(
        max_length=LONGEST_NOTE, required=False, strip=False, widget=AllValues,
        error_messages={"max_length": f"Use {LONGEST_NOTE:,} characters or fewer. What you typed is kept below"},
    )  # fmt: skip
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    then = forms.ChoiceField(choices=LEFT_TO, required=False)
    sure = forms.BooleanField(required=False)  # that a postcode is right, though we don’t know it


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.Field):
    """Files as they were sent, also empty ones: what they are is seen when they are opened."""

    widget = FilesInput

    def clean(self, value: Any) -> list[UploadedFile]:
        return [each for each in value or [] if each]


class FilesForm(Form):
    files = FilesField(required=False)
    act = forms.ChoiceField(choices=[("on", ""), ("more", ""), ("later", ""), *LEFT_TO], required=False)
    remove = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class WhatForm(Form):
    what = forms.CharField(max_length=WORDS_MOST, error_messages={"required": NO_WORDS, "max_length": TOO_MANY})
    postcode = forms.CharField(required=False)  # of any length: whole addresses are typed there too

    def clean_postcode(self) -> str:
        return without_postcode(self.cleaned_data["postcode"])[1]


class WhereForm(Form):
    need = forms.CharField(max_length=80)
    postcode = forms.CharField(required=False)  # of any length: whole addresses are typed there too
    property = forms.CharField(max_length=20, required=False)
    what = forms.CharField(max_length=HIDDEN_MOST, required=False)  # what led here, so that Back leads there again
    asked = forms.CharField(max_length=1, required=False)  # the postcode was asked for here
    change = forms.CharField(max_length=1, required=False)  # it is to be asked again


class BeginForm(Form):
    """What is known already: the regional page asked where it is. What can't be used is asked again."""

    postcode = forms.CharField(max_length=300, required=False)
    property = forms.CharField(max_length=300, required=False)

    def clean_postcode(self) -> str:
        return brought_along(self.cleaned_data["postcode"])[:40]

    def clean_property(self) -> str:
        return brought_along(self.cleaned_data["property"])[:20]


class CodeForm(Form):
    code = forms.CharField(
        max_length=40, error_messages={"required": "Enter your code, like K7 4P 9M XR", "max_length": WHOLE_CODE},
    )  # fmt: skip

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(wrong_code(self.cleaned_data["code"]))
        return code


class StandingForm(CodeForm):
    reference = forms.CharField(
        max_length=40,
        error_messages={"required": "Enter your reference, like HB-48213-K", "max_length": WHOLE_REFERENCE},
    )

    def clean_reference(self) -> str:
        typed = self.cleaned_data["reference"]
        found = parse(typed)
        if found is None:
            raise forms.ValidationError(MISREAD if is_misread(typed) else WHOLE_REFERENCE)
        return str(found)


class RingForm(Form):
    phone = forms.CharField(max_length=30, error_messages={"required": A_NUMBER, "max_length": A_NUMBER})

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        number = e164(typed) if is_full_number(typed) else None
        if number is None:
            raise forms.ValidationError(A_NUMBER)
        if not may_be_rung(number):
            raise forms.ValidationError(NOT_RUNG)
        return spoken(number)


class SendCodeForm(Form):
    """Where their code is sent: a mobile number or an e-mail address."""

    to = forms.CharField(max_length=254, error_messages={"required": WHERE_TO, "max_length": WHERE_TO})

    def clean_to(self) -> str:
        typed = self.cleaned_data["to"].strip()
        if is_email(typed):
            return typed
        number = e164(typed) if is_full_number(typed) and gets_texts(typed) else None
        if number is None:
            raise forms.ValidationError(WHERE_TO)
        return spoken(number)


class SendForm(Form):
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)
