"""The borders that we ship: sound, and at one with the postcodes; and whose a spot is."""
from __future__ import annotations

import random
from collections import Counter
from xml.etree import ElementTree as ET

import pytest

from moothall import data
from moothall.domain.maps import Spot, area_at, view_of
from moothall.places.maps import areas, borders, box_of_council, map_of, nearest_postcode, whose_spot
from moothall.places.models import Authority, Postcode

HARBOROUGH, CHARNWOOD = "E07000131", "E07000130"
KIBWORTH = Spot(52.5401, -0.9906)


def test_every_ward_has_its_borders() -> None:
    wards = {row["gss"]: (row["name"], row["lad"]) for row in data.rows("wards.csv")}
    assert {area.code: (area.name, area.council) for area in areas()} == wards


def test_the_borders_tell_the_same_council_as_the_postcodes() -> None:
    """They are simplified by at most 30 m, so a few homes beside one fall on the other side."""
    ours = {area.council for area in areas()}
    rows = [row for row in data.postcodes() if row.lad in ours]
    sample = random.Random(1).sample(rows, 1500)
    told = Counter(
        (found := area_at(areas(), Spot(row.latitude, row.longitude))) is not None and found.council == row.lad
        for row in sample
    )
    assert told[False] <= 6, told


def test_a_border_that_two_wards_share_is_one_line() -> None:
    kinds = Counter(border.outer for border in borders())
    assert kinds[True] > 100 and kinds[False] > 500
    assert all(len(border.councils) <= 2 and len(border.points) >= 2 for border in borders())


@pytest.mark.parametrize("steps", [1, 3, 30])
def test_a_councils_map_is_drawn_at_each_closeness_and_is_small(db: None, steps: int) -> None:
    box = box_of_council(HARBOROUGH)
    assert box is not None
    view = view_of(box, 288, 288)
    svg = map_of(HARBOROUGH, type(view)(KIBWORTH, view.metres / steps, 288, 288))
    assert ET.fromstring(svg) is not None and len(svg) < 60_000


def test_a_council_without_borders_has_no_map() -> None:
    assert box_of_council("E06000001") is None


@pytest.fixture
def places(db: None) -> None:
    Authority.objects.get_or_create(gss=HARBOROUGH, defaults={"name": "Harborough", "tier": "district"})
    Postcode.objects.create(key="LE80AA", display="LE8 0AA", lad=HARBOROUGH, latitude=52.5411, longitude=-0.9906)
    Postcode.objects.create(key="LE80AB", display="LE8 0AB", lad=HARBOROUGH, latitude=52.5451, longitude=-0.9906)
    Postcode.objects.create(key="NN11AA", display="NN1 1AA", lad="E06000062", latitude=52.2400, longitude=-0.9000)
    Authority.objects.get_or_create(gss="E06000062", defaults={"name": "West Northamptonshire", "tier": "unitary"})


def test_the_nearest_postcode_is_the_nearest_and_near(places: None) -> None:
    for spot, key in ((KIBWORTH, "LE80AA"), (Spot(52.5449, -0.9906), "LE80AB"), (Spot(52.0, -3.0), None)):
        found = nearest_postcode(spot)
        assert (found.key if found else None) == key


def test_whose_a_spot_is_by_the_borders_and_beyond_them_by_the_nearest_postcode(places: None) -> None:
    here, south, nowhere = whose_spot(KIBWORTH), whose_spot(Spot(52.2401, -0.9001)), whose_spot(Spot(55.0, -8.0))
    assert here is not None and (here.gss, here.postcode) == (HARBOROUGH, "LE8 0AA") and here.ward
    assert south is not None and (south.name, south.ward, south.council) == ("West Northamptonshire", "", None)
    assert nowhere is None


def test_postcodes_near_a_spot_are_found_by_an_index(places: None) -> None:
    rows = Postcode.objects.filter(latitude__range=(52.5, 52.6), longitude__range=(-1.0, -0.9))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "postcode_where" in rows.explain()
