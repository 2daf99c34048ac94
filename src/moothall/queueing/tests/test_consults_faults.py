"""What goes wrong while one asks another about a call: each ends in a state that both desks tell; nobody is lost."""
from __future__ import annotations

from datetime import timedelta

import pytest

from cast_of_tests import REFUSE
from moothall.lib import clock
from moothall.queueing import desk
from moothall.queueing.acts import Deflect, Follow, GiveUp
from moothall.queueing.asks import hear_answer, look_at_everything
from moothall.queueing.calls import Calls
from moothall.queueing.consults import desk as consults
from moothall.queueing.models import Lease, Presence
from moothall.queueing.passings.desk import To
from moothall.queueing.reconcile import close_lost, mend
from moothall.queueing.tests.asked import ask_first, hear, talking_with
from moothall.queueing.tests.passed_on import (
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
from moothall.queueing.tests.test_handed import stranger
from moothall.telephony.numbers import Caller
from moothall.telephony.port import (
    CallSnapshot,
    ConsultEnded,
    ConsultRinging,
    ConsultSnapshot,
    Refused,
    Transferred,
)

__all__ = ["priya", "sam", "specialists", "stranger", "talking"]


@pytest.fixture
def rings(centre, talking, sam, priya):
    """It rings at Priya, whom Sam asks."""
    ask_first(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya.pk))
    hear(centre, ConsultRinging, "4002")
    return talking


@pytest.fixture
def talk(centre, talking, sam, priya):
    """Sam talks with Priya, and the caller is on hold."""
    talking_with(centre, sam, talking, priya)
    return talking


def told(person) -> str:
    return Presence.objects.get(pk=person).notice


def stays(contact, sam, priya, *, result: str, notice: str, hers: tuple[str, str]) -> None:
    """The call is Sam's, Priya sees it no more, and both are told."""
    assert (row(contact).state, row(contact).agent_id) == ("answered", sam.pk)
    assert (passing_row(contact).state, passing_row(contact).result) == ("ended", result)
    assert (state_of(sam.pk), told(sam.pk)) == (("in_call", contact), notice)
    assert (state_of(priya.pk), told(priya.pk)) == ((hers[0], None), hers[1])
    assert not Lease.objects.filter(person=priya, ends__gt=clock.now() + timedelta(minutes=1)).exists()


@pytest.mark.parametrize("case", [
    ("hung_up", {"result": "declined", "notice": "ask_declined", "hers": ("ready", "")}),
    ("no_answer", {"result": "no_answer", "notice": "ask_no_answer", "hers": ("paused", "asked_missed")}),
    ("returned", {"result": "returned", "notice": "", "hers": ("ready", "asked_over")}),
    ("network", {"result": "network", "notice": "ask_network", "hers": ("ready", "")}),
])
def test_it_rings_there_and_comes_to_nothing(rings, centre, sam, priya, case):
    reason, ends = case
    acts = hear(centre, ConsultEnded, "4002", reason=reason)
    stays(rings, sam, priya, **ends)
    assert acts == ([Follow("4002", "not_ready")] if reason == "no_answer" else [])


def test_the_colleague_hangs_up_and_is_there_for_the_next_call(centre, talk, sam, priya):
    centre.plan["tiers"] = ((0, centre.world.hub_team),)
    as_router(lambda: centre.offered("c2", 13))
    (act,) = hear(centre, ConsultEnded, "4002", 14, reason="hung_up")
    assert isinstance(act, Deflect) and (act.call, act.person) == ("c2", priya.pk)
    assert (passing_row(talk).result, told(sam.pk)) == ("hung_up", "ask_hung_up")


def test_the_telephone_there_is_busy_before_it_rings(centre, talking, sam, priya):
    ask_first(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya.pk))
    hear(centre, ConsultEnded, "4002", reason="busy")
    stays(talking, sam, priya, result="busy", notice="ask_busy", hers=("ready", ""))


def test_the_exchange_refuses_and_it_can_be_asked_again(centre, talking, sam, priya):
    to = To(REFUSE, team=centre.world.hub_team, person=priya.pk)
    (act,) = ask_first(centre, sam, talking, to)
    as_router(lambda: hear_answer(centre.calls, act, Refused("busy"), centre.at(4)))
    assert (passing_row(talking).state, told(sam.pk)) == ("refused", "refused_busy")
    assert state_of(priya.pk) == ("ready", None)
    assert ask_first(centre, sam, talking, to)


def test_the_exchange_says_nothing_and_nobody_is_kept_waiting(centre, talking, sam, priya):
    ask_first(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya.pk))
    as_router(lambda: look_at_everything(centre.calls, centre.at(10)))
    assert state_of(priya.pk) == ("asked", talking)
    as_router(lambda: look_at_everything(centre.calls, centre.at(60)))
    assert (passing_row(talking).result, state_of(priya.pk)) == ("no_answer", ("ready", None))


def test_the_colleague_cannot_swap_what_nobody_answered(centre, rings, sam):
    assert consults.ask_to_swap(sam, rings).ok
    assert ask_router(centre, 3) == []
    assert told(sam.pk) == "refused_gone"


