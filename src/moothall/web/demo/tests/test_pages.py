"""The demo's pages: signing in as one of the cast, playing the caller, and never outside a demo."""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from moothall.contacts.models import Contact
from moothall.demo.cards import cards, emails
from moothall.demo.personas import personas
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Person
from moothall.telephony import callers
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.demo import contexts

ROOT = Path(__file__).resolve().parents[5]
SAM = "sam@charnwood.example"
OURS = {"origin": "http://testserver"}


@pytest.fixture
def named_sam(world: Any) -> Any:
    """The tests' Sam under the address that the demo's card names."""
    Person.objects.filter(pk=world.sam).update(email=SAM)
    return world


@pytest.fixture
def exchange(settings: Any) -> Iterator[str]:
    """A real exchange, its callers' port set as the demo's."""
    command = [sys.executable, "-m", "simulators.exchange", "--csta-port", "0", "--callers-port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    assert process.stdout
    settings.EXCHANGE_CALLERS = f"127.0.0.1:{json.loads(process.stdout.readline())['callers']}"
    yield settings.EXCHANGE_CALLERS
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number leads to council 2's bins, whatever agreement is loaded."""
    line = SimpleNamespace(council=2, service=524, name="Bins line")
    monkeypatch.setattr(contexts.agreements, "line", lambda number: line)


def test_the_first_page_offers_everybody(world: Any, as_web: None) -> None:
    page = Client(headers=OURS).get("/demo/").content.decode()
    for card in cards():
        assert card.who in page
        assert not card.email or f'value="{card.email}"' in page
    assert page.count("button--main") == 1
    assert "://harborough." in page


def test_opening_as_sam_is_a_real_sign_in(named_sam: Any, as_web: None) -> None:
    client = Client(headers=OURS)
    assert client.post("/demo/open-as/", {"who": SAM}).status_code == 302
    assert int(client.session["_auth_user_id"]) == named_sam.sam


def test_what_another_site_sends_signs_nobody_in(named_sam: Any, as_web: None) -> None:
    for headers in ({}, {"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site", **OURS}):
        client = Client(enforce_csrf_checks=True, headers=headers)
        assert client.post("/demo/open-as/", {"who": SAM}).status_code == 403
        assert "_auth_user_id" not in client.session


def test_the_page_signs_somebody_in_again_and_again(named_sam: Any, as_web: None) -> None:
    """A sign-in renews the token that the page's forms hold: the next one from the same page goes through all the same,
    and a call can be placed from a page that is older than the sign-in."""
    client = Client(enforce_csrf_checks=True, headers=OURS)
    client.get("/demo/")
    for _ in range(2):
        assert client.post("/demo/open-as/", {"who": SAM}).status_code == 302
    assert client.post("/demo/ring/", {"who": "nobody"}).status_code == 200


@pytest.mark.parametrize("who", ["", "olive@example.test", "SAM@CHARNWOOD.EXAMPLE", "' OR 1=1 --"])
def test_nobody_else_is_signed_in(named_sam: Any, as_web: None, who: str) -> None:
    client = Client(headers=OURS)
    assert client.post("/demo/open-as/", {"who": who}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_person_who_left_is_not_signed_in(named_sam: Any, as_role: Any) -> None:
    Person.objects.filter(pk=named_sam.sam).update(is_active=False)
    with as_role("web"):
        assert Client(headers=OURS).post("/demo/open-as/", {"who": SAM}).status_code == 404


@pytest.mark.parametrize("path", ["/demo/", "/demo/ring/", "/demo/how/", "/demo/ring/ana/1/"])
def test_outside_a_demo_there_is_nothing(world: Any, as_web: None, settings: Any, path: str) -> None:
    settings.DEMO = False
    assert Client(headers=OURS).get(path).status_code == 404
    assert Client(headers=OURS).post("/demo/open-as/", {"who": SAM}).status_code == 404


def test_every_email_of_a_card_is_somebody_of_the_cast() -> None:
    from moothall.demo.sources import read_yaml

    assert emails() <= {person["email"] for person in read_yaml("people.yaml")["people"]}


def test_a_call_is_placed_and_told_step_by_step(world: Any, as_web: None, exchange: str, a_line: None) -> None:
    client = Client(headers=OURS)
    placed = client.post("/demo/ring/", {"who": "ana", "patience": "60"})
    address = placed["Location"]
    assert address.startswith("/demo/ring/ana/")
    page = client.get(address).content.decode()
    assert "You are Ana Kowalska" in page
    assert personas()[0].says[0].say.replace("'", "&#39;") in page
    assert 'hx-trigger="every 1s"' in page
    call = address.rstrip("/").rsplit("/", 1)[1]
    assert callers.status(exchange, call).to == "5001"

    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Waiting" in fragment

    over = client.post(f"{address}hang-up/", {"said": "2"}, follow=True)
    assert over.redirect_chain[-1][0] == f"{address}?said=2"
    assert callers.status(exchange, call).state == "ended"
    assert "Ring again" in over.content.decode()
    assert "every 1s" not in over.content.decode()


def test_a_withheld_number_reaches_the_exchange_as_withheld(
    world: Any, as_web: None, exchange: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(callers, "place", lambda address, **given: asked.append(given) or "1")
    Client(headers=OURS).post("/demo/ring/", {"who": "withheld", "patience": "120"})
    assert asked == [{"to": "5001", "caller": "withheld", "patience": 120}]


def test_without_an_exchange_the_page_says_so(world: Any, as_web: None, settings: Any) -> None:
    settings.EXCHANGE_CALLERS = "127.0.0.1:1"
    page = Client(headers=OURS).post("/demo/ring/", {"who": "ana", "patience": "60"}).content.decode()
    assert "The exchange isn’t answering" in page
    assert 'value="ana"' in page


@pytest.mark.parametrize("sent", [{}, {"who": "nobody", "patience": "60"}, {"who": "ana", "patience": "9999999"}])
def test_a_wrong_form_says_what_to_do(world: Any, as_web: None, sent: dict[str, str]) -> None:
    page = Client(headers=OURS).post("/demo/ring/", sent).content.decode()
    assert "There is a problem" in page
    assert "Choose " in page


def test_the_story_is_told_with_its_times(world: Any, as_role: Any, a_line: None, settings: Any) -> None:
    settings.EXCHANGE_CALLERS = "127.0.0.1:1"
    with scope(System("load")):
        offered = clock.now() - timedelta(milliseconds=40)
        contact = Contact.objects.create(
            council_id=2, service_id=524, line="5001", call_key="told-1", state="answered", offered_at=offered,
            share_id=world.share, answer_within_s=45,
        )
        where = {"council": 2, "service": 524, "contact": contact.pk}
        write("contact.offer", **where, body={"line": "5001"})
        write("offer.make", **where, body={"person": world.sam, "offer": 1})
        write("contact.answer", **where, body={"person": world.sam, "waited_ms": 40})
    with as_role("web"):
        page = Client(headers=OURS).get("/demo/ring/ana/told-1/").content.decode()
    assert "Call for Harborough bins and recycling" in page
    assert "Promise: answered within 45 s" in page
    assert "Rings at Sam’s desk" in page
    assert "Sam answered" in page
    assert " ms</span>" in page


def test_who_waits_hears_how_many_wait_longer(world: Any, as_role: Any, a_line: None, monkeypatch: Any) -> None:
    status = callers.CallStatus("told-3", "waiting", "5001", "", "", 9.0, 9.0, "")
    monkeypatch.setattr(callers, "status", lambda address, call: status)
    with scope(System("load")):
        for number in (1, 2, 3):
            Contact.objects.create(
                council_id=2, service_id=524, line="5001", call_key=f"told-{number}", state="waiting",
                offered_at=clock.now() - timedelta(seconds=10 - number),
            )
    with as_role("web"):
        assert "You are number 3 in the queue." in Client(headers=OURS).get("/demo/ring/ana/told-3/").content.decode()
        assert "You are next." in Client(headers=OURS).get("/demo/ring/ana/told-1/").content.decode()


@pytest.mark.parametrize("said", ["-1", "99999999999999999999", "x", "<script>", "٣"])
def test_any_count_of_sayings_is_taken(world: Any, as_web: None, a_line: None, settings: Any, said: str) -> None:
    settings.EXCHANGE_CALLERS = "127.0.0.1:1"
    answer = Client(headers=OURS).get("/demo/ring/ana/none/", {"said": said})
    assert answer.status_code == 200
    assert b"<script>" not in answer.content.replace(b"<script ", b"")


def test_nobody_we_know_is_a_404(world: Any, as_web: None) -> None:
    assert Client(headers=OURS).get("/demo/ring/nobody/1/").status_code == 404
