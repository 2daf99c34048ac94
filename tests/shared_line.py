"""A partnership's line for tests: the hub's agents answer it, Charnwood's calls and Harborough's, not Lichfield's."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moothall.domain.calendar import wall_clock

HUB, FIRST_CONTACT = 101, 9001
NUMBER = "5000"
AGREEMENT = """\
moothall: 1
agreement: test-hub
name: Test hub
from: {starts}
to: {ends}
partnership: P00000001
parties: [Charnwood, Harborough, Lichfield]
teams:
  charnwood-contact-centre: {{name: Charnwood contact centre, employer: Charnwood}}
  lichfield-everything: {{name: Lichfield customer services, employer: Lichfield}}
  harborough-waste: {{name: Harborough waste, employer: Harborough}}
groups:
  all: [first-contact, refuse]
covers: []
shares:
  hub-line: {{client: P00000001, services: first-contact, function: answer, channels: [phone],
    team: charnwood-contact-centre, hours: always, standard: {{answered_within_s: 30, for_percent: 80}}}}
  members-answered: {{clients: [Charnwood, Harborough], services: all, function: answer, channels: [phone],
    team: charnwood-contact-centre, hours: always, standard: {{answered_within_s: 45, for_percent: 80}}}}
  lichfield-answers: {{client: Lichfield, services: all, function: answer, channels: [phone],
    team: lichfield-everything, hours: always}}
  harborough-resolves: {{client: Harborough, services: refuse, function: resolve, team: harborough-waste}}
lines:
  - {{number: "5000", public: "+441509900000", council: P00000001, service: first-contact, name: Test hub,
      greeting: "Hello, you are through to the councils. Which council is it about?"}}
  - {{number: "5002", public: "+441858900002", council: Harborough, service: first-contact, name: Harborough general,
      greeting: "Hello, {{council}}. My name is {{agent}}."}}
  - {{number: "5102", public: "+441543900002", council: Lichfield, service: first-contact, name: Lichfield general}}
"""


def load_hub() -> Any:
    """Put the agreement in force in the place of the world's; the version."""
    from moothall.agreements.actions import load_version

    today = wall_clock(datetime.now(UTC))[0]
    text = AGREEMENT.format(starts=today - timedelta(days=30), ends=today + timedelta(days=300))
    return load_version(text, in_force=True)


@dataclass(frozen=True, slots=True)
class Border:
    """Addresses at one postcode of both councils, and at one of each alone."""

    harborough: int
    charnwood: int
    inside: int  # Charnwood's, at its own postcode


def border_homes() -> Border:
    from moothall.places.models import Postcode, Property

    for key, lad in (("LE79SX", "E07000131"), ("LE111AA", "E07000130"), ("WS136BB", "E07000194")):
        Postcode.objects.get_or_create(key=key, defaults={"display": f"{key[:-3]} {key[-3:]}", "lad": lad})
    made = [
        Property.objects.create(
            council_id=council, uprn=77_000_000_000 + number, number=str(number), street="Long Lane", town="Billesdon",
            postcode_key=key, postcode=f"{key[:-3]} {key[-3:]}", round_code="",
        ).pk
        for number, council, key in ((1, 2, "LE79SX"), (2, 1, "LE79SX"), (3, 1, "LE111AA"))
    ]
    return Border(*made)


@dataclass
class HubCall:
    """A call on the partnership's line at Sam's desk, as the router would tell of it."""

    world: Any
    contact: int = 0

    def rings(self, number: str = "+441632960123") -> int:
        from moothall.agreements.queries import Answer, responsible
        from moothall.contacts import actions as contacts
        from moothall.queueing.models import Presence
        from moothall.queueing.queries import insert_offer

        at = datetime.now(UTC)
        Presence.objects.update_or_create(
            person_id=self.world.sam,
            defaults={"state": "ready", "since": at, "idle_since": at, "device": "4001"},
        )
        plan = responsible(HUB, FIRST_CONTACT, "phone", "answer", at)
        assert isinstance(plan, Answer)
        arrival = contacts.Arrival(
            council=HUB, service=FIRST_CONTACT, line=NUMBER, call=f"hub-{at.timestamp()}", at=at,
            from_kind="number", from_number=number,
        )
        stamp = contacts.Stamp(plan.version_id, plan.share_id, plan.tiers, plan.answer_within_s)
        with load_scope():
            key = contacts.offer_contact(arrival, stamp)
            assert insert_offer(key, self.world.sam, at=at, why={})
        self.contact = key.id
        return key.id

    def talks(self, number: str = "+441632960123") -> int:
        from moothall.contacts import actions as contacts
        from moothall.contacts.queries import ContactKey
        from moothall.queueing import actions as queue

        key, at = ContactKey(self.rings(number), HUB, FIRST_CONTACT), datetime.now(UTC)
        with load_scope():
            contacts.answer_contact(key, person=self.world.sam, device="4001", at=at)
            queue.end_offer(key, state="accepted", at=at)
            queue.take_call(key, self.world.sam, at=at)
        return key.id

    @property
    def now(self) -> int:
        """The contact that Sam's desk holds."""
        from moothall.queueing.models import Presence

        return Presence.objects.values_list("contact_id", flat=True).get(pk=self.world.sam)


def load_scope() -> Any:
    from moothall.tenancy.principals import System
    from moothall.tenancy.scope import scope

    return scope(System("load"))
