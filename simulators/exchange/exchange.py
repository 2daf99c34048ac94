"""The whole switching function: what telephones do with a second call besides what the public's calls do."""

from __future__ import annotations

from dataclasses import dataclass

from .calls import Call, Fact, Refusal
from .model import LONGEST_CALL_S, MOST_CALLS, Switch

OUTSIDE = {"98": "busy", "97": "", "96": "numberUnallocated"}
"""How numbers outside with such an ending answer, by cause: busy, not at all, none; all others answer."""


@dataclass
class Times:
    """Seconds: until a number outside answers, how long a telephone rings in vain, how long a tone is heard."""

    answer: float = 2.0
    ring: float = 45.0
    tone: float = 30.0


class Exchange(Switch):
    """Calls that stations make: to ask somebody while the caller is on hold, or to ring somebody out."""

    times = Times()

    def make_call(self, device: str, to: str, *, shows: str = "") -> Call:
        """The station takes a free line and calls; whoever it talked with must be on hold. `shows`: the number that is
        seen at the other end."""
        if not self.plan.is_station(device):
            raise Refusal("operation", "invalidDeviceID")
        self._check_number(device, to)
        standing = self.station(device).calls
        if len(standing) > 1 or any(call.state_at(device) != "held" for call in standing):
            raise Refusal("systemResourceAvailability", "deviceBusy")
        call = self._originate(device, to, cause="newCall")
        call.shows = shows or device
        return call

    def consult(self, call_id: int, device: str, to: str) -> Call:
        """The caller goes on hold, and the station calls somebody else."""
        call = self._passable(call_id, device)
        if len(self.station(device).calls) > 1 or call.state_at(device) != "talking":
            raise Refusal("stateIncompatibility", "invalidConnectionState")
        self._check_number(device, to)
        self.hold(call_id, device)
        return self._originate(device, to, cause="consultation")

    def alternate(self, held_id: int, active_id: int, device: str) -> None:
        """The two change places."""
        held, active = self._pair(held_id, active_id, device)
        if active.state != "talking":
            raise Refusal("stateIncompatibility", "noActiveCall")
        self.hold(active.call_id, device)
        self.retrieve(held.call_id, device)

    def reconnect(self, held_id: int, active_id: int, device: str) -> None:
        """The second call ends, whatever its state, and the first is back."""
        held, active = self._pair(held_id, active_id, device)
        self._end(active, by=device, why="agent")
        self.retrieve(held.call_id, device)

    def complete(self, held_id: int, active_id: int, device: str) -> Call:
        """Both others are joined, and the station is out of it. It may still ring."""
        pair = self._pair(held_id, active_id, device)
        made = sorted((call for call in pair if call.origin == device), key=lambda call: call.placed)
        if not made or made[-1].state not in {"waiting", "ringing", "talking"}:
            raise Refusal("stateIncompatibility", "invalidConnectionState")
        second = made[-1]  # whichever of the two is on hold now
        first = pair[0] if second is pair[1] else pair[1]
        if first.origin and self.plan.is_device(first.device):
            raise Refusal("stateIncompatibility", "invalidObjectState")
        to, state = second.device, second.state
        self._forget(second)
        old_id = self._pass_on(first, device, to)
        if self.plan.is_station(to):
            self.station(to).calls.append(first)
        self._change(first, state)
        also = (to,) if self.plan.is_device(to) else ()
        self._tell(
            Fact(
                "transferred", device, first, other=to, cause="transfer", old_id=old_id, second_id=second.call_id,
                also=also,
            )
        )
        return first

    # Within

    def _pair(self, held_id: int, active_id: int, device: str) -> tuple[Call, Call]:
        held = self._at(held_id, device, "noHeldCall")
        active = self._at(active_id, device, "noActiveCall")
        if held.state_at(device) != "held":
            raise Refusal("stateIncompatibility", "noHeldCall")
        if active is held or active.state_at(device) == "held":
            raise Refusal("stateIncompatibility", "noActiveCall")
        return held, active

    def _originate(self, device: str, to: str, *, cause: str) -> Call:
        if len(self.calls) >= MOST_CALLS:
            raise Refusal("systemResourceAvailability", "networkBusy")
        call = self._new_call(to, device, withheld=False, talk_s=None)
        call.origin, call.origin_state, call.device = device, "talking", to
        self.station(device).calls.append(call)
        self._timer(call, "longest", LONGEST_CALL_S, lambda: self._end(call, by=device, why="exchange"))
        self._tell(Fact("initiated", device, call, cause=cause))
        self._tell(Fact("originated", device, call, cause=cause))
        if self.plan.is_station(to) and self.station(to).calls:
            self._fail(call, "busy")
        elif self.plan.is_device(to):
            self._deliver(call, to, cause=cause)
            if self.plan.is_station(to):
                self._timer(call, "unanswered", self.times.ring, lambda: self._fail(call, "callNotAnswered"))
        else:
            self._ring_outside(call)
        return call

    def _ring_outside(self, call: Call) -> None:
        self._change(call, "ringing")
        self._tell(Fact("reached", call.origin, call, cause="newCall"))
        failure = OUTSIDE.get(call.dialled[-2:])
        if failure is None:
            self._timer(call, "outside", self.times.answer, lambda: self._answered_outside(call))
        elif failure:
            self._timer(call, "outside", 0.05, lambda: self._fail(call, failure))
        else:
            self._timer(call, "outside", self.times.ring, lambda: self._fail(call, "callNotAnswered"))

    def _answered_outside(self, call: Call) -> None:
        if call.state == "ringing":
            self._change(call, "talking")
            self._tell(Fact("established", call.origin or call.device, call, other=call.trunk, cause="newCall"))

    def _fail(self, call: Call, cause: str) -> None:
        """Nobody is reached: the telephone that called hears a tone, and rings off some time."""
        if call.state not in {"waiting", "ringing"}:
            return
        rang = self._others(call, call.origin) if call.state == "ringing" else ()
        self._leave(call)
        self._change(call, "failed")
        self._tell(Fact("failed", call.origin, call, other=call.dialled, cause=cause, also=rang))
        self._timer(call, "tone", self.times.tone, lambda: self._end(call, by=call.origin, why="exchange"))

    def _forget(self, call: Call) -> None:
        """The call is part of another one from now on."""
        for timer in call.timers.values():
            timer.cancel()
        call.timers.clear()
        self._leave(call)
        self._leave(call, call.origin)
        del self.calls[call.call_id], self.by_ucid[call.ucid]
        call.state = "ended"
