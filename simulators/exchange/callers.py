"""The callers' port: JSON lines over TCP. Here the public's telephones, the agents' handsets and faults are operated.

    {"op": "place", "to": "5001", "from": "01632960123" | "withheld" | null, "talk": S | null, "patience": S | null,
     "known_only": true to refuse an internal number that isn't there}
        → {"ok": true, "call": ID}
    {"op": "status", "call": ID}
        → {"ok": true, "call", "state": "waiting" | "ringing" | "talking" | "held" | "ended", "to", "at", "station",
           "seconds", "in_state", "why": "caller" | "patience" | "agent" | "exchange" | "",
           "told": the message that is heard, "made_at": the telephone that made the call, "made_state": its end's,
           "shows": the number that is seen where it rings}
    {"op": "hang_up", "call": ID}
    {"op": "handset", "station": "4001", "do": "answer" | "hang_up" | "hold" | "retrieve"}
    {"op": "handset", "station": "4001", "do": "swap" | "back" | "complete"}: where one is on hold and another isn't
    {"op": "handset", "station": "4001", "do": "consult" | "pass" | "divert" | "call", "to": NUMBER}
    {"op": "times", "answer": S, "ring": S, "tone": S}: how soon a number outside answers (those that end in 98 are
     busy, in 97 don't answer, in 96 don't exist), how long a telephone rings in vain, how long a tone is heard
    {"op": "agents"} → {"ok": true, "ready", "busy", "not_ready"}
    {"op": "calls"} → {"ok": true, "calls": [the first 200], "count"}
    {"op": "watch"} → {"ok": true}, then a line a change: {"change": "placed" | "state", …as of status}
    {"op": "fault", "kind": …}: see `apply_fault`
    {"op": "reset"}: all calls end, sessions, agents and faults are forgotten

What can't be done is answered by {"ok": false, "error": WORDS}.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from typing import Any

from .calls import Call, Fact, Refusal
from .csta import CstaPort
from .exchange import Exchange, Times
from .faults import Faults

LONGEST_LINE = 64 * 1024
LONGEST_INTERNAL = 5  # digits; a longer number is one of the public's, for the default route point
MOST_PENDING = 1024 * 1024
Answer = dict[str, Any]


class BadRequest(Exception):
    """A line that we can't make sense of; the text says why."""


