"""Calls that are passed on: to a team, to a colleague, to a number outside; not answered there."""
from __future__ import annotations

from cast_of_tests import REFUSE
from moothall.contacts.models import Contact, Leg
from moothall.lib import clock
from moothall.queueing import desk
from moothall.queueing.acts import Deflect
from moothall.queueing.asks import look_at_everything
from moothall.queueing.calls import ROUTE
from moothall.queueing.models import Lease, Presence
from moothall.queueing.passings import desk as passings
from moothall.queueing.passings.desk import To
from moothall.queueing.tests.passed_on import (
    PHONE,
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
from moothall.reports.facts import Row, fold
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope

__all__ = ["sam", "specialists", "talking"]


def test_to_a_team_ahead_of_those_who_came_later(centre, talking, sam, specialists):
    olive = centre.world.olive
    acts = pass_on(centre, sam, talking, To(REFUSE, team=specialists))
    assert acts == [Deflect("c1", "4101", talking, olive)]
    contact = row(talking)
    assert (contact.state, contact.tiers, contact.answer_within_s) == ("offered", [[0, specialists]], 45)
    assert contact.answered_at == centre.at(4), "what was promised is kept once"
    assert state_of(sam.pk) == ("wrap_up", talking), "Sam finishes their part"
    assert state_of(olive) == ("ringing", talking)
    as_router(lambda: centre.answered("c1", 30, "4101"))
    contact = row(talking)
    assert (contact.state, contact.agent_id, contact.answered_at) == ("answered", olive, centre.at(4))
    found = passing_row(talking)
    assert (found.state, found.by_id, found.taken_by_id, found.passed_at) == ("taken", sam.pk, olive, centre.at(21))
    assert state_of(olive) == ("in_call", talking)

    def legs():
        with scope(ROUTE):
            return list(Leg.objects.order_by("pk").values_list("person_id", "started_at", "answered_at", "cause"))[-2:]

    assert as_router(legs) == [
        (sam.pk, centre.at(0), centre.at(4), "passed_on"), (olive, centre.at(21), centre.at(30), ""),
    ]
    told = [(entry.kind, entry.body.get("waited_ms")) for entry in entries(talking)]
    assert [kind for kind, _ in told[5:]] == [
        "passing.ask", "passing.begin", "call.pass_on", "finishing.start", "offer.make", "offer.end", "leg.answer",
        "passing.take", "call.take",
    ]
    assert ("leg.answer", 9000) in told, "the second wait is its leg's own"


def test_the_promise_is_counted_once_and_by_the_first_answer(centre, talking, sam, specialists):
    pass_on(centre, sam, talking, To(REFUSE, team=specialists))
    as_router(lambda: centre.answered("c1", 300, "4101"))
    rows = [Row(e.kind, e.contact_id, e.council_id, e.service_id, e.need_id, e.at, e.body) for e in entries(talking)]
    (fact,) = fold(rows)
    assert (fact.answered_ms, fact.promise_s, fact.ended) == (4000, 45, False)


def test_who_came_later_waits_behind_it(centre, talking, sam, specialists):
    """Nobody of the team is free: the first who is gets what was passed on, though somebody else rang meanwhile."""
    Presence.objects.filter(pk=centre.world.olive).update(state="paused")
    as_router(lambda: look_at_everything(centre.calls, centre.at(10)))
    centre.plan["tiers"] = ((0, specialists),)
    as_router(lambda: centre.offered("c2", 12))
    assert pass_on(centre, sam, talking, To(REFUSE, team=specialists)) == []
    assert row(talking).state == "waiting"
    Presence.objects.filter(pk=centre.world.olive).update(state="ready")
    (act,) = as_router(lambda: look_at_everything(centre.calls, centre.at(40)))
    assert act == Deflect("c1", "4101", talking, centre.world.olive)


def test_a_team_of_which_nobody_takes_it_has_it_for_two_minutes_alone(centre, talking, sam, specialists):
    Presence.objects.filter(pk=centre.world.olive).update(state="paused")
    as_router(lambda: look_at_everything(centre.calls, centre.at(10)))
    pass_on(centre, sam, talking, To(REFUSE, team=specialists))
    due = centre.calls.next_due(int(centre.at(22).timestamp() * 1000))
    assert due == int(centre.at(141).timestamp() * 1000)
    assert as_router(lambda: centre.calls.expire(centre.at(140))) == []
    acts = as_router(lambda: centre.calls.expire(centre.at(141)))
    assert acts == [Deflect("c1", "4002", talking, centre.world.priya)], "the plan's team joins"
    assert row(talking).tiers == sorted([[0, specialists], [0, centre.world.hub_team]])
    assert entries(talking)[-2].kind == "call.return"


def test_to_a_colleague_by_name(centre, talking, sam):
    """Priya is free for less long than Olive, and it rings at hers."""
    priya = centre.world.priya
    acts = pass_on(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya))
    assert acts == [Deflect("c1", "4002", talking, priya)]
    as_router(lambda: centre.answered("c1", 25, "4002"))
    assert passing_row(talking).taken_by_id == priya


