"""A centre for the queue's tests: a plan for Harborough's bins, desks, and events as the exchange would tell them."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from cast_of_tests import REFUSE, World
from moothall.agreements.queries import Gap
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.queueing import stamp
from moothall.queueing.calls import Calls
from moothall.queueing.models import Presence
from moothall.telephony.numbers import Caller
from moothall.telephony.port import Abandoned, Alerting, Answered, CallEvent, Ended, Offered

LINE = "5001"


@dataclass
class Centre:
    """Two desks (Sam idle longest), one line; `plan` may be changed before a call. Times are `start` plus seconds."""

    world: World
    start: datetime
    calls: Calls
    plan: dict[str, object] = field(default_factory=dict)

    def at(self, seconds: float) -> datetime:
        return self.start + timedelta(seconds=seconds)

    def event(self, kind: type[CallEvent], call: str, seconds: float = 0, **more) -> CallEvent:
        fields = {"line": LINE, "device": LINE, "caller": Caller("number", "+441632960123"), **more}
        if kind is Ended:
            fields.setdefault("by", "caller")
        if kind is Abandoned:
            fields.setdefault("after_ms", 0)
        return kind(at=self.at(seconds), monotonic_ns=0, call=call, **fields)

    def hear(self, kind: type[CallEvent], call: str, seconds: float = 0, **more):
        return self.calls.hear(self.event(kind, call, seconds, **more), self.at(seconds))

    def offered(self, call: str, seconds: float = 0, **more):
        return self.hear(Offered, call, seconds, **more)

    def answered(self, call: str, seconds: float, station: str):
        self.hear(Alerting, call, seconds, device=station)
        return self.hear(Answered, call, seconds, device=station)

    def ended(self, call: str, seconds: float, **more):
        return self.hear(Ended, call, seconds, **more)

    def abandoned(self, call: str, seconds: float):
        return self.hear(Abandoned, call, seconds)


def plan_of(plan: dict[str, object]) -> Gap | SimpleNamespace:
    """As the agreement would answer: a gap where no share is responsible."""
    return Gap(code=str(plan["code"])) if plan["share_id"] is None else SimpleNamespace(**plan)


def desk(person: int, state: str, idle_since: datetime) -> Presence:
    who = Person.objects.get(pk=person)
    values = {"state": state, "since": idle_since, "idle_since": idle_since, "device": who.station}
    return Presence.objects.update_or_create(person=who, defaults=values)[0]


@pytest.fixture
def centre(world, as_role, monkeypatch):
    start = clock.now().replace(microsecond=0)
    line = SimpleNamespace(council=world.harborough, service=REFUSE, number=LINE, name="Harborough bins")
    plan = {
        "share_id": world.share, "version_id": world.version, "answer_within_s": 45,
        "tiers": ((0, world.hub_team),), "line": line,
    }
    monkeypatch.setattr(stamp, "line_of", lambda number: plan["line"] if number == LINE else None)
    monkeypatch.setattr(stamp, "responsible", lambda *_, **__: plan_of(plan))
    desk(world.sam, "ready", start - timedelta(minutes=5))
    desk(world.priya, "ready", start - timedelta(minutes=1))
    with as_role("router"):
        made = Centre(world, start, Calls(linked=True), plan)
        made.calls.start(start)
        yield made


@pytest.fixture
def second_team(world):
    """Olive in a team that joins later."""
    team = Team.objects.create(slug="overflow", name="Overflow")
    Membership.objects.create(team=team, person_id=world.olive, job="agent", valid_from=clock.now() - timedelta(days=1))
    desk(world.olive, "ready", clock.now() - timedelta(hours=1))
    return team.pk


__all__ = ["Centre", "centre", "desk", "second_team"]
