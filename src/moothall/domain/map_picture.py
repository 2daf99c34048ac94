"""A map as a picture: land, borders, and the words on it, each where nothing else stands. Pure: SVG out."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, hypot
from typing import NamedTuple

from moothall.domain.maps import Area, Border, Spot, View, apart, box_of

FONT = 15  # pixels
LINE = 18  # pixels from one line of a label to the next
LETTER, BOLD = 8.4, 9.4  # pixels that a letter of a label is wide, about, also in a wide font
GAP = 4  # pixels around a label
LONG = 16  # letters of a name that stands on one line
ROW = 6  # pixels between the rows in which room for a name is looked for
INSET = 10  # pixels from the edge to the tip of an arrow
ROOM = 16  # pixels around a mark
SCALE, NORTH = 26, 56  # pixels at the foot and at the top that the scale and the arrow to the north take
GROUND, SUNK, RULE, EDGE, INK, INK2 = "#FFFFFF", "#E4EAEF", "#B9C3CC", "#46525E", "#16202A", "#46525E"
DOT = "#7A8794"
HALO = f'fill="{INK}" stroke="{GROUND}" stroke-width="4" paint-order="stroke"'  # of letters, over lines of the map
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A word on the map; `dot`: it names a spot, not the land around it. `area`: the land that it names; `aside`: it
    stands near the top, since what is looked for is in the middle."""

    spot: Spot
    text: str
    dot: bool = False
    area: Area | None = None
    aside: bool = False


class Way(NamedTuple):
    """What lies beyond the map's edge, with how far it is: an arrow leads to it."""

    spot: Spot
    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """All that is named on a map: labels first come first served, arrows, and spots without a name."""

    labels: tuple[Label, ...] = ()
    ways: tuple[Way, ...] = ()
    dots: tuple[Spot, ...] = ()


def drawn(
    view: View, areas: Iterable[Area], borders: Iterable[Border], names: Names, mark: Spot | None = None
) -> str:
    """The map as SVG: `areas` are light, the rest isn't ours. Labels that would cover one before them are left out."""
    size = f'width="{view.width}" height="{view.height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {view.width} {view.height}" font-family='
        f'"arial, sans-serif" font-size="{FONT}"><rect {size} fill="{SUNK}"/>',
        f'<path fill="{GROUND}" fill-rule="evenodd" d="{"".join(_land(view, areas))}"/>',
    ]
    for outer, look in ((False, f'stroke="{RULE}"'), (True, f'stroke="{EDGE}" stroke-width="2"')):
        lines = (_line(view, each.points) for each in borders if each.outer == outer and _in_view(view, each.points))
        parts.append(f'<path fill="none" {look} d="{"".join(lines)}"/>')
    parts.append(_dots(view, names.dots))
    parts += _labels(view, names, mark)
    parts += [_scale(view), _north(view)]
    if mark is not None:
        x, y = view.pixel(mark)
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})" fill="none" stroke="{INK}" stroke-width="3">'
            f'<circle r="9" stroke="{GROUND}" stroke-width="7"/><circle r="9"/>'
            '<path d="M-14 0H-4M4 0H14M0-14V-4M0 4V14"/></g>'
        )
    return "".join(parts) + "</svg>"


def _in_view(view: View, points: tuple[Spot, ...]) -> bool:
    return not apart(box_of([points]), view.box)


def _land(view: View, areas: Iterable[Area]) -> Iterator[str]:
    for area in areas:
        if not apart(area.box, view.box):
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


