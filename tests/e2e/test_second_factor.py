"""The second factor in a real browser, as outside a demo: set it up, enter its code, keep the recovery codes."""
from __future__ import annotations

import base64
import hashlib
import hmac
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from conftest import ROOT, copied_world, environment_of
from e2e.conftest import axe, shot

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390)
SAM, PRIYA, PASSWORD = "sam@example.test", "priya@example.test", "moothall-demo"
HASHER = "from moothall.settings.base import *\nPASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module", autouse=True)
def staff_pages(cluster, owner_url, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """The staff pages as a council runs them: the second factor is required. Only the hasher is the tests' cheap one.

    Made before the browser is: in its event loop Django doesn't find the connection that must be closed for the copy.
    """
    port, folder = free_port(), tmp_path_factory.mktemp("pages")
    (folder / "settings_of_test.py").write_text(HASHER)
    address = f"http://localhost:{port}"
    with copied_world(cluster, owner_url, django_db_blocker) as url, (folder / "serve.txt").open("w") as log:
        environment = {
            **os.environ, **environment_of(url), "DJANGO_SETTINGS_MODULE": "settings_of_test", "MOOTHALL_DEMO": "0",
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "src")]), "MOOTHALL_STAFF_URL": address,
        }
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "moothall", "serve", "--port", str(port)], env=environment, cwd=ROOT,
            stdout=log, stderr=subprocess.STDOUT,
        )
        for _ in range(600):
            if process.poll() is not None or answers(port):
                break
            time.sleep(0.1)
        assert answers(port), (folder / "serve.txt").read_text()
        yield address
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def page(chromium, staff_pages) -> Iterator[object]:
    """A page whose console's errors are kept, but for the desk's: it finds no live process here."""
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/London", accept_downloads=True)
    page = context.new_page()
    problems: list[str] = []

    def hear(message) -> None:
        if message.type == "error" and message.location["url"].startswith(staff_pages):
            problems.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.problems = problems
    yield page
    context.close()


def looks_right(page, name: str) -> None:
    """At both widths: one heading, nothing to scroll sideways, nothing that axe finds, our letters, no stray error."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert axe(page) == [], f"{name} at {width}"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} at {width} is wide"
        shot(page, f"second-factor-{name}-{width}")
    assert page.locator("h1:visible").count() == 1, name
    assert page.locator(".button--main:visible").count() <= 1, f"{name}: one filled button a region"
    assert "Atkinson" in page.evaluate("getComputedStyle(document.body).fontFamily"), name
    assert page.problems == [], name


def sign_in(page, address: str, who: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Work e-mail").fill(who)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def code_now(secret: str) -> str:
    """What an authenticator shows; not in a period's last seconds, so that it doesn't run out on the way."""
    while (left := 30 - time.time() % 30) < 10:
        time.sleep(left)
    digest = hmac.new(base64.b32decode(secret), int(time.time() // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def set_up(page) -> list[str]:
    """Set up the authenticator, wrongly first; the recovery codes."""
    page.wait_for_url("**/totp/activate/")
    looks_right(page, "set-up")
    secret = page.get_attribute("[data-secret]", "data-secret")
    assert page.inner_text("[data-secret]").replace(" ", "") == secret
    page.get_by_label("Code, 6 digits").fill("abc")
    page.keyboard.press("Enter")
    assert page.inner_text("#code-error") == f"Error:\n{page.inner_text('#errors li')}"
    looks_right(page, "set-up-wrong")
    page.get_by_label("Code, 6 digits").fill(code_now(secret))
    page.get_by_role("button", name="Set up authenticator").click()
    page.wait_for_url("**/recovery-codes/")
    looks_right(page, "recovery-codes")
    codes = page.locator(".codes li").all_inner_texts()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Keep as a file").click()
    assert kept.value.path().read_text().split() == codes
    return codes


def test_from_the_first_sign_in_to_the_next(page, staff_pages):
    sign_in(page, staff_pages, SAM)
    codes = set_up(page)
    page.get_by_role("link", name="Go to your work").click()
    page.wait_for_url("**/desk/")
    for path, name in (
        ("", "of-mine"), ("recovery-codes/generate/", "new-codes"), ("totp/deactivate/", "remove"),
        ("webauthn/", "keys"), ("webauthn/add/", "add-key"),
    ):
        page.goto(f"{staff_pages}/accounts/second/{path}")
        looks_right(page, name)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{staff_pages}/accounts/second/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, staff_pages, SAM)
    page.wait_for_url("**/second/authenticate/")
    looks_right(page, "enter-code")
    page.get_by_label("Code that your authenticator shows").fill("000 000")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-error")
    looks_right(page, "enter-code-wrong")
    page.get_by_label("Code that your authenticator shows").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk/")


def test_a_security_key_instead(page, staff_pages):
    """Chromium plays the key: added at the first sign-in, and asked for at the next."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})
    sign_in(page, staff_pages, PRIYA)
    page.get_by_role("link", name="Use a security key instead").click()
    page.get_by_label("What do you call it?").fill("Blue key")
    page.get_by_role("button", name="Add security key").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto(f"{staff_pages}/accounts/second/webauthn/")
    assert "Blue key" in page.inner_text("tbody")
    looks_right(page, "keys-one")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("What do you call it?").fill("Green key")
    looks_right(page, "rename-key")
    page.get_by_role("button", name="Save name").click()
    page.goto(f"{staff_pages}/accounts/second/webauthn/")
    page.get_by_role("link", name="Remove").click()
    looks_right(page, "remove-key")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, staff_pages, PRIYA)
    page.wait_for_url("**/second/authenticate/")
    looks_right(page, "enter-code-or-key")
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/desk/")
