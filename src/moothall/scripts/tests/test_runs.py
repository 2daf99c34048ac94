"""A run in the database: from the postcode to the case, by the walls of the agent who answers."""

from datetime import UTC, datetime

import pytest

from moothall.cases.models import Case
from moothall.contacts.models import Need
from moothall.journal.models import Entry
from moothall.scripts import ports, steps
from moothall.scripts.access import access_run
from moothall.scripts.actions import Stale
from moothall.scripts.answering import AnswerRefused, AnswerSealed, answer_step, reopen_step
from moothall.scripts.effects import open_case
from moothall.scripts.orders import Order
from moothall.scripts.queries import current
from moothall.scripts.tests.walks import LAST, LONG_MAIL, THURSDAY, answered, begun, to_the_bin


def test_a_missed_bin_becomes_a_case_with_a_due_day_and_a_reference_to_read_out(desk, town):
    run = to_the_bin(desk, town.mill_lane, **LAST)
    view = current(run)
    assert (view.kind, view.key, view.outcome, view.code) == ("end", "CASE", "case_opened", "missed_logged")
    case = Case.objects.get(pk=run.need.case_id)
    assert case.title == "Missed black bin, 1 Mill Lane, Kibworth"
    assert case.marks == ["unverified_by_crew"]
    assert case.due_at == datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert case.told == ("I've reported it. We aim to empty it by Tuesday 1 December. "
                         f"Your reference is {case.reference}."), "what was said, as it is read"
    assert {"question": "Out in time", "answer": "Yes"} in case.answers
    assert {"question": "Postcode", "answer": "LE16 7ZZ"} in case.answers
    assert "H for hotel, B for bravo" in view.say
    assert "Tuesday 1 December" in view.say
    run.need.refresh_from_db()
    assert (run.need.case_id, run.need.outcome, run.need.closed_at) == (case.pk, "case_opened", None)
    assert (run.state, run.contact.property_id) == ("done", town.mill_lane)


def test_finishing_closes_the_need_with_the_outcome_of_the_script(desk, town):
    run = to_the_bin(desk, town.mill_lane, was_out="no")
    run = answer_step(run, "NOT_OUT", "", seen_version=run.version)
    need = Need.objects.get(pk=run.need_id)
    assert (need.outcome, need.outcome_code, need.closed_at) == ("resolved", "missed_refused_presentation", THURSDAY)


def test_the_journal_tells_the_walk_in_codes_alone(desk, town):
    run = to_the_bin(desk, town.mill_lane, **{**LAST, "tell": "email", "tell_email": LONG_MAIL})
    rows = Entry.objects.filter(need_id=run.need_id).order_by("id")
    kinds = [row.kind for row in rows]
    assert kinds[:3] == ["need.open", "run.start", "step.answer"]
    assert kinds.count("step.answer") == 9
    assert kinds.count("case.open") == 1
    assert LONG_MAIL not in str([row.body for row in rows])


def test_facts_keep_their_source_and_time(desk, town):
    run = to_the_bin(desk, town.mill_lane)
    assert run.facts["last_day"] == {
        "value": "2026-11-24", "source": "collection calendar", "at": THURSDAY.isoformat(), "step": "collections",
    }  # fmt: skip
    assert run.facts["crew_event"]["value"] is None
    assert "no waste system" in run.facts["crew_event"]["source"]


def test_a_second_call_about_the_same_bin_is_linked_and_not_opened_again(desk, town):
    first = to_the_bin(desk, town.mill_lane, **LAST)
    second = to_the_bin(desk, town.mill_lane)
    view = current(second)
    assert (view.key, view.outcome) == ("DUPLICATE", "resolved")
    assert second.need.case_id == first.need.case_id
    assert "Tuesday 1 December" in view.say


def test_a_case_that_was_closed_while_they_spoke_is_not_linked(desk, town):
    """A collection was booked for that home, so the next is asked about; it was done by the time of the answer."""
    booked = Case.objects.create(
        council_id=2, service_id=524, reference="HB-1", kind="bulky", title="x", about=f"bulky:{town.mill_lane}",
        opened_at=THURSDAY,
    )
    run = answered(begun(desk, "bulky-collection"), postcode="le16 7zz", property=str(town.mill_lane))
    assert current(run).key == "booked_wish"
    Case.objects.filter(pk=booked.pk).update(state="closed", closed_at=THURSDAY)
    run = answered(run, booked_wish="neither")
    assert (current(run).key, run.effects) == ("from_home", {})
    run.need.refresh_from_db()
    booked.refresh_from_db()
    assert (run.need.case_id, booked.changed) == (None, 1)


