"""After each form an address is asked for: Back and Forward of the browser never ask to send anything again."""
from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from moothall.lib import clock
from moothall.web.public.again import told_again
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_codes import become, begun
from moothall.web.public.tests.test_standing import sent


def led(resident: Resident, path: str, **said: Any) -> str:
    """Where a form leads; its answer is no page."""
    answer = resident.client.post(path, said)
    assert answer.status_code == 302, (path, said)
    return str(answer["Location"])


def test_a_wrong_answer_leads_to_the_questions_own_address(resident: Resident, town: Any) -> None:
    resident.begin()
    path, seen = resident.path, resident.seen
    there = led(resident, path, seen=seen, value="Mill Lane <b>")
    assert there.startswith(f"{path}?again=~") and "Mill" not in there and "value" not in there and "seen" not in there
    page = resident.get(there)
    assert "<title>Error: " in page.replace("\n", "") and 'value="Mill Lane &lt;b&gt;"' in page
    assert "Enter a full postcode" in resident.words
    assert "Enter a full" not in resident.get(path), "the plain address has nothing of it"


def test_what_is_too_long_for_an_address_is_answered_as_it_is(resident: Resident, town: Any) -> None:
    resident.begin()
    answer = resident.client.post(resident.path, {"seen": resident.seen, "value": "x" * 1200})
    assert answer.status_code == 200 and "x" * 1200 in answer.content.decode()


def test_what_an_address_tells_is_for_its_own_page_and_a_while(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch, rf: Any
) -> None:
    resident.begin()
    there = led(resident, resident.path, seen=resident.seen, value="nowhere")
    rf.cookies["this-browser"] = resident.client.cookies["this-browser"].value
    assert told_again(rf.get(there))["typed"] == "nowhere"
    query = there.partition("?")[2]
    assert told_again(rf.get(f"/go-on/?{query}")) == {}, "another page"
    assert told_again(rf.get(there[:-3])) == {} and told_again(rf.get("/go-on/?again=x")) == {}, "nobody's"
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=31))
    assert told_again(rf.get(there)) == {}, "too old"


def test_no_form_of_a_run_or_a_code_answers_with_a_page(resident: Resident, town: Any) -> None:
    code = begun(resident, town.mill_lane)
    run = f"/form/{resident.run}/"
    resident.get(run)
    for path, said, words in (
        (f"{run}ring/", {"phone": "call me"}, "Enter a telephone number"),
        (f"{run}send-code/", {"to": "nobody"}, "Enter a mobile number"),
        (f"{run}send-code/", {"to": "ana@example.org"}, "We will send your code To ana@example.org"),
        (resident.path, {"seen": resident.seen, "value": "x", "then": "saved"}, "Your last answer isn’t kept"),
        (resident.path, {"seen": resident.seen, "value": "x", "then": "ring"}, "Your last answer isn’t kept"),
        ("/go-on/", {"code": "K7"}, "all 8 letters"),
        ("/how-it-stands/", {"reference": "HB", "code": "K7"}, "Enter your whole reference"),
        (f"{run}ring/", {"phone": "07700 900123"}, "We will ring you"),
    ):
        resident.get(led(resident, path, **said))
        assert words in resident.words, (path, said)
    elsewhere = Resident("charnwood.localhost")
    elsewhere.get(led(elsewhere, "/go-on/", code=code))
    assert "That is Harborough District Council’s" in elsewhere.words


def test_what_was_typed_into_answers_that_are_gone_is_shown_at_an_address(resident: Resident, town: Any) -> None:
    resident.begin()
    path, seen = resident.path, resident.seen
    resident.client.cookies.clear()
    there = led(resident, path, seen=seen, value="my long story")
    resident.get(there)
    assert resident.status == 404 and "my long story" in resident.words
    resident.get(path)
    assert "my long story" not in resident.words


def test_how_it_stands_is_shown_by_an_address_that_says_nothing(resident: Resident, town: Any) -> None:
    reference, code = sent(resident, town.mill_lane)
    there = led(resident, "/how-it-stands/", reference=reference, code=code)
    assert reference not in there and code.replace(" ", "") not in there
    for _ in range(2):  # Back and Forward
        resident.get(there)
        assert "We are dealing with it" in resident.words


