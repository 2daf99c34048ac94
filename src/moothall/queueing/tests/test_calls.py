"""The exchange's events made true in rows, as the role router and behind its walls."""
from __future__ import annotations

import pytest
from django.db import connection

from cast_of_tests import REFUSE
from moothall.contacts.models import Contact, Leg
from moothall.domain.routing.explain import Reason, explain
from moothall.journal.models import Entry
from moothall.queueing.acts import Clear, Deflect
from moothall.queueing.asks import look_at_everything
from moothall.queueing.models import Lease, Offer, Presence
from moothall.telephony.numbers import WITHHELD
from moothall.telephony.port import Answered, Ended, Offered
from moothall.tenancy.principals import System
from moothall.tenancy.roles import role_name
from moothall.tenancy.scope import scope

ROUTE = System("route")
WHOLE_CALL = [
    "contact.offer", "offer.make", "offer.end", "contact.answer", "call.take", "contact.end", "finishing.start",
]


def contact_of(call: str) -> Contact:
    with scope(ROUTE):
        return Contact.objects.get(call_key=call)


def offers_of(call: str) -> list[tuple[int, str]]:
    with scope(ROUTE):
        rows = Offer.objects.filter(contact__call_key=call).order_by("pk")
        return list(rows.values_list("person_id", "state"))


def state_of(person: int) -> tuple[str, str]:
    return Presence.objects.values_list("state", "notice").get(pk=person)


