"""An agreement is begun by a few choices: the draft has plain shares, is sound, and is its councils' alone."""
from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from moothall.agreements.actions import load_version
from moothall.agreements.check import check_text
from moothall.agreements.conflicts import conflicts_of
from moothall.agreements.models import AgreementVersion
from moothall.agreements.register import register_from_database
from moothall.agreements.tests.texts import changed
from moothall.domain.calendar import wall_clock
from moothall.domain.responsibility.times import day_words
from moothall.lib import clock
from moothall.onboarding.models import ChosenService, PlannedLine
from moothall.people.models import Person
from moothall.tenancy.models import Service
from moothall.web.configure.begin_form import BeginForm

PAGE = "/agreements/begin/"
FIRST = wall_clock(clock.now())[0] + timedelta(days=2)
CHOSEN: dict[str, Any] = {
    "name": "Welland hub", "form": "hub_and_client", "councils": ["E07000130", "E07000131"], "hub": "E07000130",
    "services": ["garden", "first-contact"], "open": "9:00 to 17:00", "answered_within_s": "45", "for_percent": "80",
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
     ("many_together", "front-harborough", "welland-hub-pool")],
)  # fmt: skip
def test_a_few_choices_make_a_sound_draft_of_plain_shares(manager: Client, form: str, share: str, team: str) -> None:
    made = manager.post(PAGE, CHOSEN | {"form": form})
    assert (made.status_code, made["Location"]) == (302, "/agreements/welland-hub/1/edit/"), made.content.decode()
    version = AgreementVersion.objects.get(agreement__slug="welland-hub")
    assert (version.state, version.parties) == ("draft", [1, 2])
    assert "macros:" not in version.text
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


@pytest.fixture
def onboarded(world: Any) -> None:
    """What Harborough chose on its way to live, and Lichfield, which isn't Jo's to read."""
    for council, slug in ((2, "garden"), (2, "refuse"), (13, "first-contact")):
        service = Service.objects.get(slug=slug)
        ChosenService.objects.create(council_id=council, service=service, chosen_at=clock.now())
        number = f"7{council:02}{service.number}"
        PlannedLine.objects.create(council_id=council, service=service, number=number, greeting="Hello, {agent} here",
                                   public_number=f"+441632{number}", name=f"Line of {slug}")  # fmt: skip


def drafted(manager: Client, **more: Any) -> AgreementVersion:
    made = manager.post(PAGE, CHOSEN | more)
    assert made.status_code == 302, made.content.decode()
    version = AgreementVersion.objects.get(agreement__slug="welland-hub")
    checked = check_text(version.text, register=register_from_database())
    assert checked.sound, checked.findings
    assert not conflicts_of(version, clock.now())
    return version


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="services" value="([a-z-]+)"[^>]*checked', page))


def test_what_the_council_chose_on_its_way_to_live_is_taken_over(onboarded: None, manager: Client) -> None:
    page = manager.get(PAGE).content.decode()
    assert ticked(page) == {"garden", "refuse"}
    assert "Harborough chose on its way to live" in page and "Line of garden (702" in page and "(713" not in page
    version = drafted(manager, services=["garden"])
    (line,) = version.lines.all()
    assert (line.council_id, line.service.slug, line.name) == (2, "garden", "Line of garden")
    assert line.number.startswith("702") and line.public_number == f"+441632{line.number}"
    assert line.greeting == "Hello, {agent} here"
    edit = manager.get("/agreements/welland-hub/1/edit/?begun=1").content.decode()
    assert "(Line of refuse) is left out: its service isn’t answered here." in edit


def test_what_another_agreement_says_is_asked_about_first(world: Any, onboarded: None, manager: Client) -> None:
    page = manager.post(PAGE, CHOSEN | {"services": ["garden", "refuse"]})
    text = page.content.decode()
    assert page.status_code == 422 and not AgreementVersion.objects.filter(agreement__slug="welland-hub").exists()
    assert "“Test hub”, version 1 (Charnwood and Harborough, " in text
    assert "already says who answers Harborough’s calls about" in text
    held = AgreementVersion.objects.get(pk=world.version)
    assert f"It begins on {day_words(free_from(held))}, when that agreement ends" in text
    assert "What this agreement does about it" in text


