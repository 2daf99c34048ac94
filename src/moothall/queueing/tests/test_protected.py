"""A client's guarantee and cap, from its share in force to the call that an agent gets."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from moothall.agreements.in_force import forget
from moothall.domain.calendar import midnight, wall_clock
from moothall.lib import clock
from moothall.queueing.acts import Deflect
from moothall.queueing.asks import look_at_desk
from moothall.queueing.calls import Calls
from moothall.queueing.models import Presence
from moothall.queueing.tests.conftest import desk
from moothall.queueing.tests.test_desk import speak_as
from moothall.queueing.tests.two_clients import Exchange, two_clients
from moothall.queueing.why import why

LICHFIELD = 13


@pytest.fixture
def exchange(world, as_role):
    """Both desks ready, Sam's longest; the router begins at `begin()`, when the agreement is in force."""
    start = clock.now().replace(microsecond=0)
    desk(world.sam, "ready", start - timedelta(minutes=5))
    desk(world.priya, "ready", start - timedelta(minutes=1))
    yield Exchange(Calls(linked=True), start)
    forget()


def begin(exchange: Exchange) -> None:
    speak_as("router")
    exchange.calls.start(exchange.at(0))


@contextmanager
def speaking_as(role: str) -> Iterator[None]:
    """Another role than the router's for a moment; "" is the test's own."""
    if role:
        speak_as(role)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
    yield
    speak_as("router")


def said(contact: int) -> dict:
    with speaking_as("report"):
        return why(contact)


def sit(exchange: Exchange, person: int, state: str, seconds: float):
    """A desk changes its state; what the router does then."""
    with speaking_as("web"):
        Presence.objects.filter(person=person).update(state=state)
    return look_at_desk(exchange.calls, person, exchange.at(seconds))


def offered_to(acts) -> dict[str, str]:
    return {act.call: act.to for act in acts if isinstance(act, Deflect)}



def two_wait(exchange: Exchange, world) -> None:
    """Nobody is free: a call of Charnwood waits, ten seconds later one of Lichfield."""
    begin(exchange)
    for person in (world.sam, world.priya):
        sit(exchange, person, "paused", 0)
    exchange.offered("C1", 0)
    exchange.offered("L1", 10)


def test_who_is_short_of_its_guarantee_comes_first_and_only_until_it_has_it(exchange, world):
    two_clients(lichfield="guarantee: 1")
    two_wait(exchange, world)
    assert offered_to(sit(exchange, world.sam, "ready", 20)) == {"L1": "4001"}
    exchange.offered("L2", 30)
    assert offered_to(sit(exchange, world.priya, "ready", 40)) == {"C1": "4002"}


def test_without_a_guarantee_the_oldest_comes_first(exchange, world):
    two_clients()
    two_wait(exchange, world)
    assert offered_to(sit(exchange, world.sam, "ready", 20)) == {"C1": "4001"}


def test_it_is_said_why(exchange, world):
    two_clients(lichfield="guarantee: 1, cap: 1")
    two_wait(exchange, world)
    calls = exchange.calls.picture.calls
    first = calls["L1"].contact.id
    assert said(first)["waits"] == "Lichfield is guaranteed 1 and has 0"
    sit(exchange, world.sam, "ready", 20)
    assert said(first)["offers"][0]["why"] == (
        "became free while Lichfield bins had waited 10 s, first of 2, since Lichfield is guaranteed 1 and had 0; next "
        "was a call that had waited 20 s"
    )
    exchange.offered("L2", 25)
    exchange.offered("C2", 26)
    assert said(calls["L2"].contact.id)["waits"] == "Lichfield is at its cap of 1"
    assert said(calls["C1"].contact.id)["waits"] == ""
    exchange.abandoned("C1", 28)
    sit(exchange, world.priya, "ready", 31)
    assert said(calls["C2"].contact.id)["offers"][0]["why"] == (
        "became free while Charnwood bins had waited 5 s; a call that had waited 6 s was left, since Lichfield was at "
        "its cap of 1"
    )


def test_at_its_cap_a_client_waits_though_somebody_is_free_until_a_call_of_it_is_over(exchange, world):
    two_clients(lichfield="cap: 1")
    begin(exchange)
    assert offered_to(exchange.offered("L1", 0)) == {"L1": "4001"}
    assert offered_to(exchange.offered("L2", 1)) == {}
    exchange.answered("L1", 5, "4001")
    assert offered_to(exchange.calls.expire(exchange.at(6))) == {}
    assert offered_to(exchange.ended("L1", 60)) == {"L2": "4002"}


def test_a_call_that_nobody_answers_makes_room_too(exchange, world):
    two_clients(lichfield="cap: 1")
    begin(exchange)
    exchange.offered("L1", 0)
    exchange.offered("L2", 1)
    acts = exchange.calls.expire(exchange.at(20))
    assert offered_to(acts) == {"L1": "4002"}  # the first of it goes on, and is the one that its cap allows


def test_a_router_that_starts_counts_who_is_served_from_the_rows(exchange, world):
    two_clients(lichfield="guarantee: 1, cap: 1")
    begin(exchange)
    exchange.offered("L1", 0)
    exchange.answered("L1", 5, "4001")
    exchange.offered("L2", 6)
    exchange.calls = Calls(linked=True)
    exchange.calls.start(exchange.at(10))
    assert offered_to(exchange.calls.expire(exchange.at(11))) == {}
    assert exchange.calls.picture.standing(exchange.calls.picture.calls["L2"].cell).serving == 1
    assert offered_to(exchange.ended("L1", 60)) == {"L2": "4002"}


def test_of_two_routers_the_slower_takes_up_the_rows_and_keeps_to_the_cap(exchange, world):
    two_clients(lichfield="cap: 1")
    begin(exchange)
    other = Exchange(Calls(linked=True), exchange.start)
    begin(other)
    assert offered_to(exchange.offered("L1", 0)) == {"L1": "4001"}
    assert offered_to(other.offered("L1", 1)) == {}
    assert offered_to(other.offered("L2", 2)) == {}


def test_the_bounds_are_those_of_the_version_of_the_moment(exchange, world, monkeypatch):
    """A version that begins later lifts the cap at its second; nobody looks at anything in between."""
    two_clients(lichfield="cap: 1")
    begin(exchange)
    turn = midnight(wall_clock(exchange.at(0))[0] + timedelta(days=2))
    with speaking_as(""):
        two_clients(lichfield="guarantee: 1", starts=turn)
    moved = turn - exchange.start - timedelta(seconds=10)
    exchange.start += moved
    monkeypatch.setattr(clock, "now", lambda: exchange.at(0))
    exchange.offered("L1", 0)
    assert offered_to(exchange.offered("L2", 1)) == {}
    assert exchange.calls.groups.until == turn
    assert offered_to(exchange.calls.expire(exchange.at(9.9))) == {}
    monkeypatch.setattr(clock, "now", lambda: turn)
    assert offered_to(exchange.calls.expire(turn)) == {"L2": "4002"}
