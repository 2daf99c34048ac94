"""The CSTA port: takes requests, answers them, and sends each monitor its events."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from xml.etree.ElementTree import Element

from . import documents, frames
from .calls import Fact, Refusal
from .documents import document, number, tag, text
from .exchange import Exchange
from .faults import Faults, Outgoing
from .sessions import MOST_MONITORS, Session, Sessions

LONGEST_MESSAGE, LONGEST_SHOWN = 500, 16
EVENT_FACTS = frozenset({*documents.EVENTS, "agent"})


class CstaPort:
    """Serves any number of connections, one session each."""

    def __init__(self, exchange: Exchange, sessions: Sessions, faults: Faults) -> None:
        self.exchange, self.sessions, self.faults = exchange, sessions, faults
        self.connections: set[Outgoing] = set()
        exchange.listeners.append(self._publish)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        if self.faults.shut_until > asyncio.get_running_loop().time():
            writer.transport.abort()
            return
        out = Outgoing(writer, self.faults)
        self.connections.add(out)
        connection = Connection(self, out)
        try:
            while frame := await frames.read(reader):
                connection.handle(*frame)
        except frames.BadFrame as problem:
            print(f"connection closed: {problem}", file=sys.stderr)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self.connections.discard(out)
            if connection.session:
                self.sessions.disconnected(connection.session, out)
            out.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def keep_time(self) -> None:
        """End sessions that were not prolonged."""
        while True:
            await asyncio.sleep(0.5)
            self.sessions.sweep()

    def drop_links(self, *, forget: bool = False) -> None:
        """Cut all connections as a cable would; `forget` also ends the sessions, so that none can be resumed."""
        for out in list(self.connections):
            out.abort()
        if forget:
            self.sessions.living.clear()

    def stop_monitors(self, *, silently: bool = False) -> None:
        """All monitors die though TCP lives, with a MonitorStop each or without a word."""
        for session in self.sessions.living.values():
            for reference in list(session.monitors):
                session.unwatch(reference)
                if session.out and not silently:
                    body = document("MonitorStop", tag("monitorCrossRefID", str(reference)))
                    session.out.send(frames.pack(frames.EVENT, body), is_event=True)

    def send_raw(self, data: bytes) -> None:
        for out in self.connections:
            out.send(data)

    def _publish(self, fact: Fact) -> None:
        if fact.kind not in EVENT_FACTS:
            return
        if fact.call and self.faults.keeps_back(fact.call.call_id, cleared=fact.kind == "cleared"):
            return
        agent = self.exchange.station(fact.at).agent_id if fact.kind == "agent" else ""
        for session in self.sessions.living.values():
            if session.out is None:
                continue
            for device in (fact.at, *fact.also):
                for reference in session.by_device.get(device, ()):
                    body = documents.event(fact, reference, seen_from=device, agent=agent)
                    session.out.send(frames.pack(frames.EVENT, body), is_event=True)


class Connection:
    """The requests of one connection."""

    def __init__(self, port: CstaPort, out: Outgoing) -> None:
        self.port, self.out = port, out
        self.session: Session | None = None
        self._services = {
            "MonitorStart": self._monitor_start,
            "MonitorStop": self._monitor_stop,
            "AnswerCall": self._answer,
            "ClearConnection": self._clear,
            "DeflectCall": self._deflect,
            "HoldCall": self._hold,
            "RetrieveCall": self._retrieve,
            "SingleStepTransferCall": self._transfer,
            "ConsultationCall": self._consult,
            "AlternateCall": self._alternate,
            "ReconnectCall": self._reconnect,
            "TransferCall": self._complete,
            "MakeCall": self._make_call,
            "PlayMessage": self._play,
            "SnapshotCall": self._snapshot_call,
            "SetAgentState": self._set_agent_state,
        }

    def handle(self, invoke_id: int, body: bytes) -> None:
        """Answer one request, whatever it is."""
        if self.port.faults.mute:
            return
        try:
            root = documents.parse(body)
        except documents.Unreadable:
            self._send(invoke_id, documents.error("operation", "generic"))
            return
        if root.tag in {"StartApplicationSession", "StopApplicationSession", "ResetApplicationSessionTimer"}:
            self._session_service(invoke_id, root)
        elif root.tag != "SystemStatusResponse":
            answer, *further = self._answer_to(root)
            self._send(invoke_id, answer)
            for segment in further:
                self._send(frames.EVENT, segment)

    def _answer_to(self, root: Element) -> list[bytes]:
        try:
            if self.session is None or self.session.session_id not in self.port.sessions.living:
                raise Refusal("security", "sessionNotEstablished")
            if self.port.faults.refuse:
                raise Refusal(*self.port.faults.refuse.pop(0))
            if root.tag == "SnapshotDevice":
                return self._snapshot_device(root)
            service = self._services.get(root.tag)
            if service is None:
                raise Refusal("operation", "serviceNotSupported")
            return [service(root)]
        except Refusal as refusal:
            return [documents.error(refusal.category, refusal.value)]

    def _send(self, invoke_id: int, body: bytes) -> None:
        self.out.send(frames.pack(invoke_id, body))

    # Session

    def _session_service(self, invoke_id: int, root: Element) -> None:
        if root.tag == "StartApplicationSession":
            self._send(invoke_id, self._start(root))
            return
        known = self.session is not None and text(root, "sessionID") == self.session.session_id
        if not known or self.session is None or self.session.session_id not in self.port.sessions.living:
            reason = tag("errorCode", tag("definedError", "invalidSessionID"))
            self._send(invoke_id, document(f"{root.tag}NegResponse", reason, namespace=documents.SESSION))
            return
        if root.tag == "ResetApplicationSessionTimer":
            self.session.prolong()
            duration = tag("actualSessionDuration", str(self.session.duration_s))
            self._send(invoke_id, document(f"{root.tag}PosResponse", duration, namespace=documents.SESSION))
            return
        self.port.sessions.stop(self.session)
        self._send(invoke_id, document(f"{root.tag}PosResponse", namespace=documents.SESSION))
        self.out.close()

    def _start(self, root: Element) -> bytes:
        login = "applicationInfo/applicationSpecificInfo/SessionLoginInfo/"
        old = text(root, login + "sessionID")
        sessions = self.port.sessions
        refused = ""
        if self.session is not None or not sessions.admits(
            text(root, login + "userName"), text(root, login + "password")
        ):
            refused = "invalidApplicationInfo"
        elif old:
            self.session = sessions.resume(old, self.out)
            refused = "" if self.session else "invalidSessionID"
        else:
            asked, cleanup = text(root, "requestedSessionDuration"), text(root, login + "sessionCleanupDelay")
            self.session = sessions.start(asked_s=_whole(asked), cleanup_s=_whole(cleanup), out=self.out)
            refused = "" if self.session else "serverOverloaded"
        if refused or self.session is None:
            reason = tag("errorCode", tag("definedError", refused))
            return document("StartApplicationSessionNegResponse", reason, namespace=documents.SESSION)
        version = text(root, "requestedProtocolVersions/protocolVersion") or documents.CSTA
        return document(
            "StartApplicationSessionPosResponse",
            tag("sessionID", self.session.session_id),
            tag("actualProtocolVersion", version),
            tag("actualSessionDuration", str(self.session.duration_s)),
            namespace=documents.SESSION,
        )

    # Services

    def _monitor_start(self, root: Element) -> bytes:
        assert self.session is not None
        device = number(text(root, "monitorObject/deviceObject"))
        if not self.port.exchange.plan.is_device(device):
            raise Refusal("operation", "invalidDeviceID")
        if len(self.session.monitors) >= MOST_MONITORS:
            raise Refusal("subscribedResourceAvailability", "overallMonitorLimitExceeded")
        reference = self.port.sessions.new_reference()
        self.session.watch(reference, device)
        existing = "true" if self.port.exchange.calls_at(device) else "false"
        return document(
            "MonitorStartResponse", tag("monitorCrossRefID", str(reference)), tag("monitorExistingCalls", existing)
        )

    def _monitor_stop(self, root: Element) -> bytes:
        assert self.session is not None
        if not self.session.unwatch(_whole(text(root, "monitorCrossRefID"))):
            raise Refusal("operation", "invalidMonitorCrossRefID")
        return document("MonitorStopResponse")

    def _answer(self, root: Element) -> bytes:
        self.port.exchange.answer(*_connection(root, "callToBeAnswered"))
        return document("AnswerCallResponse")

    def _clear(self, root: Element) -> bytes:
        self.port.exchange.clear(*_connection(root, "connectionToBeCleared"))
        return document("ClearConnectionResponse")

    def _deflect(self, root: Element) -> bytes:
        to = number(text(root, "newDestination"))
        self.port.exchange.deflect(*_connection(root, "callToBeDiverted"), to)
        return document("DeflectCallResponse")

    def _hold(self, root: Element) -> bytes:
        self.port.exchange.hold(*_connection(root, "callToBeHeld"))
        return document("HoldCallResponse")

    def _retrieve(self, root: Element) -> bytes:
        self.port.exchange.retrieve(*_connection(root, "callToBeRetrieved"))
        return document("RetrieveCallResponse")

    def _transfer(self, root: Element) -> bytes:
        to = number(text(root, "transferredTo"))
        self.port.exchange.transfer(*_connection(root, "activeCall"), to)
        return document("SingleStepTransferCallResponse")

    def _consult(self, root: Element) -> bytes:
        to = number(text(root, "consultedDevice"))
        call = self.port.exchange.consult(*_connection(root, "existingCall"), to)
        return document("ConsultationCallResponse", tag("initiatedCall", documents.connection(call, call.origin)))

    def _alternate(self, root: Element) -> bytes:
        self.port.exchange.alternate(*_two_calls(root))
        return document("AlternateCallResponse")

    def _reconnect(self, root: Element) -> bytes:
        self.port.exchange.reconnect(*_two_calls(root))
        return document("ReconnectCallResponse")

    def _complete(self, root: Element) -> bytes:
        call = self.port.exchange.complete(*_two_calls(root))
        return document("TransferCallResponse", tag("transferredCall", documents.connection(call, call.device)))

    def _make_call(self, root: Element) -> bytes:
        to = number(text(root, "calledDirectoryNumber"))
        shows = text(root, "extensions/privateData/private/presentedNumber")
        call = self.port.exchange.make_call(number(text(root, "callingDevice")), to, shows=shows[:LONGEST_SHOWN])
        ours = tag("callingDevice", documents.connection(call, call.origin))
        return document("MakeCallResponse", ours, documents.linkage(call))

    def _play(self, root: Element) -> bytes:
        self.port.exchange.tell(*_connection(root, "overConnection"), text(root, "messageToBePlayed")[:LONGEST_MESSAGE])
        return document("PlayMessageResponse")

    def _snapshot_device(self, root: Element) -> list[bytes]:
        device = number(text(root, "snapshotObject"))
        if not self.port.exchange.plan.is_device(device):
            raise Refusal("operation", "invalidDeviceID")
        calls, reference = self.port.exchange.calls_at(device), f"S{self.port.sessions.new_reference()}"
        return documents.snapshot_device(calls, device, reference)

    def _snapshot_call(self, root: Element) -> bytes:
        call_id, _ = _connection(root, "snapshotObject")
        call = self.port.exchange.calls.get(call_id)
        if call is None:
            raise Refusal("operation", "invalidConnectionID")
        return documents.snapshot_call(call)

    def _set_agent_state(self, root: Element) -> bytes:
        device = number(text(root, "device"))
        self.port.exchange.set_agent(device, text(root, "requestedAgentState"), text(root, "agentID")[:32])
        return document("SetAgentStateResponse")


def _connection(root: Element, name: str) -> tuple[int, str]:
    return _whole(text(root, f"{name}/callID")), number(text(root, f"{name}/deviceID"))


def _two_calls(root: Element) -> tuple[int, int, str]:
    """The held call, the active one, and the device at which both stand."""
    held, device = _connection(root, "heldCall")
    active, other = _connection(root, "activeCall")
    if device != other:
        raise Refusal("operation", "invalidConnectionID")
    return held, active, device


def _whole(digits: str) -> int:
    return int(digits) if digits.isdecimal() and len(digits) <= 9 else 0
