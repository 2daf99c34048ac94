"""A resident tells of a move alone: in, out, from one home to another, one who leaves, and a death."""
from __future__ import annotations

import re
from typing import Any

import pytest

from moothall.cases.models import Case
from moothall.messages.models import Message
from moothall.scripts import lookups_revenues
from moothall.scripts.models import Run
from moothall.scripts.shared import council_of
from moothall.web.formats import curly
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_runs import of_web, seen_whole

SAID = {
    "secret": "no", "at_postcode": "LE16 7ZZ", "into_held": "rented", "who_name": "Ana Kowalska",
    "who_reach": "07700 900123", "who_must_reach": "07700 900123",
    "both_new_postcode": "LE16 7ZZ", "into_home_kinds": "none", "both_home_kinds": "none",
}  # fmt: skip
DAY = "2026-11-20"


def walked(resident: Resident, script: str = "moving", **told: str) -> None:
    """To the page with the answers, by what is told, else by a day, the first choice, or nothing."""
    resident.begin(script)
    for _ in range(60):
        if "/q/" not in resident.path:
            return
        step = resident.step
        if "/proofs/" in resident.page:  # papers, which may come later
            resident.send(f"/form/{resident.run}/proofs/{resident.path.split('/')[-2]}/", act="later")
        else:
            resident.say(told.get(step, SAID.get(step, guess(resident.page))))
        if "Go on with this postcode" in resident.words:  # none that this world knows
            resident.send(resident.path, seen=resident.seen, value=told[step], sure="yes")
        assert resident.step != step, resident.words
    raise AssertionError("no end in 60 questions")


def guess(page: str) -> str:
    offered = re.search(r'type="radio"[^>]* value="([^"]+)"', page)
    if offered:
        return offered[1]
    return DAY if "Day, month and year" in page else "1" if 'inputmode="numeric"' in page else ""


@pytest.mark.parametrize(
    ("what", "kind"), [("in", "move-in"), ("out", "move-out"), ("between", "move-between"), ("leaver", "joint-change")]
)
def test_a_move_becomes_a_case(resident: Resident, town: Any, what: str, kind: str) -> None:
    home = str(town.mill_lane)
    walked(resident, what=what, at_property=home, both_new_property=str(town.assisted))
    assert resident.path.endswith("/check/"), resident.words
    assert "1 Mill Lane" in resident.words and "Ana Kowalska" in resident.words
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/") and "We have what you told us" in resident.words
    shown = resident.words.partition("What happens next ")[2]
    (case,) = of_web(Case)
    assert (case.kind, case.property_id) == (kind, town.mill_lane)
    told = curly(case.told)
    assert told and shown.replace(" .", ".").startswith(told), "officer and resident read later what the page told"
    assert {"question": "Name", "answer": "Ana Kowalska", "kind": "name"} in case.answers


def test_the_home_of_before_can_be_changed_once_the_new_one_is_told(resident: Resident, town: Any) -> None:
    """It stands at another postcode than the one that was asked for last."""
    walked(resident, what="between", at_property=str(town.mill_lane), both_new_postcode="LE16 7AA")
    there = resident.path
    resident.get(there.replace("check/", "q/at_property/"))
    resident.say(str(town.assisted))
    assert resident.path == there and "2 Mill Lane" in resident.words, resident.words


def test_who_must_be_kept_safe_gives_no_address(resident: Resident, town: Any) -> None:
    walked(resident, what="in", secret="yes", safe_name="A. B.", safe_way="a.b@example.org")
    assert "postcode" not in resident.words.lower()
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/"), resident.words
    (case,) = of_web(Case)
    assert case.reference in resident.words, "they see what came of it themselves"
    assert case.apart and case.customer_id and case.title == "Protected move, address hidden"
    assert (case.property_id, case.answers, case.told) == (None, [], "")
    assert case.marks == ["keep_address_secret", "discreet"]
    assert "Write both down" in resident.words, "nothing is sent to where nobody of record is"
    resident.send(f"/form/{resident.run}/send-code/", to="07700 900123")
    assert "Write your code down" in resident.words and of_web(Message) == []


def test_who_must_be_kept_safe_and_would_rather_be_rung_is_as_safe(resident: Resident, town: Any) -> None:
    walked(resident, what="in", secret="yes", safe_name="A. B.", safe_way="a.b@example.org")
    ring = f"/form/{resident.run}/ring/"
    resident.send(ring, phone="07700 900123")
    (case,) = of_web(Case)
    assert case.apart and case.answers == [] and case.title == "Ring back, address hidden"
    assert case.reference in resident.words and "07700 900123" not in resident.words, "a page of its own"
    resident.get(ring)
    assert case.reference in resident.words and "On the number that you gave" in resident.words
    resident.get(f"/form/{resident.run}/")
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/") and all(case.apart for case in of_web(Case)), "they go on by themselves"
    assert len({case.customer_id for case in of_web(Case)}) == 1


def test_it_is_offered_first_where_council_tax_is_looked_for(resident: Resident, town: Any) -> None:
    assert "/do/moving/" in resident.get("/")


def test_a_postcode_that_was_given_before_is_filled_in_once(resident: Resident, town: Any) -> None:
    resident.send("/do/moving/", postcode="LE16 7ZZ", property=str(town.mill_lane))
    resident.say("between")
    resident.say("no")
    assert 'value="LE16 7ZZ"' in resident.page, "what the regional page was told is filled in"
    resident.say("LE16 7ZZ")
    assert re.search(rf'value="{town.mill_lane}" checked', resident.page)
    resident.say(str(town.mill_lane))
    resident.say("")
    assert "postcode of the new home" in resident.words and "16 7ZZ" not in resident.page, "the new home is another"


