"""Whose a spot is, and what is drawn, without a database."""
from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moothall.domain.map_picture import Label, Names, Way, drawn
from moothall.domain.maps import CLOSEST, Area, Border, Box, Spot, View, about, area_at, box_of, point_of, view_of

SQUARE = (Spot(52.0, -1.0), Spot(52.1, -1.0), Spot(52.1, -0.9), Spot(52.0, -0.9))
HOLE = (Spot(52.04, -0.96), Spot(52.06, -0.96), Spot(52.06, -0.94), Spot(52.04, -0.94))


def area(code: str, *rings: tuple[Spot, ...]) -> Area:
    return Area(code, f"Ward {code}", f"council {code}", rings, box_of(rings))


ROUND, INNER = area("round", SQUARE, HOLE), area("inner", HOLE)


@pytest.mark.parametrize(
    ("spot", "code"),
    [
        (Spot(52.01, -0.99), "round"),
        (Spot(52.05, -0.95), "inner"),
        (Spot(52.05, -0.97), "round"),
        (Spot(52.05, -0.93), "round"),
        (Spot(52.11, -0.95), None),
        (Spot(52.05, -1.01), None),
        (Spot(-52.05, 0.95), None),
    ],
)
def test_a_spot_lies_in_one_area_or_in_none(spot: Spot, code: str | None) -> None:
    found = area_at((ROUND, INNER), spot)
    assert (found.code if found else None) == code


@given(st.floats(0, 287), st.floats(0, 287), st.floats(CLOSEST, 60_000))
def test_a_pixel_and_its_spot_are_the_same_place(x: float, y: float, metres: float) -> None:
    view = View(Spot(52.5, -1.0), metres, 288, 288)
    found = view.pixel(view.spot(x, y))
    scale = metres / 288
    assert abs(found[0] - x) * scale < 1.5 and abs(found[1] - y) * scale < 1.5, "to a metre and a half"


def test_all_of_the_land_is_on_the_map_whatever_its_shape() -> None:
    box = Box(52.0, -1.0, 52.1, -0.9)
    for size in ((288, 288), (600, 420), (100, 300)):
        view = view_of(box, *size)
        for corner in SQUARE:
            x, y = view.pixel(corner)
            assert 0 < x < size[0] and 0 < y < size[1]


def test_a_map_is_sound_svg_that_fetches_and_runs_nothing() -> None:
    labels = (Label(Spot(52.02, -0.98), "A <b> & “c”"), Label(Spot(52.08, -0.92), "LE1 1AA", True))
    names = Names(labels, (Way(Spot(52.3, -0.95), "LE2 2BB, 9 km"),), (Spot(52.03, -0.93),))
    borders = [Border(SQUARE, True, frozenset({"x"})), Border(HOLE, False, frozenset({"x"}))]
    svg = drawn(view_of(box_of([SQUARE]), 288, 288), [ROUND], borders, names, Spot(52.05, -0.95))
    assert {each.tag.rpartition("}")[2] for each in ET.fromstring(svg).iter()} == {
        "svg", "rect", "path", "circle", "text", "g",
    }  # fmt: skip
    assert not re.search(r"style|href|script|url\(", svg), "the content security policy would refuse it"
    assert "A &lt;b&gt; &amp; “c”" in svg and re.search(r"\d (km|m)</text>", svg)


def test_labels_never_cover_each_other() -> None:
    labels = tuple(Label(Spot(52.01 + at / 400, -0.95), f"Ward {at}") for at in range(30))
    view = view_of(box_of([SQUARE]), 288, 288)
    svg = drawn(view, [], [], Names(labels))
    heights = sorted(int(y) for y in re.findall(r'<text x="\d+" y="(\d+)" [^>]*>Ward', svg))
    assert len(heights) > 1 and all(after - before >= 16 for before, after in pairwise(heights))
    marked = drawn(view, [], [], Names((Label(Spot(52.05, -0.95), "Ward"),)), Spot(52.05, -0.95))
    assert "Ward" not in marked, "nor the mark"


