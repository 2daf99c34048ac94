"""A browser that is closed in the middle of a call: the call goes on, and another browser shows where it stands."""
from __future__ import annotations

import re

import pytest

from e2e.at_the_desk import SAM, be_ready, desk_is, end_call
from e2e.conftest import a_page, sign_in
from moothall.telephony import callers

pytestmark = pytest.mark.browser
NOTES = "Says the crew was early. O'Brien-ab Őz"


def answer_and_walk(page) -> str:
    """Answer, begin the missed-bin script, answer two steps, write a note; the step at which it stands."""
    desk_is(page, "ringing")
    page.get_by_role("button", name="Answer").click()
    desk_is(page, "in_call")
    page.get_by_role("button", name=re.compile("missed|emptied", re.I)).first.click()
    step_is_not(page, "")
    page.fill("#value", "LE8 0ES")
    page.keyboard.press("Enter")
    step_is_not(page, "postcode")
    page.locator("fieldset#value input").first.check()
    page.get_by_role("button", name="Next").click()
    step = step_is_not(page, "property")
    page.fill("#notes", NOTES)
    page.wait_for_function("() => document.querySelector('[data-saved]').textContent !== ''")
    return step


def step_is_not(page, before: str) -> str:
    """Wait until the script stands at another step; which."""
    page.wait_for_function(
        "was => (document.querySelector('[data-part=script]')?.dataset.step || was) !== was", arg=before
    )
    return page.get_attribute("[data-part=script]", "data-step")


def sit_down_again(page, demo) -> None:
    sign_in(page, demo, SAM)
    page.goto(f"{demo.staff}/desk/")


def test_a_browser_closed_in_a_call_loses_nothing(chromium, demo):
    with a_page(chromium) as page:
        be_ready(page, demo)
        call = callers.place(demo.callers, to="5001", caller="withheld", patience=120)
        step = answer_and_walk(page)
        so_far = page.locator(".so-far li").all_inner_texts()
    assert callers.status(demo.callers, call).state == "talking", "the call goes on"
    with a_page(chromium) as page:
        sit_down_again(page, demo)
        desk_is(page, "in_call")
        assert page.get_attribute("[data-part=script]", "data-step") == step
        assert page.locator(".so-far li").all_inner_texts() == so_far and len(so_far) == 2
        assert page.input_value("#notes") == NOTES
        page.locator("fieldset#value input").first.check()
        page.get_by_role("button", name="Next").click()
        step_is_not(page, step)
        end_call(page)
        assert page.input_value("#notes") == NOTES
        page.get_by_role("button", name="Finish, then pause").first.click()
        desk_is(page, "paused")
        assert page.problems == []


def test_the_caller_rings_off_while_no_browser_is_open(chromium, demo):
    with a_page(chromium) as page:
        be_ready(page, demo)
        call = callers.place(demo.callers, to="5001", caller="withheld", patience=120)
        answer_and_walk(page)
    callers.hang_up(demo.callers, call)
    with a_page(chromium) as page:
        sit_down_again(page, demo)
        desk_is(page, "wrap_up")
        assert page.input_value("#notes") == NOTES
        assert page.locator("select[name^=outcome-]").input_value() == "broken_off"
        page.get_by_role("button", name="Finish, then pause").first.click()
        desk_is(page, "paused")
        assert "To take up again" in page.inner_text("main")
        assert page.problems == []
