"""A council learns at once, on a page that is open, that somebody looks at its records, and ends it."""
from __future__ import annotations

import pytest

from e2e.conftest import PASSWORD, a_page, axe, shot, sign_in

pytestmark = pytest.mark.browser
JO, PRIYA = "jo@harborough.example", "priya@charnwood.example"
LOOKING = "Priya Shah of Charnwood is looking at Harborough’s records"


def test_an_open_page_tells_of_a_look_and_ends_it(chromium, page, demo):
    page.clock.install()
    sign_in(page, demo, JO)
    page.goto(f"{demo.staff}/control/")
    assert page.get_by_text(LOOKING).count() == 0
    with a_page(chromium) as hers:
        hers.clock.install()
        sign_in(hers, demo, PRIYA)
        hers.goto(f"{demo.staff}/control/emergency/")
        hers.get_by_label("Whose records").select_option("E07000131")
        hers.get_by_label("What the emergency is").fill("A gas leak in Mill Lane")
        hers.locator("input[type=password]").fill(PASSWORD)
        hers.get_by_role("button", name="Look at their records").click()
        hers.get_by_label("Reference, postcode or name").wait_for()
        page.clock.run_for(11_000)
        told = page.get_by_role("alert").filter(has_text=LOOKING)
        told.wait_for()
        assert "A gas leak in Mill Lane" in told.inner_text()
        assert axe(page) == []
        shot(page, "emergency-told")
        told.get_by_role("button", name="End it now").click()
        page.wait_for_load_state()
        hers.clock.run_for(11_000)
        hers.get_by_role("heading", name="Your look ended at").wait_for()
        assert axe(hers) == []
    page.clock.run_for(11_000)
    assert page.get_by_text(LOOKING).count() == 0
    assert page.problems == []
