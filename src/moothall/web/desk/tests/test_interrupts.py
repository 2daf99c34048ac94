"""What comes in the middle of anything at the desk, and leads back; boxes that are ticked."""
from __future__ import annotations

import re

import pytest

from moothall.contacts.models import Need
from moothall.lib import clock
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.packs import hash_of
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import hidden, words
from moothall.web.desk.tests.test_script import begin, first_choice, say

pytestmark = pytest.mark.usefixtures("scripts")


def interrupt(desk, shown, script, **other):
    return desk.act("interrupt", script=script, **({"seen": 1, "run": hidden(shown, "run")} | other))


def ticked(shown) -> list[str]:
    return re.findall(r'type="checkbox" name="value" value="([^"]+)" checked', shown.content.decode())


def test_a_complaint_in_the_middle_leads_back_to_the_very_step(desk):
    before = say(desk, begin(desk), "LE16 7AA")
    assert "Complaint" in words(before) and "Someone at risk Alt+Shift+R" in words(before)
    shown = interrupt(desk, before, "complaint")
    assert "When this is done, you go back to: missed bin." in words(shown)
    assert "What is it about?" in words(shown)
    for value in ("service", "no", "Nobody came", "", ""):
        shown = say(desk, shown, value)
    assert "have our answer by" in words(shown)
    ended = shown
    shown = say(desk, ended, "")
    assert [hidden(shown, name) for name in ("run", "step", "seen")] == [
        hidden(before, name) for name in ("run", "step", "seen")
    ]
    assert "2 Complaint (case opened)" in words(shown)
    again = say(desk, ended, "")  # Enter twice
    assert hidden(again, "seen") == hidden(before, "seen")


def test_what_they_gave_for_one_need_is_asked_about_and_not_asked_anew_for_the_next(desk):
    before = begin(desk)
    shown = interrupt(desk, before, "complaint")
    for value in ("service", "no", "Nobody came", "", "07700 900123", ""):
        shown = say(desk, shown, value)
    shown = interrupt(desk, shown, "complaint", seen=2)
    for value in ("service", "no", "And again", ""):
        shown = say(desk, shown, value)
    assert "Earlier in this call they gave 07700 900123" in words(shown)
    assert 'value="07700 900123"' in shown.content.decode()


def test_one_that_was_entered_by_mistake_is_left_at_once(desk):
    before = say(desk, begin(desk), "LE16 7AA")
    shown = interrupt(desk, before, "risk")
    assert "Go back to it now" in words(shown)
    shown = desk.act("switch", run=hidden(before, "run"))
    assert [hidden(shown, name) for name in ("run", "step")] == [hidden(before, name) for name in ("run", "step")]


def test_a_need_that_is_finished_is_not_begun_again_by_going_back_to_it(desk):
    """The main need ends while a complaint waits: a press on an older page, to go back to it, is nothing."""
    main = begin(desk)
    interrupt(desk, main, "complaint")
    with scope(System("load")):
        Need.objects.filter(kind="missed-bin", contact=desk.call).update(closed_at=clock.now(), outcome="resolved")
    shown = desk.ask("/desk/state/")
    assert "What is it about?" in words(shown) and "Go back to it now" not in words(shown)
    desk.act("switch", run=hidden(main, "run"))
    with scope(System("load")):
        assert Need.objects.filter(contact=desk.call).count() == 2


def test_what_the_public_cannot_follow_alone_is_given_no_code(desk):
    shown = interrupt(desk, begin(desk), "risk")
    assert "They want to go on by themselves" not in words(shown)
    assert desk.ask("/desk/code/give/", {"contact": desk.call, "run": hidden(shown, "run")}).status_code == 404


@pytest.mark.parametrize(("script", "outcome"), [("missed-bin", "mistaken"), ("risk", "broken_off")])
def test_a_mistake_and_what_nobody_should_hear_of_are_not_offered_again(desk, script, outcome):
    shown = begin(desk)
    if script == "risk":
        shown = interrupt(desk, shown, "risk")
    desk.hung_up()
    with scope(System("load")):
        need = Need.objects.get(kind=script, contact=desk.call)
    desk.act("finish", then="ready", **{f"outcome-{need.pk}": outcome})
    with scope(System("load")):
        assert Need.objects.get(pk=need.pk).outcome == outcome
        assert Run.objects.get(need=need).state == Run.State.DONE


