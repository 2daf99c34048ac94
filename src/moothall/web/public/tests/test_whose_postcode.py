"""Postcodes of other councils, and those that nobody knows: the forms and the regional pages say the same of them."""
from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection

from moothall.places.models import Authority, Postcode
from moothall.scripts import web_scripts
from moothall.scripts.versions import own_keys
from moothall.web.public.forms import UNKNOWN_POSTCODE
from moothall.web.public.tests.conftest import Resident

UNKNOWN = "ZZ99 9ZZ"


@pytest.fixture
def asked(resident: Resident, town: Any) -> Resident:
    """At the first question of the bin days, which is the postcode."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE NONE")
        Postcode.objects.create(key="LE128QT", display="LE12 8QT", lad="E07000130")
        Authority.objects.get_or_create(gss="E07000130", defaults={"name": "Charnwood", "tier": "district"})
        cursor.execute(f'SET LOCAL ROLE "{role}"')
    resident.begin("bin-days")
    assert resident.step == "postcode", resident.words
    return resident


def test_a_postcode_of_a_council_with_pages_here_leads_to_the_same_there(asked: Resident) -> None:
    asked.say("LE12 8QT")
    assert asked.path.endswith("/elsewhere/") and "Charnwood Borough Council looks after that address" in asked.words
    link = re.search(r'href="(http://charnwood\.localhost[^"]*)"', asked.page)
    assert link and link[1].endswith("/do/bin-days/?postcode=LE12+8QT"), "and nobody types it twice"
    there = Resident("charnwood.localhost")
    there.get("/do/bin-days/?postcode=LE12+8QT")
    assert "At LE12 8QT" in there.words
    back = re.search(r'govuk-back-link" href="([^"]+)"', asked.page)
    assert back
    asked.get(back[1])
    assert asked.step == "postcode", "another postcode can be given"


def test_where_it_hasnt_that_there_its_first_page_is_what_is_left(
    asked: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    less = lambda gss: own_keys(gss) - {f"bin-days/{gss}"} if gss == "E07000130" else own_keys(gss)  # noqa: E731
    monkeypatch.setattr(web_scripts, "own_keys", less)
    asked.say("LE12 8QT")
    assert "You can’t do this on its pages yet" in asked.words
    assert re.search(r'href="http://charnwood\.localhost(:\d+)?/"', asked.page)


def test_a_council_without_pages_here_is_named_with_its_website(asked: Resident) -> None:
    asked.say("LE15 9ZZ")
    assert asked.path.endswith("/done/") and "Rutland County Council looks after that home" in asked.words


def test_a_postcode_nobody_knows_is_asked_again_in_the_words_of_the_regional_page(asked: Resident) -> None:
    asked.say(UNKNOWN)
    assert asked.step == "postcode" and "<title>Error: " in asked.page.replace("\n", "")
    region = Resident("localhost")
    region.get(f"/where/?need=do-bin-days&postcode={UNKNOWN.replace(' ', '+')}&asked=1")
    for page in (asked, region):
        assert page.words.count(UNKNOWN_POSTCODE) == 2 and f'value="{UNKNOWN}"' in page.page
        assert "Is it far from here? Find its council on GOV.UK" in page.words
        assert "Is it right, and new?" in page.words
    assert "Choose your council" in region.words
    asked.say("ZZ9")
    assert "Enter a full postcode" in asked.words and "Go on with this" not in asked.words


def test_who_is_sure_of_a_new_postcode_goes_on_with_it(asked: Resident) -> None:
    asked.say(UNKNOWN)
    asked.send(asked.path, seen=asked.seen, value=UNKNOWN, sure="yes")
    assert asked.path.endswith("/done/") and f"We can’t find that address at {UNKNOWN}" in asked.words, asked.words


def test_an_unknown_postcode_that_a_link_brings_is_asked_for_too(resident: Resident, town: Any) -> None:
    resident.send("/do/bin-days/", postcode=UNKNOWN)
    assert resident.step == "postcode" and f'value="{UNKNOWN}"' in resident.page


def test_pages_that_ask_nothing_say_neither_why_we_ask_nor_whom_to_ring(resident: Resident, town: Any) -> None:
    resident.begin("moving")
    while resident.step != "what":
        resident.say("no")
    resident.say("death")
    assert "We are sorry for your loss" in resident.words, resident.words
    assert "Why we ask" not in resident.words and "<h2>Ring us</h2>" not in resident.page
    assert "Rather talk? Ring" in resident.words
