"""One share is changed by signing another version: everything that it drives changes at that version's second, and back
at its end. Only the clock moves in between: no worker runs, and nothing is configured besides the text."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from cast_of_tests import REFUSE
from moothall.agreements import queries
from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.life import propose_version, sign_version
from moothall.agreements.models import Share
from moothall.contacts.models import Contact
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.queueing.calls import Calls
from moothall.queueing.groups import groups_at
from moothall.queueing.models import Lease
from moothall.queueing.queries import watched_lines
from moothall.queueing.queues import Cell
from moothall.queueing.stamp import stamp
from moothall.queueing.tests.conftest import desk
from moothall.telephony.numbers import Caller
from moothall.telephony.port import Alerting, Answered, Offered
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope
from moothall.web.live_people import next_change
from moothall.web.public.contexts import council_page

CHARNWOOD, LICHFIELD = 1, 13
TURN, BACK = datetime(2027, 2, 2, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC)  # Tuesdays
A_SECOND = timedelta(seconds=1)
TEXT = """\
moothall: 1
agreement: one-share
name: One share
from: {starts}
to: 2027-09-01
parties: [Charnwood, Lichfield]
teams:
  charnwood-contact-centre: {{name: Charnwood contact centre, employer: Charnwood}}
  lichfield-everything: {{name: Lichfield customer services, employer: Lichfield}}
covers: []
shares:
  bins: {{client: Lichfield, services: refuse, function: answer, channels: [phone], team: {team}, hours: {hours},
    standard: {{answered_within_s: {within}, for_percent: 80}}, price: {{per_contact_pence: {price}}},
    guarantee: {guarantee}, cap: 5}}
lines:
  - {{number: "{number}", public: "{public}", council: Lichfield, service: refuse, name: Lichfield bins,
      greeting: "{greeting}"}}
"""
SHARE = {
    "team": "charnwood-contact-centre", "hours": "always", "within": 45, "price": 225, "guarantee": 1,
    "number": "5903", "public": "+441543900001", "greeting": "Hello, Lichfield.",
}


@dataclass(frozen=True)
class Driven:
    """A change of the share's text, where it is seen, and what is seen there without and with it."""

    change: dict[str, object]
    see: Callable[[datetime, Any], object]
    before: object
    after: object
    base: dict[str, object] | None = None


def event(at: datetime, kind: type = Offered, **more: Any) -> Any:
    fields = {"line": "5903", "device": "5903", "call": "c1", "caller": Caller("number", "+441632960123"), **more}
    return kind(at=at, monotonic_ns=0, **fields)


def sees_lichfield(person: int, at: datetime) -> bool:
    with scope(Staff(person), at=at), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('moothall.line')")
        return str(LICHFIELD * 10_000 + REFUSE) in cursor.fetchone()[0]


def stamped(at: datetime) -> Any:
    found = stamp(event(at), at=at)
    assert found is not None
    return found


def price_of(at: datetime) -> int:
    return Share.objects.get(pk=stamped(at).stamp.share).body["price"]["per_contact_pence"]


def team_of(at: datetime) -> str:
    [(_, team)] = stamped(at).stamp.tiers
    return Team.objects.get(pk=team).slug


def greeting_of(at: datetime) -> str:
    return queries.greeting("5903", stamped(at).stamp.share, "Sam")


def public_line(at: datetime) -> Any:
    return next(line for line in council_page(Council.objects.get(pk=LICHFIELD), at).lines)


OWN = {"team": "lichfield-everything"}
LATE = {"hours": '{weekdays: "10:00-16:00"}'}
OFFICE = {"hours": '{weekdays: "09:00-17:00"}'}
DRIVEN = {
    "sight lost": Driven(OWN, lambda at, world: sees_lichfield(world.sam, at), True, False),
    "routing": Driven(OWN, lambda at, _: team_of(at), "charnwood-contact-centre", "lichfield-everything"),
    "opening hours": Driven(LATE, lambda at, _: stamped(at).stamp is not None, True, False),
    "message": Driven(
        LATE, lambda at, _: stamped(at.replace(hour=8)).says, "Lichfield bins is closed now. It opens today at 9am.",
        "Lichfield bins is closed now. It opens today at 10am.", OFFICE,
    ),
    "public opening": Driven(
        LATE, lambda at, _: public_line(at.replace(hour=8)).opens, "today at 9am", "today at 10am", OFFICE,
    ),
    "standard": Driven({"within": 20}, lambda at, _: stamped(at).stamp.answer_within_s, 45, 20),
    "price": Driven({"price": 199}, lambda at, _: price_of(at), 225, 199),
    "greeting": Driven({"greeting": "Good day."}, lambda at, _: greeting_of(at), "Hello, Lichfield.", "Good day."),
    "line watched": Driven({"number": "5904"}, lambda at, _: "5903" in watched_lines(at), True, False),
    "guarantee": Driven(
        {"guarantee": 3}, lambda at, _: groups_at([Cell(LICHFIELD, REFUSE)], at).of[LICHFIELD, REFUSE].guarantee, 1, 3,
    ),
    "public number": Driven(
        {"public": "+441543900007"}, lambda at, _: public_line(at).number, "01543 900001", "01543 900007",
    ),
    "public promise": Driven({"within": 20}, lambda at, _: public_line(at).within, "45 seconds", "20 seconds"),
}


