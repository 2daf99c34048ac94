"""What the browser tests do at an agent's desk."""
from __future__ import annotations

from e2e.conftest import sign_in

SAM = "sam@charnwood.example"


def desk_is(page, state: str) -> None:
    page.wait_for_selector(f"#desk[data-state={state}]", timeout=15_000)


def be_ready(page, demo, who: str = SAM) -> None:
    sign_in(page, demo, who)
    page.goto(f"{demo.staff}/desk/")
    page.locator("#desk").wait_for()
    if page.locator("#desk[data-state=in_call]").count():  # a test that failed left its call behind
        end_call(page)
    if page.locator("#desk[data-state=wrap_up]").count():
        page.get_by_role("button", name="Finish and be ready").first.click()
    elif page.locator("#desk[data-state=paused]").count():
        page.get_by_role("button", name="Be ready").click()
    desk_is(page, "ready")


def leave(page) -> None:
    """Sit nobody at a ready desk when the test ends."""
    page.get_by_role("button", name="Pause", exact=True).click()
    desk_is(page, "paused")


def end_call(page) -> None:
    page.get_by_role("button", name="End call").click()  # only the key asks to be pressed twice
    desk_is(page, "wrap_up")


def press_to(page, selector: str) -> None:
    """Tab until the focus is on the element."""
    for _ in range(60):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard doesn't reach {selector}")
