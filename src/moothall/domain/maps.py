"""Maps without tiles: in which area a point lies, and what of some land is in view. Pure. How it is drawn: map_picture.

Land is taken for flat around the middle of a map, which is right to a few metres over the width of a council.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import atan2, cos, degrees, hypot, radians
from typing import NamedTuple

METRES = 111_132.0  # of a degree of latitude
CLOSER = 3  # how many times closer each step of the zoom is
CLOSEST = 300.0  # metres over the width of the closest map


class Spot(NamedTuple):
    """Degrees north and east."""

    lat: float
    lon: float


class Box(NamedTuple):
    south: float
    west: float
    north: float
    east: float

    def holds(self, spot: Spot) -> bool:
        return self.south <= spot.lat <= self.north and self.west <= spot.lon <= self.east

    def within(self, other: Box) -> Box | None:
        """The part of it that lies in another; None where none does."""
        if apart(self, other):
            return None
        south, west = max(self.south, other.south), max(self.west, other.west)
        return Box(south, west, min(self.north, other.north), min(self.east, other.east))

    @property
    def size(self) -> float:
        """To compare boxes that lie near each other."""
        return (self.north - self.south) * (self.east - self.west)

    @property
    def middle(self) -> Spot:
        return Spot((self.south + self.north) / 2, (self.west + self.east) / 2)


@dataclass(frozen=True, slots=True)
class Area:
    """A ward: its own name, its council's code, and its rings. A ring within another is a hole."""

    code: str
    name: str
    council: str
    rings: tuple[tuple[Spot, ...], ...] = field(repr=False)
    box: Box

    def holds(self, spot: Spot) -> bool:
        """By the even-odd rule: how often a line from the spot to the east crosses a border."""
        return self.box.holds(spot) and sum(_crossings(ring, spot) for ring in self.rings) % 2 == 1


@dataclass(frozen=True, slots=True)
class Border:
    """A stretch of border; `outer`: between two councils, else between wards of one."""

    points: tuple[Spot, ...] = field(repr=False)
    outer: bool
    councils: frozenset[str]


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows: its middle, how many metres wide it is, and its pixels."""

    middle: Spot
    metres: float
    width: int
    height: int

    def pixel(self, spot: Spot) -> tuple[float, float]:
        east = (spot.lon - self.middle.lon) * METRES * cos(radians(self.middle.lat))
        north = (spot.lat - self.middle.lat) * METRES
        scale = self.width / self.metres
        return self.width / 2 + east * scale, self.height / 2 - north * scale

    def spot(self, x: float, y: float) -> Spot:
        """Where a pixel is."""
        scale = self.metres / self.width
        north, east = (self.height / 2 - y) * scale, (x - self.width / 2) * scale
        lon = self.middle.lon + east / METRES / cos(radians(self.middle.lat))
        return Spot(round(self.middle.lat + north / METRES, 5), round(lon, 5))

    @property
    def box(self) -> Box:
        (north, west), (south, east) = self.spot(0, 0), self.spot(self.width, self.height)
        return Box(south, west, north, east)


def area_at(areas: Iterable[Area], spot: Spot) -> Area | None:
    return next((area for area in areas if area.holds(spot)), None)


def box_of(rings: Iterable[Iterable[Spot]]) -> Box:
    points = [spot for ring in rings for spot in ring]
    lats, lons = [spot.lat for spot in points], [spot.lon for spot in points]
    return Box(min(lats), min(lons), max(lats), max(lons))


POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def point_of(start: Spot, to: Spot) -> str:
    """In which direction one spot lies from another: `north-east`."""
    north, east = to.lat - start.lat, (to.lon - start.lon) * cos(radians(start.lat))
    return POINTS[round(degrees(atan2(east, north)) / 45) % 8]


def about(metres: float) -> str:
    """A distance as people say it: `30 m`, `250 m`, `1.2 km`."""
    if metres < 975:
        step = 10 if metres < 295 else 50
        return f"{max(round(metres / step) * step, step)} m"
    return f"{metres / 1000:.0f} km" if metres >= 9500 else f"{metres / 1000:.1f} km".replace(".0", "")


def metres_between(one: Spot, other: Spot) -> float:
    return METRES * hypot(one.lat - other.lat, (one.lon - other.lon) * cos(radians(one.lat)))


def view_of(box: Box, width: int, height: int) -> View:
    """All of the box, with a little around it."""
    tall = (box.north - box.south) * METRES
    wide = (box.east - box.west) * METRES * cos(radians(box.middle.lat))
    return View(box.middle, max(wide, tall * width / height) * 1.04, width, height)


def _crossings(ring: tuple[Spot, ...], spot: Spot) -> int:
    found, before = 0, ring[-1]
    for after in ring:
        if (before.lat > spot.lat) != (after.lat > spot.lat):
            part = (spot.lat - before.lat) / (after.lat - before.lat)
            found += spot.lon < before.lon + part * (after.lon - before.lon)
        before = after
    return found


def apart(one: Box, other: Box) -> bool:
    """Whether two boxes share nothing."""
    return one.north < other.south or other.north < one.south or one.east < other.west or other.east < one.west
