"""The requests we send, in the standard's order of elements. Whatever is above 126 goes as a reference (ECMA-323,
Annex J).
"""

from __future__ import annotations

from xml.sax.saxutils import escape

CSTA = "http://www.ecma-international.org/standards/ecma-323/csta/ed3"
SESSION = "http://www.ecma-international.org/standards/ecma-354/appl_session"
AVAYA = "http://www.avaya.com/csta"
VERSIONS = (f"{CSTA}/priv7", f"{CSTA}/priv6", f"{CSTA}/priv5", CSTA)


Connection = tuple[str, str]  # call id and device id


def _tag(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>"


def _document(name: str, inner: str = "", *, namespace: str = CSTA) -> bytes:
    return f'<{name} xmlns="{namespace}">{inner}</{name}>'.encode("ascii", "xmlcharrefreplace")


def _connection(call_id: str, device: str) -> str:
    return _tag("callID", escape(call_id)) + _tag("deviceID", escape(device))


def start_session(*, user: str, password: str, cleanup_s: int, session_id: str, duration_s: int) -> bytes:
    """Begin a session, or take up the one of `session_id` ("" for a new one)."""
    login = "".join(
        _tag(f"v:{name}", escape(value))
        for name, value in (
            ("userName", user),
            ("password", password),
            ("sessionCleanupDelay", str(cleanup_s)),
            ("sessionID", session_id),
        )
    )
    login = f'<v:SessionLoginInfo xmlns:v="{AVAYA}">{login}</v:SessionLoginInfo>'
    application = _tag("applicationID", "moothall") + _tag("applicationSpecificInfo", login)
    versions = "".join(_tag("protocolVersion", version) for version in VERSIONS)
    inner = _tag("applicationInfo", application) + _tag("requestedProtocolVersions", versions)
    inner += _tag("requestedSessionDuration", str(duration_s))
    return _document("StartApplicationSession", inner, namespace=SESSION)


def keep_alive(session_id: str, duration_s: int) -> bytes:
    inner = _tag("sessionID", escape(session_id)) + _tag("requestedSessionDuration", str(duration_s))
    return _document("ResetApplicationSessionTimer", inner, namespace=SESSION)


def stop_session(session_id: str) -> bytes:
    reason = _tag("sessionEndReason", _tag("definedEndReason", "normal"))
    return _document("StopApplicationSession", _tag("sessionID", escape(session_id)) + reason, namespace=SESSION)


def monitor_start(device: str) -> bytes:
    """No filter is asked for: some exchanges read a set bit as "not wanted", others as "wanted"."""
    target = f'<deviceObject typeOfNumber="other" mediaClass="notKnown">{escape(device)}</deviceObject>'
    return _document("MonitorStart", _tag("monitorObject", target) + _tag("monitorType", "device"))


def monitor_stop(reference: str) -> bytes:
    return _document("MonitorStop", _tag("monitorCrossRefID", escape(reference)))


def answer_call(call_id: str, device: str) -> bytes:
    return _document("AnswerCall", _tag("callToBeAnswered", _connection(call_id, device)))


def clear_connection(call_id: str, device: str) -> bytes:
    return _document("ClearConnection", _tag("connectionToBeCleared", _connection(call_id, device)))


def deflect_call(call_id: str, device: str, to: str) -> bytes:
    diverted = _tag("callToBeDiverted", _connection(call_id, device))
    return _document("DeflectCall", diverted + _tag("newDestination", escape(to)))


def hold_call(call_id: str, device: str) -> bytes:
    return _document("HoldCall", _tag("callToBeHeld", _connection(call_id, device)))


def retrieve_call(call_id: str, device: str) -> bytes:
    return _document("RetrieveCall", _tag("callToBeRetrieved", _connection(call_id, device)))


def transfer_call(call_id: str, device: str, to: str) -> bytes:
    """In a single step: nobody is asked at `to` before."""
    active = _tag("activeCall", _connection(call_id, device))
    return _document("SingleStepTransferCall", active + _tag("transferredTo", escape(to)))


def consultation_call(call_id: str, device: str, to: str) -> bytes:
    """The exchange puts the caller on hold itself. From a call that is on hold already `make_call` is the way: the
    standard wants a connected one here.
    """
    existing = _tag("existingCall", _connection(call_id, device))
    return _document("ConsultationCall", existing + _tag("consultedDevice", escape(to)))


def alternate_call(held: Connection, active: Connection) -> bytes:
    return _document("AlternateCall", _tag("heldCall", _connection(*held)) + _tag("activeCall", _connection(*active)))


def reconnect_call(held: Connection, active: Connection) -> bytes:
    return _document("ReconnectCall", _tag("activeCall", _connection(*active)) + _tag("heldCall", _connection(*held)))


def complete_transfer(held: Connection, active: Connection) -> bytes:
    """After asking: whoever is on hold and whom the device talks with are joined."""
    return _document("TransferCall", _tag("heldCall", _connection(*held)) + _tag("activeCall", _connection(*active)))


def make_call(device: str, number: str, shows: str = "") -> bytes:
    """`doNotPrompt`: the telephone takes its line by itself. `shows`: the number that is seen there. The standard has
    no element for it, so each maker has one of its own among the private data; this is the simulator's.
    """
    inner = _tag("callingDevice", escape(device)) + _tag("calledDirectoryNumber", escape(number))
    inner += _tag("autoOriginate", "doNotPrompt")
    if shows:
        private = _tag("private", _tag("presentedNumber", escape(shows)))
        inner += _tag("extensions", _tag("privateData", private))
    return _document("MakeCall", inner)


def play_message(call_id: str, device: str, words: str) -> bytes:
    """The message by its words, for the exchange to read out; it drops the call when they are read."""
    over = _tag("overConnection", _connection(call_id, device))
    return _document("PlayMessage", over + _tag("messageToBePlayed", escape(words)))


def snapshot_device(device: str) -> bytes:
    return _document("SnapshotDevice", _tag("snapshotObject", escape(device)))


def snapshot_call(call_id: str, device: str) -> bytes:
    return _document("SnapshotCall", _tag("snapshotObject", _connection(call_id, device)))


def set_agent_state(device: str, state: str, agent: str) -> bytes:
    inner = _tag("device", escape(device)) + _tag("requestedAgentState", state)
    return _document("SetAgentState", inner + (_tag("agentID", escape(agent)) if agent else ""))


def system_status_response() -> bytes:
    return _document("SystemStatusResponse")
