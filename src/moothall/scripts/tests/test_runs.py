"""A run in the database: from the postcode to the case, by the walls of the agent who answers."""

import functools
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.http import Http404

from moothall.agreements.queries import Answer
from moothall.cases import actions as case_actions
from moothall.cases.models import Case
from moothall.contacts.actions import close_need, open_need
from moothall.contacts.models import Contact, Need
from moothall.domain.responsibility.shares import StandardTerms
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.places.models import Authority, Collection, Postcode, Property
from moothall.scripts import versions
from moothall.scripts.access import access_run
from moothall.scripts.actions import (
    AnswerRefused,
    Stale,
    answer_step,
    leave_run,
    publish_packs,
    reopen_step,
    start_run,
    take_up_run,
)
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.packs import FOLDER, load_pack
from moothall.scripts.queries import choices, current
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

checked_once = functools.cache(load_pack)
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=UTC)
LONG_NAME = "O'Brien-ab Őz"


@dataclass(frozen=True, slots=True)
class Homes:
    mill_lane: int  # Harborough, due Tuesday
    assisted: int  # Harborough, next door
    over_the_border: int  # Charnwood, the same postcode
    no_round: int  # Harborough, no bin days known


@pytest.fixture
def town(world, monkeypatch):
    """A Thursday at ten, the packs published, four homes at one border postcode; Rutland next door takes no part."""
    monkeypatch.setattr(clock, "now", lambda: THURSDAY)
    plan = Answer(
        share_id=world.resolve_share, share_key="harborough-bins-resolve", version_id=world.version,
        tiers=((0, world.waste_team),), teams=("harborough-waste",), until=None, standard=StandardTerms(),
    )  # fmt: skip
    monkeypatch.setattr(case_actions, "responsible", lambda council, service, **asked: plan)
    monkeypatch.setattr(versions, "load_pack", checked_once)
    publish_packs()
    for key, lad in (("LE167ZZ", "E07000131"), ("LE159ZZ", "E06000017")):
        Postcode.objects.create(key=key, display=f"{key[:4]} {key[4:]}", lad=lad)
    Authority.objects.update_or_create(gss="E06000017", defaults={"name": "Rutland County Council", "tier": "unitary"})
    with scope(System("load")):
        homes = Homes(
            _home(2, "1", "T1"), _home(2, "2", "T1", assisted=True), _home(1, "3", "T2"), _home(2, "4", "")
        )  # fmt: skip
        for council, code in ((2, "T1"), (1, "T2")):
            for day in (date(2026, 11, 10), date(2026, 11, 24), date(2026, 12, 8)):
                Collection.objects.create(
                    council_id=council, round_code=code, stream="refuse", scheduled=day, actual=day
                )
    return homes


def _home(council, number, code, *, assisted=False):
    return Property.objects.create(
        council_id=council, uprn=88_000_000_000 + council * 100 + int(number), usrn=20600001, number=number,
        street="Mill Lane", town="Kibworth", postcode_key="LE167ZZ", postcode="LE16 7ZZ", round_code=code,
        assisted=assisted,
    ).pk  # fmt: skip


@pytest.fixture
def desk(world, town, as_role):
    """Sam at the web role, with the world's call in hand."""
    with as_role("web"), scope(Staff(world.sam)):
        yield world


def begun(world, script="missed-bin"):
    contact = Contact.objects.get(pk=world.home["contact"])
    need = open_need(contact=contact, service=524, kind=script, title="Missed bin")
    return start_run(contact=contact, need=need, script_key=script)


def answered(run, **answers):
    for key, value in answers.items():
        view = current(run)
        assert view.key == key, view
        run = answer_step(run, key, value, seen_version=view.version)
    return run


def to_the_bin(world, home, **more):
    return answered(begun(world), postcode="le16 7zz", property=str(home), bin="refuse", **more)


