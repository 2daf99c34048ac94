"""A council is cut off while everything runs: its calls end unanswered and its people are signed out, but another
council's call in progress goes on. Then it is let back."""
from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from moothall.telephony import callers
from tests.faults.house import PYTHON, ROOT, House
from tests.faults.seed_floor import JO, OLIVE
from tests.faults.web_desk import Shown, headers_of

pytestmark = pytest.mark.slow
HARBOROUGH, LICHFIELD = "E07000131", "E07000194"


def sever(house: House, *words: str) -> str:
    """The command, as an operator types it."""
    done = subprocess.run(
        [*PYTHON, "moothall", "sever", *words], cwd=ROOT, text=True, capture_output=True, timeout=60, check=False,
        env={**os.environ, "DATABASE_URL": house.url, "DJANGO_SETTINGS_MODULE": "moothall.settings.base"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Desk:
    """Olive's page."""

    def __init__(self, house: House) -> None:
        self.http = httpx.Client(base_url=house.staff, headers=headers_of(OLIVE, house.staff), timeout=20)

    def shown(self) -> Shown:
        answer = self.http.get("/desk/state/?have=0")
        return Shown(answer.status_code, answer.text)

    def act(self, name: str, **more: str) -> Shown:
        told = {**more, "contact": str(self.shown().contact)}
        answer = self.http.post(f"/desk/{name}/", data=told)
        return Shown(answer.status_code, answer.text)


def state_of(house: House, call: str) -> tuple[str, str]:
    found = house.rows("SELECT state, cause FROM contacts_contact WHERE call_key = %s", [call])
    return found[0] if found else ("", "")


@pytest.fixture
def browsers(house: House) -> Iterator[tuple[Desk, httpx.Client]]:
    """Olive's desk at Lichfield, and Jo's pages at Harborough."""
    desk = Desk(house)
    jo = httpx.Client(base_url=house.staff, headers=headers_of(JO, house.staff), timeout=20)
    with desk.http, jo:
        yield desk, jo


def test_one_council_is_cut_off_and_the_others_go_on(house, browsers):
    desk, jo = browsers
    house.wait_for(lambda: desk.act("ready").state == "ready")
    theirs = house.place(to="5002")
    house.wait_for(lambda: desk.shown().state == "ringing")
    desk.act("answer")
    house.wait_for(lambda: desk.shown().state == "in_call")
    waiting = house.place()
    house.wait_for(lambda: state_of(house, waiting)[0] == "waiting")
    assert jo.get("/agreements/").status_code == 200

    said = sever(house, HARBOROUGH, "--reason", "Break-in", "--yes")
    assert "1 session of its people ended" in said
    assert "was cut off already on " in sever(house, HARBOROUGH, "--reason", "Break-in", "--yes")
    assert jo.get("/agreements/").status_code == 401, "signed out"
    house.wait_for(lambda: state_of(house, waiting) == ("cut_off", "cut_off"))
    later = house.place()
    house.wait_for(lambda: state_of(house, later) == ("unanswered", "cut_off"))
    assert (state_of(house, theirs)[0], desk.shown().state) == ("answered", "in_call"), "the others' calls go on"

    sever(house, HARBOROUGH, "--undo")
    again = house.place()
    house.wait_for(lambda: state_of(house, again)[0] == "waiting")
    assert jo.get("/agreements/").status_code == 401, "they sign in anew"
    for call in (again, theirs):
        callers.hang_up(house.callers, call)
    house.wait_for(lambda: desk.shown().state == "wrap_up")
    house.wait_for(lambda: desk.act("finish", then="ready", notes="").state == "ready")

    sever(house, LICHFIELD, "--reason", "Break-in", "--yes")
    assert desk.shown().status == 401, "an agent who waits for calls is signed out"
    last = house.place(to="5002")
    house.wait_for(lambda: state_of(house, last) == ("unanswered", "cut_off"))
    sever(house, LICHFIELD, "--undo")
    house.wait_for(house.is_quiet)
