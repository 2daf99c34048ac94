"""For the tests of calls that are passed on: Sam talks, and Olive is in a team of specialists who may take it."""
from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from cast_of_tests import REFUSE
from moothall.contacts.models import Contact
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.queueing.acts import Transfer
from moothall.queueing.calls import ROUTE
from moothall.queueing.models import Passing, Presence, RouterState
from moothall.queueing.passings import desk as passings
from moothall.queueing.passings import route
from moothall.queueing.tests.conftest import desk as sit_down
from moothall.queueing.tests.conftest import plan_of
from moothall.queueing.tests.test_desk import ask_router, speak_as
from moothall.telephony.port import Transferred
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

PHONE = "01632960000"


@pytest.fixture
def sam(world):
    return Person.objects.get(pk=world.sam)


@pytest.fixture
def priya(world):
    return Person.objects.get(pk=world.priya)


@pytest.fixture(autouse=True)
def specialists(world):
    """Olive is also in a team that answers Harborough's bins."""
    team = Team.objects.create(slug="specialists", name="Specialists")
    Membership.objects.create(team=team, person_id=world.olive, job="agent", valid_from=clock.now() - timedelta(days=1))
    Grant.objects.create(team=team, council_id=2, service_id=REFUSE, right="answer",
                         valid_from=clock.now() - timedelta(days=1), share_id=world.share)
    sit_down(world.olive, "ready", clock.now() - timedelta(minutes=2))
    return team.pk


@pytest.fixture
def talking(specialists, centre, monkeypatch):
    """Sam talks with a caller; the contact's id. The test then speaks as web."""
    RouterState.objects.update_or_create(
        pk=1, defaults={"link": "up", "heartbeat_at": clock.now(), "handles_calls": True, "consults": True}
    )
    monkeypatch.setattr(route, "responsible", lambda *_, **__: plan_of(centre.plan))
    centre.offered("c1")
    centre.answered("c1", 4, "4001")
    speak_as("web")
    return centre.calls.picture.calls["c1"].contact.id


def as_router(act):
    speak_as("router")
    try:
        return act()
    finally:
        speak_as("web")


def pass_on(centre, sam, contact, to, words="They moved in on the 3rd."):
    """Asked at the desk, done by the exchange."""
    assert passings.ask_to_pass_on(sam, contact, to, words=words).ok
    (act,) = ask_router(centre, 3)
    assert isinstance(act, Transfer)
    if to.number:
        return as_router(lambda: centre.ended("c1", 21, by="agent", cause="transfer"))
    return as_router(lambda: centre.hear(Transferred, "c1", 21, device="4001", to="5001"))


def row(contact: int) -> Contact:
    return as_router(lambda: _row(contact))


def _row(contact: int) -> Contact:
    with scope(ROUTE):
        return Contact.objects.get(pk=contact)


def passing_row(contact: int) -> Passing:
    def found() -> Passing:
        with scope(ROUTE):
            return Passing.objects.filter(contact_id=contact).latest("pk")

    return as_router(found)


def entries(contact: int) -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    with scope(System("load")):
        found = list(Entry.objects.filter(contact_id=contact).order_by("pk"))
    speak_as("web")
    return found


def state_of(person: int) -> tuple[str, int | None]:
    return Presence.objects.values_list("state", "contact_id").get(pk=person)