LAST = {"was_out": "yes", "tag": "none", "just_you": "me", "stay_out": "yes", "tell": "none"}


def test_a_missed_bin_becomes_a_case_with_a_due_day_and_a_reference_to_read_out(desk, town):
    run = to_the_bin(desk, town.mill_lane, **LAST)
    view = current(run)
    assert (view.kind, view.key, view.outcome, view.code) == ("end", "CASE", "case_opened", "missed_logged")
    case = Case.objects.get(pk=run.need.case_id)
    assert case.title == "Missed black bin, 1 Mill Lane, Kibworth"
    assert case.marks == ["unverified_by_crew"]
    assert case.due_at == datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert case.told == "We aim to empty the black bin within 3 working days. Leave it out."
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
    run = to_the_bin(desk, town.mill_lane, **{**LAST, "tell": "text", "tell_where": LONG_NAME})
    rows = Entry.objects.filter(need_id=run.need_id).order_by("id")
    kinds = [row.kind for row in rows]
    assert kinds[:3] == ["need.open", "run.start", "step.answer"]
    assert kinds.count("step.answer") == 9
    assert kinds.count("case.open") == 1
    assert LONG_NAME not in str([row.body for row in rows])


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


def test_one_that_was_opened_while_they_spoke_is_linked_and_the_journal_says_so(desk, town):
    first, second = (to_the_bin(desk, town.mill_lane, **{**LAST, "tell": "text"}) for _ in range(2))
    first = answered(first, tell_where="07700 900123")
    second = answered(second, tell_where="07700 900124")
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
    neighbour = to_the_bin(desk, town.assisted, tag="none", just_you="street")
    assert current(neighbour).key == "LINKED_STREET"
    assert neighbour.need.case_id == first.need.case_id


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
    assert run.parameters["window_unit"] == "working_days"
    assert run.contact.property_id == desk.home["property"]


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
    run = answered(begun(desk), postcode="LE16 7ZZ", property="not_listed", address_text="Plot 7 <b>", address_phone="")
    assert current(run).key == "NEW_PROPERTY"
    case = Case.objects.get(pk=run.need.case_id)
    assert (case.kind, case.title) == ("new-property", "Address not found, LE16 7ZZ")
    assert {"question": "Address as told", "answer": "Plot 7 <b>"} in case.answers
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
    assert reopen_step(run, "bin").version == run.version
    assert {said.step: said.sealed for said in current(run).so_far}["bin"] is True


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
    with pytest.raises(AnswerRefused, match="Enter a full postcode, like LE16 7AA"):
        answer_step(run, "postcode", "LE16", seen_version=run.version)
    run = answered(run, postcode="LE16 7ZZ")
    with pytest.raises(AnswerRefused, match="Choose the address"):
        answer_step(run, "property", str(desk.other["property"]), seen_version=run.version)


@pytest.mark.parametrize("text", [LONG_NAME, "שלום, הפח שלי", "<script>alert(1)</script>", "x" * 1000])
def test_what_they_say_is_kept_and_shown_as_they_say_it(desk, town, text):
    run = answered(begun(desk), postcode="LE16 7ZZ", property="not_listed", address_text=text)
    assert run.answers["address_text"]["value"] == text
    assert {said.step: said.value for said in current(run).so_far}["address_text"] == text


def test_ten_kilobytes_are_told_their_limit(desk, town):
    run = answered(begun(desk), postcode="LE16 7ZZ", property="not_listed")
    with pytest.raises(AnswerRefused, match="Use 1,000 characters or fewer"):
        answer_step(run, "address_text", "x" * 10_240, seen_version=run.version)


def test_a_run_that_was_left_is_taken_up_in_a_new_call_where_it_stood(desk, town, monkeypatch):
    run = leave_run(to_the_bin(desk, town.mill_lane, was_out="yes"))
    assert run.state == "left"
    close_need(run.need, outcome="broken_off")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 27, 9, tzinfo=UTC))
    again = take_up_run(access_run(run.pk))
    assert (current(again).key, again.state) == ("tag", "open")
    assert again.facts["today"]["value"] == "2026-11-27"
    assert again.need_id != run.need_id
    assert Entry.objects.filter(kind="run.take_up").count() == 1


