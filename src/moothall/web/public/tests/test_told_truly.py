"""What the pages say of codes, numbers, days and cookies is so, and alike wherever it is said."""
from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.conf import settings as given
from django.test import Client

from moothall.cases.models import Case
from moothall.messages.models import Message
from moothall.scripts.models import CodeGuess
from moothall.scripts.packs import FOLDER
from moothall.tenancy.models import Council
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_codes import become, begun
from moothall.web.public.tests.test_moving import SAID as MOVE
from moothall.web.public.tests.test_runs import _as_public, of_web, seen_whole

GIVE = "You can give it to us when you ring us, or when we ring you about this form. Give it to nobody else."


def test_who_may_hear_a_code_is_said_alike(resident: Resident, town: Any) -> None:
    begun(resident, town.mill_lane)
    run = f"/form/{resident.run}/"
    for page in (resident.get(f"{run}saved/"), resident.send(f"{run}send-code/", to="ana@example.org"),
                 resident.send(f"{run}ring/", phone="07700 900123")):  # fmt: skip
        assert GIVE in resident.words, page
    with seen_whole():
        assert GIVE in Message.objects.filter(template="code-to-return").exclude(body="").get().body
    sent = yaml.safe_load((FOLDER / "messages.yaml").read_text())["messages"]
    assert GIVE in sent["reference-and-code"]["email"]["body"]["en"]
    assert "nobody but us, on a call about this form" in sent["code-to-return"]["sms"]["en"]


def test_every_page_about_a_service_gives_the_same_number(resident: Resident, town: Any) -> None:
    own = r'href="tel:(\+441[0-9]+)"'
    resident.begin()
    pages = (resident.path, "/do/missed-bin/", f"/form/{resident.run}/saved/", f"/form/{resident.run}/ring/")
    numbers = [set(re.findall(own, resident.get(path))) for path in pages]
    assert numbers[0] and all(each == numbers[0] for each in numbers), numbers
    line = re.search(r"(?s)<h\d[^>]*>[^<]*[Bb]ins?.*?" + own, resident.get("/"))
    assert line and numbers[0] == {line[1]}
    council = Council.objects.get(pk=2).phone
    assert council and numbers[0] != {council}


def test_a_page_gives_one_number_to_ring(resident: Resident, town: Any) -> None:
    begun(resident, town.mill_lane)
    for path in ("saved", "ring"):
        numbers = set(re.findall(r'href="tel:([+ 0-9]{4,})"', resident.get(f"/form/{resident.run}/{path}/")))
        assert len(numbers) == 1, (path, numbers)


@pytest.mark.parametrize("number", [
    "0900 123 4567", "0845 123 4567", "070 1234 5678", "07640 123456", "+1 900 234 5678",
])  # fmt: skip
def test_numbers_that_no_council_rings_are_refused(resident: Resident, town: Any, number: str) -> None:
    resident.begin()
    resident.send(f"/form/{resident.run}/ring/", phone=number)
    assert "We can’t ring that kind of number" in resident.words
    with seen_whole():
        assert not Case.objects.filter(kind="ring-back", contact__channel="web").exists()


def test_a_mistyped_number_can_be_put_right_and_the_day_is_said(resident: Resident, town: Any) -> None:
    begun(resident, town.mill_lane)
    ring = f"/form/{resident.run}/ring/"
    resident.send(ring, phone="07700 900123")
    reference = re.search(r"HB-\d+-[A-Z]", resident.words)
    assert "by the end of Friday 27 November 2026." in resident.words and reference
    assert 'value="07700 900123"' in resident.get(f"{ring}?anew=1")
    resident.send(ring, phone="01632 960999")
    assert "On 01632 960999 , by the end of Friday 27 November 2026." in resident.words
    assert reference[0] in resident.words, "one call is asked for"
    (case,) = of_web(Case)
    assert {"question": "Ring them on", "answer": "01632 960999"} in case.answers and "960123" not in str(case.answers)
    assert case.told == "We will ring you on 01632 960999, by the end of Friday 27 November 2026."
    assert {"question": "Postcode", "answer": "LE16 7ZZ"} in case.answers


def test_the_number_of_a_call_that_is_over_isnt_changed(resident: Resident, town: Any) -> None:
    begun(resident, town.mill_lane)
    resident.send(f"/form/{resident.run}/ring/", phone="07700 900123")
    with seen_whole():
        Case.objects.filter(kind="ring-back", contact__channel="web").update(state="closed")
    _as_public()
    resident.send(f"/form/{resident.run}/ring/", phone="01632 960999")
    first, second = sorted((case.answers[0]["answer"] for case in of_web(Case)), reverse=True)
    assert (first, second) == ("07700 900123", "01632 960999"), "it is another call"


@pytest.mark.parametrize("address", ["<b>@x.com", "name@-x.org", ".a@x.org", "a..b@x.org", "a@x"])
def test_what_no_mail_reaches_is_no_e_mail_address(resident: Resident, town: Any, address: str) -> None:
    resident.begin()
    resident.send(f"/form/{resident.run}/send-code/", to=address)
    assert "Enter a mobile number, like 07700 900123, or an e-mail address" in resident.words