def kinds_of(call: str) -> list[str]:
    """The journal of a contact. The router may only write it, so the test role steps out of that role to read."""
    contact = contact_of(call).pk
    router = connection.ops.quote_name(role_name(connection.settings_dict["NAME"], "router"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        with scope(System("load")):
            kinds = list(Entry.objects.filter(contact_id=contact).order_by("pk").values_list("kind", flat=True))
        cursor.execute(f"SET LOCAL ROLE {router}")
    return kinds


def test_a_call_is_stamped_offered_to_the_longest_idle_and_sent_there(centre):
    acts = centre.offered("c1")
    contact = contact_of("c1")
    assert acts == [Deflect("c1", "4001", contact.pk, centre.world.sam)]
    assert (contact.state, contact.version_id, contact.share_id, contact.answer_within_s) == (
        "offered", centre.world.version, centre.world.share, 45,
    )
    assert contact.tiers == [[0, centre.world.hub_team]]
    assert (contact.from_kind, contact.from_number) == ("number", "+441632960123")
    assert offers_of("c1") == [(centre.world.sam, "live")]
    presence = Presence.objects.get(pk=centre.world.sam)
    assert (presence.state, presence.contact_id, presence.contact_council, presence.version) == (
        "ringing", contact.pk, centre.world.harborough, 2,
    )
    assert kinds_of("c1") == ["contact.offer", "offer.make"]


def test_the_reason_is_kept_with_the_offer(centre):
    centre.offered("c1")
    with scope(ROUTE):
        reason = Reason.from_body(Offer.objects.get(contact__call_key="c1").why)
    words = explain(reason, what="Harborough bins", names={centre.world.priya: "Priya"})
    assert words == "free longest of 2 who answer Harborough bins: 5 min; next was Priya: 1 min"


def test_answered_ended_finished(centre):
    centre.offered("c1")
    centre.answered("c1", 6, "4001")
    contact = contact_of("c1")
    assert (contact.state, contact.agent_id) == ("answered", centre.world.sam)
    assert state_of(centre.world.sam) == ("in_call", "")
    lease = Lease.objects.get(contact_id=contact.pk)
    assert (lease.person_id, lease.service, lease.starts) == (centre.world.sam, REFUSE, centre.at(6))
    with scope(ROUTE):
        leg = Leg.objects.get(contact=contact)
    assert (leg.person_id, leg.device, leg.answered_at, leg.alerting_at) == (
        centre.world.sam, "4001", centre.at(6), centre.at(6),
    )
    centre.ended("c1", 90)
    assert contact_of("c1").state == "wrap_up"
    assert state_of(centre.world.sam) == ("wrap_up", "")
    assert kinds_of("c1") == WHOLE_CALL


def test_events_that_come_twice_or_late_change_nothing(centre):
    centre.offered("c1")
    assert centre.offered("c1", 1) == []
    centre.answered("c1", 2, "4001")
    centre.answered("c1", 3, "4001")
    centre.ended("c1", 9)
    centre.ended("c1", 10)
    assert centre.offered("c1", 11) == []
    centre.hear(Answered, "c1", 12, device="4001")
    assert contact_of("c1").state == "wrap_up"
    assert kinds_of("c1") == WHOLE_CALL


def test_nobody_takes_it_in_time_the_desk_pauses_and_the_next_one_rings(centre):
    centre.offered("c1")
    assert centre.calls.expire(centre.at(19)) == []
    contact = contact_of("c1").pk
    assert centre.calls.expire(centre.at(20)) == [
        Deflect("c1", "5001", contact), Deflect("c1", "4002", contact, centre.world.priya),
    ]
    assert offers_of("c1") == [(centre.world.sam, "expired"), (centre.world.priya, "live")]
    assert state_of(centre.world.sam) == ("paused", "no_answer")
    assert kinds_of("c1")[2:] == ["offer.end", "contact.requeue", "offer.make"]
    centre.answered("c1", 25, "4002")
    assert contact_of("c1").agent_id == centre.world.priya


def test_the_caller_rings_off_while_it_rings(centre):
    centre.offered("c1")
    centre.abandoned("c1", 8)
    assert contact_of("c1").state == "abandoned"
    assert offers_of("c1") == [(centre.world.sam, "withdrawn")]
    assert state_of(centre.world.sam) == ("ready", "rang_off")
    assert kinds_of("c1")[2:] == ["offer.end", "contact.abandon", "desk.free"]
    acts = centre.offered("c2", 9)
    assert acts[0].person == centre.world.sam, "ready again in the old place in the order"


def test_the_caller_rings_off_while_waiting(centre):
    for call in ("c1", "c2", "c3"):
        centre.offered(call)
    assert contact_of("c3").state == "waiting"
    centre.abandoned("c3", 8)
    assert contact_of("c3").state == "abandoned"
    assert offers_of("c3") == []


def test_an_agent_who_becomes_free_gets_what_waited_longest(centre):
    for number in range(1, 5):
        centre.offered(f"c{number}", number)
    acts = centre.hear(Ended, "c1", 9, by="exchange", cause="lost")
    assert [(act.call, act.person) for act in acts] == [("c3", centre.world.sam)]
    assert contact_of("c1").state == "cut_off"
    with scope(ROUTE):
        reason = Reason.from_body(Offer.objects.get(contact__call_key="c3").why)
    assert (reason.by, reason.of, reason.waited_ms) == ("contact", 2, 6000)
    assert reason.next_contact == contact_of("c4").pk


def test_a_tier_joins_after_its_seconds(second_team, centre):
    centre.plan["tiers"] = ((0, centre.world.hub_team), (30, second_team))
    centre.calls.start(centre.start)
    for call in ("c1", "c2", "c3"):
        centre.offered(call)
    centre.answered("c1", 1, "4001")
    centre.answered("c2", 1, "4002")
    assert centre.calls.expire(centre.at(29)) == []
    acts = centre.calls.expire(centre.at(30))
    assert [(act.call, act.person) for act in acts] == [("c3", centre.world.olive)]


def test_nobody_answers_now(centre):
    centre.plan.update(share_id=None, code="out_of_hours")
    says = "Harborough bins: nobody answers this number at present."
    acts = centre.offered("c1")
    assert acts == [Clear("c1", "5001", says=says)]
    contact = contact_of("c1")
    assert (contact.state, contact.cause) == ("unanswered", "out_of_hours")
    assert kinds_of("c1") == ["contact.refuse"]
    centre.calls.closed.clear()  # a router that starts while the caller still listens
    assert centre.offered("c1", 2) == [Clear("c1", "5001", says=says)]
    assert kinds_of("c1") == ["contact.refuse"]


def test_an_unknown_number_goes_to_the_general_line_and_is_counted(centre):
    acts = centre.offered("c1", line="5999", device="5000")
    assert acts[0].person == centre.world.sam
    assert contact_of("c1").line == "5001"
    assert centre.calls.counters["unknown_line"] == 1


def test_a_withheld_number_stays_withheld(centre):
    centre.hear(Offered, "c1", caller=WITHHELD)
    assert (contact_of("c1").from_kind, contact_of("c1").from_number) == ("withheld", "")


def test_without_a_link_nothing_is_offered_and_presence_is_untouched(centre):
    before = list(Presence.objects.order_by("pk").values())
    centre.calls.linked = False
    assert centre.offered("c1") == []
    assert centre.calls.expire(centre.at(100)) == []
    assert list(Presence.objects.order_by("pk").values()) == before
    assert contact_of("c1").state == "waiting"


def test_answered_at_another_telephone_withdraws_the_offer(centre):
    centre.offered("c1")
    centre.answered("c1", 3, "4002")
    assert offers_of("c1") == [(centre.world.sam, "withdrawn")]
    assert state_of(centre.world.sam) == ("ready", "taken")
    assert contact_of("c1").agent_id == centre.world.priya


def test_a_call_answered_at_nobodys_telephone_is_finished_when_it_ends(centre):
    centre.offered("c1")
    centre.answered("c1", 3, "4999")
    assert contact_of("c1").agent_id is None
    centre.ended("c1", 60)
    assert contact_of("c1").state == "done"
    assert kinds_of("c1")[-2:] == ["contact.end", "contact.wrap_up"]


def test_a_call_that_no_desk_holds_any_more_is_finished_by_the_router(centre):
    centre.offered("c1")
    centre.answered("c1", 2, "4001")
    centre.ended("c1", 9)
    look_at_everything(centre.calls, centre.at(10))
    assert contact_of("c1").state == "wrap_up", "Sam finishes it"
    Presence.objects.filter(pk=centre.world.sam).update(state="paused", contact_id=None, contact_council=None)
    look_at_everything(centre.calls, centre.at(70))
    contact = contact_of("c1")
    assert (contact.state, contact.wrapped_at) == ("done", centre.at(70))
    assert Lease.objects.get(contact_id=contact.pk).ends == centre.at(70)


def test_an_agent_who_paused_meanwhile_is_passed_over(centre):
    Presence.objects.filter(pk=centre.world.sam).update(state="paused")
    acts = centre.offered("c1")
    assert acts[0].person == centre.world.priya
    assert offers_of("c1") == [(centre.world.priya, "live")]


@pytest.mark.parametrize("moment", ["waiting", "ringing", "talking"])
def test_a_new_start_takes_up_what_the_rows_say(centre, moment):
    if moment == "waiting":
        Presence.objects.update(state="paused")
        centre.calls.start(centre.start)
    centre.offered("c1")
    if moment == "talking":
        centre.answered("c1", 2, "4001")
    centre.calls.start(centre.at(3))
    call = centre.calls.picture.calls["c1"]
    expected = {"waiting": (None, False), "ringing": (centre.world.sam, False), "talking": (centre.world.sam, True)}
    assert (call.person, call.answered) == expected[moment]
    assert centre.calls.picture.is_waiting(call) == (moment == "waiting")
    centre.ended("c1", 5)
    assert contact_of("c1").state == ("wrap_up" if moment == "talking" else "abandoned")


def test_rows_that_contradict_each_other_are_mended_at_the_start(centre):
    centre.offered("c1")
    centre.offered("c2")
    centre.answered("c2", 1, "4002")
    Presence.objects.filter(pk=centre.world.sam).update(state="ready")
    with scope(ROUTE):
        Contact.objects.filter(call_key="c2").update(state="done")
    centre.calls.start(centre.at(5))
    assert offers_of("c1") == [(centre.world.sam, "withdrawn")]
    assert contact_of("c1").state == "waiting"
    assert state_of(centre.world.priya) == ("ready", "")
    with scope(ROUTE):
        assert [act.call for act in centre.calls.settle(centre.at(6))] == ["c1"]
