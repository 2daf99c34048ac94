"""What is asked of a map, and what is pressed on one."""
from __future__ import annotations

import re
from typing import Any

from django import forms

from moothall.domain.maps import CLOSEST, Spot
from moothall.web.forms import Form

WIDEST = 500_000
_SPOT = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,6})?),(-?[0-9]{1,3}(?:\.[0-9]{1,6})?)")
LOOKS = ("closer", "farther", "clear")


class SpotField(forms.CharField):
    """`52.48120,-0.92040`; None where it is left out."""

    def to_python(self, value: Any) -> Any:
        told = str(super().to_python(value) or "")
        found = _SPOT.fullmatch(told)
        if told and not found:
            raise forms.ValidationError("Enter degrees north and east, like 52.4812,-0.9204")
        return Spot(float(found[1]), float(found[2])) if found else None


class Pressed(forms.NumberInput):
    """Where an image of a form was clicked: browsers send its name with .x and .y."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.sent = name

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(self.sent)


class MapForm(Form):
    """What the address of a map's picture says: its middle, its width in metres and in pixels, and a mark."""

    at = SpotField(max_length=30, required=False)
    metres = forms.FloatField(min_value=CLOSEST, max_value=WIDEST, required=False)
    size = forms.CharField(max_length=9, required=False)
    mark = SpotField(max_length=30, required=False)


class MoveForm(Form):
    """What was pressed on the map of a question, and where it stood."""

    spot_x = forms.IntegerField(min_value=0, max_value=2000, required=False, widget=Pressed("spot.x"))
    spot_y = forms.IntegerField(min_value=0, max_value=2000, required=False, widget=Pressed("spot.y"))
    look = forms.ChoiceField(choices=[(each, each) for each in LOOKS], required=False)
    map_at = SpotField(max_length=30, required=False)
    map_metres = forms.FloatField(min_value=CLOSEST, max_value=WIDEST, required=False)

    @property
    def spot(self) -> tuple[int, int] | None:
        x, y = self.cleaned_data.get("spot_x"), self.cleaned_data.get("spot_y")
        return None if x is None or y is None else (x, y)

    @property
    def moves(self) -> bool:
        """Whether the map was pressed, and no answer given."""
        return self.is_valid() and (self.spot is not None or bool(self.cleaned_data["look"]))
