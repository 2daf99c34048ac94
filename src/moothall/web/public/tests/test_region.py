"""The regional page: what is needed, in plain words; where; and who does it there, without a council to choose."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from moothall.places.models import Authority, Postcode, Property
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.public.tests.conftest import Resident


@pytest.fixture
def anybody(world: Any, resident: Resident) -> Iterator[Resident]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE NONE")
        county = {"name": "Leicestershire County Council", "tier": "county", "website": "https://county.example/"}
        Authority.objects.get_or_create(gss="E10000018", defaults=county)
        Council.objects.filter(pk__in=(1, 2)).update(county_gss="E10000018")
        Postcode.objects.create(key="LE161AA", display="LE16 1AA", lad="E07000131")
        cursor.execute(f'SET LOCAL ROLE "{role}"')
    yield Resident("localhost")


@pytest.mark.parametrize("said", ["missed bin", "mised bin", "bin", "my recyling wasn't emptied", "dustbins"])
def test_words_with_slips_find_bins(anybody: Resident, said: str) -> None:
    anybody.get(f"/find/?what={said.replace(' ', '+')}")
    assert "Missed bin" in anybody.words or "Bins and recycling" in anybody.words, anybody.words


def test_the_council_and_its_script_are_found_without_choosing_one(anybody: Resident) -> None:
    assert "In danger? Call 999" in anybody.get("/").replace('<a href="tel:999">', "").replace("</a>", "")
    anybody.get("/where/?need=do-missed-bin")
    anybody.get("/where/?need=do-missed-bin&postcode=le161aa")
    assert "At LE16 1AA this is looked after by Harborough District Council" in anybody.words
    assert "http://harborough.localhost" in anybody.page and "/do/missed-bin/" in anybody.page


def test_a_postcode_over_a_border_asks_for_the_address(anybody: Resident, town: Any) -> None:
    anybody.get("/where/?need=refuse&postcode=LE16+7ZZ")
    assert "Which address is it?" in anybody.words and "3 Mill Lane" in anybody.words
    anybody.get("/where/?need=refuse&postcode=LE16+7ZZ&property=")
    assert "There is a problem Choose your address" in anybody.words
    anybody.get(f"/where/?need=refuse&postcode=LE16+7ZZ&property={town.over_the_border}")
    assert "At 3 Mill Lane, Kibworth this is looked after by Charnwood Borough Council" in anybody.words


def test_county_matters_and_councils_outside_are_named_with_their_site(anybody: Resident) -> None:
    anybody.get("/where/?need=potholes&postcode=LE16+1AA")
    assert "Leicestershire County Council" in anybody.words and "Go to its website" in anybody.words
    anybody.get("/where/?need=refuse&postcode=LE15+9ZZ")
    assert "Rutland County Council" in anybody.words and "01572 722577" in anybody.words


def test_what_is_the_same_everywhere_asks_for_no_postcode(anybody: Resident) -> None:
    anybody.get("/where/?need=universal-credit")
    assert "Universal Credit helpline" in anybody.words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/find/?what=", "Enter what you need"),
        ("/find/?what=zzqqxx", "We don’t know that yet"),
        ("/find/?what=%3Cscript%3Ealert(1)", "We don’t know that yet"),
        ("/where/?need=refuse&postcode=", "Enter a full postcode"),
        ("/where/?need=refuse&postcode=London", "Enter a full postcode"),
        ("/where/?need=refuse&postcode=AB1+1ZZ", "We don’t know that postcode"),
    ],
)
def test_what_cant_be_used_gets_words_and_stays(anybody: Resident, path: str, words: str) -> None:
    anybody.get(path)
    assert words in anybody.words and "<script>alert" not in anybody.page


def test_the_regional_pages_are_at_our_address_alone(anybody: Resident, resident: Resident) -> None:
    resident.get("/where/?need=refuse")
    assert resident.status == 404
    anybody.get("/where/?need=nonsense")
    assert anybody.status == 404


def test_an_address_is_seen_at_its_postcode_alone(anybody: Resident, town: Any) -> None:
    with scope(System("where")):
        assert not Property.objects.defer("assisted").exists()