def _dots(view: View, dots: Iterable[Spot]) -> str:
    """Where the homes are: a dot for each spot, and one for those that would touch."""
    cells = {(int(x) // 3, int(y) // 3) for x, y in map(view.pixel, dots) if 0 < x < view.width and 0 < y < view.height}
    if not cells:
        return ""
    line = "".join(f"M{3 * x + 1} {3 * y + 1}h0" for x, y in sorted(cells))
    return f'<path fill="none" stroke="{DOT}" stroke-width="3" stroke-linecap="round" d="{line}"/>'


def _labels(view: View, names: Names, mark: Spot | None) -> Iterator[str]:
    """Each where nothing else stands: the mark, the scale, the arrow to the north, a label before it. What has no room
    is left out."""
    middle = _around(view.width / 2, view.height / 2)  # close by, the page draws its mark there
    taken = [_Place(0, view.height - SCALE, view.width / 3 + 80, view.height)]
    taken.append(_Place(view.width - 30, 0, view.width, NORTH - 6))
    if mark is not None:
        taken.append(_around(*view.pixel(mark)))
    for way in names.ways:
        tip, room = _beside_edge(view, way)
        if not any(map(room.meets, taken)):
            taken += [room, _around(*tip, 8)]
            yield _arrow(view, tip) + _words(room.middle, room.top, way.text)
    for label in names.labels:
        lines = [label.text] if label.dot else _in_two(label.text)
        free = [*taken, middle] if label.dot or label.aside else taken
        place = next((each for each in _places(view, label, lines) if not any(map(each.meets, free))), None)
        if place is None:
            continue
        taken.append(place)
        if label.dot:
            x, y = view.pixel(label.spot)
            right = place.middle > x
            at, anchor = (max(x + 8, place.left + GAP), "start") if right else (min(x - 8, place.right - GAP), "end")
            yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{INK2}"/>' + _words(at, place.top, label.text, anchor)
        for number, line in enumerate(() if label.dot else lines):
            look = ' font-weight="bold"' if label.aside else ""
            yield _words(place.middle, place.top + LINE * number, line, look=look)


def _words(x: float, top: float, text: str, anchor: str = "middle", look: str = "") -> str:
    return f'<text x="{x:.0f}" y="{top + GAP + FONT:.0f}" text-anchor="{anchor}"{look} {HALO}>{escape(text)}</text>'


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


def _around(x: float, y: float, room: float = ROOM) -> _Place:
    return _Place(x - room, y - room, x + room, y + room)


def _places(view: View, label: Label, lines: list[str]) -> Iterator[_Place]:
    """Where a label may stand, the best first: within its land, over it, or beside its spot; never cut by the edge."""
    wide = max(map(len, lines)) * (BOLD if label.aside else LETTER) + (4 if label.dot else 2) * GAP
    high = len(lines) * LINE + 2 * GAP
    if label.area is not None:
        rows = _rows(view, label.area)
        yield from (_Place(x - wide / 2, y, x + wide / 2, y + high) for x, y in _rooms(view, label, rows, wide, high))
        if label.aside or not any(left < view.width and right > 0 for spans in rows.values() for left, right in spans):
            return
    x, y = view.pixel(label.spot)
    if not (0 <= x <= view.width and 0 <= y <= view.height):
        return
    lefts = [x - 4, x + 4 - wide] if label.dot else [min(max(x - wide / 2, 0), view.width - wide)]
    if label.dot and abs(x - view.width / 2) < ROOM and abs(y - view.height / 2) < ROOM:  # where the mark is drawn
        lefts = [view.width / 2 + ROOM, view.width / 2 - ROOM - wide]
    for left in lefts:
        top = y - high / 2 if label.dot else min(max(y - high / 2, 0), view.height - high)
        if left >= 0 and top >= 0 and left + wide <= view.width and top + high <= view.height:
            yield _Place(left, top, left + wide, top + high)


def _rooms(
    view: View, label: Label, rows: dict[int, list[Span]], wide: float, high: float
) -> list[tuple[float, float]]:
    """Where a name has room between the borders of its land: the middle and the top of each, the best first."""
    deep, found = ceil(high / ROW), []
    x, y = view.pixel(label.spot)
    best = (x, 8.0) if label.aside else (x, y - high / 2)
    for top in range(view.height // ROW - deep):
        spans = [(0.0, float(view.width))]
        for row in range(top, top + deep + 1):
            spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in rows.get(row, ()) if max(a, c) < min(b, d)]
        for left, right in spans:
            if right - left >= wide:
                found.append((min(max(best[0], left + wide / 2), right - wide / 2), float(top * ROW)))
    return sorted(found, key=lambda each: hypot(each[0] - best[0], each[1] - best[1]))


def _rows(view: View, area: Area) -> dict[int, list[Span]]:
    """In each row of pixels the stretches that are the area's."""
    crossed: dict[int, list[float]] = defaultdict(list)
    last = view.height // ROW
    for ring in area.rings:
        points = [view.pixel(spot) for spot in (ring[-1], *ring)]
        for (x, y), (to_x, to_y) in pairwise(points):
            low, high = min(y, to_y), max(y, to_y)
            for row in range(max(ceil(low / ROW), 0), min(ceil(high / ROW) - 1, last) + 1):
                crossed[row].append(x + (row * ROW - y) / (to_y - y) * (to_x - x))
    found = {}
    for row, across in crossed.items():
        across.sort()
        found[row] = list(zip(across[::2], across[1::2], strict=False))
    return found


def _in_two(text: str) -> list[str]:
    """A long name in two lines, as even as its words allow."""
    ends = [at for at, sign in enumerate(text, 1) if sign in " -"]
    if len(text) <= LONG or not ends:
        return [text]
    at = min(ends, key=lambda end: abs(2 * end - len(text)))
    return [text[:at].rstrip(), text[at:]]


def _beside_edge(view: View, way: Way) -> tuple[tuple[float, float], _Place]:
    """Where the arrow's tip is, and the room of its words."""
    across, down = view.width / 2, view.height / 2
    x, y = (part - half for part, half in zip(view.pixel(way.spot), (across, down), strict=True))
    foot = SCALE + INSET if y > 0 else INSET
    part = min((across - INSET) / max(abs(x), 0.1), (down - foot) / max(abs(y), 0.1))
    right = x * part > across - INSET - 1
    tip = across + x * part, max(down + y * part, NORTH if right else 0)
    wide, high = len(way.text) * LETTER + 2 * GAP, LINE + 2 * GAP
    if right or -x * part > across - INSET - 1:
        left = tip[0] - 16 - wide if right else tip[0] + 16
        top = min(max(tip[1] - high / 2, 0), view.height - high)
    else:
        left = min(max(tip[0] - wide / 2, 0), view.width - wide)
        top = tip[1] + 14 if y < 0 else tip[1] - 14 - high
    return tip, _Place(left, top, left + wide, top + high)


def _arrow(view: View, tip: tuple[float, float]) -> str:
    x, y = tip[0] - view.width / 2, tip[1] - view.height / 2
    east, south = x / hypot(x, y), y / hypot(x, y)
    back = tip[0] - 12 * east, tip[1] - 12 * south
    ends = [tip, (back[0] - 6 * south, back[1] + 6 * east), (back[0] + 6 * south, back[1] - 6 * east)]
    return f'<path fill="{INK2}" d="M{"L".join(f"{a:.0f} {b:.0f}" for a, b in ends)}z"/>'


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


def _north(view: View) -> str:
    """North is up, as everywhere; the arrow says so."""
    x = view.width - 16
    return (
        f'<path fill="{INK}" d="M{x} 6l6 14h-12z"/>'
        f'<text x="{x}" y="36" text-anchor="middle" {HALO}>N</text>'
    )
