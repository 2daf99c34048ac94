"""Second calls: somebody is asked while the caller is on hold. Known by their station alone, however they began.

A call that a station of ours makes while exactly one caller is on hold there is a consultation about that caller, asked
for by us or by a hand at the telephone: not every exchange says `consultation` as the cause, so the cause isn't read.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from moothall.telephony import port
from moothall.telephony.contrib.csta.calls import Call, Consult, ConsultState, Events
from moothall.telephony.contrib.csta.causes import CAUSES
from moothall.telephony.contrib.csta.elements import Node
from moothall.telephony.contrib.csta.events import About, Standing, device_in
from moothall.telephony.contrib.csta.session import Stamp

if TYPE_CHECKING:
    from moothall.telephony.contrib.csta.picture import Picture

KEPT_OVER_NS = 60 * 10**9
NOT_REACHED = frozenset({"busy", "no_answer", "wrong_number", "network", "not_taking_calls"})
REACHES: dict[str, ConsultState] = {
    "OriginatedEvent": "begun",
    "NetworkReachedEvent": "ringing",
    "DeliveredEvent": "ringing",
    "EstablishedEvent": "talking",
    "FailedEvent": "failed",
}
"""The events that tell how far such a call has come; any of them may be the first that is heard of it."""


OTHER_END: dict[str, ConsultState] = {"alerting": "ringing", "queued": "ringing", "failed": "failed", "": "begun"}
"""How far it has come, by the state in which a snapshot shows the other end; in all others they talk."""


class Consults:
    """The consultations of one picture."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._by_id: dict[str, Consult] = {}
        self._over: OrderedDict[str, int] = OrderedDict()  # key or call id → when

    def of_id(self, call_id: str) -> Consult | None:
        return self._by_id.get(call_id)

    def about(self, call: str) -> Consult | None:
        """The one about the call of that key."""
        return next((consult for consult in self._by_id.values() if consult.about.key == call), None)

    def all(self) -> list[Consult]:
        return list(self._by_id.values())

    def take(self, root: Node, said: About, stamp: Stamp) -> Events | None:
        """What an event tells of a consultation; None: it isn't about one."""
        if root.name == "TransferedEvent":
            return None
        consult = self._find(said)
        if consult is None:
            if self._is_over(said, stamp) and not self._picture.knows(said):
                return []  # an echo
            if root.name not in REACHES or (consult := self._begun(said)) is None:
                return None
        far = said.device != consult.device
        if root.name in REACHES:
            if far and said.connection_device:
                consult.far = said.connection_device
            return self._reach(consult, REACHES[root.name], stamp, said.cause)
        match root.name:
            case "HeldEvent" if not far:
                return self._reach(consult, "held", stamp, said.cause)
            case "RetrievedEvent" if not far:
                return self._reach(consult, "talking", stamp, said.cause)
            case "ConnectionClearedEvent":
                releasing = device_in(root.child("releasingDevice")) or said.device
                reason = "returned" if releasing == consult.device else "hung_up"
                return self.end(consult, reason, stamp, said.cause)
        return []

    def asked(self, about: Call, device: str, to: str, connection: tuple[str, str]) -> None:
        """The exchange's answer to our request names the call, if no event did yet."""
        call_id, raw = connection
        if call_id and call_id not in self._by_id and call_id not in self._over:
            self._by_id[call_id] = Consult(call_id, call_id, device, to, about, raw or device, to)

    def stand(self, one: Standing, said: About, stamp: Stamp) -> Events | None:
        """A snapshot of the station shows the call so; None: it is no consultation."""
        consult = self._find(said) or self._begun(said)
        if consult is None or said.device != consult.device:
            return None if consult is None else []
        if one.state == "held":
            state: ConsultState = "held"
        else:
            state = OTHER_END.get(one.other, "talking")
        return self._reach(consult, state, stamp, "", sure=True)

    def end(self, consult: Consult, reason: str, stamp: Stamp, raw: str = "") -> Events:
        """It is over; told once."""
        self.forget(consult, stamp)
        return [] if consult.state == "failed" else [self._event(port.ConsultEnded, consult, stamp, raw, reason=reason)]

    def forget(self, consult: Consult, stamp: Stamp) -> None:
        """It is over or part of the caller's call, and nothing is told of it."""
        self._by_id.pop(consult.call_id, None)
        for mark in (consult.key, consult.call_id):
            self._over[mark] = stamp.monotonic_ns
        while len(self._over) > 2 and stamp.monotonic_ns - next(iter(self._over.values())) > KEPT_OVER_NS:
            self._over.popitem(last=False)

    def forget_ids(self) -> None:
        """The link was lost: what is over may have given its id to another call."""
        self._over.clear()

    # Within

    def _find(self, said: About) -> Consult | None:
        consult = self._by_id.get(said.call_id)
        if consult is None and said.ucid:
            consult = next((one for one in self._by_id.values() if one.key == said.ucid), None)
        if consult is not None and said.ucid and consult.key != said.ucid:
            if consult.key != consult.call_id:
                return None  # the exchange gave the id to another call; a snapshot will tell that ours is over
            consult.key = said.ucid
        return consult

    def _is_over(self, said: About, stamp: Stamp) -> bool:
        over = self._over.get(said.ucid or said.call_id)
        return over is not None and stamp.monotonic_ns - over < KEPT_OVER_NS

    def _begun(self, said: About) -> Consult | None:
        """A station of ours calls, with one caller on hold: the beginning of a consultation."""
        picture = self._picture
        if said.calling not in picture.stations or not said.dialled or picture.knows(said):
            return None
        waiting = [c for c in picture.calls.values() if (leg := c.legs.get(said.calling)) and leg.state == "held"]
        if len(waiting) != 1 or self.about(waiting[0].key):
            return None
        near = said.connection_device if said.device == said.calling else said.calling
        to = said.dialled[0]
        consult = Consult(said.ucid or said.call_id, said.call_id, said.calling, to, waiting[0], near, to)
        self._by_id[said.call_id] = consult
        return consult

    def _reach(self, consult: Consult, state: ConsultState, stamp: Stamp, raw: str, *, sure: bool = False) -> Events:
        """Bring it to `state` and tell each step that is new. A step back is an echo, unless a snapshot shows it."""
        before, order = consult.state, ("begun", "ringing", "talking")
        if before == state or (before in {"failed", "held"} and state in {"begun", "ringing"} and not sure):
            return []
        if before in order and state in order and order.index(state) < order.index(before):
            return []
        consult.state = state
        events: Events = []
        if before == "begun" and state in {"ringing", "talking", "held"}:
            events.append(self._event(port.ConsultRinging, consult, stamp, raw))
        if before in {"begun", "ringing"} and state in {"talking", "held"}:
            events.append(self._event(port.ConsultAnswered, consult, stamp, raw))
        if state == "failed":
            cause = CAUSES.get(raw, "other")
            reason = cause if cause in NOT_REACHED else "network"
            events.append(self._event(port.ConsultEnded, consult, stamp, raw, reason=reason))
        elif state == "held" or before == "held":
            events.append(self._event(port.ConsultSwapped, consult, stamp, raw, with_caller=state == "held"))
        return events

    def _event(
        self, kind: type[port.CallEvent], consult: Consult, stamp: Stamp, raw: str, **more: Any
    ) -> port.CallEvent:
        return self._picture.event(kind, consult.about, consult.device, stamp, raw, to=consult.to, **more)
