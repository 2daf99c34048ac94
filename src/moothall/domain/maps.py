"""Maps without tiles: in which area a point lies, and what is drawn of some land. Pure: borders in, values and SVG out.

Land is taken for flat around the middle of a map, which is right to a few metres over the width of a council.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from math import cos, hypot, radians
from typing import NamedTuple

METRES = 111_132.0  # of a degree of latitude
CLOSER = 3  # how many times closer each step of the zoom is
CLOSEST = 300.0  # metres over the width of the closest map
FONT = 15  # pixels
LINE = 18  # pixels from one line of a label to the next
LETTER = 8.4  # pixels that a letter of a label is wide, about, also in a wide font
GAP = 4  # pixels around a label
LONG = 16  # letters of a name that stands on one line
GROUND, SUNK, RULE, EDGE, INK, INK2 = "#FFFFFF", "#E4EAEF", "#B9C3CC", "#46525E", "#16202A", "#46525E"
HALO = f'fill="{INK}" stroke="{GROUND}" stroke-width="4" paint-order="stroke"'  # of letters, over lines of the map


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
        if _apart(self, other):
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


class Label(NamedTuple):
    """A word on the map; `dot`: it names a spot, not the land around it."""

    spot: Spot
    text: str
    dot: bool = False


def area_at(areas: Iterable[Area], spot: Spot) -> Area | None:
    return next((area for area in areas if area.holds(spot)), None)


def box_of(rings: Iterable[Iterable[Spot]]) -> Box:
    points = [spot for ring in rings for spot in ring]
    lats, lons = [spot.lat for spot in points], [spot.lon for spot in points]
    return Box(min(lats), min(lons), max(lats), max(lons))


def metres_between(one: Spot, other: Spot) -> float:
    return METRES * hypot(one.lat - other.lat, (one.lon - other.lon) * cos(radians(one.lat)))


def view_of(box: Box, width: int, height: int) -> View:
    """All of the box, with a little around it."""
    tall = (box.north - box.south) * METRES
    wide = (box.east - box.west) * METRES * cos(radians(box.middle.lat))
    return View(box.middle, max(wide, tall * width / height) * 1.04, width, height)


def drawn(
    view: View, areas: Iterable[Area], borders: Iterable[Border], labels: Iterable[Label], mark: Spot | None = None
) -> str:
    """The map as SVG: `areas` are light, the rest isn't ours. Labels that would cover one before them are left out."""
    size = f'width="{view.width}" height="{view.height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {view.width} {view.height}" font-family='
        f'"arial, sans-serif" font-size="{FONT}"><rect {size} fill="{SUNK}"/>',
        f'<path fill="{GROUND}" fill-rule="evenodd" d="{"".join(_land(view, areas))}"/>',
    ]
    for outer, look in ((False, f'stroke="{RULE}"'), (True, f'stroke="{EDGE}" stroke-width="2"')):
        lines = (_line(view, border.points) for border in borders if border.outer == outer)
        parts.append(f'<path fill="none" {look} d="{"".join(lines)}"/>')
    parts += _labels(view, labels, mark)
    parts.append(_scale(view))
    if mark is not None:
        x, y = view.pixel(mark)
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})" fill="none" stroke="{INK}" stroke-width="3">'
            f'<circle r="9" stroke="{GROUND}" stroke-width="7"/><circle r="9"/>'
            '<path d="M-14 0H-4M4 0H14M0-14V-4M0 4V14"/></g>'
        )
    return "".join(parts) + "</svg>"


def _crossings(ring: tuple[Spot, ...], spot: Spot) -> int:
    found, before = 0, ring[-1]
    for after in ring:
        if (before.lat > spot.lat) != (after.lat > spot.lat):
            part = (spot.lat - before.lat) / (after.lat - before.lat)
            found += spot.lon < before.lon + part * (after.lon - before.lon)
        before = after
    return found


def _apart(one: Box, other: Box) -> bool:
    return one.north < other.south or other.north < one.south or one.east < other.west or other.east < one.west


