"""A place is marked on the map without JavaScript: by clicks on an image, each a page of its own; or said in words."""
from __future__ import annotations

import re
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from moothall.cases.models import Case
from moothall.domain.interview.answers import MISSING
from moothall.places.models import Authority, Postcode
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_runs import of_web

REST = {"land": "public", "what": "bags", "amount": "bag", "in_the_way": "no", "seen": "no"}
IN_HARBOROUGH, IN_CHARNWOOD, IN_BLABY = "52.54010,-0.99060", "52.77000,-1.20000", "52.57000,-1.17000"


@pytest.fixture
def at_the_map(resident: Resident) -> Resident:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE NONE")
        Postcode.objects.create(key="LE80AA", display="LE8 0AA", lad="E07000131", latitude=52.5411, longitude=-0.9906)
        blaby = {"name": "Blaby District Council", "tier": "district"}
        Authority.objects.get_or_create(gss="E07000129", defaults=blaby)
        cursor.execute(f'SET LOCAL ROLE "{role}"')
    resident.begin("dumped")
    assert resident.path.endswith("/q/where/"), resident.words
    return resident


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the map's form, but for what is pressed."""
    form = page.partition("<form")[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def press(browser: Resident, words: str = "", **pressed: str) -> str:
    sent = fields(browser.page)
    mark = sent.pop("value")
    return browser.send(browser.path, **sent, value=[mark, words], **pressed)


def finish(browser: Resident) -> Any:
    while "/q/" in browser.path:
        browser.say(REST[browser.path.split("/")[-2]])
    browser.send(browser.path, seen=browser.seen)
    (case,) = of_web(Case)
    return case


def test_the_map_opens_at_the_postcode_that_was_said_before(at_the_map: Resident) -> None:
    assert "metres=3000" not in at_the_map.page
    at_the_map.get("/do/dumped/?postcode=LE8+0AA")
    at_the_map.send("/do/dumped/", postcode="LE8 0AA")
    assert "at=52.54110,-0.99060&amp;metres=3000" in at_the_map.page, at_the_map.page


def test_each_click_marks_and_goes_closer_until_the_place_is_sent(at_the_map: Resident) -> None:
    marks, seen = [], at_the_map.seen
    for _ in range(3):
        page = press(at_the_map, "by the gate", **{"spot.x": "150", "spot.y": "140"})
        assert "/q/where/" in at_the_map.path and 'value="by the gate"' in page, "what was typed stays"
        marks.append(fields(page)["value"])
    metres = float(fields(at_the_map.page)["map_metres"])
    assert len(set(marks)) == 3 and metres < 3000
    assert at_the_map.seen == seen, "a click answers nothing"
    picture = re.search(r'src="(/map/[^"]+)"', at_the_map.page)
    assert picture and marks[-1] in unescape(picture[1])
    press(at_the_map, "by the gate")
    case = finish(at_the_map)
    assert f"by the gate (on the map at {marks[-1].replace(',', ', ')})" in str(case.answers)


def test_buttons_go_closer_and_farther_and_take_the_mark_away(at_the_map: Resident) -> None:
    whole = fields(at_the_map.page)["map_metres"]
    assert float(fields(press(at_the_map, look="closer"))["map_metres"]) < float(whole)
    assert fields(press(at_the_map, look="farther"))["map_metres"] == whole
    for _ in range(9):
        press(at_the_map, look="closer")
    assert fields(at_the_map.page)["map_metres"] == "300"
    press(at_the_map, **{"spot.x": "10", "spot.y": "10"})
    assert fields(at_the_map.page)["value"]
    assert fields(press(at_the_map, look="clear"))["value"] == ""


def test_a_click_leads_to_an_address_so_that_back_asks_nothing(at_the_map: Resident) -> None:
    sent = fields(at_the_map.page)
    mark = sent.pop("value")
    pressed = {**sent, "value": [mark, "by the gate"], "spot.x": "150", "spot.y": "140"}
    answer = at_the_map.client.post(at_the_map.path, pressed)
    assert answer.status_code == 302
    for _ in range(2):  # Back and Forward
        at_the_map.get(answer["Location"])
        assert fields(at_the_map.page)["value"] and 'value="by the gate"' in at_the_map.page
    at_the_map.get(at_the_map.path)
    assert not fields(at_the_map.page)["value"], "the plain address has no mark"


def test_what_the_map_shows_is_told_in_words_before_anything_is_marked(at_the_map: Resident) -> None:
    assert "The map shows all of Harborough District Council." in at_the_map.words
    press(at_the_map, look="closer")
    assert re.search(r"The map shows [0-9.]+ k?m from side to side\. Its middle is", at_the_map.words)
    at_the_map.get(f"/map/E07000131/where/?at={IN_HARBOROUGH}&metres=1500")
    assert at_the_map.page == (
        "The map shows 1.5 km from side to side. Its middle is in Kibworths ward, near LE8 0AA, about 110 m south of "
        "its middle."
    )
    at_the_map.get(f"/map/E07000131/where/?at={IN_HARBOROUGH}&metres=500000")
    assert at_the_map.page == "The map shows all of Harborough District Council."


def test_an_empty_square_has_an_arrow_to_the_nearest_postcode_and_a_ward(at_the_map: Resident) -> None:
    page = at_the_map.get("/map/E07000131.svg?at=52.5511,-0.9906&metres=300")
    assert "LE8 0AA, 1.1 km" in page and ">Kibworths</text>" in page and ">N</text>" in page
    page = at_the_map.get("/map/E07000131.svg?at=52.5411,-0.9906&metres=900")
    assert ">LE8 0AA</text>" in page, "in view it has its own place"


def test_the_page_says_where_the_mark_is_and_whose(at_the_map: Resident) -> None:
    sent = {"seen": at_the_map.seen, "look": "closer", "map_at": IN_HARBOROUGH, "map_metres": "900"}
    at_the_map.send(at_the_map.path, **sent, value=IN_HARBOROUGH)
    assert "Marked in Kibworths ward, near LE8 0AA, about 110 m south of its middle." in at_the_map.words
    at_the_map.send(at_the_map.path, **sent, value=IN_BLABY)
    assert "That is in the area of Blaby District Council" in at_the_map.words


def test_a_place_of_another_council_says_whose_it_is(at_the_map: Resident) -> None:
    at_the_map.say(IN_BLABY)
    assert "looked after by Blaby District Council" in at_the_map.words


def test_a_place_of_a_council_that_takes_part_leads_to_its_pages(at_the_map: Resident) -> None:
    at_the_map.say(IN_CHARNWOOD)
    assert "Charnwood Borough Council looks after that address" in at_the_map.words
    assert "/do/dumped/" in at_the_map.page


def test_words_alone_are_an_answer_and_the_case_says_so(at_the_map: Resident) -> None:
    at_the_map.say("Third gate on Gallow Field Road")
    case = finish(at_the_map)
    assert "Third gate on Gallow Field Road" in str(case.answers) and "place_in_words" in case.marks


def test_the_case_is_named_by_the_nearest_street(at_the_map: Resident) -> None:
    at_the_map.say(f"{IN_HARBOROUGH}\nby the pond")
    assert "LE8 0AA" in finish(at_the_map).title


@pytest.mark.parametrize("typed", ["", " ", "12", "0,0", "91,1", "52.5,-0.9,3"])
def test_what_is_no_place_gets_words_and_the_map_stays(at_the_map: Resident, typed: str) -> None:
    at_the_map.say(typed)
    assert at_the_map.path.endswith("/q/where/") and "/map/E07000131.svg" in at_the_map.page
    assert any(words in at_the_map.words for words in ("Mark where it is on the map", MISSING["point"], "too far away"))


@pytest.mark.parametrize(
    "pressed",
    [
        {"spot.x": "-1", "spot.y": "5"}, {"spot.x": "x", "spot.y": "5"}, {"spot.x": "5"}, {"look": "up"},
        {"look": "closer", "map_at": "nonsense"}, {"look": "closer", "map_metres": "nan"},
        {"look": "closer", "map_metres": "0"},
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_an_answer_like_any(at_the_map: Resident, pressed: dict[str, str]) -> None:
    at_the_map.send(at_the_map.path, seen=at_the_map.seen, value="by the pond", **pressed)
    assert at_the_map.status == 200 and at_the_map.path.endswith(("/q/where/", "/q/land/"))


def test_the_picture_is_an_image_that_a_browser_keeps(resident: Resident) -> None:
    page = resident.get("/map/E07000131.svg")
    assert ET.fromstring(page) is not None and "max-age" in resident.head["Cache-Control"]
    assert resident.head["Content-Type"].startswith("image/svg+xml")
    whole = len(page)
    packed = resident.client.get("/map/E07000131.svg", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.content) < whole / 2
    assert len(resident.get(f"/map/E07000131.svg?at={IN_HARBOROUGH}&metres=5000&size=600x420&mark=52.5,-1")) < whole


@pytest.mark.parametrize(
    "query",
    ["at=x", "at=999,999", "metres=0", "metres=nan", "metres=inf", "size=9x9", "mark=;", "at=%00", "metres=1e99"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_shows_the_whole_council(resident: Resident, query: str) -> None:
    assert ET.fromstring(resident.get(f"/map/E07000131.svg?{query}")) is not None


def test_there_is_no_map_of_what_we_have_no_borders_of(resident: Resident) -> None:
    for path in ("E06000001.svg", "nonsense.svg", "E06000001/where/?at=52,-1", "E07000131/where/?at=x"):
        resident.get(f"/map/{path}")
        assert resident.status == 404


def test_where_a_mark_is_told_while_it_is_moved(at_the_map: Resident) -> None:
    at_the_map.get(f"/map/E07000131/where/?at={IN_HARBOROUGH}")
    assert at_the_map.page.startswith("Marked in Kibworths ward, near LE8 0AA, about 110 m south")
    assert at_the_map.head["Content-Type"].startswith("text/plain")
