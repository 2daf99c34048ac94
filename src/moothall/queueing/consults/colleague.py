"""Whoever is asked: they get no call meanwhile, see what they are asked about, and are let go when it is over."""
from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from moothall.contacts.queries import ContactKey
from moothall.domain.routing.arrays import rank_of
from moothall.queueing.acts import Act, Follow
from moothall.queueing.consults.actions import ask_agent, end_consult, release_agent
from moothall.queueing.models import Passing
from moothall.queueing.passings.queries import lease_passed, may_take
from moothall.queueing.queries import tell_desk
from moothall.queueing.queues import milliseconds

if TYPE_CHECKING:
    from moothall.queueing.calls import Calls

MISSED = "no_answer"
# What whoever asked is told at their desk, and whoever was asked at theirs, by how it ended; nothing for other ends.
TOLD_ASKED = {"no_answer": "asked_missed", "returned": "asked_over", "rang_off": "asked_rang_off", "lost": "asked_over"}
SAYS_NOTHING = frozenset({"returned", "rang_off"})  # the one who asks did it, or is told that the call is over


def who_is_free(calls: Calls, contact: ContactKey, passing: Passing) -> int | None:
    """Of the team that is asked, who is free and knows most of it, then who has been free for longest."""
    picture, service, team = calls.picture, passing.wanted_id, passing.team_id
    if team is None:
        return None
    found = []
    for agent in picture.agents:
        level = agent.level(service)
        if team in agent.teams and level is not None and agent.person in picture.idle and agent.person != passing.by_id:
            found.append((rank_of(level), picture.idle[agent.person], agent.person))
    answering = (person for _, _, person in sorted(found) if may_take(contact.council, service, team, person))
    return next(answering, None)


def hold_for(calls: Calls, contact: ContactKey, person: int, *, via: int | None, now: datetime) -> bool:
    """They are asked from now on. False: they aren't free."""
    if person not in calls.picture.idle or not ask_agent(contact, person, at=now):
        return False
    calls.picture.busy(person)
    lease_passed(contact, person, via=via, at=now)
    return True


def end(calls: Calls, passing: Passing, *, why: str, now: datetime) -> list[Act]:
    """It is over without the call being passed on: both desks are told, and whoever was asked is let go."""
    end_consult(passing, why=why, at=now)
    tell_desk(passing.by_id, "" if why in SAYS_NOTHING else f"ask_{why}")
    return let_go(calls, passing, now=now, notice=TOLD_ASKED.get(why, ""), missed=why == MISSED)


def let_go(calls: Calls, passing: Passing, *, now: datetime, notice: str = "", missed: bool = False) -> list[Act]:
    """Whoever was asked is free for calls again, or on a pause where nobody sat there."""
    contact = ContactKey(passing.contact_id, passing.council_id, passing.service_id)
    if passing.person_id is None:
        return []
    talked = passing.talked_at is not None
    since = release_agent(contact, passing.person_id, at=now, notice=notice, paused=missed, talked=talked)
    station = calls.picture.station_of(passing.person_id)
    if since is None:
        return [Follow(station, "not_ready")] if missed and station else []
    calls.picture.ready(passing.person_id, milliseconds(since))
    return calls.offer_to(passing.person_id, now)


def take_over(calls: Calls, passing: Passing, *, now: datetime) -> None:
    """The call is theirs now: their desk is free for it, and only for it, since this is one transaction."""
    contact = ContactKey(passing.contact_id, passing.council_id, passing.service_id)
    if passing.person_id is None:
        return
    since = release_agent(contact, passing.person_id, at=now)
    if since is not None:
        calls.picture.ready(passing.person_id, milliseconds(since))
