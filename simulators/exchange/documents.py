"""The XML of the exchange: reading requests, writing answers and events in the standard's order of elements."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .calls import Call, Fact

CSTA = "http://www.ecma-international.org/standards/ecma-323/csta/ed3"
SESSION = "http://www.ecma-international.org/standards/ecma-354/appl_session"
SUFFIX = ":CM1::0"
LONGEST_INSIDE = 5  # digits of a number of ours
AGENT_EVENTS = {
    "loggedOff": "AgentLoggedOffEvent",
    "loggedOn": "AgentLoggedOnEvent",
    "notReady": "AgentNotReadyEvent",
    "ready": "AgentReadyEvent",
    "workingAfterCall": "AgentWorkingAfterCallEvent",
}
LOCAL_STATE = {
    "waiting": "alerting",
    "ringing": "alerting",
    "talking": "connected",
    "held": "hold",
    "failed": "fail",
    "ended": "null",
}


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


def far_end(call: Call) -> str:
    """The device of the end that is called: one of ours, or the trunk to whoever is called outside."""
    return call.trunk if call.origin and len(call.device) > LONGEST_INSIDE else call.device


def calling(call: Call) -> str:
    if call.origin:
        return tag("callingDevice", tag("deviceIdentifier", device_id(call.origin)))
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


def event(fact: Fact, monitor: int, *, seen_from: str, agent: str = "") -> bytes:
    """The event that a monitor of the device `seen_from` gets for a fact."""
    reference = tag("monitorCrossRefID", str(monitor))
    if fact.call is None:
        who = tag("agentDevice", tag("deviceIdentifier", device_id(fact.at)))
        return document(AGENT_EVENTS[fact.other], reference, who, tag("agentID", escape(agent)))
    name, *inner = EVENTS[fact.kind](fact, fact.call)
    local = tag("localConnectionInfo", _local_state(fact, fact.call, seen_from))
    return document(name, reference, *inner, local, tag("cause", fact.cause), linkage(fact.call))


def _local_state(fact: Fact, call: Call, seen_from: str) -> str:
    """How the connection of the monitored device stands after the fact."""
    if seen_from == fact.at and fact.kind in LOCAL_AFTER:
        return LOCAL_AFTER[fact.kind]
    if fact.kind == "cleared":
        return "null" if seen_from == fact.other else LOCAL_STATE[call.state_at(seen_from)]
    return {"failed": "null", "transferred": LOCAL_STATE[call.state]}.get(
        fact.kind, LOCAL_STATE[call.state_at(seen_from)]
    )


def _here(fact: Fact) -> str:
    return tag("deviceIdentifier", device_id(fact.at))


def _delivered(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("connection", connection(call, fact.at)) + tag("alertingDevice", _here(fact))
    return "DeliveredEvent", subject, calling(call), called(call), _redirection(call)


def _established(fact: Fact, call: Call) -> tuple[str, ...]:
    """`other`: whoever is outside and answers, on that trunk."""
    who = tag("deviceIdentifier", escape(call.dialled)) if fact.other else _here(fact)
    subject = tag("establishedConnection", connection(call, fact.other or fact.at)) + tag("answeringDevice", who)
    return "EstablishedEvent", subject, calling(call), called(call), _redirection(call)


def _diverted(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("connection", connection(call, fact.at)) + tag("divertingDevice", _here(fact))
    whereto = tag("newDestination", tag("deviceIdentifier", device_id(fact.other)))
    last = tag("lastRedirectionDevice", tag("notRequired"))
    return "DivertedEvent", subject, whereto, calling(call), called(call), last


def _held(fact: Fact, call: Call) -> tuple[str, ...]:
    return "HeldEvent", tag("heldConnection", connection(call, fact.at)) + tag("holdingDevice", _here(fact))


def _retrieved(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("retrievedConnection", connection(call, fact.at)) + tag("retrievingDevice", _here(fact))
    return "RetrievedEvent", subject


def _initiated(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("initiatedConnection", connection(call, fact.at)) + tag("initiatingDevice", _here(fact))
    return "ServiceInitiatedEvent", subject


def _originated(fact: Fact, call: Call) -> tuple[str, ...]:
    return "OriginatedEvent", tag("originatedConnection", connection(call, fact.at)), calling(call), called(call)


def _reached(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("outboundConnection", connection(call, call.trunk))
    subject += tag("networkInterfaceUsed", tag("deviceIdentifier", device_id(call.trunk)))
    return "NetworkReachedEvent", subject, calling(call), called(call), _redirection(call)


def _failed(fact: Fact, call: Call) -> tuple[str, ...]:
    subject = tag("failedConnection", connection(call, far_end(call)))
    subject += tag("failingDevice", tag("deviceIdentifier", device_id(fact.other)))
    return "FailedEvent", subject, calling(call), called(call), _redirection(call)


def _transferred(fact: Fact, call: Call) -> tuple[str, ...]:
    """The caller's connection goes on under the new id, and after asking that of who was asked too."""
    here = tag("deviceID", device_id(fact.at))
    subject = tag("primaryOldCall", tag("callID", str(fact.old_id)) + here)
    if fact.second_id:
        subject += tag("secondaryOldCall", tag("callID", str(fact.second_id)) + here)
    subject += tag("transferringDevice", _here(fact))
    subject += tag("transferredToDevice", tag("deviceIdentifier", device_id(fact.other)))
    moved = [_renamed(call, call.trunk, fact.old_id)]
    if fact.second_id:
        moved.append(_renamed(call, fact.other, fact.second_id))
    return "TransferedEvent", subject, tag("transferredConnections", *moved)


