"""Calls that are passed on and meet with something: given up, refused, ended, a share that ends, a router that dies."""
from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from cast_of_tests import REFUSE
from moothall.contacts.models import Contact, Need
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing import desk
from moothall.queueing.acts import Deflect, Transfer
from moothall.queueing.asks import hear_answer, look_at_everything
from moothall.queueing.calls import Calls
from moothall.queueing.models import Command, Lease, Presence, RouterState
from moothall.queueing.passings import desk as passings
from moothall.queueing.passings import route
from moothall.queueing.passings.desk import To
from moothall.queueing.reconcile import mend
from moothall.queueing.tests.passed_on import (
    as_router,
    entries,
    pass_on,
    passing_row,
    row,
    sam,
    specialists,
    state_of,
    talking,
)
from moothall.queueing.tests.test_desk import ask_router, speak_as
from moothall.reports.facts import Row, fold
from moothall.telephony.numbers import Caller
from moothall.telephony.port import CallSnapshot, Refused, Transferred
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope

__all__ = ["sam", "specialists", "talking"]


def test_the_caller_rings_off_while_they_wait(centre, talking, sam, specialists):
    """Then it is all Sam's to finish, who has it at the desk still; also what had gone along."""
    pass_on(centre, sam, talking, To(REFUSE, team=specialists))
    as_router(lambda: centre.ended("c1", 40))
    contact = row(talking)
    assert (contact.state, contact.agent_id, passing_row(talking).state) == ("wrap_up", sam.pk, "lost")
    assert state_of(centre.world.olive) == ("ready", None)
    assert Presence.objects.get(pk=sam.pk).notice == "passed_rang_off"
    with scope(Staff(sam.pk, talking)):
        assert passings.unfinished_part(sam.pk, talking) is None
    assert desk.finish_wrap_up(sam, talking, outcomes={}).ok
    rows = [Row(e.kind, e.contact_id, e.council_id, e.service_id, e.need_id, e.at, e.body) for e in entries(talking)]
    (fact,) = fold(rows)
    assert (fact.answered_ms, fact.rang_off_ms, fact.ended, fact.finished) == (4000, None, True, True)


def test_the_caller_rings_off_when_the_first_has_finished(centre, talking, sam, specialists):
    pass_on(centre, sam, talking, To(REFUSE, team=specialists))
    with scope(Staff(sam.pk, talking)):
        assert passings.finish_part(sam, passings.unfinished_part(sam.pk, talking), outcomes={}).ok
    as_router(lambda: centre.ended("c1", 40))
    assert row(talking).state == "done", "nobody's desk holds it"
    assert state_of(sam.pk) == ("ready", None)


def test_the_first_finishes_their_part_whatever_the_call_does_meanwhile(centre, talking, sam, specialists):
    with scope(Staff(sam.pk, talking)):
        contact = Contact.objects.get(pk=talking)
        needs = [Need.objects.create(council_id=2, service_id=REFUSE, contact=contact, kind=kind, title=kind,
                                     created_at=centre.at(5)) for kind in ("dealt-with", "open")]
        Need.objects.filter(pk=needs[0].pk).update(outcome="resolved", closed_at=centre.at(6))
    pass_on(centre, sam, talking, To(REFUSE, team=specialists))
    assert passing_row(talking).needs == [needs[1].pk]
    as_router(lambda: centre.answered("c1", 30, "4101"))
    as_router(lambda: centre.ended("c1", 60))
    olive = Person.objects.get(pk=centre.world.olive)
    assert desk.finish_wrap_up(olive, talking, outcomes={needs[1].pk: "resolved"}).ok
    assert row(talking).state == "done" and state_of(sam.pk) == ("wrap_up", talking)
    as_router(lambda: look_at_everything(centre.calls, centre.at(70)))
    as_router(lambda: centre.calls.start(centre.at(71)))
    assert state_of(sam.pk) == ("wrap_up", talking), "a router that mends rows leaves it to them"
    with scope(Staff(sam.pk, talking)):
        part = passings.unfinished_part(sam.pk, talking)
        assert [need.pk for need in passings.own_needs(part)] == [needs[0].pk]
        assert passings.finish_part(sam, part, outcomes={}, then="pause").ok
    assert state_of(sam.pk) == ("paused", None)
    assert not Lease.objects.filter(contact_id=talking, ends__gt=clock.now() + timedelta(seconds=5)).exists()


def test_what_the_exchange_refuses_stays_and_can_be_asked_again(centre, talking, sam, specialists):
    to = To(REFUSE, team=specialists)
    assert passings.ask_to_pass_on(sam, talking, to, words="x").ok
    (act,) = ask_router(centre, 3)
    assert act == Transfer("c1", "4001", "5001", Command.objects.get().pk)
    assert passings.ask_to_pass_on(sam, talking, to, words="x").code == "passing_already"
    as_router(lambda: hear_answer(centre.calls, act, Refused("busy"), centre.at(7)))
    assert (passing_row(talking).state, passing_row(talking).result) == ("refused", "busy")
    assert Presence.objects.get(pk=sam.pk).notice == "refused_busy"
    assert row(talking).state == "answered"
    assert passings.ask_to_pass_on(sam, talking, to, words="x").ok


