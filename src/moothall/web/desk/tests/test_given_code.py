"""A script that is given away by a code: it is the caller's then, on the web, and comes back by its code alone."""
from __future__ import annotations

import re
from datetime import timedelta

import pytest

from moothall.contacts.models import Need
from moothall.lib import clock
from moothall.scripts.left_runs import resume_run
from moothall.scripts.models import Run
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import hidden, words
from moothall.web.desk.tests.test_interrupts import interrupt
from moothall.web.desk.tests.test_script import begin, say

pytestmark = pytest.mark.usefixtures("scripts")
TAB = "Missed bin (they go on with it on the web)"
REFUSED = "That didn’t go through They go on with that by themselves on the web"


def give(desk, shown) -> str:
    """The code that is to be read out; the page must be that of the code."""
    told = desk.ask("/desk/code/give/", {"contact": desk.call, "run": hidden(shown, "run")})
    found = re.search(r"Their code is <b>([^<]+)</b>", told.content.decode())
    assert found, words(told)
    return found[1]


def take(desk, code: str):
    return desk.ask("/desk/code/take/", {"contact": desk.call, "code": code})


def suggested(page) -> list[str]:
    return re.findall(r'<option value="([^"]+)" selected>', page.content.decode())


def test_a_script_that_is_given_away_is_closed_here_and_the_other_need_comes_after_the_code(desk):
    given = say(desk, begin(desk), "LE16 7AA")
    interrupt(desk, given, "complaint")
    desk.act("switch", run=hidden(given, "run"))
    told = desk.ask("/desk/code/give/", {"contact": desk.call, "run": hidden(given, "run")})
    assert "Your code is" in words(told) and TAB in words(told)
    assert "What is it about?" not in words(told), "two things to say at once"
    other = re.search(r'name="run" value="([0-9]+)">\s*<p>They go on', told.content.decode())
    assert other and "Go on with complaint" in words(told)
    shown = desk.act("switch", run=other[1])
    assert "What is it about?" in words(shown) and "Go back to it now" not in words(shown)
    for act, more in (("step", {"step": "which_home", "seen": 9, "value": "1"}), ("back", {}), ("switch", {}),
                      ("code/give", {}), ("comment", {"step": "which_home", "text": "Wrong"})):  # fmt: skip
        refused = desk.act(act, run=hidden(given, "run"), **more)
        assert REFUSED in words(refused), act
        assert "What is it about?" in words(refused), act
    with scope(System("load")):
        assert Run.objects.get(pk=hidden(given, "run")).state == Run.State.GIVEN


def test_who_is_at_risk_is_dealt_with_whatever_was_given_away(desk):
    shown = begin(desk)
    give(desk, shown)
    assert "Is anybody" in words(interrupt(desk, shown, "risk")) and TAB in words(desk.ask("/desk/state/"))


def test_what_they_went_on_with_on_the_web_is_taken_back_by_its_code_alone(desk):
    shown = begin(desk)
    give(desk, shown)
    with scope(System("load")):
        resume_run(Run.objects.get(pk=hidden(shown, "run")))
    refused = say(desk, shown, "LE16 7AA")
    assert REFUSED in words(refused) and TAB in words(refused)
    assert REFUSED in words(desk.act("switch", run=hidden(shown, "run")))
    with scope(System("load")):
        assert Run.objects.get(pk=hidden(shown, "run")).channel == "web"


def test_two_of_one_kind_are_each_brought_back_to_their_own_need(desk):
    first = begin(desk)
    codes = [give(desk, first)]
    second = desk.act("need", script="missed-bin", seen=1)
    codes.append(give(desk, second))
    with scope(System("load")):
        needs = list(Need.objects.filter(contact=desk.call).order_by("pk").values_list("pk", flat=True))
        resume_run(Run.objects.get(pk=hidden(first, "run")))
        resume_run(Run.objects.get(pk=hidden(second, "run")))
    take(desk, codes[1])
    with scope(System("load")):
        assert Run.objects.get(pk=hidden(second, "run")).need_id == needs[1]
        assert Need.objects.filter(contact=desk.call).count() == 2
    assert f"1 {TAB} " in words(desk.ask("/desk/state/"))


def test_at_wrap_up_what_was_given_away_was_told_how_and_is_not_to_be_taken_up_until_the_code_ran_out(desk):
    taken = begin(desk)
    give(desk, taken)
    kept = desk.act("need", script="missed-bin", seen=1)
    give(desk, kept)
    desk.act("need", script="missed-bin", seen=2)
    with scope(System("load")):
        resume_run(Run.objects.get(pk=hidden(taken, "run")))
        Need.objects.filter(contact=desk.call).update(outcome="")
        Need.objects.filter(runs=hidden(kept, "run")).update(outcome="resolved")  # at its end, and then gone back
    desk.hung_up()
    assert suggested(desk.ask("/desk/state/")) == ["signposted", "signposted", "broken_off"]
    desk.act("finish", notes="", then="ready")
    page = words(desk.ask("/desk/", whole=True))
    assert "To take up again (1)" in page
    assert desk.ask("/desk/again/", {"contact": desk.call, "run": hidden(kept, "run")}, whole=True).status_code == 409
    with scope(System("load")):
        Run.objects.filter(pk=hidden(kept, "run")).update(changed_at=clock.now() - timedelta(days=7, minutes=1))
    assert "To take up again (2)" in words(desk.ask("/desk/", whole=True))
    again = desk.ask("/desk/again/", {"contact": desk.call, "run": hidden(kept, "run")}, whole=True)
    assert again.status_code == 302 and again["Location"].endswith(f"/desk/again/{hidden(kept, 'run')}/")
