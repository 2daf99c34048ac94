"""One right destination for each subject and place: two tiers, one tier, and who is neither."""
from __future__ import annotations

import pytest

from moothall.domain.signposting import Body, Destination, Place, Subject, unknown_bodies, who_does

BINS = Subject("bins", "Bins", ("bins",), "district", service="refuse")
POTHOLES = Subject("potholes", "Roads", ("pothole",), "county")
HOMELESS = Subject("homeless", "Nowhere to live", ("homeless",), "person_at_once")
PRESS = Subject("press", "Press", ("press",), "team", role="press", place=False)
GAS = Subject("gas", "Gas", ("gas",), "body", body="gas", place=False)
BODIES = {
    "gas": Body("gas", "the gas line", "0800"),
    "shire": Body("shire", "Shire County Council", "0116", "8:30am to 5pm", area=frozenset({"E10"})),
    "city": Body("city", "City Council", "0117", area=frozenset({"E06"})),
}
HERE = Place("E07", "Vale Borough Council", county_gss="E10", county="Shire", answered_here=True)
NEXT = Place("E08", "Hill District Council", "https://hill.example", "01632", "E10", "Shire")
CITY = Place("E06", "City", "https://city.example")


@pytest.mark.parametrize(
    ("subject", "place", "kind", "name"),
    [
        (BINS, HERE, "ours", "Vale Borough Council"),
        (BINS, NEXT, "other_council", "Hill District Council"),
        (BINS, CITY, "other_council", "City Council"),
        (POTHOLES, HERE, "county", "Shire County Council"),
        (POTHOLES, NEXT, "county", "Shire County Council"),
        (POTHOLES, CITY, "other_council", "City Council"),  # a unitary council does both tiers
        (HOMELESS, HERE, "now", "Vale Borough Council"),
        (HOMELESS, NEXT, "other_council", "Hill District Council"),
        (PRESS, None, "team", ""),
        (GAS, None, "body", "the gas line"),
        (GAS, HERE, "body", "the gas line"),
        (BINS, None, "unknown", ""),
        (POTHOLES, Place("", ""), "unknown", ""),
    ],
)
def test_each_subject_has_one_destination(subject, place, kind, name) -> None:
    found = who_does(subject, place, BODIES)
    assert (found.kind, found.name) == (kind, name)


def test_a_county_that_nobody_listed_is_still_named() -> None:
    place = Place("E07", "Vale", county_gss="E11", county="Far County Council")
    assert who_does(POTHOLES, place, BODIES) == Destination("county", "Far County Council")


def test_a_councils_own_website_goes_before_nothing_at_all() -> None:
    assert who_does(BINS, NEXT, BODIES) == Destination(
        "other_council", "Hill District Council", "01632", website="https://hill.example"
    )
    assert who_does(BINS, CITY, BODIES).phone == "0117"


def test_a_body_that_is_missing_is_found_before_anybody_rings() -> None:
    assert unknown_bodies([GAS, BINS], {}) == ["gas"] and unknown_bodies([GAS], BODIES) == []
