"""The National Grid of Great Britain: easting and northing in metres, as crews' maps have them, from degrees. Pure.

By Ordnance Survey's "A guide to coordinate systems in Great Britain", sections 6.6 and C.1: a Helmert shift from WGS84
to OSGB36, good to about 5 m, then a transverse Mercator projection on Airy's ellipsoid, exact to the millimetre.
"""
from __future__ import annotations

from math import atan2, cos, degrees, hypot, radians, sin, sqrt, tan
from typing import NamedTuple

_WGS84 = 6378137.0, 6356752.3142  # half axes in metres
_AIRY = 6377563.396, 6356256.909
_SHIFT = -446.448, 125.157, -542.060  # metres
_TURN = -0.1502, -0.2470, -0.8421  # seconds of arc
_SCALE = 20.4894e-6
_F0, _E0, _N0 = 0.9996012717, 400_000.0, -100_000.0
_LAT0, _LON0 = radians(49), radians(-2)
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # squares of 500 and of 100 km, without I


class GridSpot(NamedTuple):
    """Metres east and north of the grid's origin."""

    easting: int
    northing: int

    @property
    def reference(self) -> str:
        """`SP 73512 93405`: the square of 100 km by its letters, then metres in it; empty off the grid."""
        east, north = self.easting // 100_000, self.northing // 100_000
        if not (0 <= east < 7 and 0 <= north < 13):
            return ""
        first = 5 * (3 - north // 5) + 2 + east // 5
        second = 5 * (4 - north % 5) + east % 5
        return f"{_LETTERS[first]}{_LETTERS[second]} {self.easting % 100_000:05} {self.northing % 100_000:05}"


def on_the_grid(lat: float, lon: float) -> GridSpot:
    """The spot of degrees north and east as a satellite receiver gives them (WGS84), within about 5 m."""
    return projected(*_shifted(lat, lon))


def projected(lat: float, lon: float) -> GridSpot:
    """Degrees of the grid's own datum (OSGB36) on the plane."""
    a, b = _AIRY
    phi, east = radians(lat), radians(lon) - _LON0
    e2, n = 1 - (b / a) ** 2, (a - b) / (a + b)
    s, c, t = sin(phi), cos(phi), tan(phi)
    nu = a * _F0 / sqrt(1 - e2 * s * s)
    eta2 = (1 - e2 * s * s) / (1 - e2) - 1
    d, m = phi - _LAT0, phi + _LAT0
    arc = b * _F0 * (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * d - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(d) * cos(m)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * d) * cos(2 * m) - 35 / 24 * n**3 * sin(3 * d) * cos(3 * m)
    )  # fmt: skip
    north = arc + _N0 + nu * s * c * (
        east**2 / 2 + c**2 * (5 - t**2 + 9 * eta2) * east**4 / 24 + c**4 * (61 - 58 * t**2 + t**4) * east**6 / 720
    )  # fmt: skip
    easting = _E0 + nu * c * (
        east + c**2 * (1 + eta2 - t**2) * east**3 / 6
        + c**4 * (5 - 18 * t**2 + t**4 + 14 * eta2 - 58 * t**2 * eta2) * east**5 / 120
    )  # fmt: skip
    return GridSpot(round(easting), round(north))


def _shifted(lat: float, lon: float) -> tuple[float, float]:
    """From WGS84 to OSGB36, both in degrees, at height 0."""
    a, b = _WGS84
    phi, lam = radians(lat), radians(lon)
    nu = a / sqrt(1 - (1 - (b / a) ** 2) * sin(phi) ** 2)
    x, y, z = nu * cos(phi) * cos(lam), nu * cos(phi) * sin(lam), (b / a) ** 2 * nu * sin(phi)
    rx, ry, rz = (radians(turn / 3600) for turn in _TURN)
    (tx, ty, tz), s = _SHIFT, 1 + _SCALE
    x, y, z = tx + s * x - rz * y + ry * z, ty + rz * x + s * y - rx * z, tz - ry * x + rx * y + s * z
    a, b = _AIRY
    e2, across = 1 - (b / a) ** 2, hypot(x, y)
    phi = atan2(z, across * (1 - e2))
    for _ in range(6):
        phi = atan2(z + e2 * a / sqrt(1 - e2 * sin(phi) ** 2) * sin(phi), across)
    return degrees(phi), degrees(atan2(y, x))
