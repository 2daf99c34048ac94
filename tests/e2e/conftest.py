"""A running demo and a real browser. Everything is as a newcomer starts it, but nobody rings by themselves."""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

PASSWORD = "moothall-demo"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
SHOTS = ROOT / "test-results"


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demo answers."""

    staff: str
    public: str
    callers: str
    folder: Path
    process: subprocess.Popen[str]


def free_ports() -> int:
    """The first of six free ports in a row."""
    for first in range(18000, 30000, 6):
        probes = [socket.socket() for _ in range(6)]
        try:
            for step, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + step))
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        return first
    raise RuntimeError("no six free ports in a row")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder, port = tmp_path_factory.mktemp("demo"), free_ports()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MOOTHALL", "DATABASE"))}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    words_of_it = ["--no-tour", "--no-callers", "--port", str(port), "--data", str(folder / "data")]
    with (folder / "demo.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "moothall", "demo", *words_of_it],
            cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, text=True,
        )
    words = ""
    for _ in range(1200):
        words = (folder / "demo.txt").read_text()
        if "Up. Ctrl-C" in words or process.poll() is not None:
            break
        time.sleep(0.2)
    assert "Up. Ctrl-C" in words, f"the demo did not come up:\n{words}"
    staff, public, calls = f"http://localhost:{port}", f"http://localhost:{port + 1}", f"127.0.0.1:{port + 4}"
    yield Demo(staff, public, calls, folder / "data", process)
    process.send_signal(signal.SIGINT)
    status = process.wait(60)
    assert status == 0, f"the demo did not stop cleanly ({status}):\n{(folder / 'demo.txt').read_text()}"


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
    """A page at desktop width, with every error of its console kept in `page.problems`."""
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
    page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text())  # past the page's strict policy
    found = page.evaluate(
        "async () => (await axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']}))"
        ".violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' — ' + n.failureSummary))"
    )
    return list(found)


def shot(page, name: str) -> None:
    """Keep a picture for the README and for whoever looks at the pages."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)
