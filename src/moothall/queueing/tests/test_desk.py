"""What agents press, as the role web; what the router makes of it, as the role router."""
from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from cast_of_tests import REFUSE
from moothall.agreements.models import Share
from moothall.contacts.models import Contact, Need
from moothall.domain.routing.explain import Key, Reason
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Person
from moothall.queueing import access, desk
from moothall.queueing.actions import NotWaiting, make_offer
from moothall.queueing.acts import Answer, Clear, Deflect, Follow
from moothall.queueing.asks import do_commands, hear_answer, look_at_desk, look_at_everything
from moothall.queueing.calls import ROUTE
from moothall.queueing.models import Command, Lease, Offer, Presence, RouterState
from moothall.queueing.reconcile import close_lost, mend
from moothall.telephony.numbers import Caller
from moothall.telephony.port import CallSnapshot, Offered, Refused
from moothall.tenancy.principals import Staff
from moothall.tenancy.roles import role_name
from moothall.tenancy.scope import scope


def speak_as(role: str) -> None:
    name = connection.ops.quote_name(role_name(connection.settings_dict["NAME"], role))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {name}")


@pytest.fixture
def sam(world):
    return Person.objects.get(pk=world.sam)


@pytest.fixture
def linked(world):
    RouterState.objects.update_or_create(pk=1, defaults={"link": "up", "heartbeat_at": clock.now()})


@pytest.fixture
def ringing(linked, centre):
    """A call rings at Sam's desk; its contact's id. The test then speaks as web."""
    centre.offered("c1")
    speak_as("web")
    return centre.calls.picture.calls["c1"].contact.id


def ask_router(centre, seconds: float):
    speak_as("router")
    try:
        return do_commands(centre.calls, centre.at(seconds))
    finally:
        speak_as("web")


def test_sitting_down_becoming_ready_pausing_and_leaving(world, as_role):
    olive = Person.objects.get(pk=world.olive)
    with as_role("web"):
        presence = desk.sign_in_to_desk(olive)
        assert (presence.state, presence.device) == ("paused", "4101")
        assert desk.become_ready(olive).ok
        assert desk.pause(olive, reason="lunch").ok
        presence.refresh_from_db()
        assert (presence.state, presence.pause_reason) == ("paused", "lunch")
        assert desk.leave_desk(olive).ok
        assert not desk.pause(olive).ok
        assert desk.pause(olive).code == "not_at_a_desk"


def test_each_change_raises_the_version_once(world, as_role):
    olive = Person.objects.get(pk=world.olive)
    with as_role("web"):
        before = desk.sign_in_to_desk(olive).version
        assert desk.become_ready(olive).version == before + 1
        assert desk.become_ready(olive).version == before + 1, "pressed twice"
        assert desk.pause(olive).version == before + 2


def test_answering_goes_through_the_exchange(centre, ringing, sam):
    assert desk.ask_to_answer(sam, ringing).ok
    number = Command.objects.get(contact_id=ringing).pk
    assert ask_router(centre, 3) == [Answer("c1", "4001", number)]
    assert Command.objects.get().result == "sent"
    assert Presence.objects.get(pk=sam.pk).state == "ringing", "the desk follows the exchange, not its button"
    speak_as("router")
    centre.answered("c1", 4, "4001")
    speak_as("web")
    assert desk.ask_to_answer(sam, ringing).code == "taken"
    assert desk.ask_to_end(sam, ringing).ok
    assert ask_router(centre, 4) == [Clear("c1", "4001", Command.objects.get(kind="clear").pk)]


def test_a_button_pressed_while_no_router_listened_is_not_meant_any_more(centre, ringing, sam):
    assert desk.decline(sam, ringing).ok
    assert ask_router(centre, 60) == []
    assert Command.objects.get().result == "late"
    assert Presence.objects.get(pk=sam.pk).state == "ringing"


def test_declining_pauses_the_desk_and_asks_the_next_one(centre, ringing, sam):
    assert desk.decline(sam, ringing).ok
    acts = ask_router(centre, 3)
    assert acts == [Deflect("c1", "5001", ringing), Deflect("c1", "4002", ringing, centre.world.priya)]
    assert Presence.objects.get(pk=sam.pk).pause_reason == "declined"


