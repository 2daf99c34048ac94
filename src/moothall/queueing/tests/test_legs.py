"""A call that the pages let go on in another contact: the router follows the rows, whatever it still believes."""
from __future__ import annotations

from datetime import timedelta

import pytest

from cast_of_tests import REFUSE
from moothall.contacts.actions import Stamp
from moothall.contacts.legs import begin_leg, pass_contact
from moothall.contacts.models import Contact
from moothall.contacts.queries import ContactKey
from moothall.lib import clock
from moothall.queueing.acts import Clear
from moothall.queueing.asks import do_commands, look_at_desk
from moothall.queueing.calls import ROUTE
from moothall.queueing.models import Command, Presence
from moothall.queueing.queues import Cell
from moothall.queueing.tests.test_desk import speak_as
from moothall.tenancy.scope import scope

CHARNWOOD = 1


@pytest.fixture
def gone_on(centre) -> ContactKey:
    """c1 is Sam's call; a minute later it goes on for Charnwood, and the router isn't told."""
    centre.offered("c1")
    centre.answered("c1", 4, "4001")
    key, sam = centre.calls.picture.calls["c1"].contact, centre.world.sam
    with scope(ROUTE):
        passed = pass_contact(key, person=sam, council=CHARNWOOD, at=centre.at(64), shared=True)
        assert passed is not None and passed.leg_since == centre.at(4)
        stamp = Stamp(centre.world.version, centre.world.share, [[0, centre.world.hub_team]], 45)
        found = begin_leg(passed, stamp, council=CHARNWOOD, service=REFUSE, person=sam, at=centre.at(64))
    Presence.objects.filter(pk=sam).update(contact_id=found.id, contact_council=CHARNWOOD)
    return found


def test_its_end_is_told_to_the_contact_in_which_it_went_on(centre, gone_on):
    centre.ended("c1", 90)
    with scope(ROUTE):
        rows = dict(Contact.objects.filter(call_key="c1").values_list("council_id", "state"))
        assert rows == {2: "done", CHARNWOOD: "wrap_up"}
    presence = Presence.objects.get(pk=centre.world.sam)
    assert (presence.state, presence.contact_id) == ("wrap_up", gone_on.id)


def test_from_the_bell_of_its_desk_on_it_counts_as_that_councils_call(centre, gone_on):
    call = centre.calls.picture.calls["c1"]
    assert call.cell == Cell(2, REFUSE)
    look_at_desk(centre.calls, centre.world.sam, centre.at(65))
    assert call.cell == Cell(CHARNWOOD, REFUSE)


def press(centre, person: int, contact: int, seconds: float):
    """End call, pressed at this desk; what the router asks of the exchange then, and how the button went."""
    speak_as("web")
    asked = Command.objects.create(kind="clear", person_id=person, contact_id=contact, asked_at=centre.at(seconds))
    speak_as("router")
    acts = do_commands(centre.calls, centre.at(seconds + 1))
    asked.refresh_from_db()
    return acts, asked


def test_a_button_that_names_the_contact_in_which_it_went_on_is_done(centre, gone_on):
    acts, asked = press(centre, centre.world.sam, gone_on.id, 70)
    assert acts == [Clear("c1", "4001", asked.pk)]
    acts, asked = press(centre, centre.world.priya, gone_on.id, 72)
    assert (acts, asked.result) == ([], "gone")


def test_a_new_start_takes_up_the_contact_that_goes_on(centre, gone_on):
    centre.calls.start(centre.at(80))
    call = centre.calls.picture.calls["c1"]
    assert (call.contact, call.answered, call.person, call.home) == (gone_on, True, centre.world.sam, "5001")


def test_the_waits_and_promises_of_a_leg_are_the_callers_and_the_councils_own(centre, gone_on):
    with scope(ROUTE):
        contact = Contact.objects.get(pk=gone_on.id)
    assert contact.answered_at - contact.offered_at == timedelta(seconds=4)
    assert contact.answer_within_s == 45 and contact.offered_at < clock.now()
