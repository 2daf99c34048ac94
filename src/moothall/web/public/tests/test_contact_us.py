"""The switchboard on a council's own pages: who does it, with number and hours, or a message; nothing about staff."""
from __future__ import annotations

import re
from typing import Any

import pytest

from moothall.scripts import lookups_switchboard
from moothall.scripts.packs import FOLDER
from moothall.scripts.tests.checked import loaded_once
from moothall.scripts.web_scripts import may_be_followed
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
    for told in ("pothole", "potholes", "LE16 7ZZ"):
        asking.say(told)
    assert "/done/" in asking.path, (asking.path, asking.words)
    assert "Leicestershire County Council looks after that." in asking.words and "0116 232 3232" in asking.words
    assert "Hours: Monday to Friday" in asking.words
    asking.begin("switchboard")
    for told in ("school", "schools", ""):
        asking.say(told)
    assert "Leicestershire County Council looks after that." in asking.words, "without a postcode, by whose page it is"


def test_what_is_ours_is_rung_about_with_number_and_hours(asking: Resident, town: Any) -> None:
    for told in ("planning", "planning", POSTCODE, str(town.mill_lane), "ring"):
        asking.say(told)
    assert "Ring us and say what it is about: Planning and building control." in asking.words
    assert 'class="ring-number"' in asking.page
    assert "You needn’t know a name" in asking.words
    assert "reference" not in asking.words


def test_a_message_is_left_for_the_team_and_nobody_is_confirmed(asking: Resident, town: Any, world: Any) -> None:
    """A name that works here and one that nobody has lead the same way, with the same words."""
    ways = []
    for name in ("Suresh Mallick", "Zebedee Quill"):
        asking.begin("switchboard")
        asking.say(name)
        assert "We don’t know what that is about." in asking.words and "passes it to the right team" in asking.words
        asking.say("said")
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
    assert asking.words.index(words) < asking.words.index("Continue"), "before anything is asked"
    assert "press 55" in asking.words and "day and night" in asking.words
    asking.say("said")
    asking.say(subject)
    assert words in asking.words and "ring 999" in asking.words and "Exit this page" in asking.words
    assert "We have your message" not in asking.words


def test_nowhere_to_sleep_is_rung_now(asking: Resident, town: Any) -> None:
    for told in ("evicted", "said", "homeless"):
        asking.say(told)
    assert asking.step == "near" and "You can leave it empty" in asking.words
    asking.say("")
    assert "Somebody will help you today. You don’t need to fill in a form first." in asking.words
    assert 'class="ring-number"' in asking.page and "Shelter" in asking.words and "0808 800 4444" in asking.words
    asking.begin("switchboard")
    for told in ("evicted", "said", "homeless", "CV1 1AA"):
        asking.say(told)
    asking.send(asking.path, seen=asking.seen, value="CV1 1AA", sure="yes")
    assert "/done/" in asking.path, asking.words
    assert "any council must hear you" in asking.words and "gov.uk/find-local-council" in asking.page


def test_nobody_is_told_to_ring_a_closed_line(asking: Resident, town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups_switchboard, "responsible", lambda *_: None)
    monkeypatch.setattr(lookups_switchboard, "GENERAL", "refuse")
    for told in ("evicted", "said", "homeless", ""):
        asking.say(told)
    assert "Our telephone is closed now, but a council must help you, also at night." in asking.words
    assert "come to us" not in asking.words and "101" in asking.words and 'class="ring-number"' in asking.page


def test_what_can_be_done_here_is_offered_before_a_number(asking: Resident, town: Any) -> None:
    asking.say("missed bin")
    options = re.findall(r'name="value" type="radio" value="([^"]+)"', asking.page)
    assert options[0] == "do-missed-bin" and "refuse" in options, options
    asking.say("do-missed-bin")
    assert "You can do this here now" in asking.words
    (there,) = re.findall(r'class="govuk-button" role="button" href="([^"]+)">Missed bin<', asking.page)
    asking.get(there)
    assert "Missed bin" in asking.words