def test_a_button_for_a_call_that_is_gone_or_not_theirs_is_refused(centre, ringing, sam):
    priya = Person.objects.get(pk=centre.world.priya)
    assert desk.ask_to_answer(priya, ringing).code == "gone"
    assert desk.ask_to_end(sam, ringing).code == "gone"
    assert desk.ask_to_answer(sam, ringing).ok
    speak_as("router")
    centre.abandoned("c1", 2)
    speak_as("web")
    assert ask_router(centre, 3) == []
    assert Command.objects.get().result == "gone"
    assert desk.ask_to_answer(sam, ringing).code == "gone"


def test_without_a_link_a_button_says_so(centre, ringing, sam):
    speak_as("router")
    RouterState.objects.update(link="down")
    speak_as("web")
    assert desk.ask_to_answer(sam, ringing).code == "no_link"


def test_a_router_that_went_silent_is_no_link(centre, ringing, sam):
    speak_as("router")
    RouterState.objects.update(heartbeat_at=clock.now() - timedelta(minutes=1))
    speak_as("web")
    assert desk.ask_to_answer(sam, ringing).code == "no_link"


def test_finishing_closes_needs_keeps_the_note_and_ends_the_lease(centre, ringing, sam):
    speak_as("router")
    centre.answered("c1", 4, "4001")
    centre.ended("c1", 60)
    speak_as("web")
    with scope(Staff(sam.pk, ringing)):
        contact = access.access_contact_in_hand(sam, ringing)
        need = Need.objects.create(
            council_id=contact.council_id, service_id=REFUSE, contact=contact, kind="missed-bin", title="Missed bin",
            created_at=clock.now(),
        )
        done = desk.finish_wrap_up(sam, ringing, outcomes={need.pk: "resolved"}, note="Told them Friday.", then="ready")
        assert done.ok
        contact.refresh_from_db()
        need.refresh_from_db()
        assert (contact.state, contact.notes, need.outcome) == ("done", "Told them Friday.", "resolved")
    assert Presence.objects.get(pk=sam.pk).state == "ready"
    assert Lease.objects.get(contact_id=ringing).ends <= clock.now()
    assert desk.finish_wrap_up(sam, ringing, outcomes={}).code == "not_yours"


def test_a_call_taken_in_the_middle_of_finishing_another_gives_that_one_back(centre, ringing, sam):
    """Picked up at the telephone during wrap-up: after it the desk shows the first call again, to be finished."""
    speak_as("router")
    centre.answered("c1", 4, "4001")
    centre.ended("c1", 60)
    centre.offered("c2", 61)
    centre.answered("c2", 62, "4001")
    second = centre.calls.picture.calls["c2"].contact.id
    assert Presence.objects.get(pk=sam.pk).contact_id == second
    centre.ended("c2", 90)
    look_at_everything(centre.calls, centre.at(91))
    speak_as("web")
    assert desk.finish_wrap_up(sam, second, outcomes={}).ok
    presence = Presence.objects.get(pk=sam.pk)
    assert (presence.state, presence.contact_id, presence.contact_council) == ("wrap_up", ringing, 2)
    assert desk.finish_wrap_up(sam, ringing, outcomes={}).ok
    assert Presence.objects.get(pk=sam.pk).state == "ready"
    with scope(Staff(sam.pk)):
        rows = Contact.objects.filter(pk__in=[ringing, second])
        assert set(rows.values_list("state", flat=True)) == {"done"}
        kinds = Entry.objects.filter(contact_id=second).order_by("id").values_list("kind", flat=True)
        assert list(kinds)[-2:] == ["contact.wrap_up", "call.finish"]


def test_somebody_else_can_not_finish_it(centre, ringing, sam):
    speak_as("router")
    centre.answered("c1", 4, "4001")
    centre.ended("c1", 60)
    speak_as("web")
    priya = Person.objects.get(pk=centre.world.priya)
    assert desk.finish_wrap_up(priya, ringing, outcomes={}).code == "not_yours"
    assert Presence.objects.get(pk=sam.pk).state == "wrap_up"


def test_an_agent_who_gets_ready_is_offered_what_waits_and_the_exchange_is_told(centre):
    Presence.objects.update(state="paused")
    centre.calls.start(centre.start)
    assert centre.offered("c1") == []
    Presence.objects.filter(pk=centre.world.priya).update(state="ready")
    acts = look_at_desk(centre.calls, centre.world.priya, centre.at(5))
    assert [type(act) for act in acts] == [Follow, Deflect]
    assert (acts[0].wish, acts[1].person) == ("ready", centre.world.priya)


