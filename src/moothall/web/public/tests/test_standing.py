"""How a case stands, for whoever has its reference and its code, at its own council's address."""
from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import transaction

from moothall.agreements import in_force
from moothall.agreements.control import sever_council
from moothall.cases.models import Case
from moothall.domain.telephone import dialled
from moothall.scripts import steps
from moothall.scripts.replay import replay
from moothall.tenancy.models import Council
from moothall.tenancy.residents import case_by_code, take_code
from moothall.web.public.contexts import phone_of
from moothall.web.public.secrets import read_code
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_codes import as_sam, become, begun  # noqa: F401 - one is a fixture
from moothall.web.public.tests.test_runs import _as_public, seen_whole

pytestmark = pytest.mark.django_db


def sent(resident: Resident, home: int) -> tuple[str, str]:
    """What a report that was sent may be looked up by: its reference and its code."""
    resident.fill(home)
    resident.send(resident.path, seen=resident.seen)
    code, reference = re.findall(r'<b class="(?:reference|nowrap)">([^<]+)', resident.page)[::-1]
    return reference, code


def test_how_it_stands_needs_reference_and_code(resident: Resident, town: Any) -> None:
    reference, code = sent(resident, town.mill_lane)
    promised = re.search(r"What happens next (We aim .*?)(?: See or| Want to)", resident.words)
    stranger = Resident()
    stranger.send("/how-it-stands/", reference=reference.lower(), code=code)
    assert promised and f"Updates from us {promised[1]}" in stranger.words, "what the page told, and no other words"
    assert "still need" not in stranger.words
    assert "We are dealing with it" in stranger.words and "1 Mill Lane" in stranger.words
    stranger.send("/how-it-stands/", reference=reference, code="2222 2222")
    assert "can’t find that reference with that code" in stranger.words and "Mill Lane" not in stranger.page
    stranger.send("/how-it-stands/", reference="HB-10007-Y", code=code)
    assert "can’t find that reference with that code" in stranger.words
    stranger.send("/how-it-stands/", reference="", code="K7")
    assert "Enter your reference" in stranger.words and "all 8 letters" in stranger.words
    assert 'value="K7"' in stranger.page


def test_whoever_reported_by_phone_learns_where_a_code_comes_from_and_what_to_do(resident: Resident) -> None:
    resident.get("/how-it-stands/")
    assert "Your code is on the page where you sent it in" in resident.words
    without = resident.words.split("I have no code")[1]
    number = phone_of(Council.objects.get(pk=2))
    assert number and f'href="tel:{dialled(number)}"' in resident.page.split("I have no code")[1]
    assert "we tell you how it is going by phone" in without and "give your reference" in without


def test_how_it_stands_leads_to_the_council_whose_reference_it_is(resident: Resident, town: Any) -> None:
    reference, code = sent(resident, town.mill_lane)
    elsewhere = Resident("charnwood.localhost")
    elsewhere.send("/how-it-stands/", reference=reference, code=code)
    assert "That is Harborough District Council’s" in elsewhere.words and "Mill Lane" not in elsewhere.words
    there = re.search(r'href="http://harborough\.localhost[^"/]*(/how-it-stands/[^"]+)"', elsewhere.page)
    assert there and f'value="{reference}"' in Resident().get(unescape(there[1]))


def test_the_number_in_a_pages_address_is_the_runs(resident: Resident, town: Any) -> None:
    sent(resident, town.mill_lane)
    number = int(re.search(r"/form/(\d+)/", resident.path)[1])
    become("")
    told = replay(number)
    assert told and (told["run"], told["outcome"]) == (number, "case_opened")
    assert "Mill Lane" not in str(told)


def test_of_a_council_that_is_cut_off_nothing_is_told(resident: Resident, town: Any) -> None:
    reference, code = sent(resident, town.mill_lane)
    become("")
    sever_council(Council.objects.get(pk=2), reason="Test")
    become("public")
    in_force.forget()
    with transaction.atomic():
        assert case_by_code(reference, read_code(code), who="me") is None
    resident.send("/how-it-stands/", reference=reference, code=code)
    assert resident.status == 503 and "What you sent is kept" in resident.words and "Mill Lane" not in resident.words


def test_what_nobody_should_see_is_not_named_where_it_is_looked_up(resident: Resident, town: Any) -> None:
    reference, code = sent(resident, town.mill_lane)
    with seen_whole():
        Case.objects.filter(reference=reference).update(marks=["discreet"])
    _as_public()
    resident.send("/how-it-stands/", reference=reference, code=code)
    assert "<h1>What you told us</h1>" in resident.page and "Exit this page" in resident.words
    assert "Mill Lane" not in resident.words and "<title>Find a service" in resident.page.replace("\n", "")


def test_a_call_that_was_asked_for_about_what_nobody_should_see_is_not_named_either(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident.begin()
    monkeypatch.setattr(steps, "discreet", lambda script, values: True)
    resident.send(f"/form/{resident.run}/ring/", phone="07700 900123")
    with seen_whole():
        assert Case.objects.get(kind="ring-back").marks == ["discreet"]


def test_how_it_stands_is_told_by_the_code_also_once_an_agent_went_on_by_it(
    resident: Resident, town: Any, as_sam: Any,  # noqa: F811
) -> None:
    code = begun(resident, town.mill_lane)
    resident.send(f"/form/{resident.run}/ring/", phone="07700 900123")
    told = re.search(r"HB-\d+-[A-Z]", resident.words)
    assert told
    with as_sam():
        assert take_code(read_code(code), who="sam").state == "open"
    become("public")
    resident.send("/how-it-stands/", reference=told[0], code=code)
    assert "We are dealing with it" in resident.words
