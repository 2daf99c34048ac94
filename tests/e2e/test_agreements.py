"""The agreement seen: its matrix by keyboard alone, without a script, and every tab at three widths."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from e2e.conftest import axe, is_clean_at_every_width, shot, sign_in
from moothall.domain.calendar import wall_clock

pytestmark = pytest.mark.browser
JO, KIT = "jo@harborough.example", "kit@moothall.example"
TODAY = wall_clock(datetime.now(UTC))[0]
AUTUMN = date(TODAY.year - (TODAY.month < 9), 11, 25)  # of the agreements' year, which begins in September
WEDNESDAY = f"?date={AUTUMN - timedelta(days=(AUTUMN.weekday() - 2) % 7)}&time=14:00"
HUB, EIGHT = "/agreements/leicestershire-hub/1/", "/agreements/staffordshire-eight/1/"


def focused(page) -> str:
    return page.evaluate("document.activeElement.dataset.zoom ?? document.activeElement.id")


def tab_to_the_table(page) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-matrix] a[data-zoom]')"):
            return
    raise AssertionError("the keyboard doesn't reach the table")


def test_the_matrix_by_keyboard_alone(page, demo):
    """Arrows move, Enter looks closely, Escape comes back to the cell; Tab passes the table in one step."""
    sign_in(page, demo, JO)
    page.goto(f"{demo.staff}{HUB}{WEDNESDAY}")
    tab_to_the_table(page)
    first = focused(page)
    page.keyboard.press("ArrowRight")
    second = focused(page)
    page.keyboard.press("ArrowDown")
    below = focused(page)
    assert len({first, second, below}) == 3
    page.keyboard.press("ArrowUp")
    assert focused(page) == second
    page.keyboard.press("ArrowUp")  # there is nothing above: it stays
    assert focused(page) == second
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'zoom-title'")
    assert "Harborough" in page.inner_text("#zoom-title")
    assert "Charnwood contact centre, then Harborough customer services after 2 minutes" in page.inner_text("#zoom")
    assert axe(page) == []
    shot(page, "agreement-zoom")
    page.keyboard.press("Escape")
    assert focused(page) == second
    assert page.locator("#zoom > *").count() == 0
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('[data-matrix] a')")
    assert page.problems == []


def test_without_a_script_each_cell_is_a_link(chromium, demo):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo, JO)
    page.goto(f"{demo.staff}{HUB}{WEDNESDAY}")
    page.locator("[data-matrix] a").nth(1).click()
    assert "Promised: " in page.inner_text("#zoom")
    page.get_by_role("link", name="Back to the table").click()
    assert page.locator("#zoom > *").count() == 0
    context.close()


@pytest.mark.parametrize(
    "place",
    [
        (JO, "/agreements/", "agreements"), (JO, HUB + WEDNESDAY, "agreement-hub"),
        (KIT, EIGHT + WEDNESDAY, "agreement-eight"), (KIT, EIGHT + "calendar/", "agreement-calendar"),
        (JO, HUB + "findings/", "agreement-findings"), (JO, HUB + "changes/", "agreement-changes"),
        (JO, HUB + "text/#line-20", "agreement-text"),
    ],
)
def test_agreements_are_clean_at_every_width(page, demo, place):
    who, path, name = place
    sign_in(page, demo, who)
    is_clean_at_every_width(page, f"{demo.staff}{path}", name)