def _land(view: View, areas: Iterable[Area]) -> Iterator[str]:
    for area in areas:
        if not _apart(area.box, view.box):
            yield from (_line(view, ring) + "z" for ring in area.rings)


def _line(view: View, points: tuple[Spot, ...]) -> str:
    """A stretch of line; points that fall on the pixel before them are left out."""
    found, before = [], (-1, -1)
    for point in points:
        x, y = view.pixel(point)
        here = (round(min(max(x, -9999), 9999)), round(min(max(y, -9999), 9999)))
        if here != before:
            found.append(f"{here[0]} {here[1]}")
        before = here
    return "M" + "L".join(found)


def _labels(view: View, labels: Iterable[Label], mark: Spot | None) -> Iterator[str]:
    """Each where nothing else stands: the mark, the scale, a label before it. A spot is drawn only with its label."""
    taken = [_Place(0, view.height - 26, view.width / 2, view.height)]
    if mark is not None:
        taken.append(_around(*view.pixel(mark)))
    middle = [_around(view.width / 2, view.height / 2)]  # close by, the page draws its mark there
    for label in labels:
        lines = [label.text] if label.dot else _in_two(label.text)
        free = [*taken, *middle] if label.dot else taken
        place = next((each for each in _places(view, label, lines) if not any(map(each.meets, free))), None)
        if place is None:
            continue
        taken.append(place)
        x, anchor = place.middle, "middle"
        if label.dot:
            at = view.pixel(label.spot)
            x, anchor = (at[0] + 8, "start") if place.middle > at[0] else (at[0] - 8, "end")
            yield f'<circle cx="{at[0]:.0f}" cy="{at[1]:.0f}" r="3" fill="{INK2}"/>'
        for number, line in enumerate(lines):
            y = place.top + GAP + LINE * number + FONT
            yield f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" {HALO}>{escape(line)}</text>'


class _Place(NamedTuple):
    """The room of a label in pixels, with the gap that it keeps from all others."""

    left: float
    top: float
    right: float
    foot: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def meets(self, other: _Place) -> bool:
        beside = self.left < other.right and other.left < self.right
        return beside and self.top < other.foot and other.top < self.foot


def _around(x: float, y: float) -> _Place:
    return _Place(x - 16, y - 16, x + 16, y + 16)


def _places(view: View, label: Label, lines: list[str]) -> Iterator[_Place]:
    """Where a label may stand, the best first: over its land, else beside its spot; never cut by the map's edge."""
    x, y = view.pixel(label.spot)
    if not (0 <= x <= view.width and 0 <= y <= view.height):
        return
    wide, high = max(map(len, lines)) * LETTER + (4 if label.dot else 2) * GAP, len(lines) * LINE + 2 * GAP
    lefts = [x - 4, x + 4 - wide] if label.dot else [min(max(x - wide / 2, 0), view.width - wide)]
    for left in lefts:
        top = y - high / 2 if label.dot else min(max(y - high / 2, 0), view.height - high)
        if left >= 0 and top >= 0 and left + wide <= view.width and top + high <= view.height:
            yield _Place(left, top, left + wide, top + high)


def _in_two(text: str) -> list[str]:
    """A long name in two lines, as even as its words allow."""
    ends = [at for at, sign in enumerate(text, 1) if sign in " -"]
    if len(text) <= LONG or not ends:
        return [text]
    at = min(ends, key=lambda end: abs(2 * end - len(text)))
    return [text[:at].rstrip(), text[at:]]


def _scale(view: View) -> str:
    """A bar in the corner that says how far a stretch of the map is."""
    longest = view.metres / 3
    metres = next(size for size in (10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20) if size <= longest or size == 20)
    wide, y = metres * view.width / view.metres, view.height - 8
    words = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    return (
        f'<path d="M8 {y - 5}v5h{wide:.0f}v-5" fill="none" stroke="{INK}" stroke-width="2"/>'
        f'<text x="{16 + wide:.0f}" y="{y}" {HALO}>{words}</text>'
    )
