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
    "loggedOff": "AgentLoggedOffEvent",
    "loggedOn": "AgentLoggedOnEvent",
    "notReady": "AgentNotReadyEvent",
    "ready": "AgentReadyEvent",
    "workingAfterCall": "AgentWorkingAfterCallEvent",
}
LOCAL_STATE = {"waiting": "alerting", "ringing": "alerting", "talking": "connected", "held": "hold", "ended": "null"}


class Unreadable(Exception):
    """A body that isn't XML, or XML that we refuse."""


def parse(body: bytes) -> Element:
    """The request's root with namespaces stripped from all names; raises Unreadable."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
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
    """A whole body. Characters above 126 go as references: right for readers of ASCII and of UTF-8."""
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
    if fact.call is None:
        who = tag("agentDevice", tag("deviceIdentifier", device_id(fact.at)))
        return document(AGENT_EVENTS[fact.other], reference, who, tag("agentID", escape(agent)))
    name, *inner = EVENTS[fact.kind](fact, fact.call)
    return document(name, reference, *inner, tag("cause", fact.cause), linkage(fact.call))


def _here(fact: Fact) -> str:
    return tag("deviceIdentifier", device_id(fact.at))


def _delivered(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("connection", connection(call, fact.at)) + tag("alertingDevice", _here(fact))
    return "DeliveredEvent", subject, calling(call), called(call), _redirection(call), _local("alerting")


def _established(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("establishedConnection", connection(call, fact.at)) + tag("answeringDevice", _here(fact))
    return "EstablishedEvent", subject, calling(call), called(call), _redirection(call), _local("connected")


def _diverted(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("connection", connection(call, fact.at)) + tag("divertingDevice", _here(fact))
    whereto = tag("newDestination", tag("deviceIdentifier", device_id(fact.other)))
    last = tag("lastRedirectionDevice", tag("notRequired"))
    return "DivertedEvent", subject, whereto, calling(call), called(call), last, _local("null")


def _held(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("heldConnection", connection(call, fact.at)) + tag("holdingDevice", _here(fact))
    return "HeldEvent", subject, _local("hold")


def _retrieved(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("retrievedConnection", connection(call, fact.at)) + tag("retrievingDevice", _here(fact))
    return "RetrievedEvent", subject, _local("connected")


def _transferred(fact: Fact, call: Call) -> tuple[str, ...]:
    """Said to the device that leaves: the caller's connection goes on under the new id."""
    old = tag("callID", str(fact.old_id))
    subject = tag("primaryOldCall", old + tag("deviceID", device_id(fact.at)))
    subject += tag("transferringDevice", _here(fact))
    subject += tag("transferredToDevice", tag("deviceIdentifier", device_id(fact.other)))
    caller = tag("newConnection", connection(call, call.trunk)) + tag(
        "oldConnection", old + tag("deviceID", device_id(call.trunk))
    )
    return "TransferedEvent", subject, tag("transferredConnections", tag("connectionListItem", caller)), _local("null")


def _cleared(fact: Fact, call: Call) -> tuple[str, ...]:
    releasing = tag("notKnown")
    if fact.by:
        releasing = _here(fact) if fact.by == fact.at else tag("deviceIdentifier", escape(fact.by))
    subject = tag("droppedConnection", connection(call, fact.other)) + tag("releasingDevice", releasing)
    return "ConnectionClearedEvent", subject, _local("null" if fact.other == fact.at else LOCAL_STATE[call.state])


def _local(state: str) -> str:
    return tag("localConnectionInfo", state)


EVENTS = {
    "delivered": _delivered,
    "established": _established,
    "diverted": _diverted,
    "held": _held,
    "retrieved": _retrieved,
    "transferred": _transferred,
    "cleared": _cleared,
}
IN_ONE_MESSAGE = 150


def snapshot_device(calls: list[Call], reference: str) -> list[bytes]:
    """What stands at a device: one answer, or, if that is too long, an answer that promises data under `reference` and
    the data.
    """
    if len(calls) <= IN_ONE_MESSAGE:
        data = tag("snapshotData", "".join(map(_standing, calls)))
        return [document("SnapshotDeviceResponse", tag("crossRefIDorSnapshotData", data))]
    promise = tag("crossRefIDorSnapshotData", tag("serviceCrossRefID", reference))
    messages = [document("SnapshotDeviceResponse", promise)]
    for start in range(0, len(calls), IN_ONE_MESSAGE):
        last = "true" if start + IN_ONE_MESSAGE >= len(calls) else "false"
        data = tag("snapshotData", "".join(map(_standing, calls[start : start + IN_ONE_MESSAGE])))
        number = tag("segmentID", str(start // IN_ONE_MESSAGE + 1))
        messages.append(
            document("SnapshotDeviceData", tag("crossRefIdentifier", reference), number, tag("lastSegment", last), data)
        )
    return messages


def _standing(call: Call) -> str:
    """A connection at a device with the states of the call's two ends, own end first."""
    states = tag("localConnectionState", LOCAL_STATE[call.state]) + tag("localConnectionState", "connected")
    return tag(
        "snapshotDeviceResponseInfo",
        tag("connectionIdentifier", connection(call, call.device)),
        tag("localCallState", tag("compoundCallState", states)),
    )


def snapshot_call(call: Call) -> bytes:
    outside = tag("deviceIdentifier", escape(call.calling)) if call.calling and not call.withheld else tag("notKnown")
    ends = (
        (outside, call.trunk, "connected"),
        (tag("deviceIdentifier", device_id(call.device)), call.device, LOCAL_STATE[call.state]),
    )
    entries = "".join(
        tag(
            "snapshotCallResponseInfo",
            tag("deviceOnCall", who),
            tag("callIdentifier", connection(call, device)),
            tag("localConnectionState", state),
        )
        for who, device, state in ends
    )
    data = tag("crossRefIDorSnapshotData", tag("snapshotData", entries))
    return document("SnapshotCallResponse", data, calling(call), called(call), linkage(call))
