"""An agreement is begun by a few choices: the draft has plain shares, is sound, and is its councils' alone."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from moothall.agreements.check import check_text
from moothall.agreements.models import AgreementVersion
from moothall.agreements.register import register_from_database
from moothall.lib import clock
from moothall.people.models import Person

PAGE = "/agreements/begin/"
FIRST = clock.now().date() + timedelta(days=2)
CHOSEN: dict[str, Any] = {
    "name": "Welland hub", "form": "hub_and_client", "councils": ["E07000130", "E07000131"], "hub": "E07000130",
    "services": ["refuse", "first-contact"], "open": "9:00 to 17:00", "answered_within_s": "45", "for_percent": "80",
    "starts": FIRST.isoformat(), "ends": (FIRST + timedelta(days=365)).isoformat(),
}


@pytest.fixture
def manager(world: Any, as_web: None) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=world.jo))
    return client


@pytest.mark.parametrize(
    ("form", "share", "team"),
    [("hub_and_client", "front-harborough", "charnwood-contact-centre"),
     ("many_together", "front.harborough", "welland-hub-pool")],
)  # fmt: skip
def test_a_few_choices_make_a_sound_draft_of_plain_shares(manager: Client, form: str, share: str, team: str) -> None:
    made = manager.post(PAGE, CHOSEN | {"form": form})
    assert (made.status_code, made["Location"]) == (302, "/agreements/welland-hub/1/edit/"), made.content.decode()
    version = AgreementVersion.objects.get(agreement__slug="welland-hub")
    assert (version.state, version.parties) == ("draft", [1, 2])
    assert "macros:" not in version.text and "From the macro “front”" in version.text
    checked = check_text(version.text, register=register_from_database())
    assert checked.sound, checked.findings
    assert version.shares.get(key=share).team.slug == team
    assert manager.get("/agreements/welland-hub/1/edit/").status_code == 200
    again = manager.post(PAGE, CHOSEN)
    assert again.status_code == 422 and "There is an agreement of that name already" in again.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Enter a name"), ({"name": "!!!"}, "with letters or digits"),
        ({"name": "Begin"}, "with letters"), ({"hub": ""}, "Choose whose contact centre answers"),
        ({"hub": "E99"}, "from the list"), ({"services": []}, "at least one service"),
        ({"councils": ["E07000131"], "form": "many_together"}, "at least two councils"),
        ({"councils": ["E07000130", "E07000194"]}, "your own council too"), ({"open": "nine"}, "two times"),
        ({"open": "17:00-09:00"}, "17:00"), ({"open": "25:00-26:00"}, "25:00"), ({"for_percent": "101"}, "100"),
        ({"ends": FIRST.isoformat()}, "must come after"), ({"starts": "2020-01-01"}, "must begin after today"),
        ({"councils": ["P00000001", "E07000131"]}, "from the list"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_what_was_chosen_stays(manager: Client, wrong: dict[str, Any], words: str) -> None:
    page = manager.post(PAGE, CHOSEN | wrong)
    text = page.content.decode()
    assert page.status_code == 422 and words in text, text
    assert 'value="45"' in text and not AgreementVersion.objects.filter(agreement__slug="welland-hub").exists()


@pytest.mark.parametrize("name", ["sam", "priya", "lee", "kit"])
def test_only_a_councils_manager_begins_one(world: Any, as_web: None, name: str) -> None:
    client = Client()
    client.force_login(Person.objects.get(pk=getattr(world, name)))
    assert client.get(PAGE).status_code == client.post(PAGE, CHOSEN).status_code == 404


def test_the_list_leads_there(manager: Client) -> None:
    assert b'href="/agreements/begin/"' in manager.get("/agreements/").content
    assert b"Begin an agreement</h1>" in manager.get(PAGE).content
