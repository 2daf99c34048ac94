"""The browser's back button before and after a report is sent, and forms that somebody else wrote."""
from __future__ import annotations

import re
from typing import Any

from moothall.cases.models import Case
from moothall.scripts.models import Run
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_codes import become
from moothall.web.public.tests.test_runs import of_web, seen_whole


def test_the_browsers_back_button_before_it_is_sent(resident: Resident, town: Any) -> None:
    """The earlier page is asked for again, since no page of a run is kept, and its form sent."""
    resident.fill(town.mill_lane)
    check = resident.path
    for step, shown in (("stay_out", 'value="yes" checked'), ("was_out", 'value="yes" checked')):
        resident.get(check.replace("check/", f"q/{step}/"))
        assert resident.path.endswith(f"/q/{step}/") and shown in resident.page, "with what was answered"
    resident.get(check.replace("check/", "q/postcode/"))
    assert 'value="LE16 7ZZ"' in resident.page
    resident.say("le16 7zz")  # the same again
    while "/q/" in resident.path:
        resident.say({"property": str(town.mill_lane)}.get(resident.path.split("/")[-2], "yes"))
    assert resident.path == check and "1 Mill Lane" in resident.words, "the later answers stand"


def test_the_pages_own_back_leads_to_each_question_before(resident: Resident, town: Any) -> None:
    """Down to the first, and once more to what it is all about; from the answers too."""
    resident.fill(town.mill_lane)
    passed = []
    while "/form/" in resident.path:
        passed.append(resident.path.split("/")[-2])
        assert len(passed) < 20, passed
        resident.get(back_of(resident))
    assert passed == ["check", "tell", "stay_out", "just_you", "tag", "was_out", "bin", "property", "postcode"]
    assert resident.path == "/do/missed-bin/"


def test_back_from_an_answer_that_was_to_be_changed_leads_to_the_answers(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    check = resident.path
    change = re.findall(r'href="(\S+\?change=1)"', resident.page)
    assert len(change) == 8
    for there in change:
        resident.get(there)
        assert "/q/" in resident.path and back_of(resident) == check


def back_of(resident: Resident) -> str:
    (there,) = re.findall(r'class="govuk-back-link" href="([^"]+)"', resident.page)
    return str(there)


def test_the_browsers_back_button_after_it_was_sent(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    check, question = resident.path, resident.path.replace("check/", "q/was_out/")
    resident.get(question)
    before = resident.seen
    resident.get(check)
    resident.send(check, seen=resident.seen)
    (case,), done = of_web(Case), resident.path
    for path in (check, question):
        become("public")
        resident.get(path)
        assert resident.path == done and case.reference in resident.words
    become("public")
    resident.send(question, seen=before, value="no")  # a browser that had kept the page
    assert resident.path == done
    with seen_whole():
        told = Case.objects.get(pk=case.pk)
        run = Run.objects.get(pk=resident.run)
    assert (told.changed, told.answers, run.answers["was_out"]["value"]) == (case.changed, case.answers, "yes")


def test_a_forged_answer_is_none(resident: Resident, town: Any, world: Any) -> None:
    """What the page doesn't offer can't be chosen, whoever wrote the form: another home, a bin that isn't there."""
    resident.begin()
    resident.say("LE16 7ZZ")
    for value in (str(world.home["property"]), "999999999", "-1", "x" * 300, ""):
        resident.say(value)
        assert resident.path.endswith("/q/property/") and "There is a problem" in resident.words, value
    resident.say(str(town.mill_lane))
    resident.say("plutonium")
    assert resident.path.endswith("/q/bin/") and "There is a problem" in resident.words
    for seen in ("", "x", "-1", str(10**30)):
        resident.send(resident.path, seen=seen, value="refuse")
        assert resident.status == 200 and resident.path.endswith("/q/bin/"), seen
