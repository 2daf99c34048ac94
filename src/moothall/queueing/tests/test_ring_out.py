"""An agent rings somebody: asked at the desk, done by the router, and over where nobody is reached."""
from __future__ import annotations

from datetime import timedelta

import pytest

from cast_of_tests import REFUSE
from moothall.contacts.models import Contact, Leg
from moothall.contacts.outgoing import PENDING, Outgoing
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing import desk, ring_out
from moothall.queueing import outgoing as rings
from moothall.queueing.acts import CallOut, Clear
from moothall.queueing.asks import hear_answer, look_at_everything
from moothall.queueing.calls import ROUTE, Calls
from moothall.queueing.models import Lease, RouterState
from moothall.queueing.reconcile import close_lost, mend
from moothall.queueing.tests.passed_on import as_router, entries, row, state_of
from moothall.queueing.tests.test_desk import ask_router, speak_as
from moothall.reports.facts import Row, fold
from moothall.telephony.numbers import Caller
from moothall.telephony.port import Answered, CallingOut, CallSnapshot, Ended, Refused
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope

ANA = Caller("number", "+441632960123")


@pytest.fixture
def sam(world):
    return Person.objects.get(pk=world.sam)


@pytest.fixture
def asked(centre, sam, monkeypatch):
    """Sam has pressed the button; the contact's id. The test then speaks as web."""
    state = {"link": "up", "heartbeat_at": clock.now(), "calls_out": True, "handles_calls": True}
    RouterState.objects.update_or_create(pk=1, defaults=state)
    speak_as("web")
    with scope(Staff(sam.pk)):
        assert ring_out.may_ring(sam.pk) == ""
        return ring_out.ring_out(Outgoing(2, REFUSE, ANA.number, "5001", sam.pk)).id


@pytest.fixture
def ringing(centre, asked):
    """The exchange rings them."""
    assert len(ask_router(centre, 1)) == 1
    tell(centre, CallingOut, 2, to="01632960123")
    return asked


def tell(centre, kind, seconds, **more):
    event = centre.event(kind, "x1", seconds, device="4001", **{"caller": ANA, "line": "", **more})
    return as_router(lambda: centre.calls.hear(event, centre.at(seconds)))


def test_the_desk_is_in_the_call_at_once_and_the_exchange_shows_the_councils_number(centre, asked, sam, monkeypatch):
    monkeypatch.setattr(rings, "line", lambda number: type("Line", (), {"public_number": f"+44 {number}"}))
    assert state_of(sam.pk) == ("in_call", asked)
    (act,) = ask_router(centre, 1)
    assert isinstance(act, CallOut)
    assert (act.device, act.number, act.shows) == ("4001", "01632960123", "+44 5001")
    assert Lease.objects.filter(person=sam, contact_id=asked, ends__gt=clock.now()).exists()
    assert as_router(lambda: centre.offered("c2", 2))[0].person == centre.world.priya, "no other call comes meanwhile"


def test_they_answer_and_it_is_a_call_as_any_other(centre, ringing, sam):
    assert row(ringing).call_key == "x1"
    tell(centre, Answered, 9)
    assert row(ringing).answered_at == centre.at(9)
    tell(centre, Answered, 9)
    assert desk.ask_to_hold(sam, ringing).ok
    tell(centre, Ended, 30, by="caller")
    assert (row(ringing).state, state_of(sam.pk)) == ("wrap_up", ("wrap_up", ringing))
    assert desk.finish_wrap_up(sam, ringing, outcomes={}).ok

    def leg():
        with scope(ROUTE):
            return Leg.objects.filter(contact_id=ringing).values_list("person_id", "device", "answered_at").get()

    assert as_router(leg) == (sam.pk, "4001", centre.at(9))
    told = [entry.kind for entry in entries(ringing)]
    assert told[:3] == ["contact.ring", "contact.dial", "contact.reach"] and told.count("contact.reach") == 1
    rows = [Row(e.kind, e.contact_id, e.council_id, e.service_id, e.need_id, e.at, e.body) for e in entries(ringing)]
    assert fold(rows) == [], "no figure of calls that came counts it"


@pytest.mark.parametrize("cause", ["no_answer", "busy", "wrong_number", "network"])
def test_they_are_not_reached(centre, ringing, sam, cause):
    tell(centre, Ended, 20, by="exchange", cause=cause)
    contact = row(ringing)
    assert (contact.state, contact.cause, contact.answered_at) == ("wrap_up", cause, None)
    assert state_of(sam.pk) == ("wrap_up", ringing)