@pytest.mark.parametrize("by", ["caller", "agent"])
def test_the_caller_or_the_agent_rings_off_and_the_other_talk_is_ended_too(centre, talk, sam, priya, by):
    (act,) = as_router(lambda: centre.ended("c1", 20, by=by))
    assert act == GiveUp("c1", "4001")
    assert state_of(sam.pk) == ("wrap_up", talk)
    assert state_of(priya.pk) == ("asked", talk), "her telephone is in use still"
    hear(centre, ConsultEnded, "4002", 21, reason="returned")
    assert (passing_row(talk).state, passing_row(talk).result) == ("ended", "rang_off")
    assert (state_of(priya.pk), told(priya.pk)) == (("ready", None), "asked_rang_off")
    assert desk.finish_wrap_up(sam, talk, outcomes={}).ok


def test_the_caller_has_rung_off_and_the_exchange_knows_of_no_talk(centre, talk, priya):
    (act,) = as_router(lambda: centre.ended("c1", 20))
    as_router(lambda: hear_answer(centre.calls, act, Refused("no_call"), centre.at(21)))
    assert (passing_row(talk).result, state_of(priya.pk)) == ("rang_off", ("ready", None))


def test_the_end_of_it_is_never_heard_and_somebody_looks(centre, talk, priya):
    as_router(lambda: centre.ended("c1", 20))
    as_router(lambda: look_at_everything(centre.calls, centre.at(60)))
    assert (passing_row(talk).result, state_of(priya.pk)) == ("rang_off", ("ready", None))


def shown(consult=None, legs=None):
    number = Caller("number", "+441632960123")
    return CallSnapshot("c1", "5001", number, clock.now(), True, legs or {"4001": "held"}, consult)


def again(centre, *snapshots) -> Calls:
    """A router that begins anew and asks the exchange where all stands."""
    calls = Calls(linked=True)
    as_router(lambda: calls.start(centre.at(30)))
    as_router(lambda: mend(calls, snapshots, centre.at(30), 0))
    return calls


def test_a_router_that_begins_anew_goes_on_with_it(centre, talk, sam, priya):
    calls = again(centre, shown(ConsultSnapshot("4001", "4002", "held"), {"4001": "connected"}))
    assert (passing_row(talk).state, passing_row(talk).consult) == ("consult", "caller")
    assert state_of(priya.pk) == ("asked", talk)
    assert priya.pk not in calls.picture.idle
    as_router(lambda: calls.hear(centre.event(Transferred, "c1", 31, device="4001", to="4002"), centre.at(31)))
    assert state_of(priya.pk) == ("ringing", talk)


def test_it_ended_while_the_router_was_away(centre, talk, sam, priya):
    again(centre, shown(legs={"4001": "connected"}))
    stays(talk, sam, priya, result="lost", notice="ask_lost", hers=("ready", "asked_over"))


def test_it_was_begun_and_answered_while_the_router_was_away(centre, talking, sam, priya):
    again(centre, shown(ConsultSnapshot("4001", "4002", "talking")))
    found = passing_row(talking)
    assert (found.kind, found.state, found.consult, found.person_id) == ("handset", "consult", "talking", priya.pk)
    assert (state_of(priya.pk), row(talking).held_at is not None) == (("asked", talking), True)


def test_the_call_was_passed_on_while_the_router_was_away(centre, talk, sam, priya):
    again(centre, shown(legs={"4002": "connected"}))
    assert (row(talk).agent_id, passing_row(talk).state) == (priya.pk, "taken")
    assert (state_of(sam.pk), state_of(priya.pk)) == (("wrap_up", talk), ("in_call", talk))


def test_the_call_is_gone_when_the_link_is_back(centre, talk, sam, priya):
    (act,) = as_router(lambda: close_lost(centre.calls, (), centre.at(40)))
    assert act == GiveUp("c1", "4001")
    as_router(lambda: hear_answer(centre.calls, act, Refused("no_call"), centre.at(41)))
    assert (state_of(sam.pk), state_of(priya.pk)) == (("wrap_up", talk), ("ready", None))


def test_a_desk_that_is_asked_about_nothing_is_mended(centre, talk, priya):
    hear(centre, ConsultEnded, "4002", reason="hung_up")
    Presence.objects.filter(pk=priya.pk).update(state="asked", contact_id=talk, contact_council=2)
    as_router(lambda: centre.calls.start(centre.at(30)))
    assert state_of(priya.pk) == ("ready", None)


def test_begun_at_the_telephone_it_shows_at_both_desks(centre, talking, sam, priya):
    hear(centre, ConsultRinging, "4002")
    assert (passing_row(talking).kind, state_of(priya.pk)) == ("handset", ("asked", talking))
    as_router(lambda: centre.hear(Transferred, "c1", 20, device="4001", to="4002"))
    as_router(lambda: centre.answered("c1", 20, "4002"))
    assert (row(talking).agent_id, state_of(priya.pk)) == (priya.pk, ("in_call", talking))
    assert [entry.kind for entry in entries(talking)].count("consult.find") == 1


def test_whoever_answers_for_nobody_here_is_asked_by_telephone_alone(stranger, centre, talking):
    """Another council's agent, at whose telephone somebody asks by hand: their desk shows nothing of the call."""
    hear(centre, ConsultRinging, "4101")
    found = passing_row(talking)
    assert (found.state, found.person_id, found.number) == ("consult", None, "4101")
    assert state_of(stranger) == ("ready", None)
    assert not Lease.objects.filter(person_id=stranger).exists()
