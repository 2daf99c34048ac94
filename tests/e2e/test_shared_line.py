"""A call on the hub's shared line in a real browser: nobody's, then one council's, by the agent or by the address."""
from __future__ import annotations

import pytest

from e2e.conftest import axe, shot
from e2e.test_first_call import be_ready, desk_is, end_call, leave
from moothall.telephony import callers

pytestmark = pytest.mark.browser

ANA = "+441632960123"
BORDER = "LE5 1EZ"  # Charnwood's and Harborough's


def council_is(page, name: str) -> None:
    page.wait_for_function("name => document.getElementById('desk').dataset.council.startsWith(name)", arg=name)


@pytest.fixture
def hub_call(page, demo):
    """Answered by its key; finished when the test is over."""
    be_ready(page, demo)
    callers.place(demo.callers, to="5000", caller=ANA, patience=120)
    desk_is(page, "ringing")
    assert "Ana" not in page.inner_text("#desk")
    page.keyboard.press("Alt+Shift+Y")
    desk_is(page, "in_call")
    yield page
    assert page.problems == []
    end_call(page)
    page.get_by_role("button", name="Finish and be ready").first.click()
    desk_is(page, "ready")
    leave(page)


def test_the_agent_names_the_council_and_what_was_typed_goes_along(hub_call):
    page = hub_call
    assert "Ana" not in page.inner_text("#desk") and "Mill Lane" not in page.inner_text("#desk")
    assert axe(page) == []
    shot(page, "desk-which-council")
    page.fill("#notes", "Half a wo")
    page.get_by_role("main").get_by_role("button", name="Harborough District Council").click()
    council_is(page, "Harborough")
    assert "May be Ana Kowalska" in page.inner_text("aside")
    assert "Harborough District Council" in page.inner_text(".say__words")
    assert page.evaluate("document.activeElement.id") == "say"
    assert page.input_value("#notes") == "Half a wo"
    page.wait_for_function("() => document.querySelector('[data-saved]').textContent !== ''")
    assert page.title().startswith("(In call) Harborough")
    assert axe(page) == []
    shot(page, "desk-council-named")
    page.reload()
    assert page.input_value("#notes") == "Half a wo"
    page.get_by_text("Check who", exact=True).click()
    page.fill("#who-name", "Ana Kowalska")
    page.fill("#who-postcode", "LE8 0ES")
    page.get_by_role("button", name="Check them").click()
    page.get_by_text("Checked", exact=True).wait_for()


def test_at_a_border_the_house_decides_and_the_agent_may_change_it(hub_call):
    page = hub_call
    page.get_by_role("button", name="Missed bin").click()
    page.wait_for_selector("[data-step=postcode]")
    page.fill("#value", BORDER)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-step=property]")
    assert page.title().startswith("(In call) Leicestershire hub")
    assert axe(page) == []
    page.locator("label", has_text="(Harborough)").first.click()
    page.keyboard.press("Enter")
    council_is(page, "Harborough")
    page.wait_for_selector("[data-step=bin]")
    page.locator("[data-part=where]", has_text=BORDER).wait_for()
    page.get_by_text("It’s about another council").click()
    page.get_by_role("complementary").get_by_role("button", name="Charnwood Borough Council").click()
    council_is(page, "Charnwood")
    page.wait_for_selector("[data-step=property]")
    assert BORDER not in page.inner_text("[data-part=where]"), "the other council's address went with it"
    page.wait_for_timeout(500)
    assert page.locator(".changed-now").count() == 0


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_the_councils_stand_under_what_to_say(hub_call, width):
    page = hub_call
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    assert page.get_by_role("main").get_by_role("button", name="Charnwood Borough Council").is_visible()
    assert axe(page) == []
    shot(page, f"desk-which-council-{width}")
    page.set_viewport_size({"width": 1280, "height": 800})
