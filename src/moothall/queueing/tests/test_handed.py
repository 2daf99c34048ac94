"""Calls that are passed on to a telephone, after asking there or by hand: whoever sits there has the call now."""
from __future__ import annotations

from datetime import timedelta

import pytest

from moothall.contacts.models import Leg
from moothall.lib import clock
from moothall.people.models import Membership, Person
from moothall.queueing import desk
from moothall.queueing.acts import Deflect
from moothall.queueing.calls import ROUTE
from moothall.queueing.models import Lease, Presence
from moothall.queueing.passings import desk as passings
from moothall.queueing.reconcile import mend
from moothall.queueing.tests.passed_on import (
    as_router,
    entries,
    passing_row,
    row,
    sam,
    specialists,
    state_of,
    talking,
)
from moothall.telephony.numbers import Caller
from moothall.telephony.port import CallSnapshot, Transferred
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope

__all__ = ["sam", "specialists", "talking"]


def hand_over(centre, to, seconds=21):
    return as_router(lambda: centre.hear(Transferred, "c1", seconds, device="4001", to=to))


def answered(centre, station, seconds):
    return as_router(lambda: centre.answered("c1", seconds, station))


@pytest.fixture
def stranger(world, specialists):
    """Olive, who has a telephone and answers for another council alone."""
    ended = Membership.objects.filter(person_id=world.olive, team_id=specialists)
    assert ended.update(valid_to=clock.now() - timedelta(minutes=1))
    return world.olive


def test_after_asking_there_the_call_is_the_next_ones_with_a_leg_of_its_own(centre, talking, sam):
    priya = centre.world.priya
    assert hand_over(centre, "4002") == [], "the telephones did it, nothing is asked of the exchange"
    assert state_of(priya) == ("ringing", talking)
    answered(centre, "4002", 21)
    contact, found = row(talking), passing_row(talking)
    assert (contact.state, contact.agent_id, contact.answered_at) == ("answered", priya, centre.at(4))
    assert (found.kind, found.state, found.by_id, found.taken_by_id) == ("handset", "taken", sam.pk, priya)
    assert state_of(sam.pk) == ("wrap_up", talking)
    assert state_of(priya) == ("in_call", talking)

    def legs():
        with scope(ROUTE):
            return list(Leg.objects.filter(contact_id=talking).order_by("pk").values_list("person_id", "cause"))

    assert as_router(legs) == [(sam.pk, "passed_on"), (priya, "")]
    with scope(Staff(sam.pk, talking)):
        part = passings.unfinished_part(sam.pk, talking)
        assert passings.finish_part(sam, part, outcomes={}).ok
    as_router(lambda: centre.ended("c1", 60))
    assert state_of(priya) == ("wrap_up", talking)
    assert desk.finish_wrap_up(Person.objects.get(pk=priya), talking, outcomes={}).ok
    assert row(talking).state == "done"


def test_told_twice_it_is_passed_on_once(centre, talking, sam):
    for _ in range(2):
        hand_over(centre, "4002")
        answered(centre, "4002", 22)
    kinds = [entry.kind for entry in entries(talking)]
    assert [kinds.count(kind) for kind in ("call.pass_on", "leg.answer", "passing.find", "call.take")] == [1, 1, 1, 2]


def test_it_rings_in_vain_at_a_free_colleague_and_goes_to_the_next(centre, talking, specialists):
    centre.plan["tiers"] = ((0, centre.world.hub_team), (0, specialists))
    hand_over(centre, "4002")
    assert as_router(lambda: centre.calls.expire(centre.at(40))) == []
    acts = as_router(lambda: centre.calls.expire(centre.at(41)))
    assert acts == [Deflect("c1", "5001", talking), Deflect("c1", "4101", talking, centre.world.olive)]
    assert state_of(centre.world.priya) == ("paused", None)


def test_it_rings_at_somebody_who_pauses_and_is_theirs_if_they_take_it(centre, talking):
    priya = centre.world.priya
    Presence.objects.filter(pk=priya).update(state="paused")
    as_router(lambda: centre.calls.picture.busy(priya))
    assert hand_over(centre, "4002") == []
    assert (row(talking).state, state_of(priya)) == ("waiting", ("paused", None))
    as_router(lambda: centre.offered("c2", 25))
    answered(centre, "4002", 30)
    assert (row(talking).agent_id, state_of(priya)) == (priya, ("in_call", talking))


def test_it_rings_in_vain_at_somebody_who_pauses_and_waits_for_whoever_is_free(centre, talking, specialists):
    centre.plan["tiers"] = ((0, specialists),)
    Presence.objects.filter(pk=centre.world.priya).update(state="paused")
    as_router(lambda: centre.calls.picture.busy(centre.world.priya))
    hand_over(centre, "4002")
    due = centre.calls.next_due(int(centre.at(22).timestamp() * 1000))
    assert due == int(centre.at(41).timestamp() * 1000), "the router wakes for it"
    acts = as_router(lambda: centre.calls.expire(centre.at(41)))
    assert acts == [Deflect("c1", "5001", talking), Deflect("c1", "4101", talking, centre.world.olive)]


def test_the_caller_rings_off_while_it_rings_there(centre, talking, sam):
    hand_over(centre, "4002")
    as_router(lambda: centre.ended("c1", 30))
    assert (row(talking).state, passing_row(talking).state) == ("wrap_up", "lost")
    assert state_of(centre.world.priya) == ("ready", None)
    assert state_of(sam.pk) == ("wrap_up", talking), "whoever passed it on finishes it"


def test_who_answers_for_nobody_here_has_the_caller_and_sees_nothing(stranger, centre, talking):
    hand_over(centre, "4101")
    answered(centre, "4101", 22)
    contact = row(talking)
    assert (contact.state, contact.agent_id) == ("answered", None)
    assert state_of(stranger) == ("ready", None)
    assert not Lease.objects.filter(person_id=stranger).exists()
    as_router(lambda: centre.ended("c1", 60))
    assert row(talking).state == "done", "there is no desk at which to finish it"


def test_a_call_that_a_stranger_picks_up_at_their_telephone_is_not_shown_to_them(stranger, centre):
    assert centre.calls.picture.person_at("4101") == stranger
    centre.offered("c9")
    centre.answered("c9", 3, "4101")
    assert not Lease.objects.filter(person_id=stranger).exists()
    assert state_of(stranger) == ("ready", None)


def test_from_nobodys_desk_to_somebodys(stranger, centre, talking):
    hand_over(centre, "4101")
    answered(centre, "4101", 22)
    assert as_router(lambda: centre.hear(Transferred, "c1", 30, device="4101", to="4002")) == []
    answered(centre, "4002", 30)
    assert row(talking).agent_id == centre.world.priya
    kinds = [entry.kind for entry in entries(talking)]
    assert (kinds.count("passing.find"), kinds.count("call.pass_on")) == (1, 2), "nobody is left with a part to finish"


@pytest.mark.parametrize("state", ["connected", "alerting"])
def test_handed_over_while_the_router_was_away(centre, talking, sam, state):
    def back():
        centre.calls.start(centre.at(40))
        shown = CallSnapshot("c1", "5001", Caller("unknown"), centre.at(0), True, {"4002": state})
        return mend(centre.calls, [shown, shown], centre.at(40), 0)

    assert as_router(back) == []
    expected = ("answered", centre.world.priya) if state == "connected" else ("offered", None)
    contact = row(talking)
    assert contact.state == expected[0]
    assert state_of(centre.world.priya) == ("in_call" if state == "connected" else "ringing", talking)
    assert state_of(sam.pk) == ("wrap_up", talking)
