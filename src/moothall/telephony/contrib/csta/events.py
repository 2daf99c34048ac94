"""Reading CSTA's messages into flat values: which connection, who called which line, and why. No state here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from moothall.telephony.contrib.csta.elements import Node
from moothall.telephony.numbers import UNKNOWN, WITHHELD, Caller, caller_of, number_of

SUBJECTS = {
    "DeliveredEvent": "connection",
    "EstablishedEvent": "establishedConnection",
    "QueuedEvent": "queuedConnection",
    "DivertedEvent": "connection",
    "HeldEvent": "heldConnection",
    "RetrievedEvent": "retrievedConnection",
    "TransferedEvent": "primaryOldCall",
    "ConnectionClearedEvent": "droppedConnection",
    "FailedEvent": "failedConnection",
    "OriginatedEvent": "originatedConnection",
    "ServiceInitiatedEvent": "initiatedConnection",
    "NetworkReachedEvent": "outboundConnection",
    "ConferencedEvent": "primaryOldCall",
}
"""The element of each event that names the connection it is about."""

STATES = {"alerting": "alerting", "connected": "connected", "hold": "held", "queued": "queued", "fail": "failed"}


@dataclass(frozen=True, slots=True)
class About:
    """What a message says of a call. `connection_device` is the raw id, for requests; `device` the number in it.
    `calling` is the number of the device that called, as it stands there.
    """

    call_id: str
    connection_device: str
    device: str
    ucid: str = ""
    caller: Caller = UNKNOWN
    dialled: tuple[str, ...] = ()
    cause: str = ""
    calling: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One connection of a SnapshotDevice: where the call stands, in which state ("": none that we follow), and in
    which the other end of it.
    """

    call_id: str
    connection_device: str
    state: str
    other: str = ""


def about(root: Node, subject: str) -> About:
    """Read an event by its subject element; what is missing is empty, never an error."""
    connection = root.child(subject)
    raw = connection.text_of("deviceID") if connection else ""
    return About(
        connection.text_of("callID") if connection else "",
        raw,
        number_of(raw),
        _ucid(root),
        _caller(root.child("callingDevice")),
        _dialled(root),
        root.text_of("cause"),
        device_in(root.child("callingDevice")),
    )


def device_in(node: Node | None) -> str:
    """The number in a …Device element; nothing for notKnown, restricted and the like."""
    if node is None:
        return ""
    inner = node.children[0] if node.children else node
    return number_of(inner.text.strip())


def connection_of(root: Node, device: str) -> str:
    """The raw id of the device's new connection in a list of them; the number itself where it isn't there."""
    for item in root.all("connectionListItem"):
        raw = item.text_of("newConnection", "deviceID")
        if raw and number_of(raw) == device:
            return raw
    return device


def pairs_moved(root: Node) -> Iterator[tuple[str, str]]:
    """The connections, old and new, that a transfer names: (call id, device)."""
    for item in (root, *root.all("connectionListItem")):
        for name in ("secondaryOldCall", "oldConnection", "newConnection"):
            if connection := item.child(name):
                yield connection.text_of("callID"), number_of(connection.text_of("deviceID"))


def renamed(root: Node, call_id: str) -> str:
    """What the call `call_id` is called after a transfer; the same where no item of the list speaks of it."""
    for item in root.all("connectionListItem"):
        if item.text_of("oldConnection", "callID") == call_id:
            return item.text_of("newConnection", "callID") or call_id
    return call_id


def standings(response: Node) -> list[Standing]:
    """The connections of a SnapshotDeviceResponse or of SnapshotDeviceData. The device's own state is the first of the
    compound.
    """
    found = []
    for info in response.all("snapshotDeviceResponseInfo"):
        connection, states = info.child("connectionIdentifier"), info.all("localConnectionState")
        if connection and states:
            state, *others = (STATES.get(state.text.strip(), "") for state in states)
            found.append(
                Standing(connection.text_of("callID"), connection.text_of("deviceID"), state, next(iter(others), ""))
            )
    return found


def about_snapshot(response: Node, call_id: str) -> About:
    """What a SnapshotCallResponse says of its call; where the parties are left out the caller is unknown."""
    calling = response.child("callingDevice")
    return About(call_id, "", "", _ucid(response), _caller(calling), _dialled(response), "", device_in(calling))


def linkage_in(root: Node) -> str:
    """The linkage id of the call that a message is about; nothing where it tells none."""
    return _ucid(root)


def _ucid(root: Node) -> str:
    linkage = root.child("callLinkageData") or root.child("extensions")
    found = linkage.find("globallyUniqueCallLinkageID") if linkage else None
    # Avaya wraps it once more in some versions, and says 0…0 for "none".
    text = (found.text_of("string") or found.text.strip()) if found else ""
    return text[:64] if text.strip("0") else ""


def _caller(calling: Node | None) -> Caller:
    if calling is None or not calling.children:
        return caller_of(calling.text.strip()) if calling and calling.text.strip() else UNKNOWN
    inner = calling.children[0]
    if inner.name == "restricted":
        return WITHHELD
    return caller_of(inner.text.strip()) if inner.name == "deviceIdentifier" else UNKNOWN


def _dialled(root: Node) -> tuple[str, ...]:
    """Where the line may stand, best first: distributing VDN, called, last redirection, network called device."""
    extensions = root.child("extensions")
    candidates = (
        device_in(extensions.find("distributingVDN") or extensions.find("distributingDevice")) if extensions else "",
        device_in(root.child("calledDevice")),
        device_in(root.child("lastRedirectionDevice")),
        device_in(root.child("networkCalledDevice")),
    )
    return tuple(number for number in candidates if number)
