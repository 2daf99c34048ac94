"""Maps on pages: drawn by us from open borders, with no tiles and no service of anybody's. Each is an image at an
address that says what it shows; a click on it is a form's, so that a mark can be set without JavaScript.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from moothall.domain.interview.answers import parted
from moothall.domain.maps import CLOSER, CLOSEST, Box, Spot, View, about, view_of
from moothall.places.maps import WhoseSpot, box_of_council, map_of, spot_of_postcode, whose_spot
from moothall.tenancy.models import Council
from moothall.web.logos import svg_response
from moothall.web.map_forms import MapForm, MoveForm

SMALL, WIDE = (288, 288), (600, 420)
SIZES = {f"{width}x{height}": (width, height) for width, height in (SMALL, WIDE)}
CLOSE = 1500.0  # metres over the width of a map that opens at a mark
NEAR = 3000.0  # and of one that opens at a postcode, with others about it
A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class MapPart:
    """One council's map in a form: its middle and its width in metres, `whole` that of all its land. `mark` is the one
    that is set, `said` tells where that is, `words` are those beside it."""

    gss: str
    name: str
    middle: Spot
    metres: float
    whole: float
    mark: Spot | None
    words: str
    said: str = ""

    @property
    def address(self) -> str:
        return reverse("map", args=[self.gss])

    @property
    def picture(self) -> str:
        """The picture with the mark in it, as it is without JavaScript."""
        told = {"at": told_as(self.middle), "metres": f"{self.metres:.0f}", "size": "288x288"}
        return f"{self.address}?{urlencode({**told, **({'mark': self.told} if self.mark else {})}, safe=',')}"

    @property
    def told(self) -> str:
        return told_as(self.mark) if self.mark else ""

    @property
    def typed(self) -> str:
        """The mark and the words, as a browser sends them."""
        return f"{self.told}\n{self.words}".strip()

    @property
    def at(self) -> str:
        return told_as(self.middle)

    @property
    def closest(self) -> bool:
        return self.metres <= CLOSEST

    @property
    def farthest(self) -> bool:
        return self.metres >= self.whole


def map_part(council: Any, typed: str, moved: MoveForm | None = None, near: str = "") -> MapPart | None:
    """The map of a question, with what was answered; `moved`: what was pressed on it; `near`: the key of the
    postcode where it opens while nothing is marked. None where we have no borders."""
    box = box_of_council(council.gss)
    if box is None:
        return None
    at, words = parted(typed)
    mark = Spot(*at) if at else None
    whole = view_of(box, *SMALL).metres
    spot = spot_of_postcode(near) if near and not mark else None
    spot = spot if spot is not None and within(spot, box) == spot else None
    start, metres = (mark, CLOSE) if mark else (spot, NEAR) if spot else (box.middle, whole)
    part = MapPart(council.gss, council.name, start, min(metres, whole), whole, mark, words)
    if moved is not None and moved.is_valid():
        part = _moved(part, moved, box)
    said = said_of(part.mark, council.gss) if part.mark else seen_of(part.middle, part.metres, part.whole, part.name)
    return replace(part, said=said)


def _moved(part: MapPart, moved: MoveForm, box: Box) -> MapPart:
    """As it is after a click, or after a button beside it."""
    told = moved.cleaned_data
    middle, metres = told["map_at"] or part.middle, told["map_metres"] or part.whole
    look, mark = told["look"], part.mark
    if moved.spot is not None:
        middle = mark = View(middle, metres, *SMALL).spot(*moved.spot)
        look = "closer"
    metres *= {"closer": 1 / CLOSER, "farther": CLOSER}.get(look, 1)
    if look == "clear" or metres >= part.whole:
        middle, metres = box.middle, part.whole
    return replace(
        part, middle=within(middle, box), metres=max(metres, CLOSEST), mark=None if look == "clear" else mark
    )


def said_of(mark: Spot, gss: str) -> str:
    """Where a mark is, in words; and whose it is, where it isn't that council's."""
    whose = whose_spot(mark)
    if whose is None:
        return "We don’t know where that is. Mark it again, or say it in words."
    if whose.gss != gss:
        return f"Marked{_near(whose)}. That is in the area of {whose.name or 'another council'}."
    ward = f" in {whose.ward} ward" if whose.ward else ""
    return f"Marked{ward}{',' if ward and whose.postcode else ''}{_near(whose)}."


def _near(whose: WhoseSpot) -> str:
    """By a postcode and the way from it: whoever can't see the map finds the place by this."""
    if not whose.postcode:
        return ""
    return f" near {whose.postcode}, {whose.way} of its middle" if whose.way else f" at {whose.postcode}"


def seen_of(middle: Spot, metres: float, whole: float, name: str) -> str:
    """What a map shows on which nothing is marked."""
    if metres >= whole:
        return f"The map shows all of {name}."
    whose = whose_spot(middle)
    ward = f" in {whose.ward} ward" if whose and whose.ward else ""
    near = f", {_near(whose).strip()}" if whose and whose.postcode else ""
    return f"The map shows {about(metres)} from side to side. Its middle is{ward or ' here'}{near}."


@gzip_page  # it packs to a quarter, and a telephone fetches one at each step closer
@require_safe
def picture(request: HttpRequest, gss: str) -> HttpResponse:
    """The map as an image. What can’t be read of its address is as if it weren’t there."""
    box = box_of_council(gss)
    if box is None:
        raise Http404("We have no map of that council")
    form = MapForm(request.GET)
    form.is_valid()
    told = form.cleaned_data
    width, height = SIZES.get(told.get("size") or "", SMALL)
    whole = view_of(box, width, height)
    middle, metres = told.get("at") or whole.middle, told.get("metres") or whole.metres
    view = View(within(middle, box), min(metres, whole.metres * width / height), width, height)
    response = svg_response(map_of(gss, view, told.get("mark")))
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@require_safe
def said(request: HttpRequest, gss: str) -> HttpResponse:
    """Where a mark is, in words, while it is moved on an open page; with `metres` what a map without one shows."""
    form = MapForm(request.GET)
    form.is_valid()
    mark = form.cleaned_data.get("at")
    box, metres = box_of_council(gss), form.cleaned_data.get("metres")
    if box is None or mark is None:
        raise Http404("No such place")
    name = Council.objects.filter(gss=gss).values_list("name", flat=True).first() or "the council"
    words = seen_of(mark, metres, view_of(box, *SMALL).metres, name) if metres else said_of(mark, gss)
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def within(spot: Spot, box: Box) -> Spot:
    """The spot itself, or the nearest on the council's land: a map is never lost."""
    return Spot(min(max(spot.lat, box.south), box.north), min(max(spot.lon, box.west), box.east))


def told_as(spot: Spot) -> str:
    return f"{spot.lat:.5f},{spot.lon:.5f}"