class CallersPort:
    """Serves any number of connections, each a stream of requests."""

    def __init__(self, exchange: Exchange, csta: CstaPort, faults: Faults) -> None:
        self.exchange, self.csta, self.faults = exchange, csta, faults
        self.watchers: set[asyncio.StreamWriter] = set()
        exchange.listeners.append(self._publish)
        self._operations: dict[str, Callable[[Answer], Answer]] = {
            "place": self._place,
            "status": self._status,
            "hang_up": self._hang_up,
            "handset": self._handset,
            "times": self._times,
            "agents": lambda _: dict(self.exchange.agents()),
            "calls": self._calls,
            "fault": self._fault,
            "reset": self._reset,
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        try:
            while line := await reader.readline():
                if line.strip():
                    writer.write(_line(self._reply(line, writer)))
                    await writer.drain()
        except (ConnectionError, ValueError, asyncio.CancelledError):  # ValueError: a line longer than the limit
            pass
        finally:
            self.watchers.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _reply(self, line: bytes, writer: asyncio.StreamWriter) -> Answer:
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise BadRequest("a request is an object with 'op'")
            operation = request.get("op")
            if operation == "watch":
                self.watchers.add(writer)
                return {"ok": True}
            act = self._operations.get(str(operation))
            if act is None:
                raise BadRequest(f"unknown op; known: {', '.join([*self._operations, 'watch'])}")
            return {"ok": True, **act(request)}
        except (BadRequest, Refusal) as problem:
            return {"ok": False, "error": str(problem)}
        except (ValueError, RecursionError):
            return {"ok": False, "error": "not a line of JSON"}

    def _place(self, request: Answer) -> Answer:
        to, calling = request.get("to"), request.get("from")
        if not isinstance(to, str) or not 0 < len(to) <= 32:
            raise BadRequest("'to' is a number in quotation marks")
        if calling is not None and (not isinstance(calling, str) or len(calling) > 64):
            raise BadRequest("'from' is a number in quotation marks, \"withheld\" or null")
        if request.get("known_only") is True and len(to) <= LONGEST_INTERNAL and not self.exchange.plan.is_device(to):
            raise BadRequest(f"there is no number {to}; {self.exchange.plan.words}")
        withheld = calling == "withheld"
        call = self.exchange.place(
            to,
            calling=None if withheld else calling,
            withheld=withheld,
            talk_s=_seconds(request, "talk"),
            patience_s=_seconds(request, "patience"),
        )
        return {"call": call.ucid}

    def _call(self, request: Answer) -> Call:
        call = self.exchange.find(str(request.get("call")))
        if call is None:
            raise BadRequest("no such call, or it ended long ago")
        return call

    def _status(self, request: Answer) -> Answer:
        return _described(self._call(request))

    def _calls(self, _: Answer) -> Answer:
        return {
            "calls": [_described(call) for call in list(self.exchange.calls.values())[:200]],
            "count": len(self.exchange.calls),
        }

    def _hang_up(self, request: Answer) -> Answer:
        self.exchange.hang_up(self._call(request))
        return {}

    def _handset(self, request: Answer) -> Answer:
        number, do = str(request.get("station")), request.get("do")
        if not self.exchange.plan.is_station(number):
            raise BadRequest("no such station")
        station, to = self.exchange.station(number), str(request.get("to", ""))
        if do == "call":
            return {"call": self.exchange.make_call(number, to).ucid}
        call, held = station.call, next((c for c in station.calls if c is not station.call), None)
        one: dict[Any, Callable[[int, str], Any]] = {
            "answer": self.exchange.answer,
            "hang_up": self.exchange.clear,
            "hold": self.exchange.hold,
            "retrieve": self.exchange.retrieve,
            "consult": lambda call_id, device: self.exchange.consult(call_id, device, to),
            "pass": lambda call_id, device: self.exchange.transfer(call_id, device, to),
            "divert": lambda call_id, device: self.exchange.deflect(call_id, device, to),
        }
        two: dict[Any, Callable[[int, int, str], Any]] = {
            "swap": self.exchange.alternate,
            "back": self.exchange.reconnect,
            "complete": self.exchange.complete,
        }
        if call is None or do not in {*one, *two}:
            words = ", ".join([*one, *two, "call"])
            raise BadRequest("nothing rings or talks there" if call is None else f"'do' is {words}")
        if do in one:
            one[do](call.call_id, number)
        elif held is None:
            raise BadRequest("there is no call on hold besides")
        else:
            two[do](held.call_id, call.call_id, number)
        return {"call": call.ucid}

    def _times(self, request: Answer) -> Answer:
        given = {name: _seconds(request, name) for name in ("answer", "ring", "tone")}
        self.exchange.times = Times(**{name: seconds for name, seconds in given.items() if seconds is not None})
        return {}

    def _fault(self, request: Answer) -> Answer:
        apply_fault(request, self.csta, self.faults)
        return {}

    def _reset(self, _: Answer) -> Answer:
        self.csta.drop_links(forget=True)
        self.faults.clear()
        self.exchange.clear_all()
        self.exchange.times = Times()
        return {}

    def _publish(self, fact: Fact) -> None:
        if fact.kind not in {"state", "placed"} or fact.call is None or not self.watchers:
            return
        if fact.call.origin:
            return  # no caller's
        line = _line({"change": fact.kind, **_described(fact.call)})
        for writer in list(self.watchers):
            if writer.transport.get_write_buffer_size() > MOST_PENDING:
                self.watchers.discard(writer)
                writer.transport.abort()
            else:
                writer.write(line)


def apply_fault(request: Answer, csta: CstaPort, faults: Faults) -> None:
    """Bring one fault about, or end a standing one with `"on": false`; raises BadRequest for a kind that isn't known.

    At once: drop_link (for: seconds shut, forget: sessions too), stop_monitors (silently), raw (hex), refuse (category,
    value: of the next request), none (all is well). Standing: split_frames (size), delay (seconds), duplicate_events,
    swap_events, lose_events (share), ghost (count), mute.
    """
    kind, on = str(request.get("kind")), request.get("on", True) is not False
    if kind == "none":
        faults.clear()
    elif kind == "drop_link":
        faults.shut_until = asyncio.get_running_loop().time() + (_seconds(request, "for") or 0.0)
        csta.drop_links(forget=request.get("forget") is True)
    elif kind == "stop_monitors":
        csta.stop_monitors(silently=request.get("silently") is True)
    elif kind == "refuse":
        faults.refuse.append((str(request.get("category", "operation")), str(request.get("value", "generic"))))
    elif kind == "raw":
        csta.send_raw(bytes.fromhex(str(request.get("hex", ""))))
    elif kind in STANDING:
        name, field, default, off = STANDING[kind]
        value = type(off)(_seconds(request, field) or default) if field else True
        setattr(faults, name, value if on else off)
    else:
        raise BadRequest("unknown fault")


STANDING: dict[str, tuple[str, str, float, int | float | bool]] = {
    "split_frames": ("split", "size", 1, 0),
    "delay": ("delay_s", "seconds", 0.05, 0.0),
    "duplicate_events": ("duplicates", "", 0, False),
    "swap_events": ("swap", "", 0, False),
    "lose_events": ("lose", "share", 0.1, 0.0),
    "ghost": ("ghosts", "count", 1, 0),
    "mute": ("mute", "", 0, False),
}
"""Kind → the attribute of Faults, the request's field of its size, its usual size, and its value when all is well."""


def _described(call: Call) -> Answer:
    now = time.monotonic()
    station = call.device if call.state in {"ringing", "talking", "held"} else ""
    return {
        "call": call.ucid,
        "state": call.state,
        "to": call.dialled,
        "at": call.device,
        "station": station,
        "seconds": round(now - call.placed, 1),
        "in_state": round(now - call.since, 1),
        "why": call.why,
        "told": call.told,
        "made_at": call.origin,
        "made_state": call.origin_state,
        "shows": call.shows,
    }


def _seconds(request: Answer, name: str) -> float | None:
    value = request.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 86_400:
        raise BadRequest(f"'{name}' is a number from 0 to 86400, or null")
    return float(value)


def _line(answer: Answer) -> bytes:
    return json.dumps(answer, separators=(",", ":")).encode() + b"\n"