def test_two_agents_at_once_one_gets_it(centre):
    Presence.objects.update(state="paused")
    centre.calls.start(centre.start)
    centre.offered("c1")
    key = centre.calls.picture.calls["c1"].contact
    Presence.objects.update(state="ready")
    reason = Reason("agent", Key(1, 0, 1, 0), 1, 0)
    with scope(ROUTE):
        assert make_offer(key, centre.world.sam, reason=reason, at=centre.at(1))
        with pytest.raises(NotWaiting), transaction.atomic():
            make_offer(key, centre.world.priya, reason=reason, at=centre.at(1))
        assert make_offer(key, centre.world.sam, reason=reason, at=centre.at(1)) is None
    assert Presence.objects.get(pk=centre.world.priya).state == "ready"


def test_the_tables_allow_one_live_offer_a_contact_and_one_an_agent(centre):
    centre.offered("c1")
    centre.offered("c2")
    with scope(ROUTE):
        first, second = (Offer.objects.get(contact__call_key=call) for call in ("c1", "c2"))
        for contact, person in ((first.contact_id, second.person_id), (second.contact_id, first.person_id)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Offer.objects.create(
                    council_id=2, service_id=REFUSE, contact_id=contact, person_id=person, offered_at=clock.now()
                )


def test_another_router_was_faster(centre):
    """A call whose row is there already, and an agent whom another router took: the rows win, nothing is lost."""
    other = type(centre.calls)(linked=True)
    other.start(centre.start)
    other.hear(centre.event(Offered, "c1"), centre.at(0))
    acts = centre.offered("c1", 0.1)
    assert acts == []
    assert centre.calls.picture.calls["c1"].person == centre.world.sam
    acts = centre.offered("c2", 0.2)
    assert acts[0].person == centre.world.priya
    with scope(ROUTE):
        assert Contact.objects.filter(call_key__in=["c1", "c2"]).count() == 2


def test_a_station_that_can_not_ring_is_passed_over(centre):
    act = centre.offered("c1")[0]
    acts = hear_answer(centre.calls, act, Refused("busy"), centre.at(1))
    assert acts == [Deflect("c1", "4002", act.contact, centre.world.priya)]
    assert Presence.objects.get(pk=centre.world.sam).pause_reason == "phone_busy"
    assert hear_answer(centre.calls, acts[0], Refused("no_call"), centre.at(2)) == []


def test_after_a_lost_link_rows_and_exchange_agree(centre):
    for call in ("gone", "moved", "c3"):
        centre.offered(call)
    centre.calls.linked = False
    close_lost(centre.calls, {"moved", "c3", "new"}, centre.at(10))
    assert sorted(centre.calls.picture.calls) == ["c3", "moved"]
    caller = Caller("number", "+441632960199")
    centre.calls.linked = True
    acts = mend(centre.calls, [
        CallSnapshot("moved", "5001", caller, centre.start, True, {"4002": "connected"}),
        CallSnapshot("c3", "5001", caller, centre.start, False, {"5001": "waiting"}),
        CallSnapshot("new", "5001", caller, centre.at(8), False, {"5001": "waiting"}),
    ], centre.at(10), 0)
    with scope(ROUTE):
        found = Contact.objects.filter(call_key__in=["gone", "moved", "c3", "new"])
        states = dict(found.values_list("call_key", "state"))
    assert states == {"gone": "cut_off", "moved": "answered", "c3": "offered", "new": "waiting"}
    assert [(act.call, act.person) for act in acts] == [("c3", centre.world.sam)]


def test_a_call_that_should_ring_but_does_not_is_sent_again(centre):
    sent = centre.offered("c1")
    caller = Caller("unknown")
    waits = CallSnapshot("c1", "5001", caller, centre.start, False, {"5001": "waiting"})
    assert mend(centre.calls, [waits], centre.at(1), 0) == sent
    rings = CallSnapshot("c1", "5001", caller, centre.start, False, {"4001": "alerting"})
    assert mend(centre.calls, [rings], centre.at(2), 0) == []


def test_access_gives_the_object_or_404(world, as_role, sam):
    with as_role("web"), scope(Staff(world.sam)):
        assert access.access_contact(world.home["contact"]).pk == world.home["contact"]
        for attempt in (world.other["contact"], 10**9):
            with pytest.raises(Http404):
                access.access_contact(attempt)
        with pytest.raises(Http404):
            access.access_contact_in_hand(sam, world.home["contact"])


def test_a_lease_ends_half_an_hour_after_the_share(centre):
    centre.offered("c1")
    centre.answered("c1", 4, "4001")
    lease = Lease.objects.get(person_id=centre.world.sam)
    assert lease.ends == Share.objects.get(pk=centre.world.share).ends + timedelta(minutes=30)
