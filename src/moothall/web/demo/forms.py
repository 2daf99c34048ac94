"""Who rings, and how long they wait."""
from __future__ import annotations

from django import forms

from moothall.demo.personas import personas
from moothall.web.forms import Form

PATIENCE = (("60", "1 minute"), ("120", "2 minutes"), ("300", "5 minutes"))


class RingForm(Form):
    who = forms.ChoiceField(
        label="Who are you?",
        choices=lambda: [(one.key, one.label) for one in personas()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who you are", "invalid_choice": "Choose who you are"},
    )
    patience = forms.ChoiceField(
        label="Give up after",
        choices=PATIENCE,
        initial="120",
        error_messages={"required": "Choose how long you wait", "invalid_choice": "Choose how long you wait"},
    )