def test_what_is_never_answered_or_was_pressed_too_long_ago_was_not_done(centre, talking, sam, specialists):
    to = To(REFUSE, team=specialists)
    assert passings.ask_to_pass_on(sam, talking, to, words="x").ok
    assert ask_router(centre, 60) == []
    assert passing_row(talking).result == "late"
    assert passings.ask_to_pass_on(sam, talking, to, words="x").ok
    assert len(ask_router(centre, 3)) == 1
    as_router(lambda: look_at_everything(centre.calls, centre.at(10)))
    assert passing_row(talking).state == "asked"
    as_router(lambda: look_at_everything(centre.calls, centre.at(60)))
    assert (passing_row(talking).state, passing_row(talking).result) == ("refused", "no_answer")


def test_the_caller_rings_off_before_the_exchange_has_done_it(centre, talking, sam, specialists):
    assert passings.ask_to_pass_on(sam, talking, To(REFUSE, team=specialists), words="x").ok
    as_router(lambda: centre.ended("c1", 6))
    assert passing_row(talking).state == "refused"
    assert ask_router(centre, 3) == []
    assert desk.finish_wrap_up(sam, talking, outcomes={}).ok


def test_passed_on_at_the_telephone_itself(centre, talking, sam):
    acts = as_router(lambda: centre.hear(Transferred, "c1", 21, device="4001", to="5001"))
    assert acts == [Deflect("c1", "4002", talking, centre.world.priya)], "to whoever answers by the agreement"
    assert (passing_row(talking).kind, passing_row(talking).by_id) == ("handset", sam.pk)
    assert state_of(sam.pk) == ("wrap_up", talking)


@pytest.mark.parametrize("state", ["asked", "waiting"])
def test_a_router_that_begins_anew_finds_it_on_its_way(centre, talking, sam, specialists, state):
    Presence.objects.filter(pk=centre.world.olive).update(state="paused")
    as_router(lambda: look_at_everything(centre.calls, centre.at(10)))
    if state == "waiting":
        pass_on(centre, sam, talking, To(REFUSE, team=specialists))
    else:
        assert passings.ask_to_pass_on(sam, talking, To(REFUSE, team=specialists), words="x").ok
    again = Calls(linked=True)
    as_router(lambda: again.start(centre.at(30)))
    where = CallSnapshot("c1", "5001", Caller("number", "+441632960123"), centre.start, True, {"5001": "waiting"})
    as_router(lambda: mend(again, [where], centre.at(30), 0))
    call = again.picture.calls["c1"]
    assert call.passed and call.queue.tiers == ((0, specialists),) and again.picture.is_waiting(call)
    assert row(talking).state == "waiting" and passing_row(talking).state == "waiting"
    assert state_of(sam.pk) == ("wrap_up", talking)
    passed = passing_row(talking).passed_at
    assert call.widens_at == int((passed + route.ONE_TEAM_ALONE).timestamp() * 1000)


def test_the_share_ends_while_it_waits(centre, talking, sam, specialists, monkeypatch):
    """It isn't the team's any more: when it comes to wait, whoever answers by then gets it."""
    assert passings.ask_to_pass_on(sam, talking, To(REFUSE, team=specialists), words="x").ok
    ask_router(centre, 3)
    speak_as("router")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    Grant.objects.filter(team_id=specialists).update(valid_to=clock.now() - timedelta(seconds=1))
    speak_as("web")
    acts = as_router(lambda: centre.hear(Transferred, "c1", 21, device="4001", to="5001"))
    assert acts == [Deflect("c1", "4002", talking, centre.world.priya)]


def test_nobody_answers_any_more_and_it_goes_to_those_who_had_it(centre, talking, sam, specialists):
    assert passings.ask_to_pass_on(sam, talking, To(REFUSE, team=specialists), words="x").ok
    ask_router(centre, 3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    Grant.objects.filter(team_id=specialists).delete()
    centre.plan.update(share_id=None, code="nobody_answers")
    speak_as("web")
    as_router(lambda: centre.hear(Transferred, "c1", 21, device="4001", to="5001"))
    assert row(talking).tiers == [[0, centre.world.hub_team]], "the caller is never dropped"


@pytest.mark.parametrize(("change", "code"), [
    ({"state": "paused"}, "not_free"), ({"state": "away"}, "not_free"), ({"state": "in_call"}, "not_free"),
])
def test_a_colleague_must_be_free(centre, talking, sam, change, code):
    Presence.objects.filter(pk=centre.world.priya).update(**change)
    to = To(REFUSE, team=centre.world.hub_team, person=centre.world.priya)
    assert passings.ask_to_pass_on(sam, talking, to, words="x").code == code
    assert not Command.objects.exists()


def test_of_a_team_somebody_must_be_there(centre, talking, sam, specialists):
    Presence.objects.filter(pk=centre.world.olive).update(state="away")
    assert passings.ask_to_pass_on(sam, talking, To(REFUSE, team=specialists), words="x").code == "nobody_there"
    as_router(lambda: RouterState.objects.update(handles_calls=False))
    Presence.objects.filter(pk=centre.world.olive).update(state="paused")
    assert passings.ask_to_pass_on(sam, talking, To(REFUSE, team=specialists), words="x").code == "not_supported"
