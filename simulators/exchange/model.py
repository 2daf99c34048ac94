"""Calls, stations and route points of the exchange, and what happens to them. No sockets: facts go to listeners."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from .plan import Plan

LONGEST_CALL_S = 4 * 3600.0
MOST_CALLS = 5000
SPOKEN_A_SECOND = 15  # characters of a message
MOST_ENDED = 2000
SHORTEST_OUTSIDE, LONGEST_OUTSIDE = 6, 15  # digits of a number of the public's
AGENT_STATES = ("loggedOff", "loggedOn", "notReady", "ready", "workingAfterCall")


class Refusal(Exception):
    """A request that the exchange declines: category and value of a CSTAErrorCode."""

    def __init__(self, category: str, value: str) -> None:
        super().__init__(f"{category}: {value}")
        self.category, self.value = category, value


@dataclass(eq=False)
class Call:
    """One caller on one trunk and the device where the call stands. `state`: waiting, ringing, talking, held (the
    caller hears music), ended.
    """

    call_id: int
    ucid: str
    dialled: str
    calling: str | None
    withheld: bool
    trunk: str
    talk_s: float | None
    device: str = ""
    redirected_from: str = ""
    state: str = "waiting"
    placed: float = 0.0
    since: float = 0.0
    why: str = ""
    told: str = ""  # the message that the caller hears, or heard last
    timers: dict[str, asyncio.TimerHandle] = field(default_factory=dict)


@dataclass(eq=False)
class Station:
    """A telephone with at most one call, and the agent who logged on at it."""

    number: str
    call: Call | None = None
    agent_id: str = ""
    agent_state: str = "loggedOff"


@dataclass(frozen=True)
class Fact:
    """What happened: placed, state, delivered, diverted, established, held, retrieved, transferred, cleared, agent.
    `at` is the device concerned.
    """

    kind: str
    at: str
    call: Call | None = None
    other: str = ""  # diverted, transferred: whereto; cleared: which connection dropped; agent: the state
    old_id: int = 0  # transferred: what the call was called before
    by: str = ""  # cleared: who released
    cause: str = ""


class Exchange:
    """The switching function. All methods run in one event loop; each either happens whole or raises Refusal."""

    def __init__(self, plan: Plan, *, node: int = 1) -> None:
        self.plan = plan
        self.calls: dict[int, Call] = {}
        self.by_ucid: dict[str, Call] = {}
        self.ended: OrderedDict[str, Call] = OrderedDict()
        self.stations: dict[str, Station] = {}
        self.listeners: list[Callable[[Fact], None]] = []
        self._node = node
        self._next_call_id = 1001
        self._placed = 0

    # What callers do

    def place(
        self,
        to: str,
        *,
        calling: str | None = None,
        withheld: bool = False,
        talk_s: float | None = None,
        patience_s: float | None = None,
    ) -> Call:
        """A caller dials `to`. A number that the plan doesn't know arrives at the default route point and is kept."""
        if len(self.calls) >= MOST_CALLS:
            raise Refusal("systemResourceAvailability", "networkBusy")
        call = self._new_call(to, calling, withheld=withheld, talk_s=talk_s)
        target = to if self.plan.is_device(to) else self.plan.default_route_point
        if self.plan.is_station(target) and self.station(target).call:
            target = self.plan.default_route_point
        self._tell(Fact("placed", target, call))
        self._timer(call, "longest", LONGEST_CALL_S, lambda: self._end(call, by=call.device, why="exchange"))
        if patience_s is not None:
            self._timer(call, "patience", patience_s, lambda: self._end(call, by="", why="patience"))
        self._deliver(call, target, cause="newCall")
        return call

    def hang_up(self, call: Call) -> None:
        """The caller puts the telephone down."""
        self._end(call, by="", why="caller")

    # What the computer, or a hand at the telephone, does

    def answer(self, call_id: int, device: str) -> None:
        call = self._at(call_id, device, "noCallToAnswer")
        if call.state != "ringing":
            talks = call.state in {"talking", "held"}
            raise Refusal("stateIncompatibility", "noCallToAnswer" if talks else "invalidConnectionState")
        self._stop_timer(call, "patience")
        self._change(call, "talking")
        self._tell(Fact("established", device, call, cause="newCall"))
        if call.talk_s is not None:
            self._timer(call, "talk", call.talk_s, lambda: self._end(call, by="", why="caller"))

    def clear(self, call_id: int, device: str) -> None:
        call = self._at(call_id, device, "noConnectionToClear")
        self._end(call, by=device, why="agent" if self.plan.is_station(device) else "exchange")

    def deflect(self, call_id: int, device: str, to: str) -> None:
        call = self._at(call_id, device, "invalidConnectionState")
        if call.state in {"talking", "held"}:
            raise Refusal("stateIncompatibility", "invalidConnectionState")
        if not self.plan.is_device(to):
            raise Refusal("operation", "invalidDestination")
        self._refuse_target(device, to)
        self._leave(call)
        call.redirected_from = device
        self._tell(Fact("diverted", device, call, other=to, cause="redirected"))
        self._deliver(call, to, cause="redirected")

    def hold(self, call_id: int, device: str) -> None:
        """The caller hears music; the telephone is free to do something else."""
        call = self._at(call_id, device, "noActiveCall")
        if call.state != "talking" or not self.plan.is_station(device):
            raise Refusal("stateIncompatibility", "noActiveCall")
        self._change(call, "held")
        self._tell(Fact("held", device, call, cause="normal"))

    def retrieve(self, call_id: int, device: str) -> None:
        call = self._at(call_id, device, "noHeldCall")
        if call.state != "held":
            raise Refusal("stateIncompatibility", "noHeldCall")
        self._change(call, "talking")
        self._tell(Fact("retrieved", device, call, cause="normal"))

    def transfer(self, call_id: int, device: str, to: str) -> None:
        """In one step, without asking there first: to a station, a route point, or a number outside, which answers at
        once. The call gets another id, as on many exchanges; its linkage id stays.
        """
        call = self._at(call_id, device, "noActiveCall")
        if call.state not in {"talking", "held"} or not self.plan.is_station(device):
            raise Refusal("stateIncompatibility", "noActiveCall")
        inside = self.plan.is_device(to)
        if not inside and not (to.isdecimal() and SHORTEST_OUTSIDE <= len(to) <= LONGEST_OUTSIDE):
            raise Refusal("operation", "invalidDestination")
        self._refuse_target(device, to)
        self._leave(call)
        self._stop_timer(call, "talk")
        old_id = call.call_id
        del self.calls[old_id]
        call.call_id = self._new_id()
        self.calls[call.call_id] = call
        call.redirected_from, call.device = device, to
        self._tell(Fact("transferred", device, call, other=to, cause="singleStepTransfer", old_id=old_id))
        if inside:
            self._deliver(call, to, cause="singleStepTransfer")
        else:
            self._change(call, "talking")

    def _refuse_target(self, device: str, to: str) -> None:
        if to == device:
            raise Refusal("operation", "invalidDestination")
        if self.plan.is_station(to) and self.station(to).call:
            raise Refusal("systemResourceAvailability", "resourceBusy")

    def tell(self, call_id: int, device: str, words: str) -> None:
        """The caller who waits at a route point hears the words; then the call is dropped."""
        call = self._at(call_id, device, "noConnectionToClear")
        if call.state != "waiting":
            raise Refusal("stateIncompatibility", "invalidConnectionState")
        call.told = words
        self._change(call, "waiting")
        self._timer(call, "message", len(words) / SPOKEN_A_SECOND, lambda: self._end(call, by=device, why="exchange"))

    def set_agent(self, device: str, state: str, agent_id: str) -> None:
        if not self.plan.is_station(device):
            raise Refusal("operation", "invalidDeviceID")
        if state not in AGENT_STATES:
            raise Refusal("operation", "valueOutOfRange")
        station = self.station(device)
        station.agent_id = agent_id or station.agent_id or device
        if station.agent_state != state:
            station.agent_state = state
            self._tell(Fact("agent", device, other=state))

    # What one may ask

    def station(self, number: str) -> Station:
        return self.stations.setdefault(number, Station(number))

    def calls_at(self, device: str) -> list[Call]:
        if self.plan.is_station(device):
            call = self.station(device).call
            return [call] if call else []
        return [call for call in self.calls.values() if call.device == device]

    def find(self, ucid: str) -> Call | None:
        return self.by_ucid.get(ucid) or self.ended.get(ucid)

    def agents(self) -> dict[str, int]:
        """How many agents are ready and free, how many ready but with a call, how many logged on and not ready."""
        ready = [station for station in self.stations.values() if station.agent_state == "ready"]
        busy = sum(1 for station in ready if station.call)
        absent = sum(1 for s in self.stations.values() if s.agent_state not in {"ready", "loggedOff"})
        return {"ready": len(ready) - busy, "busy": busy, "not_ready": absent}

    def clear_all(self) -> None:
        """End all calls and log all agents off."""
        for call in list(self.calls.values()):
            self._end(call, by=call.device, why="exchange")
        self.stations.clear()

    # Within

    def _new_call(self, to: str, calling: str | None, *, withheld: bool, talk_s: float | None) -> Call:
        call_id, self._placed = self._new_id(), self._placed + 1
        # As on Avaya: node, sequence, seconds; unique over restarts, unlike the call id.
        ucid = f"{self._node:05d}{self._placed % 100000:05d}{int(time.time()):010d}"
        now = time.monotonic()
        trunk = f"T{101 + self._placed % 800}"
        call = Call(call_id, ucid, to, calling, withheld, trunk, talk_s, placed=now, since=now)
        self.calls[call_id] = self.by_ucid[ucid] = call
        return call

    def _new_id(self) -> int:
        while self._next_call_id in self.calls:
            self._next_call_id = self._next_call_id + 1 if self._next_call_id < 65000 else 1001
        call_id = self._next_call_id
        self._next_call_id = call_id + 1 if call_id < 65000 else 1001
        return call_id

    def _deliver(self, call: Call, to: str, *, cause: str) -> None:
        call.device = to
        if self.plan.is_station(to):
            self.station(to).call = call
        self._change(call, "ringing" if self.plan.is_station(to) else "waiting")
        self._tell(Fact("delivered", to, call, cause=cause))

    def _leave(self, call: Call) -> None:
        station = self.stations.get(call.device)
        if station and station.call is call:
            station.call = None

    def _end(self, call: Call, *, by: str, why: str) -> None:
        if call.state == "ended":
            return
        for timer in call.timers.values():
            timer.cancel()
        call.timers.clear()
        self._leave(call)
        del self.calls[call.call_id], self.by_ucid[call.ucid]
        call.why = why
        first, second = (call.device, call.trunk) if by else (call.trunk, call.device)
        releasing = by or call.calling or ""
        for dropped in (first, second):
            self._tell(Fact("cleared", call.device, call, other=dropped, by=releasing, cause="normalClearing"))
        self._change(call, "ended")
        call.calling = None  # nothing personal outlives the call
        self.ended[call.ucid] = call
        while len(self.ended) > MOST_ENDED:
            self.ended.popitem(last=False)

    def _at(self, call_id: int, device: str, absent: str) -> Call:
        if not self.plan.is_device(device):
            raise Refusal("operation", "invalidDeviceID")
        call = self.calls.get(call_id)
        if call is None or call.device != device:
            raise Refusal("stateIncompatibility", absent)
        return call

    def _change(self, call: Call, state: str) -> None:
        call.state, call.since = state, time.monotonic()
        self._tell(Fact("state", call.device, call))

    def _timer(self, call: Call, name: str, seconds: float, act: Callable[[], None]) -> None:
        call.timers[name] = asyncio.get_running_loop().call_later(seconds, act)

    def _stop_timer(self, call: Call, name: str) -> None:
        if timer := call.timers.pop(name, None):
            timer.cancel()

    def _tell(self, fact: Fact) -> None:
        for listener in self.listeners:
            listener(fact)
