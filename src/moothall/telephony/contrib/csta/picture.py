"""Our picture of the exchange's calls, moved by its events to the state they tell; the normalised events of that.

Idempotent by target state: an event that says what we know gives nothing, one whose predecessors are missing gives
them too. What contradicts the picture changes nothing but puts the device into `doubts`, to be settled by a snapshot.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moothall.telephony import port
from moothall.telephony.contrib.csta.agents import agent_state
from moothall.telephony.contrib.csta.causes import AGENT_STATES, CAUSES
from moothall.telephony.contrib.csta.counters import Counters
from moothall.telephony.contrib.csta.elements import Node
from moothall.telephony.contrib.csta.events import SUBJECTS, About, about, device_in, renamed
from moothall.telephony.contrib.csta.session import Stamp
from moothall.telephony.numbers import Caller, caller_of

KEPT_ENDED_NS = 60 * 10**9
Events = list[port.Event]


@dataclass(slots=True)
class Leg:
    """One device's part: its state, the exchange's id of it, and since when."""

    state: port.LegState
    connection_device: str
    since_ns: int


@dataclass(slots=True)
class Call:
    """A live call; `key` names it for its whole life, `call_id` is what the exchange calls it now."""

    key: str
    call_id: str
    line: str
    caller: Caller
    first: Stamp
    answered: bool = False
    legs: dict[str, Leg] = field(default_factory=dict)


class Picture:
    """All live calls of one exchange. Not thread-safe; every method is synchronous."""

    def __init__(self, counters: Counters) -> None:
        self.lines: frozenset[str] = frozenset()
        self.stations: frozenset[str] = frozenset()
        self.calls: dict[str, Call] = {}
        self.doubts: set[str] = set()
        self._counters = counters
        self._by_id: dict[str, Call] = {}
        self._talks: dict[str, str] = {}  # station → key of the call that it talks in
        self._ended: OrderedDict[tuple[str, str], int] = OrderedDict()  # (call key or id, device or "") → when
        self._notes: list[set[tuple[str, str]]] = []
        self._handlers = {
            "DeliveredEvent": self._on_delivered,
            "EstablishedEvent": self._on_established,
            "DivertedEvent": self._on_diverted,
            "QueuedEvent": self._on_queued,
            "HeldEvent": self._on_held,
            "RetrievedEvent": self._on_retrieved,
            "TransferedEvent": self._on_transferred,
            "ConnectionClearedEvent": self._on_cleared,
        }

    def apply(self, root: Node, stamp: Stamp) -> Events:
        """Take one event of the exchange; gives the normalised events, often none."""
        if root.name in AGENT_STATES:
            return [agent_state(root, stamp)]
        handler = self._handlers.get(root.name)
        if handler is None:
            self._counters.meet("event_not_followed" if root.name in SUBJECTS else "unknown_root", root.name)
            return []
        said = about(root, SUBJECTS[root.name])
        if not said.call_id:
            self._counters.meet("event_without_call", root.name)
            return []
        if said.cause not in CAUSES:
            self._counters.meet("unknown_cause", said.cause)
        for notes in self._notes:
            notes.add((said.call_id, said.device))
        return handler(root, said, stamp)

    @contextmanager
    def noting(self) -> Iterator[set[tuple[str, str]]]:
        """Within: the (call id, device) pairs that events spoke about, which an older snapshot must not overrule."""
        notes: set[tuple[str, str]] = set()
        self._notes.append(notes)
        try:
            yield notes
        finally:
            self._notes = [kept for kept in self._notes if kept is not notes]

    def watched(self) -> frozenset[str]:
        return self.lines | self.stations

    def expect(self, call: Call, device: str) -> None:
        """We asked for the call to go to `device`: its return there within the minute is no echo."""
        self._ended.pop((call.key, device), None)

    def of_id(self, call_id: str) -> Call | None:
        return self._by_id.get(call_id)

    def forget_ids(self) -> None:
        """The link was lost: call ids may have begun anew, only keys tell old from new."""
        self._ended = OrderedDict((mark, at) for mark, at in self._ended.items() if mark[1] != "#id")

    # Events

    def _on_delivered(self, _: Node, said: About, stamp: Stamp) -> Events:
        return self.stand(said, "waiting" if said.device in self.lines else "alerting", stamp)

    def _on_established(self, _: Node, said: About, stamp: Stamp) -> Events:
        return [] if said.device in self.lines else self.stand(said, "connected", stamp)

    def _on_queued(self, _: Node, said: About, stamp: Stamp) -> Events:
        return self.stand(said, "queued", stamp)

    def _on_held(self, _: Node, said: About, stamp: Stamp) -> Events:
        return self.stand(said, "held", stamp)

    def _on_retrieved(self, _: Node, said: About, stamp: Stamp) -> Events:
        return self.stand(said, "connected", stamp)

    def _on_diverted(self, root: Node, said: About, stamp: Stamp) -> Events:
        call, to = self._find(said), device_in(root.child("newDestination"))
        if call is None or said.device not in call.legs:
            return []  # the arrival at `to` was heard first, or it is an echo
        if call.legs[said.device].state in {"connected", "held"}:
            self._doubt(said.device, "diverted_while_talking")
            return []
        return self._move(call, said, to, stamp)

    def _on_transferred(self, root: Node, said: About, stamp: Stamp) -> Events:
        """The caller's connection goes on under the id that the list names; who transferred is out of the call."""
        call = self._find(said)
        if call is None or said.device not in call.legs:
            return []  # an echo, or of a call that we never followed
        self._rename(call, renamed(root, said.call_id))
        to = device_in(root.child("transferredToDevice"))
        if to not in self.watched():
            return self.close(call, by="agent", stamp=stamp, raw_cause=said.cause, cause="transfer")
        self._drop(call, said.device, stamp)
        call.legs.setdefault(to, Leg("waiting" if to in self.lines else "diverting", to, stamp.monotonic_ns))
        return [self._event(port.Transferred, call, said.device, stamp, said.cause, to=to)]

    def _rename(self, call: Call, call_id: str) -> None:
        if self._by_id.get(call.call_id) is call:
            del self._by_id[call.call_id]
        call.call_id = call_id
        self._by_id[call_id] = call

    def _on_cleared(self, root: Node, said: About, stamp: Stamp) -> Events:
        call = self._find(said)
        if call is None:
            return []
        releasing = device_in(root.child("releasingDevice"))
        by = self._who(releasing, said.cause)
        if said.device in call.legs:
            last = len(call.legs) == 1
            if not last:
                self._drop(call, said.device, stamp)
                return [self._event(port.Left, call, said.device, stamp, said.cause)]
            return self.close(call, by=by, stamp=stamp, raw_cause=said.cause)
        if said.device in self.watched():
            return []  # an echo of a leg that moved on
        outside = releasing in {"", said.device} or releasing in call.legs or caller_of(releasing) == call.caller
        if not outside:  # somebody else's connection, as some exchanges send with a hold
            for device in call.legs:
                self._doubt(device, "foreign_connection_cleared")
            return []
        return self.close(call, by=by, stamp=stamp, raw_cause=said.cause)

    # The one way in: a device's connection stands in a state

    def stand(self, said: About, state: port.LegState, stamp: Stamp, *, sure: bool = False) -> Events:
        """The call stands at `said.device` in `state`: bring the picture there, telling each step that is new.

        `sure` (a snapshot): contradictions are settled in its favour, not doubted.
        """
        events: Events = []
        call = self._find(said, events, stamp)
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
        if not call.answered and by == "caller" and not cause:
            waited = (stamp.monotonic_ns - call.first.monotonic_ns) // 1_000_000
            return [self._event(port.Abandoned, call, device, stamp, raw_cause, after_ms=max(0, waited))]
        return [self._event(port.Ended, call, device, stamp, raw_cause, cause=cause, by=by)]

    def drop_leg(self, call: Call, device: str, stamp: Stamp) -> Events:
        """A snapshot shows that `device` has no part in the call any more."""
        if len(call.legs) > 1:
            self._drop(call, device, stamp)
            return [self._event(port.Left, call, device, stamp, "", cause="lost")]
        return self.close(call, by="exchange", stamp=stamp, cause="lost")

    # Within

    def _find(self, said: About, events: Events | None = None, stamp: Stamp | None = None) -> Call | None:
        call = self._by_id.get(said.call_id)
        if call and said.ucid and call.key != said.ucid and "@" not in call.key:
            # The exchange gave the id to another call: the one that we knew must be over.
            if events is not None and stamp is not None:
                self._counters.meet("call_id_reused")
                events += self.close(call, by="exchange", stamp=stamp, cause="lost")
            call = None
        if call is None and said.ucid and (call := self.calls.get(said.ucid)):
            self._rename(call, said.call_id)
        return call

    def _open(self, said: About, state: port.LegState, stamp: Stamp, events: Events) -> Call:
        line = next((number for number in said.dialled if number in self.lines), "") or next(
            iter(said.dialled), said.device
        )
        key = said.ucid or f"{said.call_id}@{stamp.at:%Y%m%dT%H%M%S.%f}"
        call = self.calls[key] = self._by_id[said.call_id] = Call(key, said.call_id, line, said.caller, stamp)
        if state == "waiting" or line in self.lines:
            events.append(
                self._event(port.Offered, call, said.device if state == "waiting" else line, stamp, said.cause)
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
        moved: Events = [self._event(port.Diverted, call, said.device, stamp, said.cause, to=to)]
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
            events.append(self._event(port.Alerting, call, said.device, stamp, said.cause))
        if state in {"connected", "held"} and old not in {"connected", "held"}:
            call.answered = True
            events.append(self._event(port.Answered, call, said.device, stamp, said.cause))
        if state == "held":
            events.append(self._event(port.Held, call, said.device, stamp, said.cause))
        elif state == "connected" and old == "held":
            events.append(self._event(port.Retrieved, call, said.device, stamp, said.cause))
        elif state == "queued":
            events.append(self._event(port.Queued, call, said.device, stamp, said.cause))

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

    def _event(
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
