"""Make src/moothall/data/boundaries.json.gz from a GeoJSON file of wards, as the ONS gives them.

    python -m tooling.boundaries WARDS.geojson [--metres 20]

A ward's properties name WD25CD, WD25NM and LADCD. Borders that two wards share are cut into arcs and each arc is
simplified once, so that no gap opens between neighbours. Coordinates are whole hundred-thousandths of a degree.
"""
from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "src" / "moothall" / "data" / "boundaries.json.gz"
UNIT = 100_000  # of a degree
METRES = 1.11132  # a unit of latitude in metres
Point = tuple[int, int]
Arc = tuple[Point, ...]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wards", type=Path)
    parser.add_argument("--metres", type=float, default=20.0)
    args = parser.parse_args()
    features = json.loads(args.wards.read_text(encoding="utf-8"))["features"]
    made = topology(features, args.metres)
    text = json.dumps(made, separators=(",", ":"), sort_keys=True)
    OUT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    points = sum(len(arc) // 2 for arc in made["arcs"])
    print(f"{len(made['wards'])} wards, {len(made['arcs'])} arcs, {points} points, {OUT.stat().st_size:,} bytes")
    return 0


def topology(features: list[Any], metres: float) -> dict[str, Any]:
    """Arcs as a start and steps from point to point; each ward's rings as numbers of arcs, ~n for arc n backwards."""
    rings = {number: list(_rings(feature["geometry"])) for number, feature in enumerate(features)}
    corners = _corners(ring for each in rings.values() for ring in each)
    arcs: dict[Arc, int] = {}
    wards = []
    for number, feature in enumerate(features):
        told = feature["properties"]
        cut = [[_numbered(arc, arcs) for arc in _cut(ring, corners)] for ring in rings[number]]
        wards.append({"gss": told["WD25CD"], "name": told["WD25NM"], "lad": told["LADCD"], "rings": cut})
    return {"arcs": [_steps(_simpler(arc, metres)) for arc in arcs], "unit": UNIT, "wards": wards}


def _rings(geometry: Any) -> Iterator[list[Point]]:
    """Every ring without its repeated last point, without doubles."""
    several = geometry["type"] == "MultiPolygon"
    for polygon in geometry["coordinates"] if several else [geometry["coordinates"]]:
        for ring in polygon:
            points = [(round(lon * UNIT), round(lat * UNIT)) for lon, lat in ring]
            yield [point for at, point in enumerate(points[:-1]) if point != points[at - 1] or at == 0]


def _corners(rings: Iterator[list[Point]]) -> set[Point]:
    """Points where borders part: those with another number of neighbours than two."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for at, point in enumerate(ring):
            beside[point] |= {ring[at - 1], ring[(at + 1) % len(ring)]}
    return {point for point, others in beside.items() if len(others) != 2}


def _cut(ring: list[Point], corners: set[Point]) -> Iterator[Arc]:
    starts = [at for at, point in enumerate(ring) if point in corners]
    if not starts:
        first = ring.index(min(ring))
        turned = [*ring[first:], *ring[:first]]
        yield (*turned, turned[0])
        return
    for at, start in enumerate(starts):
        end = starts[(at + 1) % len(starts)]
        yield tuple(ring[start : end + 1] if end > start else [*ring[start:], *ring[: end + 1]])


def _numbered(arc: Arc, arcs: dict[Arc, int]) -> int:
    backwards = arc[::-1]
    if backwards in arcs:
        return ~arcs[backwards]
    return arcs.setdefault(arc, len(arcs))


def _simpler(arc: Arc, metres: float) -> Arc:
    """Douglas and Peucker's: a point stays where the line without it would leave its place by more than `metres`."""
    keep = {0, len(arc) - 1}
    if arc[0] == arc[-1]:  # a ring of its own keeps its farthest point, or nothing would be left
        keep.add(max(range(len(arc)), key=lambda at: _away(arc[at], arc[0], arc[0])))
    ordered = sorted(keep)
    todo = list(pairwise(ordered))
    while todo:
        first, last = todo.pop()
        inner = range(first + 1, last)
        far = max(inner, key=lambda at: _away(arc[at], arc[first], arc[last]), default=None)
        if far is not None and _away(arc[far], arc[first], arc[last]) > metres:
            keep.add(far)
            todo += [(first, far), (far, last)]
    return tuple(arc[at] for at in sorted(keep))


def _away(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from a stretch, in metres."""
    narrow = cos(radians(start[1] / UNIT))
    px, py = (point[0] - start[0]) * narrow, point[1] - start[1]
    ex, ey = (end[0] - start[0]) * narrow, end[1] - start[1]
    along = ex * ex + ey * ey
    part = max(0.0, min(1.0, (px * ex + py * ey) / along)) if along else 0.0
    return hypot(px - part * ex, py - part * ey) * METRES


def _steps(arc: Arc) -> list[int]:
    found = list(arc[0])
    for before, after in pairwise(arc):
        found += [after[0] - before[0], after[1] - before[1]]
    return found


if __name__ == "__main__":
    raise SystemExit(main())