def test_an_address_tells_nothing_in_another_browser(resident: Resident, town: Any) -> None:
    reference, code = sent(resident, town.mill_lane)
    theirs = [(led(resident, "/how-it-stands/", reference=reference, code=code), [reference, "Mill Lane", code]),
              (led(resident, "/how-it-stands/", reference=reference, code="K7"), [reference, "K7"]),
              (led(resident, "/go-on/", code="2222 2222"), ["2222"])]  # fmt: skip
    for value in (None, "", "x", "A" * 22):
        stranger = Resident()
        if value is not None:
            stranger.client.cookies["this-browser"] = value
        for there, private in theirs:
            page = stranger.get(there)
            assert stranger.status == 200 and "<form" in page and "There is a problem" not in page
            assert not [each for each in private if f">{each}" in page or f'"{each}' in page], (there, value)
    resident.get(theirs[0][0])
    assert "We are dealing with it" in resident.words and reference in resident.words
    kept = resident.client.cookies["this-browser"]
    assert (kept["httponly"], kept["samesite"], kept["max-age"]) == (True, "Lax", "")
    assert "this-browser" not in Resident().client.get("/how-it-stands/").cookies, "only when something is hidden"


def test_what_is_another_councils_goes_along_unreadable_and_for_a_while(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, code = sent(resident, town.mill_lane)
    elsewhere = Resident("charnwood.localhost")
    elsewhere.send("/how-it-stands/", reference=reference, code=code)
    there = unescape(re.search(r'href="http://harborough\.localhost[^"/]*(/how-it-stands/[^"]+)"', elsewhere.page)[1])
    assert reference not in there and code[:2] + "+" not in there
    assert f'value="{reference}"' in Resident().get(there)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=31))
    assert f'value="{reference}"' not in Resident().get(there), "too old"


def test_words_for_the_region_lead_on_too(resident: Resident) -> None:
    anybody = Resident("localhost")
    there = led(anybody, "/find/", what="")
    assert there.startswith("/find/?again=~") and "Enter what you need" in anybody.get(there)


def test_a_code_that_was_used_leads_to_the_answers_that_are_open_here(resident: Resident, town: Any) -> None:
    code = begun(resident, town.mill_lane)
    there, other = resident.path, Resident()
    for _ in range(2):
        other.send("/go-on/", code=code)
        assert other.path == there, other.words
    resident.send("/go-on/", code=code)
    assert "That code was used before" in resident.words and 'value="' in resident.page, "not open here any more"


def test_the_first_page_leads_back_to_what_was_begun_here(resident: Resident, town: Any) -> None:
    code = begun(resident, town.mill_lane)
    there = resident.path
    run = f'href="/form/{resident.run}/"'
    for path in ("/", "/go-on/"):
        assert run in resident.get(path) and "no-store" in resident.head["Cache-Control"], path
        assert run not in Resident().get(path), "somebody else's browser"
    other = Resident()
    other.send("/go-on/", code=code)
    assert other.path == there and run in other.get("/")
    resident.get(there)
    assert run not in resident.get("/"), "it went on in the other browser"


def test_what_can_be_discreet_and_what_was_sent_is_offered_to_nobody(resident: Resident, town: Any) -> None:
    resident.begin("rent-help")
    assert "Begun in this browser" not in resident.get("/") + resident.get("/go-on/")
    resident.fill(town.mill_lane)
    resident.send(resident.path, seen=resident.seen)
    assert "Begun in this browser" not in resident.get("/")


def test_the_code_of_what_was_sent_goes_on_opening_it(resident: Resident, town: Any) -> None:
    reference, code = sent(resident, town.mill_lane)
    done = resident.path
    for _ in range(2):
        other = Resident()
        other.send("/go-on/", code=code)
        assert other.path == done and reference in other.words and code in other.words
        other.send("/how-it-stands/", reference=reference, code=code)
        assert "We are dealing with it" in other.words
    become("public")
    resident.get(done)
    assert resident.status == 404, "one browser at a time"
    assert re.search("Go on with a code", resident.words)
