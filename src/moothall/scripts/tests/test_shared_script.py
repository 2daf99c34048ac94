"""A script that is begun on a partnership's line: the address says whose the call is, and the script goes on there."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moothall.cases.models import Case
from moothall.contacts.actions import open_need
from moothall.contacts.models import Contact, Need
from moothall.people.models import Person
from moothall.queueing.legs import Elsewhere
from moothall.scripts import shared, steps
from moothall.scripts.access import access_run
from moothall.scripts.actions import Stale, start_run
from moothall.scripts.answering import answer_step, reopen_step
from moothall.scripts.handover import name_council
from moothall.scripts.left_runs import hand_over_run, leave_run
from moothall.scripts.models import Run
from moothall.scripts.queries import choices, current
from moothall.scripts.shared import decided
from moothall.scripts.tests.checked import check_packs_once
from moothall.scripts.versions import publish_packs, script_of
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from shared_line import HUB, HubCall, border_homes, load_hub, load_scope

CHARNWOOD, HARBOROUGH, LICHFIELD, REFUSE = 1, 2, 13, 524


class Script:
    """Sam walks a script in the call that he has; each step in the scope that the desk opens for it."""

    def __init__(self, world) -> None:
        self.call, self.sam = HubCall(world), Person.objects.get(pk=world.sam)
        self.call.talks()

    def scope(self):
        return scope(Staff(self.sam.pk, self.call.now))

    def begin(self, key: str = "missed-bin") -> Script:
        with self.scope():
            contact = Contact.objects.select_related("council").get(pk=self.call.now)
            choice = next(row for row in choices(contact) if row.key == key)
            need = open_need(contact=contact, service=choice.service, kind=choice.key, title=choice.title)
            start_run(contact=contact, need=need, script_key=key)
        return self

    @property
    def run(self) -> Run:
        with self.scope():
            return access_run(Run.objects.filter(contact_id=self.call.now).latest("pk").pk)

    @property
    def view(self):
        with self.scope():
            return current(access_run(self.run.pk))

    def answer(self, **answers: str) -> Script:
        for key, value in answers.items():
            with self.scope():
                run = access_run(self.run.pk)
                assert current(run).key == key, current(run)
                council = decided(answer_step(run, key, value, seen_version=run.version))
            if council is not None:
                self.found = name_council(self.sam, self.call.now, council)
        return self


@pytest.fixture
def script(world, as_role, monkeypatch):
    check_packs_once(monkeypatch)
    publish_packs()
    load_hub()
    with load_scope():
        world_homes = border_homes()
    made = Script(world)
    made.homes = world_homes
    with as_role("web"):
        yield made


LAST = {"was_out": "yes", "tag": "none", "just_you": "me", "stay_out": "yes", "tell": "none"}


def test_a_postcode_of_one_council_decides_and_the_script_goes_on_there(script):
    first = script.call.now
    script.begin().answer(postcode="LE11 1AA")
    assert script.call.now != first
    assert (script.view.council.pk, script.view.key) == (CHARNWOOD, "property"), "the answer was kept"
    with script.scope():
        contact = Contact.objects.get(pk=script.call.now)
        need = Need.objects.get(contact=contact)
    assert (contact.council_id, contact.service_id, need.service_id) == (CHARNWOOD, REFUSE, REFUSE)
    with scope(Staff(script.sam.pk)):
        old, left = Run.objects.get(contact_id=first), Need.objects.get(contact_id=first)
    assert (old.state, old.answers, old.facts, left.outcome) == ("done", {}, {}, "went_on")


def test_what_was_given_away_by_a_code_stays_theirs_when_the_call_goes_on_for_another_council(script):
    """They go on with it on the web, in the name of the council that it was begun for; what was begun since goes on."""
    script.begin().answer(postcode="LE11 1AA")
    before = script.call.now
    with script.scope():
        given = hand_over_run(access_run(script.run.pk), "K74P9MXR")
    script.begin("bin-days")
    assert name_council(script.sam, before, HARBOROUGH) == "" and script.call.now != before
    with scope(Staff(script.sam.pk)):
        stays = Run.objects.select_related("need").get(pk=given.pk)
        assert (stays.state, stays.contact_id, stays.answers) == ("given", before, given.answers)
        assert stays.need.outcome != Need.Outcome.WENT_ON
        assert Contact.objects.get(pk=before).cause == "went_on", "that council wasn't named in error"
    with script.scope():
        carried = Run.objects.select_related("script").filter(contact_id=script.call.now)
        assert [run.script.key.partition("/")[0] for run in carried] == ["bin-days"]


def test_at_a_border_the_property_decides(script):
    script.begin().answer(postcode="LE7 9SX")
    view = script.view
    assert script.call.now == script.call.contact, "the postcode alone is two councils'"
    assert [label for _, label in view.options][:2] == [
        "1 Long Lane, Billesdon (Harborough)", "2 Long Lane, Billesdon (Charnwood)",
    ]
    script.answer(property=str(script.homes.charnwood))
    assert (script.view.council.pk, script.view.key) == (CHARNWOOD, "bin")
    assert script.run.parameters["window_unit"] == "working_days", "its council's rules"
    with script.scope():
        assert Contact.objects.get(pk=script.call.now).property_id == script.homes.charnwood


def test_the_case_belongs_to_the_leg_of_its_council(script):
    script.begin().answer(postcode="LE7 9SX", property=str(script.homes.harborough), bin="refuse")
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%d/%m/%Y}"
    script.answer(day_told=yesterday, **LAST)
    run = script.run
    assert script.view.key == "CASE", script.view
    with script.scope():
        case = Case.objects.get(contact_id=script.call.now)
        assert (case.council_id, case.property_id, case.pk) == (
            HARBOROUGH, script.homes.harborough, Need.objects.get(pk=run.need_id).case_id,
        )
        assert case.share_id is not None


def test_the_agent_may_name_the_council_while_a_script_is_open(script):
    script.begin("enquiry").answer(what="About a tree", how="officer", reach="")
    assert (script.view.kind, script.view.council.pk) == ("council", HUB), "a case needs a council"
    with pytest.raises(Stale), script.scope():
        answer_step(access_run(script.run.pk), "reach", "07700 900123", seen_version=script.run.version)
    assert name_council(script.sam, script.call.now, HARBOROUGH) == ""
    view = script.view
    assert (view.outcome, view.council.pk) == ("referred", HARBOROUGH)
    with script.scope():
        assert Case.objects.get(contact_id=script.call.now).answers[0]["answer"] == "About a tree"


def test_an_address_that_others_answer_for_shows_nothing_and_can_be_changed(script):
    script.begin().answer(postcode="WS13 6BB")
    assert isinstance(script.found, Elsewhere) and script.found.council.pk == LICHFIELD
    assert (script.call.now, script.view.kind) == (script.call.contact, "council")
    with script.scope():
        reopen_step(access_run(script.run.pk))
    assert script.view.key == "postcode"
    script.answer(postcode="LE11 1AA")
    assert script.view.council.pk == CHARNWOOD


def test_a_second_need_about_another_council_begins_another_leg(script):
    script.begin().answer(postcode="LE7 9SX", property=str(script.homes.harborough))
    harborough = script.call.now
    with script.scope():
        leave_run(access_run(script.run.pk))
        Need.objects.filter(contact_id=harborough).update(closed_at="2026-01-01T00:00Z", outcome="resolved")
    script.begin("bin-days").answer(postcode="LE7 9SX", property=str(script.homes.charnwood))
    assert (script.view.council.pk, script.call.now != harborough) == (CHARNWOOD, True)
    with scope(Staff(script.sam.pk)):
        assert set(Need.objects.filter(contact_id=harborough).values_list("outcome", flat=True)) == {
            "resolved", "went_on",
        }


def test_an_address_outside_is_told_its_council_and_the_call_stays_the_partnerships(script):
    script.begin().answer(postcode="LE15 6AA")
    assert script.view.key in {"OTHER_COUNCIL", "address_text"}
    assert script.call.now == script.call.contact


def test_whose_an_address_is_stays_known_when_another_postcode_was_asked_for(script):
    """Who moves tells two homes, and may change the first after the second: it isn't within sight by then."""
    run = script.begin().run
    called = {step.call.name: step for step in script_of(run).steps if step.kind == "look_up"}
    with script.scope():
        for postcode in ("LE79SX", "WS136BB"):
            steps.look_up(run, called["properties_at_postcode"], {"postcode": postcode})
        assert decided(run) == LICHFIELD
        steps.look_up(run, called["property"], {"property": str(script.homes.charnwood)})
        assert decided(run) == CHARNWOOD
        steps.forget(run, "postcode")
        assert shared.council_of(run.facts, script.homes.charnwood) == CHARNWOOD


def test_a_script_that_was_nobodys_is_not_taken_up_again(script):
    script.begin().answer(postcode="LE7 9SX")
    with script.scope():
        assert leave_run(access_run(script.run.pk)).state == "done"