def test_a_colleague_who_does_not_answer_and_the_call_is_anybodys(centre, talking, sam, specialists):
    priya = centre.world.priya
    centre.plan["tiers"] = ((0, centre.world.hub_team), (0, specialists))
    pass_on(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya))
    assert Lease.objects.filter(person_id=priya, contact_id=talking, ends__gt=centre.at(22)).exists()
    acts = as_router(lambda: centre.calls.expire(centre.at(60)))
    assert acts == [Deflect("c1", "5001", talking), Deflect("c1", "4101", talking, centre.world.olive)]
    assert state_of(priya) == ("paused", None)
    assert not Lease.objects.filter(person_id=priya, contact_id=talking, ends__gt=centre.at(61)).exists()


def test_it_comes_back_to_who_passed_it_on_if_they_are_free_by_then(centre, talking, sam, specialists):
    priya = centre.world.priya
    pass_on(centre, sam, talking, To(REFUSE, team=centre.world.hub_team, person=priya))
    with scope(Staff(sam.pk, talking)):
        part = passings.unfinished_part(sam.pk, talking)
        assert passings.finish_part(sam, part, outcomes={}).ok
    as_router(lambda: look_at_everything(centre.calls, centre.at(30)))
    acts = as_router(lambda: centre.calls.expire(centre.at(60)))
    assert acts == [Deflect("c1", "5001", talking), Deflect("c1", "4001", talking, sam.pk)]
    as_router(lambda: centre.answered("c1", 65, "4001"))
    assert state_of(sam.pk) == ("in_call", talking)
    as_router(lambda: centre.ended("c1", 90))
    assert desk.finish_wrap_up(sam, talking, outcomes={}).ok
    assert row(talking).state == "done"


def test_outside_it_is_over_for_us(centre, talking, sam):
    pass_on(centre, sam, talking, To(REFUSE, number=PHONE, name="Charnwood"))
    contact, found = row(talking), passing_row(talking)
    assert (contact.state, contact.cause, found.state) == ("wrap_up", "transfer", "out")
    assert desk.finish_wrap_up(sam, talking, outcomes={}).ok


def test_teams_to_choose_from_with_who_is_there(centre, talking, sam, specialists):
    with scope(Staff(sam.pk, talking)):
        contact = Contact.objects.get(pk=talking)
        key = centre.calls.picture.calls["c1"].contact
        teams = passings.teams_to_pass_to(key, person=sam.pk, at=clock.now())
    assert contact.council_id == 2
    assert [(team.name, team.service, team.there, team.free, [p.name for p in team.people]) for team in teams] == [
        ("Charnwood contact centre", REFUSE, 1, 1, ["Priya Shah"]), ("Specialists", REFUSE, 1, 1, ["Olive Grant"]),
    ]
