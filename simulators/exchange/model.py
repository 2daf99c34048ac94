"""What happens to the calls of the public. No sockets: facts go to listeners."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from .calls import Call, Fact, Refusal, Station
from .plan import Plan

LONGEST_CALL_S = 4 * 3600.0
MOST_CALLS = 5000
SPOKEN_A_SECOND = 15  # characters of a message
MOST_ENDED = 2000
SHORTEST_OUTSIDE, LONGEST_OUTSIDE = 6, 15  # digits of a number of the public's
AGENT_STATES = ("loggedOff", "loggedOn", "notReady", "ready", "workingAfterCall")


class Switch:
    """What becomes of the public's calls. All methods run in one event loop; each either happens whole or raises
    Refusal.
    """

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
        if self.plan.is_station(target) and self.station(target).calls:
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
        if call.state != "ringing" or device != call.device:
            talks = call.state in {"talking", "held"}
            raise Refusal("stateIncompatibility", "noCallToAnswer" if talks else "invalidConnectionState")
        self._stop_timer(call, "patience")
        self._stop_timer(call, "unanswered")
        self._change(call, "talking")
        self._tell(Fact("established", device, call, cause="newCall", also=self._others(call, device)))
        if call.talk_s is not None:
            self._timer(call, "talk", call.talk_s, lambda: self._end(call, by="", why="caller"))

    def clear(self, call_id: int, device: str) -> None:
        call = self._at(call_id, device, "noConnectionToClear")
        self._end(call, by=device, why="agent" if self.plan.is_station(device) else "exchange")

    def deflect(self, call_id: int, device: str, to: str) -> None:
        call = self._at(call_id, device, "invalidConnectionState")
        if call.state not in {"waiting", "ringing"} or device == call.origin:
            raise Refusal("stateIncompatibility", "invalidConnectionState")
        if not self.plan.is_device(to):
            raise Refusal("operation", "invalidDestination")
        self._refuse_target(device, to)
        self._leave(call)
        call.redirected_from = device
        self._tell(Fact("diverted", device, call, other=to, cause="redirected", also=self._others(call, device)))
        self._deliver(call, to, cause="redirected")

    def hold(self, call_id: int, device: str) -> None:
        """The other end hears music; the telephone is free to do something else."""
        call = self._at(call_id, device, "noActiveCall")
        if call.state != "talking" or call.state_at(device) != "talking" or not self.plan.is_station(device):
            raise Refusal("stateIncompatibility", "noActiveCall")
        self._set(call, device, "held")
        self._tell(Fact("held", device, call, cause="normal", also=self._others(call, device)))

    def retrieve(self, call_id: int, device: str) -> None:
        call = self._at(call_id, device, "noHeldCall")
        if call.state_at(device) != "held":
            raise Refusal("stateIncompatibility", "noHeldCall")
        if any(other.state_at(device) != "held" for other in self.station(device).calls):
            raise Refusal("stateIncompatibility", "invalidConnectionState")
        self._set(call, device, "talking")
        self._tell(Fact("retrieved", device, call, cause="normal", also=self._others(call, device)))

    def transfer(self, call_id: int, device: str, to: str) -> None:
        """In one step, without asking there first: to a station, a route point, or a number outside, which answers at
        once. The call gets another id, as on many exchanges; its linkage id stays.
        """
        call = self._passable(call_id, device)
        self._check_number(device, to)
        self._refuse_target(device, to)
        old_id = self._pass_on(call, device, to)
        self._stop_timer(call, "talk")
        self._tell(Fact("transferred", device, call, other=to, cause="singleStepTransfer", old_id=old_id))
        if self.plan.is_device(to):
            self._deliver(call, to, cause="singleStepTransfer")
        else:
            self._change(call, "talking")

    def _passable(self, call_id: int, device: str) -> Call:
        """The call with somebody outside in which the station talks, or which it holds."""
        call = self._at(call_id, device, "noActiveCall")
        if call.state not in {"talking", "held"} or not self.plan.is_station(device):
            raise Refusal("stateIncompatibility", "noActiveCall")
        if call.origin and self.plan.is_device(call.device):
            raise Refusal("stateIncompatibility", "invalidObjectState")
        return call

    def _pass_on(self, call: Call, device: str, to: str) -> int:
        """`to` takes the place of `device` in the call, which gets another id; gives the old one."""
        self._leave(call, device)
        if call.origin:  # called by us: from now on whoever is outside is the end that called
            call.calling, call.origin, call.origin_state = call.dialled, "", ""
        old_id = call.call_id
        del self.calls[old_id]
        call.call_id = self._new_id()
        self.calls[call.call_id] = call
        call.redirected_from, call.device = device, to
        return old_id

    def _check_number(self, device: str, to: str) -> None:
        """Whether one can ask for that number at all."""
        outside = to.isdecimal() and SHORTEST_OUTSIDE <= len(to) <= LONGEST_OUTSIDE
        if to == device or not (self.plan.is_device(to) or outside):
            raise Refusal("operation", "invalidDestination")

    def _refuse_target(self, device: str, to: str) -> None:
        if to == device:
            raise Refusal("operation", "invalidDestination")
        if self.plan.is_station(to) and self.station(to).calls:
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
            return list(self.station(device).calls)
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
            self.station(to).calls.append(call)
        self._change(call, "ringing" if self.plan.is_station(to) else "waiting")
        self._tell(Fact("delivered", to, call, cause=cause, also=self._others(call, to)))

    def _leave(self, call: Call, device: str = "") -> None:
        station = self.stations.get(device or call.device)
        if station and call in station.calls:
            station.calls.remove(call)

    def _others(self, call: Call, device: str) -> tuple[str, ...]:
        """The telephones in the call besides `device`: with the public there is none."""
        ends = (call.origin, call.device) if call.origin else ()
        return tuple(end for end in ends if end != device and self.plan.is_device(end))

    def _set(self, call: Call, device: str, state: str) -> None:
        if device == call.origin:
            call.origin_state = state
        else:
            self._change(call, state)

    def _end(self, call: Call, *, by: str, why: str) -> None:
        if call.state == "ended":
            return
        for timer in call.timers.values():
            timer.cancel()
        call.timers.clear()
        self._leave(call)
        self._leave(call, call.origin)
        del self.calls[call.call_id], self.by_ucid[call.ucid]
        call.why = why
        far = call.device if self.plan.is_device(call.device) or not call.origin else call.trunk
        far_first = by == call.device or (call.origin and not by)  # whose end goes first: who rang off
        releasing = by or (call.dialled if call.origin else call.calling) or ""
        also = self._others(call, call.device)
        for dropped in (far, call.near) if far_first else (call.near, far):
            self._tell(
                Fact("cleared", call.device, call, other=dropped, by=releasing, cause="normalClearing", also=also)
            )
        self._change(call, "ended")
        call.calling = None  # nothing personal outlives the call
        self.ended[call.ucid] = call
        while len(self.ended) > MOST_ENDED:
            self.ended.popitem(last=False)

    def _at(self, call_id: int, device: str, absent: str) -> Call:
        if not self.plan.is_device(device):
            raise Refusal("operation", "invalidDeviceID")
        call = self.calls.get(call_id)
        if call is None or device not in {call.device, call.origin}:
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
