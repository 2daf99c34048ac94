"""Who must not be seen reading a page can leave it at once, and its title tells nobody what it is about."""
from __future__ import annotations

from typing import Any

import pytest

from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_moving import walked

NEUTRAL = "Find a service – Harborough District Council</title>"


def hidden(page: str) -> bool:
    """Whether the way out is there, as a link that needs no JavaScript and as one for the keyboard, and the title is
    neutral: all or none."""
    told = ["govuk-js-exit-this-page-button" in page, "govuk-js-exit-this-page-skiplink" in page, NEUTRAL in page]
    assert len(set(told)) == 1, told
    assert not told[0] or page.count('href="https://www.bbc.co.uk/weather"') == 2
    return told[0]


def test_who_moves_for_fear_can_leave_each_page_from_the_question_on(resident: Resident) -> None:
    assert not hidden(resident.begin("moving"))
    assert hidden(resident.say("out")), "the question whether somebody mustn't learn of it"
    assert hidden(resident.say("yes")) and hidden(resident.say("A. B."))
    step = resident.path
    assert hidden(resident.say("")), "also where something is wrong"
    for page in ("saved", "ring", "send-code"):
        assert hidden(resident.get(f"/form/{resident.run}/{page}/")), page
    resident.get(step)
    assert hidden(resident.say("a.b@example.org")) and resident.path.endswith("/check/")
    assert hidden(resident.get(f"/form/{resident.run}/q/safe_name/")), "an answer that is changed"
    resident.get(f"/form/{resident.run}/check/")
    assert hidden(resident.send(resident.path, seen=resident.seen)) and resident.path.endswith("/done/")


def test_other_moves_have_an_ordinary_title_once_that_is_answered(resident: Resident) -> None:
    resident.begin("moving")
    resident.say("out")
    assert not hidden(resident.say("no"))
    assert hidden(resident.get(f"/form/{resident.run}/q/secret/")), "asked again, it may be answered otherwise"


@pytest.mark.parametrize("script", ["missed-bin", "bulky-collection"])
def test_ordinary_scripts_have_none(resident: Resident, script: str) -> None:
    assert not hidden(resident.get(f"/do/{script}/")) and not hidden(resident.begin(script))


def test_a_whole_script_can_be_so_from_its_first_page(resident: Resident, monkeypatch: Any) -> None:
    from moothall.web.public import offers

    monkeypatch.setattr(offers, "discreet", lambda script, values: script.key == "missed-bin")
    assert hidden(resident.get("/do/missed-bin/")) and not hidden(resident.get("/do/bin-days/"))


def test_the_walk_of_an_ordinary_move_is_as_before(resident: Resident, town: Any) -> None:
    walked(resident, what="out", at_property=str(town.mill_lane))
    assert resident.path.endswith("/check/") and not hidden(resident.page)