def test_a_postcode_that_was_given_before_is_written_down_nowhere(resident: Resident, town: Any) -> None:
    resident.send("/do/moving/", postcode="LE16 7ZZ", property=str(town.mill_lane))
    for value in ("out", "yes", "A. B."):
        resident.say(value)
    with seen_whole():
        run = Run.objects.get(pk=resident.run)
    assert "LE167ZZ" not in f"{run.facts} {run.answers}".replace(" ", "") and run.answers.keys() >= {"safe_name"}


def test_a_question_about_a_bill_is_told_alone_and_nothing_of_an_account_is_said(
    resident: Resident, town: Any, monkeypatch: Any
) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("the tax system was asked")

    monkeypatch.setattr(lookups_revenues, "_ask", never)
    home = {"at_property": str(town.mill_lane), "who_role": "self", "reach": "07700 900123"}
    walked(resident, "balance", what="letter", **home)
    assert resident.path.endswith("/check/"), resident.words
    resident.send(resident.path, seen=resident.seen)
    assert "to the address that we hold. If the letter names a day" in resident.words
    (case,) = of_web(Case)
    assert (case.kind, case.marks) == ("tax-enquiry", ["not_proven"])


def test_one_home_cannot_be_the_old_and_the_new_one(resident: Resident, town: Any) -> None:
    with pytest.raises(AssertionError, match="A flat in the same house has an address of its own"):
        walked(resident, what="between", at_property=str(town.mill_lane), both_new_property=str(town.mill_lane))
    assert "Which is the address of the new home?" in resident.words


def test_which_home_a_row_is_about_is_said(resident: Resident, town: Any) -> None:
    walked(resident, what="between", at_property=str(town.mill_lane), both_new_property=str(town.assisted))
    for row in ("Postcode of the old home LE16 7ZZ", "Address of the old home 1 Mill Lane",
                "Postcode of the new home LE16 7ZZ", "Address of the new home 2 Mill Lane"):  # fmt: skip
        assert row in resident.words, resident.words
    resident.send(resident.path, seen=resident.seen)
    (case,) = of_web(Case)
    assert {"question": "Postcode of the old home", "answer": "LE16 7ZZ"} in case.answers
    walked(resident, what="out", at_property=str(town.mill_lane))
    assert "Postcode LE16 7ZZ" in resident.words and "old home" not in resident.words


def test_who_moves_to_another_council_of_ours_tells_both(resident: Resident, town: Any) -> None:
    """The move out isn't lost: it goes on here, by this council's rules, and the other council is named."""
    walked(resident, what="between", at_property=str(town.mill_lane), both_new_property=str(town.over_the_border))
    assert resident.path.endswith("/check/"), resident.words
    assert "Send the last bill to" not in resident.words, "the new home is known"
    resident.send(resident.path, seen=resident.seen)
    assert "Tell Charnwood Borough Council yourself that you move in" in resident.words, resident.words
    assert "Harborough District Council" in resident.words
    (case,) = of_web(Case)
    assert (case.kind, case.property_id) == ("move-out", town.mill_lane)
    assert case.title.startswith("Moving out, to another council")
    with seen_whole():
        facts = Run.objects.get(pk=resident.run).facts
    assert (council_of(facts, town.over_the_border), council_of(facts, town.mill_lane)) == (1, None), "others' alone"
    assert any("Address of the new home" in said["question"] for said in case.answers), case.answers


def test_who_moves_far_away_is_asked_whose_area_it_is_and_the_move_out_is_kept(resident: Resident, town: Any) -> None:
    told = {"both_new_postcode": "M1 1AA", "both_new_here": "no", "both_forward": "3 High Street, Manchester"}
    walked(resident, what="between", at_property=str(town.mill_lane), **told)
    resident.send(resident.path, seen=resident.seen)
    assert "Tell the council there yourself that you move in" in resident.words
    assert "gov.uk/find-local-council" in resident.page
    (case,) = of_web(Case)
    assert case.kind == "move-out" and case.council.name == "Harborough District Council"


@pytest.mark.parametrize(
    "told",
    [{"what": "leaver", "one_ringing": "leaver"}, {"what": "letting"}, {"what": "death", "late_ringing": "executor"},
     {"what": "death", "late_ringing": "other"}],
)  # fmt: skip
def test_no_letter_is_promised_where_nobody_can_be_reached(resident: Resident, town: Any, told: dict[str, str]) -> None:
    walked(resident, at_property=str(town.mill_lane), who_must_reach="07700 900123", let_names="A. Tenant",
           late_whose="J. Lee", **told)  # fmt: skip
    assert resident.path.endswith("/check/"), resident.words
    assert "How to reach you 07700 900123" in resident.words
    resident.send(resident.path, seen=resident.seen)
    assert "in the way you told us" in resident.words or "gets in touch with you by" in resident.words, resident.words


def test_the_last_bill_does_not_go_to_the_old_home(resident: Resident, town: Any) -> None:
    with pytest.raises(AssertionError, match="Enter another address, or leave it empty"):
        walked(resident, what="out", at_property=str(town.mill_lane), who_last_bill="1 mill lane")
    resident.say("abc")
    assert "Enter the whole address" in resident.words and "or leave it empty" in resident.words
    resident.say("")
    assert resident.step == "who_must_reach", "nobody can be written to, so there must be another way"