def test_one_that_was_opened_while_they_spoke_is_linked_and_the_journal_says_so(desk, town):
    first, second = (to_the_bin(desk, town.mill_lane, **{**LAST, "tell": "text"}) for _ in range(2))
    first = answered(first, tell_number="07700 900123")
    second = answered(second, tell_number="07700 900124")
    assert second.need.case_id == first.need.case_id
    told = Entry.objects.filter(need_id=second.need_id, case_id__isnull=False)
    assert list(told.values_list("kind", flat=True)) == ["case.link"]


def test_another_councils_journal_holds_no_need_of_ours(desk, town):
    across = {"other_side": "said", "bin": "refuse", "was_out": "yes", "tag": "none", "just_you": "me",
              "stay_out": "yes"}  # fmt: skip
    runs = [answered(begun(desk), postcode="LE16 7ZZ", property=str(town.over_the_border), **across) for _ in range(2)]
    for run in runs:
        answered(run, tell="none")
    rows = Entry.objects.filter(council_id=1, case_id__isnull=False).order_by("id")
    assert list(rows.values_list("kind", "need_id", "contact_id")) == [
        ("case.open", None, None), ("case.link", None, None),
    ]


def test_a_whole_street_is_one_case(desk, town):
    street = {**LAST, "just_you": "street"}
    first = to_the_bin(desk, town.mill_lane, **street)
    assert Case.objects.get(pk=first.need.case_id).marks == ["unverified_by_crew", "whole_street"]
    before = Case.objects.get(pk=first.need.case_id).told
    neighbour = to_the_bin(desk, town.assisted, tag="none", just_you="street")
    assert current(neighbour).key == "LINKED_STREET"
    assert neighbour.need.case_id == first.need.case_id
    assert Case.objects.get(pk=first.need.case_id).told == before, "it tells what was told to who reported it"


def test_an_assisted_home_goes_first_and_nothing_said_tells_it(desk, town):
    run = to_the_bin(desk, town.assisted, tag="none", just_you="me", tell="none")
    view = current(run)
    assert view.key == "CASE_PRIORITY"
    case = Case.objects.get(pk=run.need.case_id)
    assert case.marks == ["unverified_by_crew", "priority"]
    assert case.due_at == datetime(2026, 11, 27, 17, tzinfo=UTC)
    assert "assist" not in (view.say + str(view.so_far) + case.told + case.title).lower()


def test_at_a_border_the_address_decides_and_its_council_gets_the_case(desk, town):
    run = answered(begun(desk), postcode="LE16 7ZZ")
    labels = [label for _, label in current(run).options]
    assert labels[2] == "3 Mill Lane, Kibworth (Charnwood)"
    run = answered(run, property=str(town.over_the_border))
    view = current(run)
    assert (view.kind, view.council.pk) == ("say", 1)
    assert "Charnwood" in view.say
    run = answered(
        run, other_side="said", bin="refuse", was_out="yes", tag="none", just_you="me", stay_out="yes", tell="none"
    )
    case = Case.objects.get(council_id=1)
    assert current(run).key == "CASE"
    assert (case.contact_id, case.property_id, run.need.case_id) == (None, town.over_the_border, None)
    assert case.told.startswith("I've reported it.")
    assert run.parameters["window_unit"] == "working_days"
    assert run.contact.property_id == desk.home["property"]


@pytest.mark.parametrize(("followed", "home", "council"), [(2, "over_the_border", 1), (1, "mill_lane", 2)])
def test_a_case_is_its_homes_councils_whichever_home_was_told_last(desk, town, followed, home, council):
    """Who moves tells two homes: the rules are the last one's, and the case can be about the first."""
    run, number = begun(desk), getattr(town, home)
    order = Order(args={"kind": "missed-bin", "property": str(number)}, marks=(), title="A move", told="", answers=())
    case = Case.objects.get(pk=open_case(run, followed, order)["case"])
    assert (case.council_id, case.property_id, case.marks) == (council, number, [])
    assert (case.contact_id, run.need.case_id) == ((run.contact_id, case.pk) if council == 2 else (None, None))


def test_a_home_that_cannot_be_seen_is_left_out_and_the_officer_is_told(desk, town):
    order = Order(args={"kind": "missed-bin", "property": "9999999"}, marks=["x"], title="A move", told="", answers=())
    case = Case.objects.get(pk=open_case(begun(desk), 2, order)["case"])
    assert (case.council_id, case.property_id, case.marks) == (2, None, ["x", "home_elsewhere"])


def test_changing_the_address_takes_the_councils_rules_back(desk, town):
    run = answered(begun(desk), postcode="LE16 7ZZ", property=str(town.over_the_border), other_side="said")
    run = reopen_step(run, "property")
    run = answered(run, property="not_listed")
    assert current(run).council.pk == 2
    assert run.parameters["window_unit"] == "calendar_days"