def test_a_label_at_the_edge_is_whole_and_a_long_name_has_two_lines() -> None:
    view = view_of(box_of([SQUARE]), 288, 288)
    svg = drawn(view, [], [], Names((Label(Spot(52.09, -0.999), "Great Bowden & Arden"),)))
    (x, first, one), (_, second, two) = re.findall(r'<text x="(\d+)" y="(\d+)" [^>]*>([^<]*(?:Bowden|Arden))', svg)
    assert (one, two) == ("Great Bowden", "&amp; Arden") and int(second) - int(first) == 18
    assert int(x) >= len(one) * 7 / 2


def test_spots_without_room_for_their_names_are_left_out() -> None:
    spots = tuple(Label(Spot(52.05 + at / 5000, -0.95), f"LE1 {at}AA", True) for at in range(9))
    svg = drawn(view_of(box_of([SQUARE]), 288, 288), [], [], Names(spots))
    assert svg.count("<circle") == len(re.findall("LE1 .AA", svg)) < len(spots)


def test_the_map_of_nothing_is_a_map_all_the_same() -> None:
    assert ET.fromstring(drawn(View(Spot(0, 0), CLOSEST, 288, 288), [], [], Names())) is not None


def test_a_name_stands_within_its_land_where_it_has_room_there() -> None:
    """The box's middle is a hole here: the name goes beside it, and no border runs through it."""
    view = view_of(box_of([SQUARE]), 288, 288)
    svg = drawn(view, [ROUND], [], Names((Label(Spot(52.05, -0.95), "Ward", area=ROUND),)))
    ((x, y),) = re.findall(r'<text x="(\d+)" y="(\d+)"[^>]*>Ward', svg)
    for corner in ((-17, 0), (17, 0), (-17, -14), (17, -14)):
        assert ROUND.holds(view.spot(int(x) + corner[0], int(y) + corner[1])), corner


def test_an_arrow_leads_to_what_lies_beyond_the_edge() -> None:
    view = View(Spot(52.0, -1.0), 300, 288, 288)
    ways = (Way(Spot(52.01, -1.0), "LE1 1AA, 1.1 km"), Way(Spot(52.0, -0.98), "LE1 1BB, 1.4 km"))
    svg = drawn(view, [], [], Names(ways=ways))
    north, east = re.findall(r'd="M(\d+) (\d+)L', svg)
    assert (north, east) == (("144", "10"), ("278", "144"))
    assert all(way.text in svg for way in ways)


def test_the_postcode_in_the_middle_is_named_beside_the_mark() -> None:
    view = View(Spot(52.0, -1.0), 3000, 288, 288)
    svg = drawn(view, [], [], Names((Label(view.middle, "LE1 1AA", dot=True),)))
    ((x, y),) = re.findall(r'<text x="(\d+)" y="(\d+)" text-anchor="start"[^>]*>LE1 1AA', svg)
    assert int(x) >= 144 + 16 and 130 < int(y) < 160 and 'cx="144" cy="144"' in svg


def test_dots_that_would_touch_are_one() -> None:
    view = View(Spot(52.0, -1.0), 3000, 288, 288)
    near, far = (Spot(51.9999, -0.9999), Spot(51.99989, -0.9999)), Spot(52.01, -1.0)
    assert len(re.findall(r"M\d+ \d+h0", drawn(view, [], [], Names(dots=(*near, far))))) == 2


@pytest.mark.parametrize(
    ("metres", "words"),
    [(3, "10 m"), (124, "120 m"), (320, "300 m"), (974, "950 m"), (976, "1 km"), (1249, "1.2 km"), (12_400, "12 km")],
)
def test_a_distance_is_told_as_people_say_it(metres: float, words: str) -> None:
    assert about(metres) == words


def test_each_point_of_the_compass() -> None:
    here = Spot(52.0, -1.0)
    around = ((0.01, 0), (0.01, 0.0162), (0, 0.01), (-0.01, 0.0162), (-0.01, 0), (-0.01, -0.0162), (0, -0.01))
    assert [point_of(here, Spot(52 + north, -1 + east)) for north, east in around] == [
        "north", "north-east", "east", "south-east", "south", "south-west", "west",
    ]  # fmt: skip
