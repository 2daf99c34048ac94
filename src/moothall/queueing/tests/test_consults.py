"""A colleague is asked about a call while its caller is on hold, and may take it then."""
from __future__ import annotations

import pytest
from django.http import Http404

from cast_of_tests import REFUSE
from moothall.contacts.models import Leg
from moothall.lib import clock
from moothall.queueing import access
from moothall.queueing.acts import Answer, Clear, Complete, Consult, Deflect, GiveUp, Swap
from moothall.queueing.asks import look_at_everything
from moothall.queueing.calls import ROUTE
from moothall.queueing.consults import desk as consults
from moothall.queueing.models import Lease, Presence
from moothall.queueing.passings import desk as passings
from moothall.queueing.passings.desk import To
from moothall.queueing.tests.asked import ask_first, hear, talking_with
from moothall.queueing.tests.passed_on import (
    PHONE,
    as_router,
    entries,
    passing_row,
    priya,
    row,
    sam,
    specialists,
    state_of,
    talking,
)
from moothall.queueing.tests.test_desk import ask_router
from moothall.telephony.port import (
    ConsultEnded,
    ConsultRinging,
    ConsultSwapped,
    Held,
    Retrieved,
    Transferred,
)
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope

__all__ = ["priya", "sam", "specialists", "talking"]


def test_a_colleague_is_asked_and_gets_no_call_meanwhile(centre, talking, sam, priya):
    acts = ask_first(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya.pk), words="Waived?")
    assert [type(act) for act in acts] == [Consult]
    assert (acts[0].device, acts[0].to) == ("4001", "4002")
    assert state_of(priya.pk) == ("asked", talking)
    assert Lease.objects.filter(person=priya, contact_id=talking, ends__gt=clock.now()).exists()
    centre.plan["tiers"] = ((0, centre.world.hub_team),)
    assert as_router(lambda: centre.offered("c2", 4)) == [], "nobody else of the team is free"
    before = Presence.objects.get(pk=priya.pk).version
    hear(centre, ConsultRinging, "4002")
    assert (passing_row(talking).state, passing_row(talking).consult) == ("consult", "ringing")
    assert Presence.objects.get(pk=priya.pk).version > before
    assert state_of(sam.pk) == ("in_call", talking)


def test_they_talk_change_places_and_the_colleague_takes_it(centre, talking, sam, priya):
    talking_with(centre, sam, talking, priya)
    found = passing_row(talking)
    assert (found.consult, found.talked_at) == ("talking", centre.at(12))
    assert consults.ask_to_swap(sam, talking).ok
    assert [type(act) for act in ask_router(centre, 3)] == [Swap]
    hear(centre, Retrieved, "4002", 14)
    hear(centre, ConsultSwapped, "4002", 14, with_caller=True)
    assert (passing_row(talking).consult, row(talking).held_at) == ("caller", None)
    hear(centre, Held, "4002", 15)
    hear(centre, ConsultSwapped, "4002", 15, with_caller=False)
    assert passing_row(talking).consult == "talking"
    assert consults.ask_to_complete(sam, talking).ok
    assert [type(act) for act in ask_router(centre, 3)] == [Complete]
    assert as_router(lambda: centre.hear(Transferred, "c1", 20, device="4001", to="4002")) == []
    as_router(lambda: centre.answered("c1", 20, "4002"))
    contact, found = row(talking), passing_row(talking)
    assert (contact.state, contact.agent_id, contact.held_at) == ("answered", priya.pk, None)
    assert (found.kind, found.state, found.by_id, found.taken_by_id) == ("person", "taken", sam.pk, priya.pk)
    assert (state_of(sam.pk), state_of(priya.pk)) == (("wrap_up", talking), ("in_call", talking))
    kinds = [entry.kind for entry in entries(talking)]
    assert [kind for kind in kinds if kind.split(".")[0] in {"consult", "agent", "passing", "call", "leg"}] == [
        "call.take", "passing.ask", "agent.ask", "consult.ring", "consult.answer", "consult.swap", "consult.swap",
        "passing.begin", "agent.release", "call.pass_on", "leg.answer", "passing.take", "call.take",
    ]

    def legs():
        with scope(ROUTE):
            return list(Leg.objects.filter(contact_id=talking).order_by("pk").values_list("person_id", "cause"))

    assert as_router(legs) == [(sam.pk, "passed_on"), (priya.pk, "")]


