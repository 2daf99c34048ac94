"""A caller on hold: asked for at the desk or pressed at the handset, refused, lost, ended meanwhile."""
from __future__ import annotations

import pytest

from moothall.contacts.models import Contact
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing import desk
from moothall.queueing.acts import Hold
from moothall.queueing.asks import hear_answer
from moothall.queueing.calls import ROUTE, Calls
from moothall.queueing.models import Command, Presence, RouterState
from moothall.queueing.reconcile import mend
from moothall.queueing.tests.test_desk import ask_router, speak_as
from moothall.telephony.numbers import Caller
from moothall.telephony.port import CallSnapshot, Held, Refused, Retrieved, Unknown
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope


@pytest.fixture
def sam(world):
    return Person.objects.get(pk=world.sam)


@pytest.fixture
def talking(centre):
    """Sam talks with a caller; the contact's id. The test then speaks as web."""
    RouterState.objects.update_or_create(
        pk=1, defaults={"link": "up", "heartbeat_at": clock.now(), "handles_calls": True}
    )
    centre.offered("c1")
    centre.answered("c1", 1, "4001")
    speak_as("web")
    return centre.calls.picture.calls["c1"].contact.id


def tell(centre, kind, seconds, device="4001"):
    speak_as("router")
    try:
        centre.hear(kind, "c1", seconds, device=device)
    finally:
        speak_as("web")


def row(contact: int) -> Contact:
    speak_as("router")
    try:
        with scope(ROUTE):
            return Contact.objects.get(pk=contact)
    finally:
        speak_as("web")


def test_held_by_its_button_and_back_again(centre, talking, sam):
    before = Presence.objects.get(pk=sam.pk).version
    assert desk.ask_to_hold(sam, talking).ok
    command = Command.objects.get().pk
    assert ask_router(centre, 2) == [Hold("c1", "4001", command)]
    assert row(talking).held_at is None, "the desk follows the exchange, not its button"
    tell(centre, Held, 6)
    assert row(talking).held_at == centre.at(6)
    assert Presence.objects.get(pk=sam.pk).version > before, "the page is told to look again"
    assert desk.ask_to_retrieve(sam, talking).ok
    assert ask_router(centre, 3) == [Hold("c1", "4001", Command.objects.latest("pk").pk, back=True)]
    tell(centre, Retrieved, 48)
    assert row(talking).held_at is None
    with scope(Staff(sam.pk)):
        kinds = Entry.objects.filter(contact_id=talking, kind__in=["contact.hold", "contact.retrieve"]).order_by("pk")
        assert [(entry.kind, entry.body) for entry in kinds] == [
            ("contact.hold", {}), ("contact.retrieve", {"held_s": 42}),
        ]


def test_events_twice_and_buttons_twice_change_nothing(centre, talking, sam):
    tell(centre, Held, 6)
    tell(centre, Held, 9)
    assert row(talking).held_at == centre.at(6)
    assert desk.ask_to_hold(sam, talking).ok
    assert ask_router(centre, 3) == []
    assert Command.objects.get().result == "gone"
    tell(centre, Retrieved, 10)
    tell(centre, Retrieved, 11)
    assert row(talking).held_at is None


def test_another_telephone_in_the_call_holds_nothing(centre, talking):
    tell(centre, Held, 6, device="4002")
    assert row(talking).held_at is None


def test_what_the_exchange_refuses_is_said_at_the_desk_until_the_next_press(centre, talking, sam):
    act = Hold("c1", "4001", 0)
    assert desk.ask_to_hold(sam, talking).ok
    (act,) = ask_router(centre, 2)
    speak_as("router")
    before = Presence.objects.get(pk=sam.pk).version
    assert hear_answer(centre.calls, act, Unknown("late"), centre.at(6)) == []
    assert Presence.objects.get(pk=sam.pk).version == before, "the events decide"
    hear_answer(centre.calls, act, Refused("no_call"), centre.at(6))
    presence = Presence.objects.get(pk=sam.pk)
    assert (presence.state, presence.notice, presence.version) == ("in_call", "refused_no_call", before + 1)
    assert Command.objects.get(pk=act.command).result == "no_call"
    speak_as("web")
    assert desk.ask_to_hold(sam, talking).ok
    assert Presence.objects.get(pk=sam.pk).notice == ""


def test_where_the_exchange_can_not_hold_the_press_is_refused(centre, talking, sam):
    speak_as("router")
    RouterState.objects.update(handles_calls=False)
    speak_as("web")
    assert desk.ask_to_hold(sam, talking).code == "not_supported"
    assert not Command.objects.exists()


def test_the_call_ends_on_hold(centre, talking, sam):
    tell(centre, Held, 6)
    speak_as("router")
    centre.ended("c1", 30)
    speak_as("web")
    found = row(talking)
    assert (found.state, found.held_at, found.cause) == ("wrap_up", None, "normal")
    assert desk.ask_to_retrieve(sam, talking).code == "gone"
    assert desk.finish_wrap_up(sam, talking, outcomes={}).ok


def test_a_router_that_begins_anew_knows_what_is_held_and_learns_what_is_not(centre, talking, sam):
    tell(centre, Held, 6)
    speak_as("router")
    again = Calls(linked=True)
    again.start(centre.at(10))
    assert again.picture.calls["c1"].held
    caller = Caller("number", "+441632960123")
    for state, held in (("connected", False), ("held", True), ("held", True)):
        where = CallSnapshot("c1", "5001", caller, centre.start, True, {"4001": state})
        assert mend(again, [where], centre.at(20), 0) == []
        with scope(ROUTE):
            assert (Contact.objects.get(pk=talking).held_at is not None) == held
