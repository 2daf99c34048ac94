"""A real browser, and what a person does at a page of the run's demo (tests/demo_process.py)."""
from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conftest import ROOT
from demo_process import Demo

PASSWORD = "moothall-demo"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
WIDTHS = (1280, 360, 320)
SHOTS = ROOT / "test-results"


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """For a module, no longer: while it is open, playwright's event loop stands in the way of tests with their own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MOOTHALL_CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, demo) -> Iterator[object]:
    with a_page(chromium) as page:
        yield page


@contextmanager
def a_page(chromium) -> Iterator[object]:
    """A page at desktop width in a browser of its own, with every error of its console kept in `page.problems`."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Europe/London")
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.problems = problems
    yield page
    context.close()


def sign_in(page, demo: Demo, who: str) -> None:
    page.goto(f"{demo.staff}/accounts/login/")
    page.get_by_label("Work e-mail").fill(who)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


def axe(page) -> list[str]:
    """What axe finds on the page: rule and element, for WCAG 2.2 AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text())  # past the page's strict policy
    found = page.evaluate(  # what passes isn't told of each element: that took longer than the looking
        "async () => (await axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa'],"
        " resultTypes: ['violations']}))"
        ".violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' — ' + n.failureSummary))"
    )
    return list(found)


def shot(page, name: str) -> None:
    """Keep a picture for the README and for whoever looks at the pages. Not where all tests run, in several processes:
    a hundred pictures find nothing."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)


def is_clean_at_every_width(page, address: str, name: str) -> None:
    """The page, loaded anew at each width for somebody who signs in once: nothing that axe finds, nothing sideways."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        answer = page.goto(address) if width == WIDTHS[0] else page.reload()
        assert answer.status == 200, f"{address} answered {answer.status}"
        assert axe(page) == [], f"{name} at {width}"
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{name} at {width} scrolls sideways"
        assert page.locator("h1:visible").count() == 1, f"{name} at {width}"
        assert page.problems == [], f"{name} at {width}"
        shot(page, f"{name}-{width}")