def test_a_run_at_its_end_is_done_and_leaving_it_changes_nothing(desk, town):
    run = to_the_bin(desk, town.mill_lane, **LAST)
    assert leave_run(run).state == "done"
    assert Entry.objects.filter(kind="run.leave").count() == 0


def test_a_pack_replaced_during_the_call_changes_the_next_call_alone(world, town, as_role, tmp_path, settings):
    with as_role("web"), scope(Staff(world.sam)):
        run = to_the_bin(world, town.mill_lane)
    settings.PACKS = tmp_path
    shutil.copytree(FOLDER / "refuse", tmp_path / "refuse")
    path = tmp_path / "refuse" / "scripts" / "missed-bin.yaml"
    path.write_text(path.read_text().replace("Was the bin out by {out_by}, with the lid shut?", "Was it out at all?"))
    publish_packs()
    with as_role("web"), scope(Staff(world.sam)):
        assert current(access_run(run.pk)).say == "Was the bin out by 7am, with the lid shut?"
        assert current(to_the_bin(world, town.mill_lane)).say == "Was it out at all?"


def test_publishing_again_adds_nothing_and_a_council_has_its_own_version(town):
    count = ScriptVersion.objects.count()
    assert len(publish_packs()) == 23
    assert ScriptVersion.objects.count() == count
    assert ScriptVersion.objects.filter(key="missed-bin/E07000131").count() == 1


def test_the_scripts_to_begin_are_those_of_services_that_the_agent_answers(world, town, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        found = choices(Contact.objects.get(pk=world.home["contact"]))
    named = [(choice.key, choice.title, choice.service) for choice in found]
    assert named == [
        ("missed-bin", "Missed bin", 524),
        ("bin-days", "Bin days", 524),
        ("enquiry", "Something else", 524),
    ]
    Grant.objects.filter(council_id=2, right="answer").update(service_id=57)
    with scope(System("load")):
        about_tax = Contact.objects.create(
            council_id=2, service_id=57, line="5003", call_key="tax", state="answered", offered_at=THURSDAY
        )
    with as_role("web"), scope(Staff(world.sam)):
        found = choices(Contact.objects.get(pk=about_tax.pk))
    assert [(choice.key, choice.service) for choice in found] == [("enquiry", 57)]


def test_bin_days_are_told_from_the_calendar(desk, town):
    run = answered(begun(desk, "bin-days"), postcode="LE16 7ZZ", property=str(town.mill_lane))
    assert current(run).say == "Your black bin goes out on Tuesday 8 December. Have it out by 7am."


def test_what_has_no_script_is_written_down_and_handed_on(desk, town):
    run = answered(begun(desk, "enquiry"), what="x" * 10_000, how="officer", reach="")
    case = Case.objects.get(pk=run.need.case_id)
    assert (case.kind, current(run).outcome) == ("enquiry", "referred")
    assert case.answers[0]["answer"] == "x" * 10_000


def test_a_run_of_another_council_is_not_there(world, town, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        run = begun(world)
        with pytest.raises(Http404):
            access_run(world.other["run"])
        with pytest.raises(Http404):
            access_run(run.pk, contact=world.home["contact"] + 1)
    with as_role("web"), scope(Staff(world.olive)), pytest.raises(Http404):
        access_run(run.pk)


def test_showing_a_step_costs_no_look_up(desk, town, django_assert_max_num_queries):
    run = Run.objects.select_related("script", "contact", "need", "council").get(pk=to_the_bin(desk, town.mill_lane).pk)
    with django_assert_max_num_queries(0):
        assert current(run).key == "was_out"
