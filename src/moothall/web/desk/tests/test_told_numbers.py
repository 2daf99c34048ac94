"""The numbers that a step tells to ring: the call goes on to them from the desk, and to no other number."""
from __future__ import annotations

from types import SimpleNamespace

import pytest

from moothall.domain.interview.model import Asked, Step, Words
from moothall.queueing.models import Passing, RouterState
from moothall.scripts.numbers_told import NumberTold, numbers_told
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import words
from moothall.web.desk.tests.test_interrupts import interrupt
from moothall.web.desk.tests.test_passing import PANEL, ask
from moothall.web.desk.tests.test_script import begin, say

HELPLINE = "number-08082000247"


@pytest.fixture
def helpline(desk, scripts):
    """Sam's caller is hurt at home: the step tells the helpline's number, which stands in no directory."""
    RouterState.objects.update(handles_calls=True)
    shown = interrupt(desk, begin(desk), "risk")
    for value in ("no", "abuse", "yes"):
        shown = say(desk, shown, value)
    assert "0808 2000 247" in words(shown)
    return shown


def test_the_step_offers_it_and_the_panel_has_it_chosen(desk, helpline):
    page = helpline.content.decode()
    assert f'receiver={HELPLINE}" data-opens="pass-on"' in page
    assert "Put them through to 0808 2000 247" in words(helpline)
    shown = desk.ask(PANEL.format(desk.call) + f"&receiver={HELPLINE}")
    assert "Told at this step" in words(shown) and f'value="{HELPLINE}" checked' in shown.content.decode()
    assert shown.content.decode().count('name="receiver"') == 1, "nobody looks for the button beneath all teams"
    assert desk.ask(PANEL.format(desk.call)).content.decode().count('name="receiver"') > 1


def test_the_call_goes_on_to_it_and_to_no_number_that_nobody_tells(desk, helpline):
    assert "They don’t answer for this council now" in words(ask(desk, receiver="number-08082000248"))
    ask(desk, receiver=HELPLINE)
    with scope(System("load")):
        assert [(row.kind, row.number) for row in Passing.objects.all()] == [("outside", "08082000247")]


def test_once_the_step_is_past_nobody_tells_it(desk, helpline):
    shown = say(desk, helpline, "")
    assert HELPLINE not in shown.content.decode()
    assert "They don’t answer for this council now" in words(ask(desk, receiver=HELPLINE))


def test_what_a_caller_gave_is_no_number_that_the_script_tells():
    duty = Asked(label=Words((("en", "Telephone of the duty team"),)), field="phone")
    text = "Ring {duty}, or 0808 2000 247. They are on {reach}. Not 0909 879 0000."
    step = Step("tell", "say", do=Words((("en", text),)))
    script = SimpleNamespace(asked={"duty": duty, "spare": duty})
    shown = "Ring 01632 960953, or 0808 2000 247. They are on 07700 900123. Not 0909 879 0000."
    chosen = {"duty": "01632 960953", "spare": "01632 960954", "other": "07700 900123"}
    assert numbers_told(script, step, chosen, "", shown) == (
        NumberTold("01632960953", "01632 960953", "Duty team"), NumberTold("08082000247", "0808 2000 247"),
    )
