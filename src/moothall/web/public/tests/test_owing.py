"""Council tax on the web, where nobody can prove who they are: nothing of an account is told, and there is a way on."""
from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from moothall.cases.models import Case
from moothall.cases.story import story
from moothall.scripts.models import IdentityCheck
from moothall.scripts.tests.walks import THURSDAY
from moothall.web.public import contexts, offers
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_moving import guess
from moothall.web.public.tests.test_runs import of_web, seen_whole

SAID = {
    "at_postcode": "LE16 7ZZ", "who_role": "self", "who_name": "Ana Kowalska", "reach": "", "plan_monthly": "40",
    "plan_first_day": f"{(THURSDAY + timedelta(days=10)).date()}", "less_home_adults": "1",
    "less_home_kinds": "none", "less_altered": "no", "harder": "no", "name": "Ana Kowalska", "ring_now": "07700 900123",
}  # fmt: skip


def asked(resident: Resident, **told: str) -> list[str]:
    """The questions on the way to the page with the answers."""
    resident.begin("balance")
    steps = []
    while "/q/" in resident.path and len(steps) < 30:
        steps.append(resident.step)
        resident.say(told.get(steps[-1], SAID.get(steps[-1], guess(resident.page))))
    assert resident.path.endswith("/check/"), (resident.path, resident.words)
    return steps


def test_what_is_owed_is_told_by_phone(resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "GENERAL", "refuse")  # the town's one line
    resident.begin("balance")
    resident.say("owe")
    assert "We tell you what you owe by phone." in resident.words
    assert "with the letter or the bill beside you" in resident.words
    assert "Closed now" in resident.words or "Open now" in resident.words or "may still be answered" in resident.words
    assert "Ask us to ring you" in resident.words and 'class="ring-number"' in resident.page


def test_a_council_that_does_not_offer_it_says_so_and_whom_to_ring(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who chose the council by name comes here with a script that only others offer."""
    monkeypatch.setattr(contexts, "GENERAL", "refuse")  # the town's one line
    monkeypatch.setattr(offers, "offers_of", lambda council: [])
    resident.get("/do/balance/")
    assert resident.status == 404 and "You can’t do this on Harborough’s pages yet. Ring us" in resident.words
    assert 'class="ring-number"' in resident.page
    resident.get("/do/no-such-thing/")
    assert resident.status == 404 and "pages yet" not in resident.words


@pytest.mark.parametrize(
    ("what", "kind", "told"),
    [
        ("owe", "tax-enquiry", "by a letter to the address that we hold"),
        ("less", "tax-discount", "something should come off"),
        ("trouble", "tax-arrangement", "We have written down your offer"),
        ("debit", "tax-enquiry", "We send a form"),
        ("door", "tax-enforcement", "A specialist takes this up"),
    ],
)
def test_each_need_becomes_a_case_and_tells_nothing(
    resident: Resident, town: Any, what: str, kind: str, told: str
) -> None:
    steps = asked(resident, what=what, at_property=str(town.mill_lane))
    assert not [step for step in steps if step.startswith("who_said")], "a page that compares is a page to guess at"
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/") and told in resident.words
    assert "£" not in resident.words
    (case,) = of_web(Case)
    assert (case.kind, case.property_id) == (kind, town.mill_lane)
    with seen_whole():
        assert story(case)[-1].words.startswith("Opened on the web")
        assert not IdentityCheck.objects.filter(run_number=resident.run).exists()


def test_who_has_a_bailiff_at_the_door_sees_when_the_line_is_open(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contexts, "GENERAL", "refuse")  # the town's one line
    asked(resident, what="door", at_property=str(town.mill_lane), harder="yes", helps="time\nvisit")
    assert "What would help More time; A visit at home" in resident.words
    resident.send(resident.path, seen=resident.seen)
    assert "ring us as well: below you see when we answer. When we are closed, citizensadvice.org.uk" in resident.words
    assert 'class="ring-number"' in resident.page and re.search("Open now|Closed now", resident.words)
    asked(resident, what="debit", at_property=str(town.mill_lane))
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/") and 'class="ring-number"' not in resident.page