def free_from(version: AgreementVersion) -> date:
    return wall_clock(version.ends)[0] + timedelta(days=1)


def test_it_begins_when_the_other_ends_and_says_so(world: Any, onboarded: None, manager: Client) -> None:
    version = drafted(manager, services=["garden", "refuse"], beside="later")
    held = AgreementVersion.objects.get(pk=world.version)
    assert wall_clock(version.starts) == (free_from(held), 0) and version.lines.count() == 2
    edit = manager.get("/agreements/welland-hub/1/edit/?begun=1").content.decode()
    assert "It begins when “Test hub”, version 1" in edit and "Drafted" in edit
    assert "Drafted" not in manager.get("/agreements/welland-hub/1/edit/").content.decode()


def test_it_goes_on_for_as_long_where_the_other_ends_after_it(world: Any, manager: Client) -> None:
    version = drafted(manager, services=["refuse"], beside="later", ends=(FIRST + timedelta(days=100)).isoformat())
    assert wall_clock(version.ends)[0] - wall_clock(version.starts)[0] == timedelta(days=100)


def test_it_leaves_out_what_the_other_says_and_says_so(world: Any, onboarded: None, manager: Client) -> None:
    version = drafted(manager, services=["garden", "refuse"], beside="without")
    assert wall_clock(version.starts)[0] == FIRST
    refuse = Service.objects.get(slug="refuse").number
    served = {(share.client_id, share.function) for share in version.shares.all() if refuse in share.body["services"]}
    assert served == {(1, "answer"), (1, "resolve")}, "Harborough's is the other's"
    assert [line.service.slug for line in version.lines.all()] == ["garden"]
    edit = manager.get("/agreements/welland-hub/1/edit/?begun=1").content.decode()
    assert "Left out: “Test hub”, version 1" in edit


def test_it_is_not_begun_where_nothing_would_be_left(world: Any) -> None:
    """Lichfield's bins are answered by one agreement, Harborough's by another."""
    days = (("from: 2026-09-01", f"from: {FIRST}"), ("to: 2027-09-01", f"to: {FIRST + timedelta(days=600)}"))
    load_version(changed(*days), in_force=True)
    client = Client()
    client.force_login(Person.objects.get(pk=world.jo))
    asked = {"form": "many_together", "councils": ["E07000131", "E07000194"], "services": ["refuse"]}
    page = client.post(PAGE, CHOSEN | asked | {"beside": "without"})
    text = page.content.decode()
    assert page.status_code == 422 and "Nothing would be left to answer" in text
    assert "“Small agreement”, version 1 (Charnwood and Lichfield" in text and "“Test hub”, version 1" in text
    assert client.post(PAGE, CHOSEN | asked | {"beside": "later"}).status_code == 302
    begun = AgreementVersion.objects.get(agreement__slug="welland-hub")
    assert wall_clock(begun.starts)[0] == FIRST + timedelta(days=600), "after the one that ends last"


@pytest.mark.parametrize(("day", "ends"), [
    ((2027, 3, 29), "2028-03-30"), ((2026, 12, 30), "2027-12-31"), ((2028, 2, 28), "2029-02-28"),
])  # fmt: skip
def test_a_whole_year_is_proposed_at_a_months_end_too(
    manager: Client, day: tuple[int, int, int], ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins tomorrow, and its first day without it is the same day a year on."""
    monkeypatch.setattr(clock, "now", lambda: datetime(*day, 12, tzinfo=UTC))
    form = BeginForm(None, register=register_from_database(), managed=[2])
    assert form.initial["ends"] == ends


@pytest.mark.parametrize("name", ["sam", "priya", "lee", "kit"])
def test_only_a_councils_manager_begins_one(world: Any, as_web: None, name: str) -> None:
    client = Client()
    client.force_login(Person.objects.get(pk=getattr(world, name)))
    assert client.get(PAGE).status_code == client.post(PAGE, CHOSEN).status_code == 404


def test_the_list_leads_there(manager: Client) -> None:
    assert b'href="/agreements/begin/"' in manager.get("/agreements/").content
    assert b"Begin an agreement</h1>" in manager.get(PAGE).content
