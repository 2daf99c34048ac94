"""What was begun in this browser is found again, with when and where; what can be discreet is found by its code."""
from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from moothall.messages.models import Message
from moothall.scripts.models import Run
from moothall.web.public import code_views
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_codes import begun
from moothall.web.public.tests.test_runs import seen_whole


def test_what_was_begun_is_named_with_when_and_where(resident: Resident, town: Any) -> None:
    begun(resident, town.mill_lane)
    run = f'href="/form/{resident.run}/"'
    for path in ("/", "/go-on/", "/do/missed-bin/"):
        page = resident.get(path)
        assert run in page, path
        assert re.search(r"Missed bin, 1 Mill Lane, begun at \S+[ap]m on \w+day \d", resident.words), path
    assert run not in resident.get("/do/bin-days/"), "another form"
    cookie = resident.client.cookies["begun"].value
    assert "Mill" not in cookie
    resident.client.cookies["begun"] = "1-missed-bin!x!.2-missed-bin.3-missed-bin!99!ABC."
    assert resident.get("/") and resident.status == 200 and "/form/2/" in resident.page, "an older cookie, and nonsense"


def test_what_came_to_its_end_is_listed_no_more(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moothall.web.public import begun as listed

    begun(resident, town.mill_lane)
    run, there = f'href="/form/{resident.run}/"', resident.path
    assert run in resident.get("/")
    monkeypatch.setattr(listed, "place_of", lambda run: "done")
    resident.get(there)
    assert run not in resident.get("/")


def test_pages_of_the_foot_lead_back_to_the_form_in_hand(resident: Resident, town: Any) -> None:
    for script in ("missed-bin", "rent-help"):
        resident.begin(script)
        there = resident.path
        for name in ("accessibility", "cookies", "how-it-stands"):
            resident.get(there)
            (link,) = re.findall(rf'href="(/{name}/[^"]*)"', resident.page)
            page = resident.get(unescape(link))
            (back,) = re.findall(r'class="govuk-back-link" href="([^"]+)"', page)
            resident.get(back)
            assert resident.path == there, (script, name, link)
            assert Resident().get(back) and script not in link
        (cookies,) = re.findall(r'href="(/cookies/[^"]*)"', resident.get(unescape(link)))
        assert cookies.endswith(f"?from={there.split('/')[2]}"), "also from one of them to the next"
    for nonsense in ("0", "x", "-1", "9" * 30, "//evil.example"):
        assert 'govuk-back-link" href="/"' in resident.get(f"/cookies/?from={nonsense}"), nonsense


def test_whoever_closes_a_form_knows_how_to_come_back(resident: Resident, town: Any) -> None:
    resident.begin()
    assert "you can come back to it for 7 days" in resident.words
    resident.get("/do/rent-help/")
    assert "nothing in this browser leads back to it" in resident.words
    resident.begin("rent-help")
    assert "If you close this page, nothing here leads back to it" in resident.words


def test_a_code_of_what_can_be_discreet_is_to_be_written_down_first(resident: Resident, town: Any) -> None:
    resident.begin()
    saved = resident.get(f"/form/{resident.run}/saved/")
    assert 'role="button"' in saved and "harborough.localhost" in saved and "/go-on" in saved
    resident.begin("rent-help")
    saved = resident.get(f"/form/{resident.run}/saved/")
    assert "Only send it where nobody else reads it" in resident.words and 'role="button"' not in saved
    assert "Only send it where nobody else reads it" in unescape(resident.get(f"/form/{resident.run}/send-code/"))


def test_the_way_that_is_safe_is_filled_in(resident: Resident, town: Any) -> None:
    resident.begin("moving")
    run = resident.run
    with seen_whole():
        answers = {"safe_way": {"value": "+447700900123", "open": False}}
        Run.objects.filter(pk=run).update(answers=answers)
        found = Run.objects.get(pk=run)
        assert code_views.reach_told(found) == "07700 900123"
        found.answers = {"safe_way": {"value": "a@b.example"}}
        assert code_views.reach_told(found) == "a@b.example"


def test_both_references_are_sent(resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    resident.fill(town.mill_lane)
    resident.send(resident.path, seen=resident.seen)
    monkeypatch.setattr(code_views, "references_of", lambda run: ["HB-10111-K", "HB-10112-L"])
    resident.send(f"/form/{resident.run}/send-code/", to="ana@example.org")
    with seen_whole():
        body = Message.objects.get(template="reference-and-code").body
    assert "HB-10111-K and HB-10112-L" in body


def test_codes_and_references_lead_to_their_council_from_the_regional_pages(resident: Resident) -> None:
    anybody = Resident("localhost")
    assert "/councils/?saved=1" in anybody.get("/")
    anybody.get("/go-on/?code=K74P9MXR")
    assert "Which council is your code from?" in anybody.words and "/go-on/" in anybody.page
    assert "K74P" not in anybody.page
    anybody.get("/how-it-stands/")
    assert "Which council did you send it to?" in anybody.words and "/how-it-stands/" in anybody.page


def test_a_cookie_that_somebody_made_up_shows_nothing_and_breaks_nothing(resident: Resident, town: Any) -> None:
    """Of a day that no calendar has, a street that is no text, another script, and of no form at all."""
    for made in ("7-missed-bin!9999999999!ME", "7-missed-bin!99999999!",
                 "7-missed-bin!29000000!a_", "7-nothing!29000000!", "x.y.z", "7-missed-bin!"):
        resident.client.cookies["begun"] = made
        assert "What do you need?" in resident.get("/"), made
