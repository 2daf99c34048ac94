"""The regional page: what is needed, in plain words; where; and who does it there, without a council to choose."""
from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

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


def test_words_with_slips_find_bins(anybody: Resident) -> None:
    for said in ("missed bin", "mised bin", "bin", "my recyling wasn't emptied", "dustbins"):
        anybody.get(f"/find/?what={said.replace(' ', '+')}")
        assert "Missed bin" in anybody.words or "Bins and recycling" in anybody.words, anybody.words


def test_the_council_and_its_script_are_found_without_choosing_one(anybody: Resident) -> None:
    assert anybody.get("/").replace('<a href="tel:999">', "").count("In danger? Call 999") == 1
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


def test_what_cant_be_used_gets_words_and_stays(anybody: Resident) -> None:
    for path, words in (
        ("/find/?what=", "Enter what you need"),
        ("/find/?what=zzqqxx", "We don’t know that yet"),
        ("/find/?what=%3Cscript%3Ealert(1)", "We don’t know that yet"),
        ("/where/?need=refuse&postcode=", "Enter a full postcode"),
        ("/where/?need=refuse&postcode=London", "Enter a full postcode"),
        ("/where/?need=refuse&postcode=AB1+1ZZ", "We don’t know that postcode"),
    ):
        anybody.get(path)
        assert words in anybody.words and "<script>alert" not in anybody.page, path


def test_the_regional_pages_are_at_our_address_alone(anybody: Resident, resident: Resident) -> None:
    resident.get("/where/?need=refuse")
    assert resident.status == 404
    anybody.get("/where/?need=nonsense")
    assert anybody.status == 404


def test_an_address_is_seen_at_its_postcode_alone(anybody: Resident, town: Any) -> None:
    with scope(System("where")):
        assert not Property.objects.defer("assisted").exists()


# -- real phrases --------------------------------------------------------------------------------------------