def _renamed(call: Call, device: str, old_id: int) -> str:
    old = tag("callID", str(old_id)) + tag("deviceID", device_id(device))
    return tag("connectionListItem", tag("newConnection", connection(call, device)), tag("oldConnection", old))


def _cleared(fact: Fact, call: Call) -> tuple[str, ...]:
    releasing = tag("notKnown")
    if fact.by:
        releasing = _here(fact) if fact.by == fact.at else tag("deviceIdentifier", escape(fact.by))
    subject = tag("droppedConnection", connection(call, fact.other)) + tag("releasingDevice", releasing)
    return "ConnectionClearedEvent", subject


LOCAL_AFTER = {
    "delivered": "alerting",
    "established": "connected",
    "diverted": "null",
    "held": "hold",
    "retrieved": "connected",
    "transferred": "null",
    "initiated": "initiated",
    "originated": "connected",
    "reached": "connected",
    "failed": "connected",
}
"""How the connection of the device that the fact is about stands then."""
EVENTS = {
    "delivered": _delivered,
    "established": _established,
    "diverted": _diverted,
    "held": _held,
    "retrieved": _retrieved,
    "transferred": _transferred,
    "initiated": _initiated,
    "originated": _originated,
    "reached": _reached,
    "failed": _failed,
    "cleared": _cleared,
}
IN_ONE_MESSAGE = 150


def snapshot_device(calls: list[Call], device: str, reference: str) -> list[bytes]:
    """What stands at a device: one answer, or, if that is too long, an answer that promises data under `reference` and
    the data.
    """
    standing = [_standing(call, device) for call in calls]
    if len(calls) <= IN_ONE_MESSAGE:
        data = tag("snapshotData", *standing)
        return [document("SnapshotDeviceResponse", tag("crossRefIDorSnapshotData", data))]
    promise = tag("crossRefIDorSnapshotData", tag("serviceCrossRefID", reference))
    messages = [document("SnapshotDeviceResponse", promise)]
    for start in range(0, len(calls), IN_ONE_MESSAGE):
        last = "true" if start + IN_ONE_MESSAGE >= len(calls) else "false"
        data = tag("snapshotData", *standing[start : start + IN_ONE_MESSAGE])
        number = tag("segmentID", str(start // IN_ONE_MESSAGE + 1))
        messages.append(
            document("SnapshotDeviceData", tag("crossRefIdentifier", reference), number, tag("lastSegment", last), data)
        )
    return messages


def _ends(call: Call) -> list[tuple[str, str]]:
    """The devices of the two ends with their states, the end that called first."""
    near = LOCAL_STATE[call.origin_state] if call.origin else "connected"
    return [(call.near, near), (far_end(call), LOCAL_STATE[call.state])]


def _standing(call: Call, device: str) -> str:
    """A connection at a device with the states of the call's two ends, own end first."""
    ends = sorted(_ends(call), key=lambda end: end[0] != device)
    states = [tag("localConnectionState", state) for _, state in ends]
    return tag(
        "snapshotDeviceResponseInfo",
        tag("connectionIdentifier", connection(call, device)),
        tag("localCallState", tag("compoundCallState", *states)),
    )


def snapshot_call(call: Call) -> bytes:
    outside = call.calling if not call.withheld else None
    names = [device_id(call.origin) if call.origin else outside, device_id(call.device)]
    entries = [
        tag(
            "snapshotCallResponseInfo",
            tag("deviceOnCall", tag("deviceIdentifier", escape(name)) if name else tag("notKnown")),
            tag("callIdentifier", connection(call, device)),
            tag("localConnectionState", state),
        )
        for name, (device, state) in zip(names, _ends(call), strict=True)
    ]
    data = tag("crossRefIDorSnapshotData", tag("snapshotData", *entries))
    return document("SnapshotCallResponse", data, calling(call), called(call), linkage(call))
