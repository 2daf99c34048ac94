"""Whose a spot on the map is, what is near it, and a council's map. Borders are open data that we ship; postcodes stand
outside the walls."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from moothall import data
from moothall.domain.map_picture import Label, Names, Way, drawn
from moothall.domain.maps import (
    Area,
    Border,
    Box,
    Spot,
    View,
    about,
    area_at,
    box_of,
    metres_between,
    point_of,
)
from moothall.places.models import Postcode
from moothall.places.queries import authority
from moothall.tenancy.models import Council

NEAR_M = 3000  # how far the nearest postcode may be
AT_M = 15  # nearer than this is at a postcode
FEW = 500  # postcodes that one map looks for room for
MANY = 20_000  # postcodes that are dots, at most
LONELY = 3  # a close map with fewer postcodes than this says where the next ones are
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
    way: str = ""  # how far it is from the middle of that postcode, and where: `about 120 m north-east`


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
        _way(_spot(near), spot) if near else "",
    )  # fmt: skip


def _way(start: Spot, to: Spot) -> str:
    metres = metres_between(start, to)
    return "" if metres < AT_M else f"about {about(metres)} {point_of(start, to)}"


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
    """A council's map as SVG: its wards with their names, where its homes are, and close by the postcodes; where none
    is in sight, the way to the nearest ones."""
    own = [area for area in areas() if area.council == gss]
    near = [border for border in borders() if gss in border.councils]
    close = view.metres <= ALL_FROM_M
    seen = [(box, area) for area in own if (box := area.box.within(view.box))]
    seen.sort(key=lambda each: each[0].size, reverse=True)
    labels = [Label(box.middle, area.name, area=area, aside=close) for box, area in seen]
    if not close:
        return drawn(view, own, near, Names(tuple(labels), dots=_homes(gss, view.box)), mark)
    rows = _postcodes(view.middle, view.metres / 2)
    rows.sort(key=lambda row: metres_between(view.middle, _spot(row)))
    spots = [_spot(row) for row in rows]
    labels += [Label(spot, row.display, dot=True) for spot, row in zip(spots[:FEW], rows, strict=False)]
    sights = sum(view.box.holds(spot) for spot in spots)
    return drawn(view, own, near, Names(tuple(labels), _ways(view) if sights < LONELY else (), tuple(spots)), mark)


def _homes(gss: str, box: Box) -> tuple[Spot, ...]:
    """The middles of the council's postcodes: closely built, closely dotted."""
    within = {"latitude__range": (box.south, box.north), "longitude__range": (box.west, box.east)}
    rows = Postcode.objects.filter(lad=gss, **within).order_by("latitude").values_list("latitude", "longitude")[:MANY]
    return tuple(Spot(lat or 0.0, lon or 0.0) for lat, lon in rows)


def _ways(view: View) -> tuple[Way, ...]:
    """The nearest postcode beyond the map's edge to each side, and how far it is from the map's middle."""
    found: dict[str, Way] = {}
    rows = sorted(_postcodes(view.middle, NEAR_M), key=lambda row: metres_between(view.middle, _spot(row)))
    for row in rows:
        spot = _spot(row)
        if not view.box.holds(spot):
            side = point_of(view.middle, spot).partition("-")[0]
            found.setdefault(side, Way(spot, f"{row.display}, {about(metres_between(view.middle, spot))}"))
    return tuple(found.values())


def spot_of_postcode(key: str) -> Spot | None:
    """The middle of a postcode; None where it isn't known."""
    row = Postcode.objects.filter(pk=key, latitude__isnull=False).first()
    return None if row is None else _spot(row)