BULKY, BILL = "Large items to collect", "Council tax bill, paying and discounts"
MOVING = "Council tax: moving home"
DRIVING = "Driving licences, car tax and number plates"
FIRST = [
    ("binn", "Bins and recycling"), ("my binn wasnt emptyed", "Missed bin"), ("matress", "Large items"),
    ("switchboard", "Speaking to somebody, opening hours and offices"),
    ("no food for my kids", "Money for food or heating"),
    ("speak to a person", "Speaking to somebody, opening hours and offices"),
    ("missed bin", "Missed bin"), ("mised bin", "Missed bin"), ("my bin was not emptied", "Missed bin"),
    ("bin day", "Bin days"), ("recyling", "Bins and recycling"), ("sofa", "Large items"),
    ("get rid of a matress", BULKY), ("book a bulky collection", BULKY),
    ("councl tax", "Council tax"), ("council tax", "Council tax"), ("can't pay my council tax", BILL),
    ("single person discount", BILL), ("move house", MOVING), ("i am moving house", MOVING),
    ("change of address", MOVING), ("bailiffs", BILL), ("rent arears", "Help with rent or council tax"),
    ("housing benefit", "Help with rent or council tax"), ("food bank", "Money for food or heating"),
    ("universal credit", "Universal Credit"), ("funeral", "Cemeteries and burials"),
    ("register a death", "Births, deaths and weddings"), ("wedding", "Births, deaths and weddings"),
    ("noisy neighbours", "Noise, smoke, pests and dirty food places"),
    ("rats", "Noise, smoke, pests and dirty food places"),
    ("rats in my garden", "Noise, smoke, pests and dirty food places"),
    ("barking dog", "Noise, smoke, pests and dirty food places"), ("blue badge", "Blue badges and bus passes"),
    ("school place", "Schools"), ("pothole", "Roads, pavements and street lights"),
    ("pot hole in my road", "Roads, pavements and street lights"),
    ("street light not working", "Roads, pavements and street lights"),
    ("planing permision", "Planning and building control"), ("fly tipping", "Rubbish dumped outside"),
    ("dog poo", "Fly-tipping and street cleaning"), ("abandoned car", "Fly-tipping and street cleaning"),
    ("register to vote", "Voting and elections"), ("postal vote", "Voting and elections"),
    ("parking fine", "Car parks and parking tickets"), ("taxi licence", "Licensing"), ("libary", "Libraries"),
    ("tip", "The tip"), ("damp in my flat", "Repairs to a rented home"), ("stolen bike police", "The police"),
    ("nhs 111", "Health"), ("complaint", "A complaint"), ("blu badge", "Blue badges and bus passes"),
    ("missed bn", "Missed bin"), ("what do i owe", "Council tax"), ("bayliffs", BILL),
    ("school admisions", "Schools"), ("i cant aford food", "Money for food or heating"),
    ("need somewhere to live", "Nowhere to live"), ("get married", "Births, deaths and weddings"),
    ("street lite out", "Roads, pavements and street lights"), ("rubbish not picked up", "Missed bin"),
    ("my bin wasnt colected", "Missed bin"), ("bin men didnt come", "Missed bin"), ("i live alone", BILL),
    ("what bin is it tomorrow", "Bin days"), ("my tenant has left", MOVING), ("bailif letter", BILL),
    ("someone dumped a mattress on my street", "Rubbish dumped outside"), ("broken bin", "Bins and recycling"),
    ("pip", "PIP, for people with an illness or disability"), ("driving licence", DRIVING), ("car tax", DRIVING),
    ("passport", "Passports"), ("visa", "Visas and immigration"),
    ("cuncil tacks", "Council tax"),
    ("mold in flat", "Repairs to a rented home"), ("asbestos", "The tip"), ("nappies", "Bins and recycling"),
    ("mp", "My Member of Parliament"), ("dead badger", "Fly-tipping and street cleaning"),
    ("blocked drain", "Water and sewers"),
]  # fmt: skip
DANGER = [
    ("i want to kill myself", "Thoughts of ending your life", "tel:116123"),
    ("I can’t go on like this", "Thoughts of ending your life", "tel:116123"),
    ("sucidal", "Thoughts of ending your life", "tel:116123"),
    ("council tax is killing me and i want to end it all", "Thoughts of ending your life", "tel:116123"),
    ("my husband hits me", "Abuse at home", "tel:+448082000247"),
    ("he beats me up", "Abuse at home", "tel:+448082000247"),
    ("scared of my boyfriend", "Abuse at home", "tel:+448082000247"),
    ("domestic violance", "Abuse at home", "tel:+448082000247"),
    ("my neighbour is screaming for help", "Somebody is in danger now", "tel:999"),
    ("old man fallen over next door", "Somebody is in danger now", "tel:999"),
    ("baby left alone", "A child who may be at risk", "tel:999"),
    ("child being hit next door", "A child who may be at risk", "tel:999"),
    ("my nan is being neglected", "An adult who may be at risk", "tel:999"),
    ("carer steals from my mum", "An adult who may be at risk", "tel:999"),
    ("homeless tonight", "Nowhere to live", "tel:999"),
    ("my parents kicked me out", "Nowhere to live", "tel:999"),
    ("sleeping in my car", "Nowhere to live", "tel:999"),
    ("i can smell gas", "Smell of gas", "tel:+44800111999"),
    ("house on fire", "Somebody is in danger now", "tel:999"),
    ("someone is breaking in", "Somebody is in danger now", "tel:999"),
    ("he hit my son", "A child who may be at risk", "tel:999"),
    ("my uncle touched me", "A child who may be at risk", "tel:999"),
    ("i took too many tablets", "Thoughts of ending your life", "tel:999"),
    ("landlord is kicking us out", "Nowhere to live", "tel:999"),
    ("my mum has fallen and cant get up", "Somebody is in danger now", "tel:999"),
    ("boy hit by a car", "Somebody is in danger now", "tel:999"),
    ("my house is flooding", "Flooding", "tel:+443459881188"),
    ("power cut", "No electricity", "tel:105"),
]
NOTHING = [
    "train",
    "zebra crossing", "kill weeds", "tap dance lessons", "train times", "i live in loughborough", "how are you",
    "weather tomorrow", "bread recipe", "zzqqxx", "a car hit my fence", "he hit my car", "taxidermy", "cinema",
    "my son has a cold", "i fell in love", "football results",
    "holiday in spain", "price of bread", "don't want to live next to a pub", "12345", "!?",
]  # fmt: skip


