"""Who must not be seen reading a page can leave it at once, and its title tells nobody what it is about."""
from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_moving import walked

AWAY, NEUTRAL = settings.AWAY, "Find a service – Harborough District Council</title>"
REGION = f"{settings.PUBLIC_URL}/leave/"


def hidden(page: str) -> bool:
    """Whether the way out is there, as a link that needs no JavaScript and as one for the keyboard, and the title is
    neutral: all or none."""
    ways = re.findall(r'(?:href|data-away)="([^"]*/leave/)"', page)
    told = ["govuk-js-exit-this-page-button" in page, "govuk-js-exit-this-page-skiplink" in page, NEUTRAL in page,
            len(ways) == 4 and all(way.startswith("/form/") for way in ways) == ('"/form/' in page),
            "cover your tracks online" in page]  # fmt: skip
    assert len(set(told)) == 1, told
    return told[0]


def test_who_moves_for_fear_can_leave_each_page_from_the_question_on(resident: Resident) -> None:
    assert not hidden(resident.begin("moving"))
    assert hidden(resident.say("out")), "the question whether somebody mustn't learn of it"
    assert hidden(resident.say("yes")) and hidden(resident.say("A. B."))
    step = resident.path
    assert hidden(resident.say("")), "also where something is wrong"
    for page in ("saved", "ring", "send-code"):
        assert hidden(resident.get(f"/form/{resident.run}/{page}/")), page
    resident.get(step)
    assert resident.step == "safe_way" and "safe" not in step + resident.page.lower().partition("<main")[0]
    assert hidden(resident.say("a.b@example.org")) and resident.path.endswith("/check/")
    assert hidden(resident.get(f"/form/{resident.run}/q/{resident.at('safe_name')}/")), "an answer that is changed"
    resident.get(f"/form/{resident.run}/check/")
    assert hidden(resident.send(resident.path, seen=resident.seen)) and resident.path.endswith("/done/")


def test_other_moves_have_an_ordinary_title_once_that_is_answered(resident: Resident) -> None:
    resident.begin("moving")
    resident.say("out")
    assert not hidden(resident.say("no"))
    again = f"/form/{resident.run}/q/{resident.at('secret')}/"
    assert hidden(resident.get(again)), "asked again, it may be answered otherwise"


@pytest.mark.parametrize("script", ["missed-bin", "bulky-collection"])
def test_ordinary_scripts_have_none(resident: Resident, script: str) -> None:
    assert not hidden(resident.get(f"/do/{script}/")) and not hidden(resident.begin(script))


def test_a_whole_script_can_be_so_from_its_first_page(resident: Resident, monkeypatch: Any) -> None:
    from moothall.web.public import offers

    monkeypatch.setattr(offers, "discreet", lambda script, values: script.key == "missed-bin")
    assert hidden(resident.get("/do/missed-bin/?postcode=LE16+7ZZ")) and "At LE16 7ZZ" in resident.words
    address = resident.path.partition("?")[0]
    assert "missed-bin" not in address and address in resident.get("/"), "nor does its address say it"
    assert not hidden(resident.get("/do/bin-days/"))


def test_the_walk_of_an_ordinary_move_is_as_before(resident: Resident, town: Any) -> None:
    walked(resident, what="out", at_property=str(town.mill_lane))
    assert resident.path.endswith("/check/") and not hidden(resident.page)


def test_who_left_is_led_out_again_on_back_and_their_answers_are_closed(resident: Resident) -> None:
    """Without JavaScript too. Whoever sits there next opens them neither by Back nor by the browser's history."""
    resident.begin("moving")
    before, way, number = resident.path, f"/form/{resident.run}/leave/", resident.run
    assert "/exit.js" in resident.page and "/exit.js" not in resident.get("/do/missed-bin/")
    resident.get(before)
    code = re.search(r"[0-9A-Z]{2}( [0-9A-Z]{2}){3}", resident.get(f"/form/{number}/saved/"))
    resident.get(before)
    resident.say("out")
    page, client = resident.path, resident.client
    assert "no-store" in resident.head["Cache-Control"], "Back doesn't show what was kept"
    assert resident.page.count(f'data-away="{way}"') == 2
    out = client.get(way)
    assert out["Location"] == REGION and out["Referrer-Policy"] == "no-referrer" and "no-store" in out["Cache-Control"]
    assert 0 < out.cookies["left"]["max-age"] <= 600 and out.cookies["left"]["path"] == "/"
    assert client.get(page)["Location"] == client.get(before)["Location"] == REGION, "nor the page before"
    assert client.get("/").status_code == 200 == client.get("/do/missed-bin/").status_code, "what tells nothing opens"
    del client.cookies["left"]  # some minutes later
    for each in (page, before, f"/form/{number}/check/", f"/form/{number}/done/"):
        assert client.get(each).status_code == 404, "by the history"
    assert code is not None
    resident.send("/go-on/", code=code[0])
    assert "/form/" in resident.path and hidden(resident.page), "whoever has the code goes on"


def test_who_left_and_sends_something_is_here_on_purpose(resident: Resident) -> None:
    resident.client.get("/leave/")
    resident.begin("moving")
    assert "left" not in {name for name, each in resident.client.cookies.items() if each.value}


def test_from_a_councils_page_back_leads_out_of_the_regional_pages_too(resident: Resident) -> None:
    """To a browser they are another site: the way out leads past both."""
    region = Client(headers={"Host": "localhost"})
    danger = region.get("/find/?what=my+husband+hits+me")["Location"]  # which names nothing
    assert f'data-away="{AWAY}"' in region.get(danger).content.decode()
    out = region.get(resident.client.get("/leave/")["Location"])
    assert out["Location"] == AWAY and out["Referrer-Policy"] == "no-referrer" and "no-store" in out["Cache-Control"]
    assert region.get(danger)["Location"] == AWAY and region.get("/").status_code == 200


def test_the_questions_of_other_scripts_keep_their_names(resident: Resident) -> None:
    resident.begin("missed-bin")
    assert resident.path.endswith("/q/postcode/")
