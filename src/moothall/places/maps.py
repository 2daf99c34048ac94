"""Whose a spot on the map is, what is near it, and a council's map. Borders are open data that we ship; postcodes stand
outside the walls."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from moothall import data
from moothall.domain.maps import (
    Area,
    Border,
    Box,
    Label,
    Spot,
    View,
    area_at,
    box_of,
    drawn,
    metres_between,
)
from moothall.places.models import Postcode
from moothall.places.queries import authority
from moothall.tenancy.models import Council

NEAR_M = 3000  # how far the nearest postcode may be
FEW = 500  # postcodes that one map looks for room for
ALL_FROM_M = 4000  # a map of so many metres or fewer shows postcodes


@dataclass(frozen=True, slots=True)
class WhoseSpot:
    """Whose a spot is. `council` is None where it doesn't take part; `ward` and `postcode` are empty if not known."""

    gss: str
    name: str
    website: str
    council: Council | None
    ward: str
    postcode: str
    key: str


@cache
def areas() -> tuple[Area, ...]:
    """Every ward whose borders we have."""
    told = data.boundaries()
    arcs = _arcs()
    found = []
    for ward in told["wards"]:
        rings = tuple(tuple(_ring(numbers, arcs)) for numbers in ward["rings"])
        found.append(Area(ward["gss"], ward["name"], ward["lad"], rings, box_of(rings)))
    return tuple(found)


@cache
def borders() -> tuple[Border, ...]:
    """Every stretch of border, once."""
    beside: dict[int, list[str]] = defaultdict(list)
    for ward in data.boundaries()["wards"]:
        for number in (number for ring in ward["rings"] for number in ring):
            beside[number if number >= 0 else ~number].append(ward["lad"])
    arcs = _arcs()
    return tuple(
        Border(arcs[number], len(lads) < 2 or len(set(lads)) > 1, frozenset(lads))
        for number, lads in sorted(beside.items())
    )


@cache
def _arcs() -> tuple[tuple[Spot, ...], ...]:
    told = data.boundaries()
    return tuple(tuple(_spots(steps, told["unit"])) for steps in told["arcs"])


def _spots(steps: list[int], unit: int) -> Iterator[Spot]:
    east = north = 0
    for at in range(0, len(steps), 2):
        east, north = east + steps[at], north + steps[at + 1]
        yield Spot(north / unit, east / unit)


def _ring(numbers: list[int], arcs: tuple[tuple[Spot, ...], ...]) -> Iterator[Spot]:
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        yield from arc[:-1]


@cache
def box_of_council(gss: str) -> Box | None:
    """The land that a council's map shows; None where we have no borders of it."""
    rings = [ring for area in areas() if area.council == gss for ring in area.rings]
    return box_of(rings) if rings else None


def whose_spot(spot: Spot) -> WhoseSpot | None:
    """Whose a spot is: by the borders, and where we have none, by the nearest postcode; None where nobody knows."""
    area, near = area_at(areas(), spot), nearest_postcode(spot)
    gss = area.council if area else near.lad if near else ""
    if not gss:
        return None
    council, named = Council.objects.filter(gss=gss).first(), authority(gss)
    return WhoseSpot(
        gss, council.name if council else named.name if named else "", named.website if named else "", council,
        area.name if area else "", near.display if near else "", near.key if near else "",
    )  # fmt: skip


def nearest_postcode(spot: Spot) -> Postcode | None:
    """The postcode nearest to a spot, if one is near at all."""
    for reach in (300, 1000, NEAR_M):
        rows = _postcodes(spot, reach)
        best = min(rows, key=lambda row: metres_between(spot, _spot(row)), default=None)
        if best is not None and metres_between(spot, _spot(best)) <= reach:
            return best
    return None


def _postcodes(around: Spot, reach: float, most: int = 2000) -> list[Postcode]:
    south, west, north, east = View(around, 2 * reach, 100, 100).box
    within = {"latitude__range": (south, north), "longitude__range": (west, east)}
    return list(Postcode.objects.filter(**within).order_by("latitude")[:most])


def _spot(row: Postcode) -> Spot:
    return Spot(row.latitude or 0.0, row.longitude or 0.0)


def map_of(gss: str, view: View, mark: Spot | None = None) -> str:
    """A council's map as SVG: its wards, their names, and close by the postcodes."""
    own = [area for area in areas() if area.council == gss]
    near = [border for border in borders() if gss in border.councils]
    if view.metres <= ALL_FROM_M:
        rows = _postcodes(view.middle, view.metres / 2)
        rows.sort(key=lambda row: metres_between(view.middle, _spot(row)))
        labels = [Label(_spot(row), row.display, True) for row in rows[:FEW]]
    else:
        seen = [(box, area.name) for area in own if (box := area.box.within(view.box))]
        seen.sort(key=lambda each: each[0].size, reverse=True)
        labels = [Label(box.middle, name) for box, name in seen]
    return drawn(view, own, near, labels, mark)


def spot_of_postcode(key: str) -> Spot | None:
    """The middle of a postcode; None where it isn't known."""
    row = Postcode.objects.filter(pk=key, latitude__isnull=False).first()
    return None if row is None else _spot(row)