def test_the_agent_stops_ringing(centre, ringing, sam):
    assert desk.ask_to_end(sam, ringing).ok
    (act,) = ask_router(centre, 3)
    assert isinstance(act, Clear) and act.call == "x1"
    tell(centre, Ended, 5, by="agent")
    assert row(ringing).state == "wrap_up"


def test_the_exchange_refuses_and_the_desk_says_why(centre, asked, sam):
    (act,) = ask_router(centre, 1)
    as_router(lambda: hear_answer(centre.calls, act, Refused("no_such_device"), centre.at(2)))
    assert (row(asked).state, row(asked).cause) == ("wrap_up", "no_such_device")
    assert not centre.calls.picture.calls


def test_it_was_pressed_too_long_ago(centre, asked, sam):
    assert ask_router(centre, 60) == []
    assert (row(asked).state, row(asked).cause, state_of(sam.pk)) == ("wrap_up", "late", ("wrap_up", asked))


def test_the_exchange_never_tells_of_it(centre, asked, sam):
    ask_router(centre, 1)
    as_router(lambda: close_lost(centre.calls, (), centre.at(3)))
    assert row(asked).state == "answered", "it may be about to be told"
    as_router(lambda: look_at_everything(centre.calls, centre.at(90)))
    assert row(asked).state == "wrap_up"


def test_the_router_begins_anew_while_it_rings(centre, ringing, sam):
    again = Calls(linked=True)
    as_router(lambda: again.start(centre.at(5)))
    assert again.picture.calls["x1"].calling
    shown = CallSnapshot("x1", "", ANA, centre.at(2), True, {"4001": "calling"})
    as_router(lambda: mend(again, [shown], centre.at(6), 0))
    assert row(ringing).answered_at is None
    shown = CallSnapshot("x1", "", ANA, centre.at(2), True, {"4001": "connected"})
    as_router(lambda: mend(again, [shown], centre.at(7), 0))
    assert row(ringing).answered_at == centre.at(7)
    as_router(lambda: close_lost(again, (), centre.at(8)))
    assert (row(ringing).state, row(ringing).cause) == ("wrap_up", "lost")


def test_a_call_by_hand_is_nobodys_contact(centre, sam):
    event = centre.event(CallingOut, "y1", 1, device="4001", to="01632960999", caller=ANA, line="")
    assert centre.calls.hear(event, centre.at(1)) == []
    with scope(ROUTE):
        assert not Contact.objects.filter(call_key="y1").exists()


@pytest.mark.parametrize(("change", "code"), [
    ({"state": "ringing"}, "in_call"), ({"state": "away"}, "not_at_a_desk"), ({"calls_out": False}, "not_supported"),
    ({"heartbeat_at": clock.now() - timedelta(minutes=5)}, "no_link"),
])
def test_what_stands_in_the_way(centre, sam, change, code):
    from moothall.queueing.models import Presence

    state = {"link": "up", "heartbeat_at": clock.now(), "calls_out": True}
    kept = {name: value for name, value in change.items() if name != "state"}
    RouterState.objects.update_or_create(pk=1, defaults={**state, **kept})
    Presence.objects.filter(pk=sam.pk).update(state=change.get("state", "ready"))
    speak_as("web")
    with scope(Staff(sam.pk)):
        assert ring_out.may_ring(sam.pk) == code


def test_what_a_hand_dials_meanwhile_is_not_the_call_that_was_asked_for(centre, asked, sam):
    ask_router(centre, 1)
    other = centre.event(CallingOut, "y1", 2, device="4001", to="01632960999", line="",
                         caller=Caller("number", "+441632960999"))
    as_router(lambda: centre.calls.hear(other, centre.at(2)))
    assert row(asked).call_key.startswith(PENDING)
    tell(centre, CallingOut, 3, to="901632960123")  # with the digit that takes an outside line
    assert row(asked).call_key == "x1"


def test_it_began_while_no_router_listened(centre, asked, sam):
    ask_router(centre, 1)
    again = Calls(linked=True)
    as_router(lambda: again.start(centre.at(5)))
    other = CallSnapshot("y1", "", Caller("number", "+441632960999"), centre.at(2), True, {"4001": "calling"})
    theirs = CallSnapshot("x1", "", ANA, centre.at(2), True, {"4001": "connected"})
    as_router(lambda: mend(again, [other, theirs], centre.at(6), 0))
    assert (row(asked).call_key, row(asked).answered_at) == ("x1", centre.at(6))


def test_its_key_until_the_exchange_has_one_is_told_from_any_other(asked):
    assert row(asked).call_key.startswith(PENDING) and rings.is_pending(row(asked).call_key)
