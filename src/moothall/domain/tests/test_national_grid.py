"""Easting and northing, against the worked examples of Ordnance Survey's guide."""
from __future__ import annotations

import pytest

from moothall.domain.national_grid import GridSpot, on_the_grid, projected


def test_the_projection_is_the_guides() -> None:
    """Its section C.1: Caister water tower, in degrees of OSGB36."""
    spot = projected(52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600)
    assert spot == GridSpot(651410, 313177)
    assert spot.reference == "TG 51410 13177"


def test_a_receivers_degrees_are_shifted() -> None:
    """The same tower by satellite: within the 5 m that the shift is good for."""
    spot = on_the_grid(52 + 39 / 60 + 28.8282 / 3600, 1 + 42 / 60 + 57.8663 / 3600)
    assert abs(spot.easting - 651410) <= 5 and abs(spot.northing - 313177) <= 5


@pytest.mark.parametrize(
    ("spot", "reference"),
    [
        ((473512, 293405), "SP 73512 93405"), ((0, 0), "SV 00000 00000"), ((216675, 771283), "NN 16675 71283"),
        ((466, 1219999), "HL 00466 19999"), ((-5, 100), ""), ((700_000, 100), ""),
    ],
)  # fmt: skip
def test_squares_have_letters(spot: tuple[int, int], reference: str) -> None:
    assert GridSpot(*spot).reference == reference
