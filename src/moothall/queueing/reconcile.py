"""After the link came back, or the router began: the exchange's calls against ours, until both are the same."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from moothall.queueing.acts import Act, Deflect
from moothall.queueing.calls import Calls
from moothall.queueing.consults import route as consults
from moothall.queueing.outgoing import is_pending
from moothall.queueing.passings.handed import handed
from moothall.queueing.passings.route import passed_on
from moothall.queueing.picture import Call
from moothall.telephony.port import Answered, CallEvent, CallingOut, CallSnapshot, Held, Offered, Retrieved

TALKING = ("connected", "held")


def close_lost(calls: Calls, live: Collection[str], now: datetime) -> list[Act]:
    """Close what the exchange no longer has. `live` must be of the same point in the stream of events as this call."""
    acts: list[Act] = []
    for key in [key for key in calls.picture.calls if key not in live and not is_pending(key)]:
        acts += calls.in_one(lambda key=key: _lost(calls, key, now), now)  # type: ignore[misc]
    return acts


def mend(calls: Calls, snapshots: Sequence[CallSnapshot], now: datetime, monotonic_ns: int) -> list[Act]:
    """Open what we never heard of, move what stands elsewhere, then offer what waits."""
    acts: list[Act] = []
    for snapshot in snapshots:
        acts += _mend(calls, snapshot, now, monotonic_ns)
        acts += calls.in_one(lambda one=snapshot: consults.mend(calls, one.call, one.consult, now), now)  # type: ignore[misc]
    return acts + calls.in_one(lambda: calls.settle(now), now)


def _lost(calls: Calls, key: str, now: datetime) -> list[Act]:
    call = calls.picture.calls.get(key)
    if call is None:
        return []
    calls.counters["lost"] += 1
    return calls.close_call(call, by="exchange", cause="lost", at=now, now=now)


def _mend(calls: Calls, snapshot: CallSnapshot, now: datetime, monotonic_ns: int) -> list[Act]:
    acts: list[Act] = []
    talking = next((device for device, state in snapshot.legs.items() if state in TALKING), None)
    if snapshot.call not in calls.picture.calls:
        place = next(iter(snapshot.legs), snapshot.line)
        if snapshot.line:
            acts += calls.hear(_event(Offered, snapshot, place, snapshot.since, monotonic_ns), now)
        else:  # one that we make ourselves: it may have begun while nobody listened
            ours = _event(CallingOut, snapshot, place, snapshot.since, monotonic_ns, to=snapshot.caller.number)
            acts += calls.hear(ours, now)
    call = calls.picture.calls.get(snapshot.call)
    if call is None:
        return acts
    if call.calling and talking is not None:
        acts += calls.hear(_event(Answered, snapshot, talking, now, monotonic_ns), now)
    if call.answered:
        if moved := _telephone(calls, call, snapshot):  # handed to somebody while nobody listened
            acts += calls.in_one(lambda: handed_to(calls, call, moved, now), now)
            answered = _event(Answered, snapshot, moved, now, monotonic_ns)
            return acts + (calls.hear(answered, now) if moved == talking else [])
        held = snapshot.legs.get(talking or "") == "held"
        if talking is not None and held != call.held:  # nobody listened when the caller was put on hold, or taken back
            event = _event(Held if held else Retrieved, snapshot, talking, now, monotonic_ns)
            return acts + calls.hear(event, now)
        if talking is None and (waits := _waits_at(calls, snapshot)):  # passed on while nobody listened
            return acts + calls.in_one(lambda: passed_on_to(calls, call, waits, now), now)
        return acts
    if talking is not None and talking != call.home:
        return calls.hear(_event(Answered, snapshot, talking, now, monotonic_ns), now)
    return acts + _put_right(calls, call, snapshot)


def _waits_at(calls: Calls, snapshot: CallSnapshot) -> str:
    """The route point at which it waits, if it does."""
    places = [device for device, state in snapshot.legs.items() if state in {"waiting", "queued"}]
    return next((device for device in places if calls.picture.person_at(device) is None), "")


def _telephone(calls: Calls, call: Call, snapshot: CallSnapshot) -> str:
    """The telephone of somebody else than whose call it is, if it talks or rings at such a one alone."""
    who = {device: calls.picture.person_at(device) for device in snapshot.legs}
    if not who or call.person in who.values():
        return ""
    return next((device for device, person in who.items() if person is not None), "")


def handed_to(calls: Calls, call: Call, device: str, now: datetime) -> list[Act]:
    found = calls.picture.calls.get(call.call)
    return handed(calls, found, device, at=now, now=now) if found is not None and found.answered else []


def passed_on_to(calls: Calls, call: Call, device: str, now: datetime) -> list[Act]:
    found = calls.picture.calls.get(call.call)
    if found is None or not found.answered:
        return []
    found.home = device
    return passed_on(calls, found, at=now, now=now)


def _put_right(calls: Calls, call: Call, snapshot: CallSnapshot) -> list[Act]:
    """It should ring at its agent, or wait at its route point; where it doesn't, it is sent there again."""
    station = calls.picture.station_of(call.person) if call.person is not None else ""
    if call.person is not None:
        return [] if station in snapshot.legs else [Deflect(call.call, station, call.contact.id, call.person)]
    rings = any(state == "alerting" and calls.picture.person_at(device) for device, state in snapshot.legs.items())
    return [Deflect(call.call, call.home, call.contact.id)] if rings else []


def _event(
    kind: type[CallEvent], snapshot: CallSnapshot, device: str, at: datetime, ns: int, **more: Any
) -> CallEvent:
    return kind(
        at=at, monotonic_ns=ns, call=snapshot.call, line=snapshot.line, device=device, caller=snapshot.caller,
        cause="resync", **more,
    )
