"""What a run keeps: the words that were said, where it stood when it was left, the version that it began with."""

import shutil
from datetime import UTC, datetime

import pytest
from django.http import Http404

from moothall.cases.models import Case
from moothall.contacts.actions import close_need
from moothall.contacts.models import Contact
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.scripts.access import access_run
from moothall.scripts.answering import AnswerRefused, answer_step
from moothall.scripts.left_runs import leave_run, take_up_run
from moothall.scripts.models import Run, ScriptVersion
from moothall.scripts.packs import FOLDER
from moothall.scripts.queries import choices, current
from moothall.scripts.tests.walks import LAST, LONG_NAME, THURSDAY, answered, begun, to_the_bin
from moothall.scripts.versions import publish_packs
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope


@pytest.mark.parametrize("text", [
    LONG_NAME, "שלום, הפח שלי", "<script>alert(1)</script>", "x" * 493 + ", Mill", "Z\u0338\u0335a\u0337lgo, Mill Lane",
])
def test_what_they_say_is_kept_and_shown_as_they_say_it(desk, town, text):
    run = answered(begun(desk), postcode="LE16 7ZZ", property="not_listed", address_text=text)
    assert run.answers["address_text"]["value"] == text
    assert {said.step: said.value for said in current(run).so_far}["address_text"] == text


@pytest.mark.parametrize("size", [501, 1_000_000])
def test_a_megabyte_is_told_its_limit(desk, town, size):
    run = answered(begun(desk), postcode="LE16 7ZZ", property="not_listed")
    with pytest.raises(AnswerRefused, match="Use 500 characters or fewer"):
        answer_step(run, "address_text", "x" * size, seen_version=run.version)


def test_control_characters_are_taken_out_of_what_they_say(desk, town):
    run = answered(begun(desk), postcode="LE16 7ZZ", property="not_listed",
                   address_text="Plot\x00 7, Mill\x1b[31m\u202e")  # fmt: skip
    assert run.answers["address_text"]["value"] == "Plot 7, Mill[31m"


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
    asked = "Was the bin out by {out_by} on {due}, with the lid shut?"
    path.write_text(path.read_text().replace(asked, "Was it out at all?"))
    publish_packs()
    with as_role("web"), scope(Staff(world.sam)):
        assert current(access_run(run.pk)).say == "Was the bin out by 7am on Tuesday 24 November, with the lid shut?"
        assert current(to_the_bin(world, town.mill_lane)).say == "Was it out at all?"


def test_publishing_again_adds_nothing_and_a_council_has_its_own_version(town):
    before = set(ScriptVersion.objects.values_list("hash", flat=True))
    assert set(publish_packs()) <= before
    assert set(ScriptVersion.objects.values_list("hash", flat=True)) == before
    assert ScriptVersion.objects.filter(key="missed-bin/E07000131").count() == 1


def test_the_scripts_to_begin_are_those_of_services_that_the_agent_answers(world, town, as_role):
    with as_role("web"), scope(Staff(world.sam)):
        found = choices(Contact.objects.get(pk=world.home["contact"]))
    named = [(choice.key, choice.title, choice.service) for choice in found]
    assert named == [
        ("missed-bin", "Missed bin", 524),
        ("bin-days", "Bin days", 524),
        ("dumped", "Rubbish dumped outside", 524),
        ("enquiry", "Something else", 524),
    ]
    Grant.objects.filter(council_id=2, right="answer").update(service_id=57)
    with scope(System("load")):
        about_tax = Contact.objects.create(
            council_id=2, service_id=57, line="5003", call_key="tax", state="answered", offered_at=THURSDAY
        )
    with as_role("web"), scope(Staff(world.sam)):
        found = choices(Contact.objects.get(pk=about_tax.pk))
    assert {(choice.key, choice.service) for choice in found} >= {("enquiry", 57)}
    assert {choice.service for choice in found} == {57}


def test_bin_days_are_told_from_the_calendar(desk, town):
    run = answered(begun(desk, "bin-days"), postcode="LE16 7ZZ", property=str(town.mill_lane))
    assert current(run).say == "Your black bin goes out on Tuesday 8 December. Put each out by 7am on its day."


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
