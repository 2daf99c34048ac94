"""What the port asks, put into requests; the exchange's answers as values."""

from __future__ import annotations

import asyncio
from typing import Any

from moothall.telephony import port
from moothall.telephony.contrib.csta import messages
from moothall.telephony.contrib.csta.causes import AGENT_WISHES, ERRORS
from moothall.telephony.contrib.csta.counters import Counters
from moothall.telephony.contrib.csta.elements import Node
from moothall.telephony.contrib.csta.events import linkage_in
from moothall.telephony.contrib.csta.picture import Picture
from moothall.telephony.contrib.csta.session import Answer, Failure, NoAnswer, Session

DOUBT_AFTER_REFUSAL_S = 2.0


class Asking:
    """The verbs of the port. Who links us sets `_session`."""

    def __init__(self) -> None:
        self.counters = Counters()
        self._picture = Picture(self.counters)
        self._session: Session | None = None
        self._agents: dict[str, tuple[port.AgentWish, str]] = {}
        self._work = asyncio.Event()  # there are doubts to settle, or devices to watch
        self._ringing_out: set[str] = set()  # devices that we asked to call somebody
        self._ending: set[asyncio.Future[port.Result]] = set()

    async def answer(self, call: str, device: str) -> port.Result:
        return await self._ask_leg(call, device, messages.answer_call, consulted=True)

    async def clear(self, call: str, device: str) -> port.Result:
        return await self._ask_leg(call, device, messages.clear_connection, consulted=True)

    async def deflect(self, call: str, to_device: str) -> port.Result:
        known = self._picture.calls.get(call)
        device = (
            next((d for d, leg in known.legs.items() if leg.state in {"waiting", "alerting", "queued"}), "")
            if known
            else ""
        )
        if known is None or not device:
            return port.Refused("no_call" if known is None else "wrong_state")
        self._picture.expect(known, to_device)
        return await self._ask_leg(call, device, lambda call_id, raw: messages.deflect_call(call_id, raw, to_device))

    async def hold(self, call: str, device: str) -> port.Result:
        return await self._ask_leg(call, device, messages.hold_call)

    async def retrieve(self, call: str, device: str) -> port.Result:
        consult = self._picture.consults.about(call)
        if consult is not None and consult.device == device and consult.state != "held":
            return await self.give_up(call, device)
        return await self._ask_leg(call, device, messages.retrieve_call)

    async def transfer(self, call: str, device: str, to: str) -> port.Result:
        if known := self._picture.calls.get(call):
            self._picture.expect(known, to)
        return await self._ask_leg(call, device, lambda call_id, raw: messages.transfer_call(call_id, raw, to))

    async def consult(self, call: str, device: str, to: str) -> port.Result:
        known = self._picture.calls.get(call)
        leg = known.legs.get(device) if known else None
        if known is None or leg is None:
            return port.Refused("no_call")
        if leg.state not in {"connected", "held"} or self._picture.consults.about(call):
            return port.Refused("wrong_state")
        if to == device or to in self._picture.lines:  # a line has a queue, and nobody who could be asked
            return port.Refused("no_such_device")
        held = leg.state == "held"
        body = (
            messages.make_call(device, to)
            if held
            else messages.consultation_call(known.call_id, leg.connection_device or device, to)
        )
        answer = await self._request(body)
        if isinstance(answer, Node):
            begun = "callingDevice" if held else "initiatedCall"
            connection = (answer.text_of(begun, "callID"), answer.text_of(begun, "deviceID"))
            self._picture.consults.asked(known, device, to, connection)
        return self._result(answer)

    async def complete(self, call: str, device: str) -> port.Result:
        if (pair := self._pair(call, device)) is None:
            return port.Refused("no_call")
        if (known := self._picture.calls.get(call)) and (consult := self._picture.consults.about(call)):
            self._picture.expect(known, consult.to)
        return await self._ask_about(device, messages.complete_transfer(*pair))

    async def swap(self, call: str, device: str) -> port.Result:
        if (pair := self._pair(call, device)) is None:
            return port.Refused("no_call")
        return await self._ask_about(device, messages.alternate_call(*pair))

    async def give_up(self, call: str, device: str) -> port.Result:
        consult, pair = self._picture.consults.about(call), self._pair(call, device)
        if consult is None or consult.device != device:
            return port.Refused("no_call")
        if pair is None or consult.state == "held":  # the caller is gone, or talks with `device`
            return await self._ask_about(device, messages.clear_connection(consult.call_id, consult.near))
        return await self._ask_about(device, messages.reconnect_call(*pair))

    async def call_out(self, device: str, number: str, *, shows: str = "") -> port.Result:
        if device not in self._picture.stations or number in self._picture.watched():
            return port.Refused("no_such_device")
        self._ringing_out.add(device)
        answer = await self._request(messages.make_call(device, number, shows))
        result = self._result(answer)
        if not isinstance(answer, Node):
            return result
        known = self._picture.of_id(answer.text_of("callingDevice", "callID"))
        return port.Done(known.key if known else linkage_in(answer))

    async def set_agent_state(self, device: str, state: port.AgentWish, *, agent: str = "") -> port.Result:
        self._agents[device] = (state, agent)
        return await self._ask(messages.set_agent_state(device, AGENT_WISHES[state], agent or device))

    async def tell_and_clear(self, call: str, device: str, words: str) -> port.Result:
        return await self._ask_leg(call, device, lambda call_id, raw: messages.play_message(call_id, raw, words))

    # Within

    def _pair(self, call: str, device: str) -> tuple[messages.Connection, messages.Connection] | None:
        """The connections of the caller's call and of the consultation about it: the one on hold first."""
        known, consult = self._picture.calls.get(call), self._picture.consults.about(call)
        leg = known.legs.get(device) if known else None
        if known is None or leg is None or consult is None or consult.device != device:
            return None
        callers, second = (known.call_id, leg.connection_device or device), (consult.call_id, consult.near)
        return (second, callers) if consult.state == "held" else (callers, second)

    async def _ask_leg(self, call: str, device: str, body: Any, *, consulted: bool = False) -> port.Result:
        """Of the device's part in the call, or, where it has none, in the consultation about it."""
        known, consult = self._picture.calls.get(call), self._picture.consults.about(call)
        leg = known.legs.get(device) if known else None
        if known is not None and leg is not None:
            return await self._ask_about(device, body(known.call_id, leg.connection_device or device))
        if consulted and consult is not None and device == consult.to:
            return await self._ask_about(device, body(consult.call_id, consult.far))
        return port.Refused("no_call")

    async def _ask_about(self, device: str, body: bytes) -> port.Result:
        result = await self._ask(body)
        if not isinstance(result, port.Done):  # the event that explains it may be on its way, or lost
            asyncio.get_running_loop().call_later(DOUBT_AFTER_REFUSAL_S, self._doubt, device)
        return result

    async def _ask(self, body: bytes) -> port.Result:
        return self._result(await self._request(body))

    async def _request(self, body: bytes) -> Answer:
        return await self._session.request(body) if self._session else NoAnswer("no link")

    def _result(self, answer: Answer) -> port.Result:
        if isinstance(answer, NoAnswer):
            return port.Refused("no_link") if answer.reason == "no link" else port.Unknown(answer.reason)
        if isinstance(answer, Failure):
            if answer.value not in ERRORS:
                self.counters.meet("unknown_error", f"{answer.category} {answer.value}")
            return port.Refused(ERRORS.get(answer.value, "fault"), f"{answer.category}: {answer.value}"[:80])
        return port.Done()

    def _doubt(self, device: str) -> None:
        if device in self._picture.watched():
            self._picture.doubts.add(device)
            self._work.set()

    def _end_tones(self) -> None:
        """Who called out because we asked and reached nobody isn't left with a tone: their telephone must be free."""
        tones, self._picture.tones = self._picture.tones, []
        for call_id, device in tones:
            if device in self._ringing_out:
                self._ringing_out.discard(device)
                task = asyncio.ensure_future(self._ask(messages.clear_connection(call_id, device)))
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
