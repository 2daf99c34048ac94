"""The live calls of one exchange, each brought to the state that a message or a snapshot tells, and the normalised
events of that. `picture.py` reads the messages.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from moothall.telephony import port
from moothall.telephony.contrib.csta.calls import Call, Events, Leg
from moothall.telephony.contrib.csta.causes import CAUSES
from moothall.telephony.contrib.csta.counters import Counters
from moothall.telephony.contrib.csta.events import About
from moothall.telephony.contrib.csta.session import Stamp
from moothall.telephony.numbers import caller_of

KEPT_ENDED_NS = 60 * 10**9


class Ledger:
    """All live calls. Not thread-safe; every method is synchronous."""

    def __init__(self, counters: Counters) -> None:
        self.lines: frozenset[str] = frozenset()
        self.stations: frozenset[str] = frozenset()
        self.calls: dict[str, Call] = {}
        self.doubts: set[str] = set()
        self._counters = counters
        self._by_id: dict[str, Call] = {}
        self._linked: dict[str, Call] = {}  # by the linkage ids that joined calls had besides their key
        self._talks: dict[str, str] = {}  # station → key of the call that it talks in
        self._ended: OrderedDict[tuple[str, str], int] = OrderedDict()  # (call key or id, device or "") → when

    def watched(self) -> frozenset[str]:
        return self.lines | self.stations

    def expect(self, call: Call, device: str) -> None:
        """We asked for the call to go to `device`: its return there within the minute is no echo."""
        self._ended.pop((call.key, device), None)

    def of_id(self, call_id: str) -> Call | None:
        return self._by_id.get(call_id)

    def knows(self, said: About) -> bool:
        return said.call_id in self._by_id or said.ucid in self.calls

    # The one way in: a device's connection stands in a state

    def stand(self, said: About, state: port.LegState, stamp: Stamp, *, sure: bool = False) -> Events:
        """The call stands at `said.device` in `state`: bring the picture there, telling each step that is new.

        `sure` (a snapshot): contradictions are settled in its favour, not doubted.
        """
        events: Events = []
        call = self._find(said, events, stamp)
        if call is None and self._stays_inside(said):
            return events
        if call is None:
            if not sure and self._recently_ended(said, stamp):
                self._counters.meet("late_event")
                return events
            call = self._open(said, state, stamp, events)
        leg = call.legs.get(said.device)
        if leg is None and not sure and self._doubtful(call, said, stamp):
            return events
        if leg and leg.state == state:
            return events
        if leg and not sure and leg.state in {"connected", "held"} and state in {"waiting", "alerting", "queued"}:
            self._doubt(said.device, "clash")
            return events
        if leg is None:
            events += self._come_from(call, said, stamp)
        self._reach(call, said, state, stamp, events)
        return events

    def close(self, call: Call, *, by: Any, stamp: Stamp, raw_cause: str = "", cause: str = "") -> Events:
        """The call is over: Abandoned if the caller left before any answer, else Ended."""
        device = next(reversed(call.legs), "")
        for one in list(call.legs):
            self._drop(call, one, stamp)
        self.calls.pop(call.key, None)
        if self._by_id.get(call.call_id) is call:
            del self._by_id[call.call_id]
        self._mark_ended((call.key, ""), stamp)
        self._mark_ended((call.call_id, "#id"), stamp)
        for linkage in call.linkages:
            self._linked.pop(linkage, None)
        if not call.answered and by == "caller" and not cause and call.line:
            waited = (stamp.monotonic_ns - call.first.monotonic_ns) // 1_000_000
            return [self.event(port.Abandoned, call, device, stamp, raw_cause, after_ms=max(0, waited))]
        return [self.event(port.Ended, call, device, stamp, raw_cause, cause=cause, by=by)]

    def drop_leg(self, call: Call, device: str, stamp: Stamp) -> Events:
        """A snapshot shows that `device` has no part in the call any more."""
        if to := self._goes_on_at(call, device):
            return self._passed(call, device, to, stamp, "", cause="lost")
        if len(call.legs) > 1:
            self._drop(call, device, stamp)
            return [self.event(port.Left, call, device, stamp, "", cause="lost")]
        return self.close(call, by="exchange", stamp=stamp, cause="lost")

    # Within

    def _find(self, said: About, events: Events | None = None, stamp: Stamp | None = None) -> Call | None:
        call = self._by_id.get(said.call_id)
        if call and said.ucid and said.ucid not in {call.key, *call.linkages} and "@" not in call.key:
            # The exchange gave the id to another call: the one that we knew must be over.
            if events is not None and stamp is not None:
                self._counters.meet("call_id_reused")
                events += self.close(call, by="exchange", stamp=stamp, cause="lost")
            call = None
        if call is None and said.ucid and (call := self.calls.get(said.ucid) or self._linked.get(said.ucid)):
            self._rename(call, said.call_id)
        return call

    def _open(self, said: About, state: port.LegState, stamp: Stamp, events: Events) -> Call:
        line = next((number for number in said.dialled if number in self.lines), "") or next(
            iter(said.dialled), said.device
        )
        key = said.ucid or f"{said.call_id}@{stamp.at:%Y%m%dT%H%M%S.%f}"
        out = said.device == said.calling and self._calls_out(said)
        caller = caller_of(said.dialled[0]) if out else said.caller
        call = Call(key, said.call_id, "" if out else line, caller, stamp)
        self.calls[key] = self._by_id[said.call_id] = call
        if out:
            events.append(self.event(port.CallingOut, call, said.device, stamp, said.cause, to=said.dialled[0]))
        elif state == "waiting" or line in self.lines:
            events.append(
                self.event(port.Offered, call, said.device if state == "waiting" else line, stamp, said.cause)
            )
        return call

    def _doubtful(self, call: Call, said: About, stamp: Stamp) -> bool:
        """Does a new leg contradict what we know, so that only a snapshot can tell?"""
        ended = self._ended.get((call.key, said.device))
        if ended is not None and stamp.monotonic_ns - ended < KEPT_ENDED_NS:
            self._doubt(said.device, "after_leaving")
            return True
        return False

    def _come_from(self, call: Call, said: About, stamp: Stamp) -> Events:
        """The arrival was heard before the departure: tell the departure."""
        for device, leg in call.legs.items():
            if leg.state in {"waiting", "alerting", "queued", "diverting"}:
                return self._move(
                    call, About(said.call_id, leg.connection_device, device, cause="redirected"), said.device, stamp
                )
        return []

    def _move(self, call: Call, said: About, to: str, stamp: Stamp) -> Events:
        self._drop(call, said.device, stamp)
        moved: Events = [self.event(port.Diverted, call, said.device, stamp, said.cause, to=to)]
        if to in self.watched():
            call.legs.setdefault(to, Leg("diverting", "", stamp.monotonic_ns))
        elif not call.legs:
            moved += self.close(call, by="exchange", stamp=stamp, raw_cause=said.cause, cause="forwarded")
        return moved

    def _reach(self, call: Call, said: About, state: port.LegState, stamp: Stamp, events: Events) -> None:
        before = call.legs.pop(said.device, None)
        old = before.state if before else "diverting"
        if state == "connected":
            self._talks[said.device] = call.key
        elif self._talks.get(said.device, call.key) != call.key:
            self._doubt(said.device, "rings_while_talking")
        call.legs[said.device] = Leg(state, said.connection_device or said.device, stamp.monotonic_ns)
        if state in {"alerting", "connected", "held"} and old in {"diverting", "waiting", "queued"}:
            events.append(self.event(port.Alerting, call, said.device, stamp, said.cause))
        if state in {"connected", "held"} and old not in {"connected", "held"}:
            call.answered = True
            events.append(self.event(port.Answered, call, said.device, stamp, said.cause))
        if state == "held":
            events.append(self.event(port.Held, call, said.device, stamp, said.cause))
        elif state == "connected" and old == "held":
            events.append(self.event(port.Retrieved, call, said.device, stamp, said.cause))
        elif state == "queued":
            events.append(self.event(port.Queued, call, said.device, stamp, said.cause))

    def _drop(self, call: Call, device: str, stamp: Stamp) -> None:
        del call.legs[device]
        if self._talks.get(device) == call.key:
            del self._talks[device]
        self._mark_ended((call.key, device), stamp)

    def _mark_ended(self, mark: tuple[str, str], stamp: Stamp) -> None:
        self._ended[mark] = stamp.monotonic_ns
        self._ended.move_to_end(mark)
        while self._ended:
            oldest = next(iter(self._ended))
            if stamp.monotonic_ns - self._ended[oldest] < KEPT_ENDED_NS:
                break
            del self._ended[oldest]

    def _recently_ended(self, said: About, stamp: Stamp) -> bool:
        ended = self._ended.get((said.ucid, "") if said.ucid else (said.call_id, "#id"))
        return ended is not None and stamp.monotonic_ns - ended < KEPT_ENDED_NS

    def _doubt(self, device: str, why: str) -> None:
        self._counters.meet("anomaly", why)
        if device in self.watched():
            self.doubts.add(device)

    def _who(self, releasing: str, raw_cause: str) -> str:
        if releasing in self.stations:
            return "agent"
        exchange = releasing in self.lines or CAUSES.get(raw_cause) in {"exchange", "network", "timeout"}
        return "exchange" if exchange else "caller"

    def event(
        self, kind: type[port.CallEvent], call: Call, device: str, stamp: Stamp, raw: str, *, cause: str = "",
        **more: Any,
    ) -> port.CallEvent:
        return kind(
            at=stamp.at,
            monotonic_ns=stamp.monotonic_ns,
            call=call.key,
            line=call.line,
            device=device,
            caller=call.caller,
            cause=cause or CAUSES.get(raw, "other"),
            raw_cause=raw[:60],
            **more,
        )

    def _rename(self, call: Call, call_id: str) -> None:
        if self._by_id.get(call.call_id) is call:
            del self._by_id[call.call_id]
        call.call_id = call_id
        self._by_id[call_id] = call

    def link(self, call: Call, linkages: set[str]) -> None:
        """The call is known by these linkage ids too from now on."""
        call.linkages |= linkages
        self._linked.update(dict.fromkeys(linkages, call))

    def _passed(self, call: Call, device: str, to: str, stamp: Stamp, raw: str, *, cause: str = "") -> Events:
        """`device` is out and `to` has the call. Where `to` was heard to talk before, that is told once more, after."""
        self._drop(call, device, stamp)
        events: Events = [self.event(port.Transferred, call, device, stamp, raw, cause=cause, to=to)]
        if call.legs[to].state == "connected":
            events.append(self.event(port.Answered, call, to, stamp, raw, cause=cause))
        return events

    def _goes_on_at(self, call: Call, device: str) -> str:
        """The one other telephone of ours that talks in the call."""
        talking = [d for d, leg in call.legs.items() if d in self.stations and d != device and leg.state == "connected"]
        return talking[0] if len(talking) == 1 and device in self.stations else ""

    def _stays_inside(self, said: About) -> bool:
        """From one of our telephones to another, and no caller's: not ours to follow."""
        return said.calling in self.stations and bool(said.dialled) and said.dialled[0] in self.stations

    def _calls_out(self, said: About) -> bool:
        return said.calling in self.stations and bool(said.dialled) and said.dialled[0] not in self.watched()
