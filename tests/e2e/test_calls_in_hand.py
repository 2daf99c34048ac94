"""Hold and passing on in a real browser, with two agents, by keyboard alone."""
from __future__ import annotations

import pytest

from e2e.at_the_desk import be_ready, desk_is, leave
from e2e.conftest import axe, shot
from moothall.telephony import callers

pytestmark = pytest.mark.browser
ANA = "+441632960123"


def exchange_says(page, demo, call: str, state: str) -> None:
    for _ in range(100):
        if callers.status(demo.callers, call).state == state:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the call isn't {state} but {callers.status(demo.callers, call)}")


def test_hold_and_back_by_one_key(page, demo):
    """Focus stays where it was; the words say for how long, and a hold at the handset shows as well."""
    be_ready(page, demo)
    call = callers.place(demo.callers, to="5001", caller=ANA, patience=120)
    desk_is(page, "ringing")
    page.keyboard.press("Alt+Shift+Y")
    desk_is(page, "in_call")
    page.keyboard.press("Alt+Shift+N")
    page.keyboard.type("asks for ")
    page.keyboard.press("Alt+Shift+H")
    page.wait_for_selector("#desk[data-held]:not([data-held=''])")
    assert "They hear music." in page.inner_text("[data-part=bar]")
    exchange_says(page, demo, call, "held")
    page.keyboard.type("the manager")
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == [
        "notes", "asks for the manager",
    ]
    assert page.title().startswith("(On hold) Harborough")
    assert axe(page) == []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
        shot(page, f"desk-hold-{width}")
    page.keyboard.press("Alt+Shift+H")
    page.wait_for_selector("#desk[data-held='']")
    exchange_says(page, demo, call, "talking")
    page.get_by_role("button", name="Hold").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#desk[data-held]:not([data-held=''])")
    assert page.evaluate("document.activeElement.textContent").startswith("Back to caller"), "the focus was lost"
    callers.operate(demo.callers, "handset", station=callers.status(demo.callers, call).station, do="retrieve")
    page.wait_for_selector("#desk[data-held='']")
    page.wait_for_timeout(500)  # the same button twice within 0.3 s counts once (desk.js)
    page.keyboard.press("Alt+Shift+H")
    page.wait_for_selector("#desk[data-held]:not([data-held=''])")
    callers.hang_up(demo.callers, call)
    desk_is(page, "wrap_up")
    page.keyboard.press("Control+Enter")
    desk_is(page, "ready")
    assert page.problems == []
    leave(page)
