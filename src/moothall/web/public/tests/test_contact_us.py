"""The switchboard on a council's own pages: who does it, with number and hours, or a message; nothing about staff."""
from __future__ import annotations

from typing import Any

import pytest

from moothall.scripts.on_the_web import may_be_followed
from moothall.scripts.packs import FOLDER
from moothall.scripts.tests.checked import loaded_once
from moothall.web.public import contexts
from moothall.web.public.tests.conftest import Resident

POSTCODE = "LE16 7ZZ"


@pytest.fixture
def asking(resident: Resident, monkeypatch: pytest.MonkeyPatch) -> Resident:
    monkeypatch.setattr(contexts, "GENERAL", "refuse")  # the town's one line
    resident.get("/")
    assert "Contact us or speak to somebody" in resident.words
    resident.begin("switchboard")
    return resident


def test_every_look_up_of_the_desk_alone_stays_there() -> None:
    script = loaded_once(FOLDER / "switchboard")[0].scripts[0].script
    assert may_be_followed(script)
    named = {step.call.name: step for step in script.steps if step.kind == "look_up" and step.call}
    for name in ("people", "person", "call_so_far"):
        assert any('channel == "phone"' in str(condition) for condition in named[name].conditions), name


def test_a_pothole_is_the_countys_with_its_number(asking: Resident, town: Any) -> None:
    for told in ("pothole", "potholes", POSTCODE, str(town.mill_lane)):
        asking.say(told)
    assert "/done/" in asking.path, (asking.path, asking.words)
    assert "Leicestershire County Council looks after that." in asking.words and "0116 232 3232" in asking.words
    assert "Hours: Monday to Friday" in asking.words


def test_what_is_ours_is_rung_about_with_number_and_hours(asking: Resident, town: Any) -> None:
    for told in ("planning", "planning", POSTCODE, str(town.mill_lane), "ring"):
        asking.say(told)
    assert "Ring us and say what it is about: Planning and building control." in asking.words
    assert 'class="ring-number"' in asking.page
    asking.say("said")
    assert "You needn’t know a name" in asking.words
    assert "reference" not in asking.words


def test_a_message_is_left_for_the_team_and_nobody_is_confirmed(asking: Resident, town: Any, world: Any) -> None:
    """A name that works here and one that nobody has lead the same way, with the same words."""
    ways = []
    for name in ("Suresh Mallick", "Zebedee Quill"):
        asking.begin("switchboard")
        asking.say(name)
        ways.append((asking.step, asking.words.replace(name, "")))
        assert "by name" not in asking.words
    assert ways[0] == ways[1] and ways[0][0] == "message_about", "nor a list of none to choose from"
    for told in ("Is Suresh there?", "Ann Bird", "07700 900123"):
        asking.say(told)
    assert asking.path.endswith("/check/")
    asking.send(asking.path, seen=asking.seen)
    assert "Your reference" in asking.words and "We have your message" in asking.words, asking.words
    assert "Somebody gets back to you by noon on the next working day." in asking.words


@pytest.mark.parametrize(
    ("said", "subject", "words"),
    [
        ("I want to die", "suicide", "Samaritans on 116 123"),
        ("my husband hits me", "abuse", "0808 2000 247"),
    ],
)
def test_danger_names_whom_to_ring_and_has_a_way_out_of_the_page(
    asking: Resident, said: str, subject: str, words: str
) -> None:
    asking.say(said)
    assert "Exit this page" in asking.words
    asking.say(subject)
    assert words in asking.words and "ring 999" in asking.words and "Exit this page" in asking.words
    assert "We have your message" not in asking.words


def test_nowhere_to_sleep_is_rung_now(asking: Resident, town: Any) -> None:
    for told in ("evicted", "homeless", POSTCODE, str(town.mill_lane)):
        asking.say(told)
    assert "Ring us" in asking.words and 'class="ring-number"' in asking.page
    asking.say("said")
    assert "Somebody will help you today" in asking.words
