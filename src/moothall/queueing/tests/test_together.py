"""Events that come faster than a commit takes go in together; where one was overtaken, each is heard by itself."""
from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from moothall.contacts.models import Contact
from moothall.queueing.calls import Calls
from moothall.queueing.tests.test_calls import contact_of, kinds_of, offers_of, state_of
from moothall.telephony.port import Abandoned, Alerting, Offered
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


def burst(centre) -> list:
    """One call comes, rings and is given up; another comes."""
    return [
        centre.event(Offered, "c1", 0), centre.event(Alerting, "c1", 1, device="4001"),
        centre.event(Abandoned, "c1", 2), centre.event(Offered, "c2", 3),
    ]


def test_together_they_do_what_they_do_one_by_one(centre):
    acts = centre.calls.hear_all(burst(centre), centre.at(3))
    assert [(act.call, act.person) for act in acts] == [("c1", centre.world.sam), ("c2", centre.world.sam)]
    assert contact_of("c1").state == Contact.State.ABANDONED
    assert offers_of("c1") == [(centre.world.sam, "withdrawn")]
    assert offers_of("c2") == [(centre.world.sam, "live")]
    assert state_of(centre.world.sam)[0] == "ringing"
    assert kinds_of("c1") == ["contact.offer", "offer.make", "offer.end", "contact.abandon", "desk.free"]
    assert kinds_of("c2") == ["contact.offer", "offer.make"]


def test_together_they_open_one_scope_and_write_the_journal_once(centre):
    with CaptureQueriesContext(connection) as captured:
        centre.calls.hear_all(burst(centre), centre.at(3))
    statements = [query["sql"] for query in captured.captured_queries]
    assert sum("open_scope" in sql for sql in statements) == 1
    assert sum("INSERT INTO journal_entry" in sql for sql in statements) == 1


def test_where_another_router_was_faster_all_are_undone_and_each_is_heard_again(centre):
    other = Calls()
    other.start(centre.at(0))
    other.hear(centre.event(Offered, "c2", 1), centre.at(1))  # the first router never learns of it: its picture is old
    centre.calls.hear_all(burst(centre), centre.at(3))
    assert centre.calls.counters["overtaken"] == 1
    with scope(System("route")):
        assert Contact.objects.filter(call_key__in=["c1", "c2"]).count() == 2
    assert contact_of("c1").state == Contact.State.ABANDONED
    assert kinds_of("c1") == ["contact.offer", "offer.make", "offer.end", "contact.abandon", "desk.free"]
    assert kinds_of("c2").count("contact.offer") == 1
