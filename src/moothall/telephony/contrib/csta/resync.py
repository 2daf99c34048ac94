"""Making our picture equal the exchange's: snapshots of devices, compared with what we know, differences told as
events.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import cast

from moothall.telephony import port
from moothall.telephony.contrib.csta import messages
from moothall.telephony.contrib.csta.calls import Call, Consult, Events
from moothall.telephony.contrib.csta.events import About, Standing, about_snapshot, standings
from moothall.telephony.contrib.csta.picture import Picture
from moothall.telephony.contrib.csta.session import Answer, Failure, NoAnswer, Session, Stamp, stamp_now
from moothall.telephony.numbers import number_of

AT_ONCE = 20  # requests pending while we take up many devices
VANISHED = frozenset({"invalidConnectionID", "invalidCallID", "noActiveCall"})


@dataclass(slots=True)
class Differences:
    """What a comparison found. `asked`: the devices whose snapshot came."""

    events: Events = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


class LinkLost(Exception):
    """The link broke while we took stock; the next one will begin anew."""


async def request_all(session: Session, bodies: dict[str, bytes]) -> dict[str, Answer]:
    """Send requests, a limited number pending at a time; gives each key's answer. Raises LinkLost."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(key: str, body: bytes) -> tuple[str, Answer]:
        async with limit:
            answer = await session.request(body)
        if isinstance(answer, NoAnswer) and session.lost.done():
            raise LinkLost
        return key, answer

    return dict(await asyncio.gather(*(one(key, body) for key, body in bodies.items())))


async def take_stock(session: Session, picture: Picture, devices: Iterable[str], *, verify: bool) -> Differences:
    """Snapshot `devices` and mend the picture. `verify` asks about known calls too: after a lost link an id may be
    another call's.

    Events that arrive meanwhile are newer than the snapshots and win. Raises LinkLost.
    """
    with picture.noting() as touched:
        answers = await request_all(session, {device: messages.snapshot_device(device) for device in devices})
        found: dict[str, list[Standing]] = {}
        for device, first in answers.items():
            answer = await _whole(session, first)
            if not isinstance(answer, (Failure, NoAnswer)):
                found[device] = [replace(s, connection_device=s.connection_device or device) for s in standings(answer)]
        unknown = {
            s.call_id: s.connection_device
            for standing in found.values()
            for s in standing
            if verify or (picture.of_id(s.call_id) is None and picture.consults.of_id(s.call_id) is None)
        }
        bodies = {call_id: messages.snapshot_call(call_id, device) for call_id, device in unknown.items()}
        details = await request_all(session, bodies)
    # From here on nothing awaits: the picture can't move under our hands.
    return compare(picture, found, details, touched)


async def _whole(session: Session, answer: Answer) -> Answer:
    """A snapshot too long for one message comes as a promise; then wait for what was promised."""
    if isinstance(answer, (Failure, NoAnswer)):
        return answer
    reference = answer.text_of("crossRefIDorSnapshotData", "serviceCrossRefID")
    return await session.segments(reference) if reference else answer


def compare(
    picture: Picture,
    found: dict[str, list[Standing]],
    details: dict[str, Answer],
    touched: Collection[tuple[str, str]],
) -> Differences:
    """Bring the picture to what the snapshots show: `found` by device, `details` by call id; `touched` pairs are newer
    and stay.
    """
    stamp, result = stamp_now(), Differences(asked=set(found))
    before = set(picture.calls)
    standing_pairs: set[tuple[str, str]] = set()
    # Those on hold first: by them a second call at the same telephone is known for a consultation.
    shown = [(device, one) for device, standing in found.items() for one in standing]
    for device, one in sorted(shown, key=lambda pair: pair[1].state != "held"):
        said = _said(one, device, details.get(one.call_id))
        if said is None or (one.call_id, device) in touched:
            continue
        standing_pairs.add((one.call_id, device))
        consulted = _consulted(picture, one, said, touched, stamp)
        result.events += _stand(picture, said, one.state, one.other, stamp) if consulted is None else consulted
    for call in list(picture.calls.values()):
        for device in [device for device in call.legs if device in found]:
            pair = (call.call_id, device)
            if pair not in standing_pairs and pair not in touched and device in call.legs:
                result.events += picture.drop_leg(call, device, stamp)
    for consult in picture.consults.all():
        told = consult.device in found and not any(call_id == consult.call_id for call_id, _ in touched)
        if told and (consult.call_id, consult.device) not in standing_pairs:
            result.events += _gone(picture, consult, stamp)
    after = set(picture.calls)
    result.opened, result.closed = sorted(after - before), sorted(before - after)
    return result


def _said(one: Standing, device: str, detail: Answer | None) -> About | None:
    if isinstance(detail, Failure) and detail.value in VANISHED:
        return None
    known = (
        about_snapshot(detail, one.call_id)
        if detail and not isinstance(detail, (Failure, NoAnswer))
        else About(one.call_id, "", "")
    )
    return replace(known, connection_device=one.connection_device, device=number_of(device))


def _consulted(
    picture: Picture, one: Standing, said: About, touched: Collection[tuple[str, str]], stamp: Stamp
) -> Events | None:
    """What the standing tells of a consultation; None: it is of no consultation."""
    known = picture.consults.of_id(one.call_id)
    if known is not None and any(call_id == one.call_id for call_id, _ in touched):
        return []
    if known is not None and not said.calling:
        said = replace(said, calling=known.device, ucid=known.key if known.key != known.call_id else "")
    return picture.consults.stand(one, said, stamp)


def _gone(picture: Picture, consult: Consult, stamp: Stamp) -> Events:
    """It isn't there any more: it has ended, or the caller was passed on to who was asked."""
    if consult.to in consult.about.legs and consult.device not in consult.about.legs:
        picture.consults.forget(consult, stamp)
        return []
    return picture.consults.end(consult, "lost", stamp)


def _stand(picture: Picture, said: About, state: str, other: str, stamp: Stamp) -> Events:
    if said.device in picture.lines and state in {"alerting", "connected"}:
        state = "waiting"
    call = picture.of_id(said.call_id)
    leg = call.legs.get(said.device) if call else None
    calls = said.device == said.calling or (leg is not None and leg.state == "calling")
    if state == "connected" and calls and other in {"alerting", "queued", ""}:
        state = "calling"  # nobody has answered yet
    if state not in {"waiting", "alerting", "connected", "held", "queued", "calling"}:
        return []
    return [
        replace(event, cause="resync") if isinstance(event, port.CallEvent) and event.cause == "normal" else event
        for event in picture.stand(said, cast(port.LegState, state), stamp, sure=True)
    ]


def snapshot_of(call: Call, consult: Consult | None) -> port.CallSnapshot:
    """A call of the picture as the port shows it."""
    legs = {device: leg.state for device, leg in call.legs.items()}
    shown = None
    if consult is not None:
        state = "ringing" if consult.state == "begun" else consult.state
        shown = port.ConsultSnapshot(consult.device, consult.to, state)
    return port.CallSnapshot(call.key, call.line, call.caller, call.first.at, call.answered, legs, shown)