def found_in(page: str) -> list[str]:
    listed = re.search(r'<ul class="govuk-list offers">(.*?)</ul>', page, re.DOTALL)
    return [unescape(name) for name in re.findall(r"<a [^>]*>([^<]+)</a>", listed[1])] if listed else []


# Each list is one test: making the town anew for every phrase took three times as long as asking.


def ask(browser: Resident, said: str) -> None:
    browser.get(f"/find/?{urlencode({'what': said})}")


def test_what_people_write_finds_the_right_thing_first(anybody: Resident) -> None:
    wrong = {}
    for said, first in FIRST:
        ask(anybody, said)
        asked = re.search(r'<p class="second">([^<]+)', anybody.page)
        about = re.search(r"<h1>([^<]+)", anybody.page)
        names = [unescape(asked[1])] if asked else found_in(anybody.page) or [unescape(about[1] if about else "")]
        if names[0] != first or "You can get help now" in anybody.words:
            wrong[said] = names
    assert wrong == {}


def test_danger_comes_first_with_a_number_and_is_never_jumped_over(anybody: Resident) -> None:
    """Nobody in danger is sent on by a guess; 999 stands on top or with its subject, and in the footer."""
    wrong = {}
    for said, first, link in DANGER:
        ask(anybody, said)
        heading = next(iter(re.findall(r"<h2[^>]*>([^<]+)", anybody.page)), "")
        links = re.findall(r'href="(tel:[^"]+)"', anybody.page)
        helped = anybody.path.startswith("/find/") and "You can get help now" in anybody.words
        if not (helped and heading == first and link in links[:3] and links.count("tel:999") <= 2):
            wrong[said] = (anybody.path, heading, links)
    assert wrong == {}


def test_what_is_none_of_ours_finds_nothing_and_goes_nowhere(anybody: Resident) -> None:
    wrong = {}
    for said in NOTHING:
        ask(anybody, said)
        if not (anybody.path.startswith("/find/") and "We don’t know that yet" in anybody.words):
            wrong[said] = (anybody.path, found_in(anybody.page))
    assert wrong == {}


def test_a_guess_is_asked_about_and_not_followed(anybody: Resident) -> None:
    wrong = {}
    for said in (
        "blu badge", "housing", "what do i owe", "i am scared", "councl tax", "rent arears", "my binn wasnt emptyed",
        "wedidng",
    ):  # fmt: skip
        ask(anybody, said)
        asked = "Did you mean this?" in anybody.words or "Is it one of these?" in anybody.words
        if not (asked and anybody.path.startswith("/find/")):
            wrong[said] = anybody.path
    assert wrong == {}


def test_a_subject_and_its_script_are_offered_once(anybody: Resident) -> None:
    anybody.get("/find/?what=help+with+rent")
    assert anybody.page.count(">Help with rent or council tax<") <= 1


def test_what_is_a_script_word_for_word_is_gone_to_at_once(anybody: Resident) -> None:
    anybody.get("/find/?what=missed+bin,+LE16+1AA")
    assert anybody.path.startswith("/where/") and "/do/missed-bin/?postcode=LE16+1AA" in anybody.page
    anybody.get("/find/?what=bins+and+recycling")
    assert "need=refuse" in anybody.path or "need=refuse" in anybody.page


def test_a_postcode_asks_what_for_and_is_not_asked_again(anybody: Resident) -> None:
    anybody.get("/find/?what=le161aa")
    assert "What do you need at LE16 1AA?" in anybody.words
    anybody.get("/find/?what=blue+badge&postcode=LE16+1AA")
    assert "Leicestershire County Council" in anybody.words, "gone to at once, with its place"
    anybody.get("/find/?what=pothole,+LE16+1AA")
    assert "At LE16 1AA this is looked after by Leicestershire County Council" in anybody.words


