"""Where a case is, if its answers mark a place: two maps of open borders, the words, and the crew's own figures."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from moothall.domain.map_words import mark_in
from moothall.domain.maps import Spot, view_of
from moothall.domain.national_grid import on_the_grid
from moothall.places.maps import box_of_council
from moothall.web.maps import SMALL, said_of, told_as

CLOSE = 3000.0  # metres over the width: in the country less shows nothing but the mark
SIZE = f"{SMALL[0]}x{SMALL[1]}"


@dataclass(frozen=True, slots=True)
class Place:
    """`close` and `whole` are addresses of pictures, empty where we have no borders of that council; `said` is where
    it is in words, `grid` its reference on the National Grid, `degrees` north and east."""

    said: str
    degrees: str
    easting: int
    northing: int
    grid: str
    close: str
    whole: str


def place_of(council: Any, answers: Iterable[Mapping[str, str]]) -> Place | None:
    """The place that the first of the answers marks that marks one; None where none does."""
    marks = (mark_in(str(each.get("answer", ""))) for each in answers)
    mark = next((Spot(*each) for each in marks if each), None)
    if mark is None:
        return None
    spot, box = on_the_grid(*mark), box_of_council(council.gss)
    close = whole = ""
    if box is not None:
        every = view_of(box, *SMALL)
        close = _picture(council.gss, mark, mark, min(CLOSE, every.metres))
        whole = _picture(council.gss, mark, box.middle, every.metres)
    degrees = f"{mark.lat:.5f}, {mark.lon:.5f}"
    return Place(said_of(mark, council.gss), degrees, spot.easting, spot.northing, spot.reference, close, whole)


def _picture(gss: str, mark: Spot, middle: Spot, metres: float) -> str:
    told = {"at": told_as(middle), "metres": f"{metres:.0f}", "size": SIZE, "mark": told_as(mark)}
    return f"{reverse('map', args=[gss])}?{urlencode(told, safe=',')}"
