"""The XML of the exchange: reading requests, writing answers and events in the standard's order of elements."""
from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .model import Call, Fact

CSTA = "http://www.ecma-international.org/standards/ecma-323/csta/ed3"
SESSION = "http://www.ecma-international.org/standards/ecma-354/appl_session"
SUFFIX = ":CM1::0"
AGENT_EVENTS = {
    "loggedOff": "AgentLoggedOffEvent", "loggedOn": "AgentLoggedOnEvent", "notReady": "AgentNotReadyEvent",
    "ready": "AgentReadyEvent", "workingAfterCall": "AgentWorkingAfterCallEvent",
}
LOCAL_STATE = {"waiting": "alerting", "ringing": "alerting", "talking": "connected", "ended": "null"}


class Unreadable(Exception):
    """A body that isn't XML, or XML that we refuse."""


def parse(body: bytes) -> Element:
    """The request's root with namespaces stripped from all names; raises Unreadable."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise Unreadable(str(problem)) from None
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def text(root: Element, path: str) -> str:
    """The text at a path, stripped, or nothing."""
    return (root.findtext(path) or "").strip()


def number(device: str) -> str:
    """The extension in a device id such as 4001:CM1::0."""
    return device.strip().partition(":")[0]


def device_id(device: str) -> str:
    """How this exchange writes a device: stations and route points with the switch's name, trunks without."""
    return device if device.startswith("T") else device + SUFFIX


def tag(name: str, *inner: str) -> str:
    content = "".join(inner)
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def document(name: str, *inner: str, namespace: str = CSTA) -> bytes:
    """A whole body. Characters above 126 are written as references: right whether a reader thinks of ASCII or of UTF-8."""
    return f'<{name} xmlns="{namespace}">{"".join(inner)}</{name}>'.encode("ascii", "xmlcharrefreplace")


def error(category: str, value: str) -> bytes:
    return document("CSTAErrorCode", tag(category, escape(value)))


def connection(call: Call, device: str) -> str:
    return tag("callID", str(call.call_id)) + tag("deviceID", device_id(device))


def calling(call: Call) -> str:
    if call.withheld:
        return tag("callingDevice", tag("restricted"))
    if call.calling is None:
        return tag("callingDevice", tag("notKnown"))
    return tag("callingDevice", tag("deviceIdentifier", escape(call.calling)))


def called(call: Call) -> str:
    return tag("calledDevice", tag("deviceIdentifier", escape(call.dialled) + SUFFIX))


def _redirection(call: Call) -> str:
    last = tag("numberDialed", device_id(call.redirected_from)) if call.redirected_from else tag("notKnown")
    return tag("lastRedirectionDevice", last)


def linkage(call: Call) -> str:
    ucid = tag("globallyUniqueCallLinkageID", call.ucid)
    return tag("callLinkageData", tag("globalCallData", tag("globalCallLinkageID", ucid)))


def event(fact: Fact, monitor: int, *, agent: str = "") -> bytes:
    """The event that a monitor gets for a fact."""
    reference = tag("monitorCrossRefID", str(monitor))
    if fact.kind == "agent":
        name = AGENT_EVENTS[fact.other]
        body = (tag("agentDevice", tag("deviceIdentifier", device_id(fact.at))), tag("agentID", escape(agent)))
        return document(name, reference, *body)
    assert fact.call is not None
    call, cause = fact.call, tag("cause", fact.cause)
    here = tag("deviceIdentifier", device_id(fact.at))
    parties = calling(call) + called(call)
    if fact.kind == "delivered":
        body = (tag("connection", connection(call, fact.at)), tag("alertingDevice", here), parties, _redirection(call))
        return document("DeliveredEvent", reference, *body, tag("localConnectionInfo", "alerting"), cause, linkage(call))
    if fact.kind == "established":
        body = (tag("establishedConnection", connection(call, fact.at)), tag("answeringDevice", here), parties, _redirection(call))
        return document("EstablishedEvent", reference, *body, tag("localConnectionInfo", "connected"), cause, linkage(call))
    if fact.kind == "diverted":
        whereto = tag("newDestination", tag("deviceIdentifier", device_id(fact.other)))
        body = (tag("connection", connection(call, fact.at)), tag("divertingDevice", here), whereto, parties)
        last = tag("lastRedirectionDevice", tag("notRequired"))
        return document("DivertedEvent", reference, *body, last, tag("localConnectionInfo", "null"), cause, linkage(call))
    return _cleared(fact, call, reference, cause)


def _cleared(fact: Fact, call: Call, reference: str, cause: str) -> bytes:
    ours = fact.other == fact.at
    releasing = tag("notKnown") if not fact.by else tag(
        "deviceIdentifier", device_id(fact.by) if fact.by == fact.at else escape(fact.by))
    state = "null" if ours else LOCAL_STATE[call.state]
    return document(
        "ConnectionClearedEvent", reference, tag("droppedConnection", connection(call, fact.other)),
        tag("releasingDevice", releasing), tag("localConnectionInfo", state), cause, linkage(call),
    )


IN_ONE_MESSAGE = 150


def snapshot_device(calls: list[Call], reference: str) -> list[bytes]:
    """What stands at a device: one answer, or, if that is too long, an answer that promises data under `reference` and the data."""
    if len(calls) <= IN_ONE_MESSAGE:
        data = tag("snapshotData", "".join(map(_standing, calls)))
        return [document("SnapshotDeviceResponse", tag("crossRefIDorSnapshotData", data))]
    promise = tag("crossRefIDorSnapshotData", tag("serviceCrossRefID", reference))
    messages = [document("SnapshotDeviceResponse", promise)]
    for start in range(0, len(calls), IN_ONE_MESSAGE):
        last = "true" if start + IN_ONE_MESSAGE >= len(calls) else "false"
        data = tag("snapshotData", "".join(map(_standing, calls[start:start + IN_ONE_MESSAGE])))
        number = tag("segmentID", str(start // IN_ONE_MESSAGE + 1))
        messages.append(document("SnapshotDeviceData", tag("crossRefIdentifier", reference), number, tag("lastSegment", last), data))
    return messages


def _standing(call: Call) -> str:
    """A connection at a device with the states of the call's two ends, own end first."""
    states = tag("localConnectionState", LOCAL_STATE[call.state]) + tag("localConnectionState", "connected")
    return tag(
        "snapshotDeviceResponseInfo", tag("connectionIdentifier", connection(call, call.device)),
        tag("localCallState", tag("compoundCallState", states)))


def snapshot_call(call: Call) -> bytes:
    outside = tag("deviceIdentifier", escape(call.calling)) if call.calling and not call.withheld else tag("notKnown")
    ends = ((outside, call.trunk, "connected"), (tag("deviceIdentifier", device_id(call.device)), call.device, LOCAL_STATE[call.state]))
    entries = "".join(
        tag("snapshotCallResponseInfo", tag("deviceOnCall", who), tag("callIdentifier", connection(call, device)),
            tag("localConnectionState", state))
        for who, device, state in ends
    )
    data = tag("crossRefIDorSnapshotData", tag("snapshotData", entries))
    return document("SnapshotCallResponse", data, calling(call), called(call), linkage(call))
