"""Back, at every question that was answered; and keys that say so where they can do nothing."""
from __future__ import annotations

import html
import json
import re

import pytest

from moothall.scripts.models import Run
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import hidden, words
from moothall.web.desk.tests.test_interrupts import interrupt
from moothall.web.desk.tests.test_script import begin, say
from moothall.web.keys import KEYS

pytestmark = pytest.mark.usefixtures("scripts")


def back(desk, shown):
    return desk.act("back", run=hidden(shown, "run"))


def test_who_took_somebody_for_in_danger_by_mistake_comes_back_and_goes_the_other_way(desk):
    """Nothing that was said stands on the page, and Back is there all the same."""
    before = say(desk, begin(desk), "LE16 7AA")
    first = interrupt(desk, before, "risk")
    assert "Back a step" not in words(first)
    place = say(desk, first, "yes")
    assert hidden(place, "step") == "place" and "Back a step" in words(place) and "So far" not in words(place)
    end = say(desk, place, "")
    assert "Back a step" in words(end)
    again = back(desk, back(desk, end))
    assert hidden(again, "step") == "danger"
    assert re.search(r'value="yes" checked', again.content.decode()), "what was chosen stays until it is changed"
    other = say(desk, again, "no")
    assert hidden(other, "step") == "who" and "Back a step" in words(other)
    listened = say(desk, say(desk, other, "themselves"), "no")
    assert "Samaritans" in words(listened)
    assert hidden(back(desk, listened), "step") == "plan"


def test_back_stands_wherever_something_was_answered_until_an_effect_seals_it(desk):
    """The page offers it, and the act does it, at the same steps."""
    shown = begin(desk)
    for _ in range(20):
        with scope(System("load")):
            answered = bool(Run.objects.get(pk=hidden(shown, "run")).answers)
        offered = "Back a step" in words(shown)
        assert offered == (answered and "Your reference is" not in words(shown))
        if "Finish this need" in words(shown):
            return
        if offered:
            assert hidden(back(desk, shown), "step") != hidden(shown, "step")
            shown = say(desk, desk.ask("/desk/state/"), _same(desk, shown))
        shown = say(desk, shown, _first(shown))
    raise AssertionError(words(shown))


def _same(desk, shown) -> str:
    """What was answered to the question that is asked again."""
    again = desk.ask("/desk/state/")
    with scope(System("load")):
        kept = Run.objects.get(pk=hidden(shown, "run")).answers[hidden(again, "step")]["value"]
    return "" if kept is None else str(kept)


def _first(shown) -> str:
    page = shown.content.decode()
    if hidden(shown, "step") == "postcode":
        return "LE16 7AA"
    return re.findall(r'name="value" value="([^"]+)"', page)[0] if 'type="radio"' in page else ""


def test_a_key_that_can_do_nothing_has_words_for_it(desk):
    page = begin(desk).content.decode()
    told = json.loads(html.unescape(re.search(r"data-keys='([^']*)'", page)[1]))
    assert told == {key.code: {"act": key.act, "idle": key.idle} for key in KEYS if key.code}
    assert all(each["idle"] for each in told.values())
    assert {key.act for key in KEYS if key.code and key.idle == type(key).idle} <= {"find"}, "its own words"


def test_where_enter_makes_a_new_line_the_button_names_the_key_that_goes_on(desk):
    shown = interrupt(desk, begin(desk), "complaint")
    assert "Next Enter" in words(shown)
    shown = say(desk, say(desk, shown, "service"), "no")
    assert "<textarea" in shown.content.decode().split('action="/desk/step/"')[1].split("</form>")[0]
    assert "Next Ctrl+Enter" in words(shown)