def test_an_interrupt_pressed_twice_is_one_and_needs_no_script_to_interrupt(desk):
    desk.talk()
    shown = desk.act("interrupt", script="risk", seen=0)
    assert "in danger right now?" in words(shown)
    desk.act("interrupt", script="risk", seen=0)
    with scope(System("load")):
        assert Need.objects.filter(kind="risk").count() == 1
        assert Run.objects.filter(parent=None, need__kind="risk").count() == 1


def test_only_an_interrupt_is_entered_in_this_way_and_only_from_a_run_of_this_call(desk):
    shown = begin(desk)
    assert interrupt(desk, shown, "bin-days").status_code == 404
    assert desk.act("need", script="risk").status_code == 404
    other = desk.world.home["run"]
    assert interrupt(desk, shown, "risk", run=other).status_code == 404
    assert interrupt(desk, shown, "risk", run=2**62).status_code == 404


def test_several_boxes_are_one_answer_and_a_forged_one_is_refused_with_the_ticks_kept(desk):
    shown = interrupt(desk, begin(desk), "vulnerable")
    assert "(by itself)" in words(shown)
    refused = say(desk, shown, ["time", "everything"])
    assert words(refused).count("Choose what would help") == 2 and ticked(refused) == ["time"]
    refused = say(desk, shown, ["time", "none"])
    assert "Choose “None of these” by itself, or take its tick away" in words(refused)
    assert "Use 4,000 characters or fewer" in words(say(desk, shown, "x" * 5000))
    assert "Use 20,000 characters or fewer" in words(say(desk, shown, ["x" * 500_000] * 2))
    shown = say(desk, shown, ["print", "time", "time"])
    assert "What helps More time; Large print or another format" in words(shown)
    shown = desk.act("back", run=hidden(shown, "run"), step="needs")
    assert ticked(shown) == ["time", "print"]
    assert "If this changes" not in words(shown), "nothing later was answered yet"


def test_going_back_says_what_may_be_asked_again_and_what_stays(desk):
    shown = say(desk, begin(desk), "LE16 7AA")
    shown = say(desk, shown, first_choice(shown))
    shown = desk.act("back", run=hidden(shown, "run"), step="postcode")
    assert "If this changes, these may be asked again: Address." in words(shown)
    shown = interrupt(desk, shown, "vulnerable")
    for value in (["time", "visit"], ["none"], "yes"):
        shown = say(desk, shown, value)
    shown = desk.act("back", run=hidden(shown, "run"), step="needs")
    assert "If this changes, all other answers stay." in words(shown)


def test_an_end_offers_the_need_that_often_comes_next_and_begins_it_once(desk):
    text = """
script: tip
service: refuse
title: {en: The tip}
steps:
  - {end: OPEN, outcome: resolved, code: told, then: missed-bin, say: {en: It is open.}}
"""
    ScriptVersion.objects.create(hash=hash_of(text), pack="refuse", key="tip", text=text, published_at=clock.now())
    desk.talk()
    ended = desk.act("need", script="tip")
    assert "Finish, then: Missed bin" in words(ended)
    sent = {name: hidden(ended, name) for name in ("run", "step", "seen")}
    shown = desk.act("step", then="missed-bin", value="", **sent)
    assert "1 The tip (" in words(shown) and "2 Missed bin (now)" in words(shown)
    desk.act("step", then="missed-bin", value="", **sent)  # Enter twice
    with scope(System("load")):
        assert Need.objects.filter(kind="missed-bin", contact_id=desk.call).count() == 1
    later = desk.act("step", then="no-such", value="", **sent)
    assert later.status_code == 200, "a stale page begins nothing and shows what is"


def test_what_ends_with_nobody_told_by_us_is_not_called_handed_to_an_officer_and_its_pages_are_counted(desk):
    shown = interrupt(desk, begin(desk), "risk")
    steps = [words(shown)]
    for value in ("yes", "", ""):
        shown = say(desk, shown, value)
        steps.append(words(shown))
    assert [f"Step {number}" in each for number, each in enumerate(steps[:3], 1)] == [True] * 3
    assert "Someone at risk (others to be told, no case)" in steps[3] and "officer" not in steps[3]
