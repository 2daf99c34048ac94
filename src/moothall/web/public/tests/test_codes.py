"""Saved and gone on with: by a code, once, here or in a call, and the other way."""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from moothall.contacts.models import Contact
from moothall.scripts.left_runs import hand_over_run, take_up_run
from moothall.scripts.models import Run, RunKey
from moothall.scripts.queries import current
from moothall.scripts.tests.walks import to_the_bin
from moothall.tenancy.principals import Staff
from moothall.tenancy.residents import take_code
from moothall.tenancy.roles import role_name
from moothall.tenancy.scope import scope
from moothall.web.public.secrets import read_code
from moothall.web.public.tests.conftest import Resident


def become(role: str) -> None:
    name = role_name(connection.settings_dict["NAME"], role) if role else ""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE" + (f'; SET LOCAL ROLE "{name}"' if name else ""))


def code_of(resident: Resident) -> str:
    there = resident.path
    resident.get(f"/form/{resident.run}/saved/")
    found = re.search(r'class="code"><b>([^<]+)', resident.page)
    assert found, resident.words
    resident.path = there
    return found[1]


def begun(resident: Resident, home: int) -> str:
    resident.begin()
    resident.say("LE16 7ZZ")
    resident.say(str(home))
    return code_of(resident)


def test_it_goes_on_in_another_browser_once(resident: Resident, town: Any) -> None:
    code, there = begun(resident, town.mill_lane), resident.path
    assert read_code(code.lower()) and "Go on" in resident.get(f"/go-on/?code={code.replace(' ', '+')}")
    other = Resident()
    other.send("/go-on/", code=code.lower().replace(" ", ""))
    assert other.path == there and "Which bin was it?" in other.words
    resident.get(there)
    assert resident.status == 404, "the browser of before opens it no more"
    resident.send("/go-on/", code=code)
    assert "That code was used before" in resident.words
    resident.send("/go-on/", code=code_of(other))
    assert resident.path == there


def test_a_code_that_is_over_or_of_another_council(resident: Resident, town: Any) -> None:
    code, run = begun(resident, town.mill_lane), resident.run
    elsewhere = Resident("charnwood.localhost")
    elsewhere.send("/go-on/", code=code)  # a link leads on: browsers let no form lead to another site
    assert "That is Harborough District Council’s" in elsewhere.words
    assert re.search(r'href="http://harborough\.localhost[^"]*/go-on/\?code=', elsewhere.page), elsewhere.page
    become("")
    RunKey.objects.filter(run=run).update(expires_at="2020-01-01T00:00Z")
    become("public")
    resident.send("/go-on/", code=code)
    assert "That code is too old" in resident.words
    resident.get(f"/form/{run}/")
    assert resident.status == 404


def test_who_leaves_a_question_keeps_what_they_typed_or_is_told(resident: Resident, town: Any) -> None:
    resident.begin()
    there, run = resident.path, resident.run
    resident.send(there, seen=resident.seen, value="LE16 7", then="saved")
    assert "Your answers are saved" in resident.words and "Your last answer isn’t kept. Enter a full" in resident.words
    assert '<p class="typed" dir="auto">LE16 7</p>' in resident.page
    resident.get(there)
    seen = resident.seen
    resident.send(there, seen=seen, value=" ", then="ring")
    assert resident.path == f"/form/{run}/ring/" and "isn’t kept" not in resident.words, "nothing was typed"
    resident.send(there, seen=seen, value="nowhere", then="ring")
    assert "What number shall we ring you on?" in resident.words and "nowhere" in resident.words
    resident.send(there, seen=seen, value="LE16 7ZZ", then="saved")
    assert resident.path == f"/form/{run}/saved/" and "isn’t kept" not in resident.words
    resident.get(f"/form/{run}/")
    assert resident.path != there and "1 Mill Lane" in resident.words, "it was answered"


@pytest.mark.parametrize(("typed", "words"), [
    ("", "Enter your code"), ("K7 4P", "all 8 letters and figures"), ("HT JF Q5 4E", "No code has “E” in it"),
    ("aaaaeaaa", "No code has “A” or “E” in it"),
])  # fmt: skip
def test_half_a_code(resident: Resident, typed: str, words: str) -> None:
    resident.send("/go-on/", code=typed)
    assert words in resident.words and "There is a problem" in resident.words


def test_guessing_comes_to_an_end(resident: Resident, town: Any) -> None:
    code = begun(resident, town.mill_lane)
    for _ in range(10):
        resident.send("/go-on/", code="2222 2222")
        assert "We can’t find that code" in resident.words
    resident.send("/go-on/", code=code)
    assert "Too many codes were tried" in resident.words


@pytest.fixture
def as_sam(world: Any) -> Callable[[], Any]:
    def scope_of_call() -> Any:
        become("web")
        return scope(Staff(world.sam, world.home["contact"]))

    return scope_of_call


def test_begun_on_the_web_and_finished_in_a_call(resident: Resident, town: Any, world: Any, as_sam: Any) -> None:
    code, there = begun(resident, town.mill_lane), resident.path
    with as_sam():
        opened = take_code(read_code(code), who="sam")
        run = take_up_run(Run.objects.get(pk=opened.run), contact=Contact.objects.get(pk=world.home["contact"]))
        view = current(run)
        assert (view.key, run.channel) == ("bin", "phone") and view.so_far[1].value.startswith("1 Mill Lane")
        assert take_code(read_code(code), who="sam").state == "used"
    become("public")
    resident.get(there)
    assert resident.status == 404 and "Go on with a code" in resident.words


def test_begun_in_a_call_and_finished_on_the_web(resident: Resident, town: Any, world: Any, as_sam: Any) -> None:
    with as_sam():
        hand_over_run(to_the_bin(world, town.mill_lane), "K7P49MXR")
    become("public")
    resident.send("/go-on/", code="k7 p4 9m xr")
    assert "/form/" in resident.path, resident.words
    while "/q/" in resident.path:
        resident.say({"was_out": "yes", "tag": "none", "just_you": "me", "stay_out": "yes", "tell": "none"}[
            resident.path.split("/")[-2]])  # fmt: skip
    resident.send(resident.path, seen=resident.seen)
    assert "We have what you told us" in resident.words


def test_given_in_a_call_and_taken_back_in_it_is_one_need(
    resident: Resident, town: Any, world: Any, as_sam: Any
) -> None:
    with as_sam():
        begun_there = to_the_bin(world, town.mill_lane)
        hand_over_run(begun_there, "K7P49MXR")
    become("public")
    resident.send("/go-on/", code="k7 p4 9m xr")
    code = read_code(code_of(resident))
    with as_sam():
        opened, contact = take_code(code, who="sam"), Contact.objects.get(pk=world.home["contact"])
        run = take_up_run(Run.objects.get(pk=opened.run), contact=contact)
        assert (run.need_id, run.contact_id) == (begun_there.need_id, contact.pk)


def test_an_agent_of_another_council_opens_none(resident: Resident, town: Any, world: Any) -> None:
    code = begun(resident, town.mill_lane)
    become("web")
    with scope(Staff(world.olive)):
        assert take_code(read_code(code), who="olive").state == "elsewhere"
    become("public")
    resident.get(f"/form/{resident.run}/")
    assert "/q/bin/" in resident.path, "and it is still the resident's"