def test_pages_of_abuse_and_housing_can_be_left_at_once(anybody: Resident) -> None:
    for path in ("/find/?what=my+husband+hits+me", "/where/?need=homeless", "/where/?need=asb", "/where/?need=abuse"):
        page = anybody.get(path)
        assert "govuk-exit-this-page" in page and "<title>Find a service – Your councils</title>" in page, path
        told = re.split(r"[^a-z]+", f"{anybody.path} {page.partition('<main')[0]} {' '.join(links(page))}".lower())
        assert not {"husband", "hits", "homeless", "asb", "abuse"} & set(told), "its address and those that it leads to"
    assert "govuk-exit-this-page" not in anybody.get("/where/?need=refuse")


def test_what_is_typed_goes_into_no_address(anybody: Resident) -> None:
    anybody.send("/find/", what="My sister, LE16 1AA")
    assert "We don’t know that yet" in anybody.words and "My sister" in anybody.words
    assert "sister" not in anybody.path + " ".join(links(anybody.page))
    anybody.send("/find/", what="")
    assert "Enter what you need" in anybody.words
    anybody.send("/find/", what="x" * 5000)
    assert "Use 300 characters or fewer" in anybody.words and "x" * 5000 in anybody.page
    anybody.get("/find/?what=~altered")
    assert "Enter what you need" in anybody.words


def links(page: str) -> list[str]:
    return re.findall(r'(?:href|action)="(/[^"]+)"', page)


# -- the way back --------------------------------------------------------------------------------------------


def back(browser: Resident) -> str:
    found = re.search(r'class="govuk-back-link" href="([^"]+)"', browser.page)
    assert found, browser.words
    browser.get(unescape(found[1]))
    return browser.page


def follow(browser: Resident, words: str) -> None:
    (address,) = re.findall(rf'href="([^"]+)">{words}<', browser.page)
    browser.get(unescape(address))


def test_back_from_whom_to_ring_leads_to_the_numbers_again(anybody: Resident) -> None:
    said = "child being hit next door"
    anybody.get(f"/find/?{urlencode({'what': said})}")
    follow(anybody, "Find who helps where you are")
    back(anybody)
    assert anybody.path == "/find/" and "You can get help now" in anybody.words
    follow(anybody, "Find who helps where you are")
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', anybody.page))
    anybody.send("/where/", **{**fields, "postcode": "le16 1aa"})
    assert "govuk-exit-this-page" in anybody.page and "Leicestershire County Council" in anybody.words
    assert 'value="le16 1aa"' in back(anybody), "what was typed is there again"
    back(anybody)
    assert "You can get help now" in anybody.words and "tel:999" in anybody.page
    back(anybody)
    assert "What do you need?" in anybody.words


def test_back_from_help_that_asks_no_place_leads_to_what_was_found(anybody: Resident) -> None:
    anybody.get("/find/?what=my+husband+hits+me+and+i+need+a+council+house")
    follow(anybody, "Council homes and the housing list")
    assert 'name="postcode"' in anybody.page
    back(anybody)
    assert "You can get help now" in anybody.words
    anybody.get("/where/?need=abuse&what=my+husband+hits+me")
    back(anybody)
    assert "You can get help now" in anybody.words


def test_back_over_a_border_leads_to_the_addresses_then_to_the_postcode(anybody: Resident, town: Any) -> None:
    anybody.get(f"/where/?need=refuse&asked=1&postcode=LE16+7ZZ&property={town.over_the_border}")
    back(anybody)
    assert "Which address is it?" in anybody.words
    back(anybody)
    assert 'value="LE16 7ZZ"' in anybody.page and "Where?" in anybody.words
    back(anybody)
    assert "What do you need?" in anybody.words


def test_back_where_the_postcode_was_said_at_first_asks_for_none(anybody: Resident) -> None:
    anybody.get("/where/?need=refuse&postcode=LE16+1AA&what=my+binn+wasnt+emptyed")
    back(anybody)
    assert anybody.path == "/find/" and "Missed bin" in anybody.words


def test_who_is_far_away_or_knows_no_postcode_is_led_on(anybody: Resident) -> None:
    anybody.get("/where/?need=refuse&postcode=NE3+1AA")
    assert "We don’t know that postcode" in anybody.words and "gov.uk/find-local-council" in anybody.page
    anybody.get("/where/?need=do-missed-bin")
    follow(anybody, "Choose your council")
    assert re.search(r'href="http://harborough\.localhost[^"]*/do/missed-bin/"', anybody.page), "the need comes along"
