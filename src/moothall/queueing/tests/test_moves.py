"""A share that is paused while somebody waits for it: they go to whoever answers now, or are told that nobody does."""
from __future__ import annotations

import pytest

from moothall.agreements.queries import Gap
from moothall.contacts.models import Contact, Leg
from moothall.queueing import moves
from moothall.queueing.acts import Clear, Deflect
from moothall.queueing.asks import look_at_everything
from moothall.queueing.calls import ROUTE
from moothall.queueing.models import Offer, Presence
from moothall.queueing.stamp import closed_words
from moothall.queueing.tests.conftest import plan_of
from moothall.tenancy.scope import scope


@pytest.fixture
def pause(centre, monkeypatch):
    """Pause the share, as the agreements would tell it; then the bell rings."""

    def pause(code: str, seconds: float, plan=None):
        monkeypatch.setattr(moves, "stopped", lambda: {centre.world.share: code})
        monkeypatch.setattr(moves, "responsible", lambda *_, **__: plan_of(plan or {"share_id": None, "code": code}))
        return look_at_everything(centre.calls, centre.at(seconds))

    return pause


def told(call: str, what: type = Contact):
    with scope(ROUTE):
        return what.objects.get(call_key=call)


def test_where_nobody_else_answers_it_ends_and_says_why(centre, pause):
    centre.offered("c1")
    acts = pause("paused", 5)
    assert acts == [Clear("c1", "4001")] and "c1" not in centre.calls.picture.calls
    contact = told("c1")
    assert (contact.state, contact.cause, contact.ended_by) == ("cut_off", "paused", "exchange")
    presence = Presence.objects.get(pk=centre.world.sam)
    assert (presence.state, presence.notice) == ("ready", "moved")
    with scope(ROUTE):
        assert not Offer.objects.filter(state="live").exists()
    assert centre.abandoned("c1", 6) == [], "what the exchange says of it afterwards changes nothing"


def test_it_goes_to_the_next_team_with_the_time_that_it_has_waited(second_team, centre, pause):
    centre.offered("c1")
    plan = {"share_id": centre.world.resolve_share, "version_id": centre.world.version, "answer_within_s": 60,
            "tiers": ((0, second_team),)}  # fmt: skip
    acts = pause("paused", 5, plan)
    contact = told("c1")
    assert (contact.share_id, contact.answer_within_s, contact.tiers) == (
        centre.world.resolve_share, 60, [[0, second_team]])
    assert contact.offered_at == centre.at(0)
    assert acts == [Deflect("c1", "5001", contact.pk), Deflect("c1", "4101", contact.pk, centre.world.olive)]
    with scope(ROUTE):
        legs = Leg.objects.filter(contact=contact.pk).order_by("pk").values_list("share_id", "cause", "device")
        assert list(legs) == [(centre.world.share, "paused", "5001"), (centre.world.resolve_share, "", "5001")]
    assert pause("paused", 6, plan) == [], "moved once"


def test_a_call_in_progress_goes_on(centre, pause):
    centre.offered("c1")
    centre.answered("c1", 4, "4001")
    assert pause("cut_off", 5) == []
    assert told("c1").state == "answered"


def test_callers_hear_what_the_agreement_says_for_an_emergency(centre):
    gap = Gap(code="paused", message="Please look at our website.")
    assert closed_words("5001", gap, centre.at(0)) == "Please look at our website."