def test_passed_on_while_it_still_rings_there_it_rings_on_at_their_desk(centre, talking, sam, priya):
    ask_first(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya.pk))
    hear(centre, ConsultRinging, "4002")
    assert as_router(lambda: centre.hear(Transferred, "c1", 20, device="4001", to="4002")) == []
    assert state_of(priya.pk) == ("ringing", talking)
    acts = as_router(lambda: centre.calls.expire(centre.at(40)))
    assert Deflect("c1", "5001", talking) in acts, "nobody is lost where she doesn't answer"


def test_of_a_team_the_one_who_knows_most_is_asked_if_they_are_free(centre, talking, sam, specialists):
    olive = centre.world.olive
    (act,) = ask_first(centre, sam, talking, To(REFUSE, team=specialists))
    assert act.to == "4101"
    assert (passing_row(talking).kind, passing_row(talking).person_id) == ("team", olive)
    hear(centre, ConsultRinging, "4101")
    hear(centre, ConsultEnded, "4101", reason="returned")
    Presence.objects.filter(pk=olive).update(state="paused")
    assert passings.ask_to_pass_on(sam, talking, To(REFUSE, team=specialists), words="", first=True).code == (
        "nobody_free"
    )


def test_somebody_who_is_not_free_any_more_is_not_asked(centre, talking, sam, priya):
    to = To(REFUSE, team=centre.world.hub_team, person=priya.pk)
    assert passings.ask_to_pass_on(sam, talking, to, words="", first=True).ok
    Presence.objects.filter(pk=priya.pk).update(state="paused")
    assert ask_router(centre, 3) == []
    assert (passing_row(talking).state, passing_row(talking).result) == ("refused", "not_free")
    assert Presence.objects.get(pk=sam.pk).notice == "refused_not_free"
    assert state_of(priya.pk) == ("paused", None)


def test_a_number_outside_is_asked_and_given_the_call(centre, talking, sam):
    (act,) = ask_first(centre, sam, talking, To(REFUSE, number=PHONE, name="Charnwood"))
    assert act.to == PHONE
    hear(centre, ConsultRinging, PHONE)
    as_router(lambda: centre.ended("c1", 21, by="agent", cause="transfer"))
    assert (row(talking).state, passing_row(talking).state) == ("wrap_up", "out")


def test_whoever_is_asked_answers_or_says_that_they_cannot(centre, talking, sam, priya):
    ask_first(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya.pk))
    hear(centre, ConsultRinging, "4002")
    assert consults.ask_to_join(sam, talking).code == "taken"
    assert consults.ask_to_join(priya, talking).ok
    (act,) = ask_router(centre, 3)
    assert isinstance(act, Answer) and act.device == "4002"
    assert consults.ask_to_part(priya, talking).ok
    (act,) = ask_router(centre, 3)
    assert isinstance(act, Clear) and act.device == "4002"
    with scope(Staff(priya.pk, talking)), pytest.raises(Http404):
        access.access_contact_in_hand(priya, talking)  # it is Sam's: she writes nothing into it
    hear(centre, ConsultEnded, "4002", reason="hung_up")
    assert consults.ask_to_join(priya, talking).code == "gone"


def test_one_is_asked_at_a_time_and_nothing_is_passed_on_meanwhile(centre, talking, sam, priya, specialists):
    talking_with(centre, sam, talking, priya)
    for first in (True, False):
        again = passings.ask_to_pass_on(sam, talking, To(REFUSE, team=specialists), words="x", first=first)
        assert again.code == "passing_already"
    assert consults.ask_to_give_up(sam, talking).ok
    assert [type(act) for act in ask_router(centre, 3)] == [GiveUp]
    hear(centre, ConsultEnded, "4002", reason="returned")
    assert state_of(priya.pk) == ("ready", None)
    assert ask_first(centre, sam, talking, To(REFUSE, team=specialists))


def test_what_is_told_twice_is_done_once(centre, talking, sam, priya):
    talking_with(centre, sam, talking, priya)
    talking_with(centre, sam, talking, priya, asks=False)
    for _ in range(2):
        hear(centre, ConsultEnded, "4002", reason="hung_up")
    kinds = [entry.kind for entry in entries(talking)]
    assert [kinds.count(f"consult.{verb}") for verb in ("ring", "answer", "end")] == [1, 1, 1]
    as_router(lambda: look_at_everything(centre.calls, centre.at(70)))
    assert passing_row(talking).state == "ended"