@pytest.fixture
def managers(while_texts_hold: None, world: Any) -> dict[int, Person]:
    """Mo signs for Charnwood, Nia for Lichfield."""
    found = {}
    for name, employer in (("Mo", CHARNWOOD), ("Nia", LICHFIELD)):
        team = Team.objects.create(slug=f"managers-{employer}", name=f"Managers {employer}", employer_id=employer)
        person = Person.objects.create_user(f"{name}@example.test".lower(), "x", name=name, employer_id=employer)
        Membership.objects.create(person=person, team=team, job="manager", valid_from=clock.now() - timedelta(days=1))
        found[employer] = person
    yield found
    forget()


@pytest.fixture
def signs(managers: dict[int, Person], as_role: Any) -> Callable[..., None]:
    """Sign the share with a change from TURN on, and as it was before from BACK on."""

    def sign(starts: str, **terms: object) -> None:
        version = load_version(TEXT.format(starts=starts, **{**SHARE, **terms}))
        with as_role("web"):
            propose_version(version, by=managers[LICHFIELD])
            for council, person in managers.items():
                sign_version(version, council=council, by=person, sha256=version.sha256, way="password")

    def both(base: dict[str, object], change: dict[str, object]) -> None:
        load_version(TEXT.format(starts="2026-09-01", **{**SHARE, **base}), in_force=True)
        sign("2027-02-02", **{**base, **change})
        sign("2027-03-02", **base)

    return both


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    def move(at: datetime) -> datetime:
        monkeypatch.setattr(clock, "now", lambda: at)
        return at

    return move


@pytest.mark.parametrize("what", DRIVEN)
def test_it_changes_at_its_second_and_back_at_its_end(world: Any, signs: Any, moved: Any, what: str) -> None:
    driven = DRIVEN[what]
    signs(driven.base or {}, driven.change)
    assert [driven.see(moved(at), world) for at in (TURN - A_SECOND, TURN, BACK - A_SECOND, BACK)] == [
        driven.before, driven.after, driven.after, driven.before,
    ]


def test_open_pages_are_rung_at_both_seconds_of_those_who_lose_and_of_those_who_gain(
    world: Any, signs: Any, moved: Any
) -> None:
    signs({}, OWN)
    for person in (world.sam, world.olive):
        assert next_change(person, moved(TURN - A_SECOND)) == TURN
        assert next_change(person, moved(TURN)) == BACK


def test_a_call_in_progress_is_seen_to_its_end_and_nothing_else(
    world: Any, signs: Any, moved: Any, as_role: Any
) -> None:
    """It began a minute before the turn. The next batch of what reads on in batches has nothing of that council."""
    signs({}, OWN)
    at = moved(TURN - timedelta(minutes=1))
    desk(world.sam, "ready", at)
    with as_role("router"):
        calls = Calls(linked=True)
        calls.start(at)
        calls.hear(event(at), at)
        for kind in (Alerting, Answered):
            calls.hear(event(at, kind, device="4001"), at)
    contact = Lease.objects.get(person=world.sam).contact_id

    def batch(at: datetime, named: int | None = None) -> set[int]:
        with scope(Staff(world.sam, named), at=at):
            return set(Contact.objects.filter(council_id=LICHFIELD).values_list("pk", flat=True))

    assert batch(moved(TURN - A_SECOND)) == {contact, world.other["contact"]}
    assert batch(moved(TURN)) == set()
    assert batch(TURN, named=contact) == {contact}
    half_an_hour = TURN + timedelta(minutes=30)
    assert batch(half_an_hour - A_SECOND, named=contact) == {contact}
    assert batch(moved(half_an_hour), named=contact) == set()