def test_the_example_of_a_day_is_one_that_the_question_takes(resident: Resident, town: Any) -> None:
    tried = {}
    resident.begin("rent-help")
    answers = {"postcode": "LE16 7ZZ", "property": str(town.mill_lane), "landlord": "owner", "home_kind": "ordinary",
               "secret": "no", "partner": "no"}  # fmt: skip
    for _ in range(12):
        step = resident.step
        found = re.search(r"Day, month and year, like ([\d/]+)", resident.words)
        if found:
            resident.say("soon")
            assert f"like {found[1]}" in resident.words and resident.words.count("24/12/2026") == 0, step
            tried[step] = found[1]
        resident.say(found[1] if found else answers.get(step, MOVE.get(step, "1")))
        if found:
            assert resident.step != step, (step, found[1], resident.words)
            break
    assert list(tried) == ["born"] and int(tried["born"][-4:]) < 2010


def test_ten_slips_of_others_lock_nobody_out(resident: Resident, town: Any) -> None:
    """They share an address, as in a library; each has a browser."""
    code = begun(resident, town.mill_lane)
    token = given.CSRF_COOKIE_NAME
    resident.client.cookies[token] = "own" * 10 + "ab"
    for number in range(3):
        other = Resident()
        other.client.cookies[token] = f"{number}" * 32
        for _ in range(11):
            other.send("/go-on/", code="2222 2222")
        assert "Too many codes" in other.words, "one browser has ten"
    resident.send("/go-on/", code=code)
    assert "Too many codes" not in resident.words and "/form/" in resident.path
    with seen_whole():
        kinds = [who[:2] for who in CodeGuess.objects.values_list("who", flat=True)]
    assert (kinds.count("a:"), kinds.count("b:"), kinds.count("t:")) == (30, 30, 0)


def test_an_address_and_a_reference_have_an_end_too(resident: Resident, town: Any) -> None:
    become("public")
    for number in range(31):
        other = Resident()
        other.client.cookies[given.CSRF_COOKIE_NAME] = f"{number:032}"
        other.send("/how-it-stands/", reference="HB-10007-Y", code="2222 2222")
        assert ("Too many codes" in other.words) == (number == 30), number
    other.client.cookies[given.CSRF_COOKIE_NAME] = "x" * 32
    other.send("/how-it-stands/", reference="HB-48213-K", code="2222 2222")
    assert "can’t find that reference" in other.words, "another reference"


def test_without_cookies_the_page_says_what_is_wrong(resident: Resident, town: Any, settings: Any) -> None:
    settings.SITE = "public"
    browser = Client(enforce_csrf_checks=True, headers={"Host": "harborough.localhost"})
    page = browser.post("/do/missed-bin/", {}, headers={"Sec-Fetch-Site": "same-origin"}).content.decode()
    assert "Your browser keeps no cookies from us" in page and "Allow cookies" in page
    assert "open for too long" not in page
    browser.cookies[given.CSRF_COOKIE_NAME] = "x" * 32
    page = browser.post("/do/missed-bin/", {}, headers={"Sec-Fetch-Site": "same-origin"}).content.decode()
    assert "This page was open for too long" in page and "cookies from us" not in page


@pytest.mark.parametrize("path", ["privacy", "accessibility", "cookies"])
def test_the_regional_pages_say_of_themselves_what_the_councils_do(resident: Resident, path: str) -> None:
    anybody = Resident("localhost")
    for page in ("/", "/councils/", "/where/?need=do-missed-bin"):
        assert f'href="/{path}/"' in anybody.get(page), page
    anybody.get(f"/{path}/")
    assert anybody.status == 200


@pytest.mark.parametrize("host", ["localhost", "harborough.localhost"])
def test_who_is_deaf_is_told_how_to_reach_the_council(resident: Resident, host: str) -> None:
    resident = Resident(host)
    resident.get("/accessibility/")
    assert "Relay UK" in resident.words and "18001" in resident.words


@pytest.mark.parametrize(("typed", "found"), [
    ("1 Mill Lane, Kibworth Beauchamp, Leicestershire, LE16 7ZZ, England", True), ("x" * 3000, False),
    ("The third house on the left of Mill Lane", False), ("", False),
])  # fmt: skip
def test_a_postcode_is_taken_out_of_a_whole_address_or_asked_for(
    resident: Resident, town: Any, typed: str, found: bool
) -> None:
    anybody = Resident("localhost")
    anybody.send("/find/", what="nothing known", postcode=typed)  # as the first page carries it on
    assert anybody.status == 200
    anybody.client.get("/where/")
    answer = anybody.client.get("/where/", {"need": "do-missed-bin", "postcode": typed, "asked": "1"}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200 and ("Enter a full postcode" in page) != found
    assert found or f'value="{typed}"' in page or not typed, "nobody types it twice"