def test_an_address_outside_is_told_its_council(desk, town):
    run = answered(begun(desk), postcode="LE15 9ZZ")
    view = current(run)
    assert (view.key, view.outcome, view.code) == ("OTHER_COUNCIL", "signposted", "signposted_other_council")
    assert "Rutland County Council" in view.say
    assert Case.objects.filter(contact=run.contact).exclude(pk=desk.home["case"]).count() == 0


def test_an_address_that_is_not_listed_goes_to_an_officer(desk, town):
    run = answered(begun(desk), postcode="LE16 7ZZ", property="not_listed", address_text="Plot 7, Mill <b>",
                   new_bin="refuse", new_day="2026-11-24", new_out="yes", address_phone="")  # fmt: skip
    assert "L for lima, E for echo, 1 6 7, Z for zulu" in current(run).say
    assert (run.effects, current(run).so_far[0].sealed) == ({}, False), "nothing is done before it was read back"
    assert current(reopen_step(run, "postcode")).key == "postcode"
    run = answered(answered(access_run(run.pk), postcode="LE16 7ZZ"), check_postcode="")
    assert current(run).key == "NEW_PROPERTY"
    case = Case.objects.get(pk=run.need.case_id)
    assert (case.kind, case.title) == ("new-property", "Missed black bin, address not found, LE16 7ZZ")
    assert {"question": "Address as told", "answer": "Plot 7, Mill <b>"} in case.answers
    assert {"question": "Ring back on", "answer": "Not given"} in case.answers


def test_bin_days_that_are_not_known_refuse_nobody(desk, town):
    run = to_the_bin(desk, town.no_round, day_told="24/11/2026", **LAST)
    assert Case.objects.get(pk=run.need.case_id).marks == ["unverified_by_crew", "unverified_schedule"]


def test_going_back_keeps_the_later_answers_and_a_changed_bin_is_looked_up_anew(desk, town):
    run = to_the_bin(desk, town.mill_lane, was_out="yes", tag="none")
    run = reopen_step(run)
    assert (current(run).key, current(run).value) == ("tag", "none")
    run = reopen_step(run, "bin")
    assert current(run).key == "bin"
    assert current(answered(run, bin="refuse")).key == "just_you" or current(run).key == "bin"
    run = answered(reopen_step(access_run(run.pk), "bin"), bin="food")
    assert run.facts["last_day"]["value"] is None
    assert current(run).key == "WRONG_DAY"


def test_after_the_case_its_answers_are_sealed(desk, town):
    run = to_the_bin(desk, town.mill_lane, **LAST)
    for step in ("bin", "tell", ""):  # read by its call, only told on it, and the step before
        with pytest.raises(AnswerSealed):
            reopen_step(run, step)
    for step, value in (("bin", "recycling"), ("tell", "email"), ("tell", "nonsense")):  # forged, or of an old page
        with pytest.raises(AnswerSealed):
            answer_step(run, step, value, seen_version=run.version)
    assert {said.sealed for said in current(run).so_far} == {True}
    case = Case.objects.get(pk=run.need.case_id)
    assert {"question": "News", "answer": "No need to tell"} in case.answers
    with pytest.raises(Stale):  # Enter twice at the last question
        answer_step(run, "tell", "none", seen_version=run.version - 1)


def test_enter_twice_answers_once(desk, town):
    run = begun(desk)
    seen = run.version
    answer_step(run, "postcode", "LE16 7ZZ", seen_version=seen)
    with pytest.raises(Stale) as raised:
        answer_step(run, "postcode", "LE16 7ZZ", seen_version=seen)
    assert current(raised.value.run).key == "property"
    assert Entry.objects.filter(need_id=run.need_id, kind="step.answer").count() == 1


def test_an_answer_to_another_step_is_stale_and_a_wrong_one_is_refused_in_words(desk, town):
    run = begun(desk)
    with pytest.raises(Stale):
        answer_step(run, "tag", "none", seen_version=run.version)
    with pytest.raises(AnswerRefused, match="Enter a full postcode, like LE8 0ES"):
        answer_step(run, "postcode", "LE16", seen_version=run.version)
    run = answered(run, postcode="LE16 7ZZ")
    with pytest.raises(AnswerRefused, match="Choose the address"):
        answer_step(run, "property", str(desk.other["property"]), seen_version=run.version)


def test_no_look_up_gives_what_a_run_keeps_for_itself():
    """A result of that name would be written over it: whose the addresses are became one council's name."""
    given = {name for port in ports.LOOK_UPS.values() for name in port.gives}
    assert len(given) > 50 and given & set(steps.UNNAMED) == set()
