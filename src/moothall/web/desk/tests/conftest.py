"""An agent at her desk, asked through HTTP as the web role; the exchange's side is played as the router would."""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client

from moothall.contacts import actions as contacts
from moothall.contacts.models import Contact
from moothall.contacts.queries import ContactKey
from moothall.people.models import Person
from moothall.queueing import actions as queue
from moothall.queueing.models import Presence, RouterState
from moothall.queueing.queries import insert_offer
from moothall.scripts.models import ScriptVersion
from moothall.scripts.tests.checked import check_packs_once
from moothall.scripts.versions import publish_packs
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.desk import bundle
from moothall.web.staff import FRAGMENT


@dataclass(frozen=True)
class Line:
    name: str = "Missed bins"
    council: int = 2


@pytest.fixture
def desk(world, as_role, monkeypatch):
    """Sam's desk, ready, with the phone link up."""
    monkeypatch.setattr(bundle, "line", lambda number: Line())
    monkeypatch.setattr(bundle, "greeting", lambda line, share, name, **more: f"Hello, Harborough, {name} speaking.")
    monkeypatch.setattr("moothall.cases.actions.responsible", lambda *asked, **more: None)
    at = datetime.now(UTC)
    RouterState.objects.create(id=1, link="up", link_since=at, heartbeat_at=at)
    Presence.objects.create(person_id=world.sam, state="ready", since=at, idle_since=at, device="4001")
    return Desk(world, as_role)


_published: list[ScriptVersion] = []


@pytest.fixture
def scripts(desk, monkeypatch):
    """The packs, published: proved once a run of the tests, since that takes seconds, then put back as rows."""
    if _published:
        ScriptVersion.objects.bulk_create(_published, ignore_conflicts=True)
        return
    check_packs_once(monkeypatch)
    publish_packs()
    _published.extend(ScriptVersion.objects.exclude(pk="0" * 64))
    RouterState.objects.update(heartbeat_at=datetime.now(UTC))  # on a busy machine that took longer than a beat


class Desk:
    """What Sam does, and what the exchange does to him."""

    def __init__(self, world: object, as_role: Callable[[str], object]) -> None:
        self.world, self._as_role = world, as_role
        self.call = 0

    def ask(self, path: str, data: dict[str, object] | None = None, *, who: str = "sam", whole: bool = False):
        client = Client(headers={} if whole else {FRAGMENT: "1"})
        with self._as_role("web"):
            client.force_login(Person.objects.get(pk=getattr(self.world, who)))
            return client.get(path) if data is None else client.post(path, data)

    def act(self, name: str, /, **data: object):
        return self.ask(f"/desk/{name}/", {"contact": self.call, **data})

    def ring(self, number: str = "+441632960123") -> int:
        at = datetime.now(UTC)
        arrival = contacts.Arrival(
            council=2, service=524, line="5001", call=f"test-{at.timestamp()}", at=at,
            from_kind="number" if number else "withheld", from_number=number,
        )  # fmt: skip
        stamp = contacts.Stamp(self.world.version, self.world.share, [[0, self.world.hub_team]], 45)
        with scope(System("load")):
            key = contacts.offer_contact(arrival, stamp)
            assert insert_offer(key, self.world.sam, at=at, why={})
        self.call = key.id
        return key.id

    def answered(self) -> None:
        at = datetime.now(UTC)
        with scope(System("load")):
            contacts.answer_contact(self.key, person=self.world.sam, device="4001", at=at)
            queue.end_offer(self.key, state="accepted", at=at)
            queue.take_call(self.key, self.world.sam, at=at)

    def hung_up(self) -> None:
        at = datetime.now(UTC)
        with scope(System("load")):
            contacts.end_contact(self.key, by="caller", cause="normal", at=at)
            queue.start_finishing(self.key, self.world.sam, at=at)

    def talk(self, number: str = "+441632960123") -> None:
        self.ring(number)
        self.answered()

    @property
    def key(self) -> ContactKey:
        return ContactKey(self.call, 2, 524)

    @property
    def contact(self) -> Contact:
        with scope(System("load")):
            return Contact.objects.select_related("customer").get(pk=self.call)

    @property
    def presence(self) -> Presence:
        return Presence.objects.get(pk=self.world.sam)


def words(response) -> str:
    """What is read on a page: no tags, single spaces."""
    text = re.sub(r"<(script|svg)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def hidden(response, name: str) -> str:
    """The value of a hidden field of the step's form."""
    form = re.search(r'action="/desk/step/".*?</form>', response.content.decode(), re.S)
    assert form, "no step is asked"
    found = re.search(rf'name="{name}" value="([^"]*)"', form[0])
    assert found, f"no field {name}"
    return found[1]
