"""Our picture of the exchange's calls, moved by its events to the state they tell; the normalised events of that.

Idempotent by target state: an event that says what we know gives nothing, one whose predecessors are missing gives
them too. What contradicts the picture changes nothing but puts the device into `doubts`, to be settled by a snapshot.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from moothall.telephony import port
from moothall.telephony.contrib.csta.agents import agent_state
from moothall.telephony.contrib.csta.calls import Events, Leg
from moothall.telephony.contrib.csta.causes import AGENT_STATES, CAUSES
from moothall.telephony.contrib.csta.consults import NOT_REACHED, Consults
from moothall.telephony.contrib.csta.counters import Counters
from moothall.telephony.contrib.csta.elements import Node
from moothall.telephony.contrib.csta.events import (
    SUBJECTS,
    About,
    about,
    connection_of,
    device_in,
    pairs_moved,
    renamed,
)
from moothall.telephony.contrib.csta.ledger import Ledger
from moothall.telephony.contrib.csta.session import Stamp
from moothall.telephony.numbers import caller_of


class Picture(Ledger):
    """The live calls, moved by messages."""

    def __init__(self, counters: Counters) -> None:
        super().__init__(counters)
        self.consults = Consults(self)
        self.tones: list[tuple[str, str]] = []  # call id and device of calls out that reached nobody
        self._notes: list[set[tuple[str, str]]] = []
        self._handlers = {
            "DeliveredEvent": self._on_delivered,
            "EstablishedEvent": self._on_established,
            "DivertedEvent": self._on_diverted,
            "QueuedEvent": self._on_queued,
            "HeldEvent": self._on_held,
            "RetrievedEvent": self._on_retrieved,
            "TransferedEvent": self._on_transferred,
            "ConnectionClearedEvent": self._on_cleared,
            "ServiceInitiatedEvent": lambda *_: [],  # a line is taken, nobody called yet
            "OriginatedEvent": self._on_calling,
            "NetworkReachedEvent": self._on_calling,
            "FailedEvent": self._on_failed,
        }

    def apply(self, root: Node, stamp: Stamp) -> Events:
        """Take one event of the exchange; gives the normalised events, often none."""
        if root.name in AGENT_STATES:
            return [agent_state(root, stamp)]
        handler = self._handlers.get(root.name)
        if handler is None:
            self._counters.meet("event_not_followed" if root.name in SUBJECTS else "unknown_root", root.name)
            return []
        said = about(root, SUBJECTS[root.name])
        if not said.call_id:
            self._counters.meet("event_without_call", root.name)
            return []
        if said.cause not in CAUSES:
            self._counters.meet("unknown_cause", said.cause)
        for notes in self._notes:
            notes.update({(said.call_id, said.device), *pairs_moved(root)})
        taken = self.consults.take(root, said, stamp)
        return taken if taken is not None else handler(root, said, stamp)

    @contextmanager
    def noting(self) -> Iterator[set[tuple[str, str]]]:
        """Within: the (call id, device) pairs that events spoke about, which an older snapshot must not overrule."""
        notes: set[tuple[str, str]] = set()
        self._notes.append(notes)
        try:
            yield notes
        finally:
            self._notes = [kept for kept in self._notes if kept is not notes]

    def forget_ids(self) -> None:
        """The link was lost: call ids may have begun anew, only keys tell old from new."""
        self.consults.forget_ids()
        self._ended = OrderedDict((mark, at) for mark, at in self._ended.items() if mark[1] != "#id")

    # Events

    def _on_delivered(self, root: Node, said: About, stamp: Stamp) -> Events:
        if said.device not in self.watched():
            return self._on_calling(root, said, stamp)
        return self.stand(said, "waiting" if said.device in self.lines else "alerting", stamp)

    def _on_established(self, _: Node, said: About, stamp: Stamp) -> Events:
        if said.device in self.lines:
            return []
        if said.device not in self.watched() and self._calls_out(said):
            said = self._as_seen_by_caller(said)  # they answered outside: our end talks
        return self.stand(said, "connected", stamp)

    def _on_calling(self, _: Node, said: About, stamp: Stamp) -> Events:
        """A station of ours calls somebody outside; between stations of ours the one that rings tells all."""
        if not self._calls_out(said):
            return []
        call = self._find(said)
        if call is not None and said.calling in call.legs:
            return []
        return self.stand(self._as_seen_by_caller(said), "calling", stamp)

    def _on_failed(self, _: Node, said: About, stamp: Stamp) -> Events:
        """Nobody was reached. At the telephone a tone is heard until it is cleared there."""
        call = self._find(said) if self._calls_out(said) else None
        if call is None:
            return []
        self.tones.append((said.call_id, said.calling))
        cause = CAUSES.get(said.cause, "other")
        cause = cause if cause in NOT_REACHED else "network"
        return self.close(call, by="exchange", stamp=stamp, raw_cause=said.cause, cause=cause)

    def _as_seen_by_caller(self, said: About) -> About:
        known = said.connection_device if said.device == said.calling else said.calling
        call = self._by_id.get(said.call_id)
        leg = call.legs.get(said.calling) if call else None
        return replace(said, device=said.calling, connection_device=leg.connection_device if leg else known)

    def _on_queued(self, _: Node, said: About, stamp: Stamp) -> Events:
        return self.stand(said, "queued", stamp)

    def _on_held(self, _: Node, said: About, stamp: Stamp) -> Events:
        return self.stand(said, "held", stamp)

    def _on_retrieved(self, _: Node, said: About, stamp: Stamp) -> Events:
        return self.stand(said, "connected", stamp)

    def _on_diverted(self, root: Node, said: About, stamp: Stamp) -> Events:
        call, to = self._find(said), device_in(root.child("newDestination"))
        if call is None or said.device not in call.legs:
            return []  # the arrival at `to` was heard first, or it is an echo
        if call.legs[said.device].state in {"connected", "held"}:
            self._doubt(said.device, "diverted_while_talking")
            return []
        return self._move(call, said, to, stamp)

    def _on_transferred(self, root: Node, said: About, stamp: Stamp) -> Events:
        """The caller's connection goes on under the id that the list names; who transferred is out of the call. Which
        of the two old calls is the first no source settles for a change of places before, so both are looked at.
        """
        ids = (said.call_id, root.text_of("secondaryOldCall", "callID"))
        consult = next((one for one in map(self.consults.of_id, ids) if one), None)
        call = next((one for one in map(self.of_id, ids) if one), None) or self.calls.get(said.ucid)
        if consult is not None:
            self.consults.forget(consult, stamp)
        device = device_in(root.child("transferringDevice")) or said.device
        if call is None or device not in call.legs:
            return []  # an echo, or of a call that we never followed
        self._rename(call, renamed(root, call.call_id))
        # Whose linkage id the joined call keeps isn't confirmed by a source either: it is known by each of them.
        self.link(call, {said.ucid, consult.key if consult else ""} - {""})
        to = device_in(root.child("transferredToDevice"))
        if consult is not None and to not in self.watched():
            to = consult.to
        if to not in self.watched():
            return self.close(call, by="agent", stamp=stamp, raw_cause=said.cause, cause="transfer")
        if to not in call.legs:
            raw = connection_of(root, to)
            call.legs[to] = Leg("waiting" if to in self.lines else "diverting", raw, stamp.monotonic_ns)
        # Whom they asked about it before stays asked about nobody.
        aside = self.consults.about(call.key) if consult is None else None
        events = self.consults.end(aside, "returned", stamp, said.cause) if aside and aside.device == device else []
        events += self._passed(call, device, to, stamp, said.cause)
        if consult is not None and to in self.stations and call.legs[to].state == "diverting":
            there = About(call.call_id, call.legs[to].connection_device, to, cause=said.cause)
            self._reach(call, there, "connected" if consult.state in {"talking", "held"} else "alerting", stamp, events)
        return events

    def _on_cleared(self, root: Node, said: About, stamp: Stamp) -> Events:
        call = self._find(said)
        if call is None:
            return []
        releasing = device_in(root.child("releasingDevice"))
        by = self._who(releasing, said.cause)
        if said.device in call.legs:
            last = len(call.legs) == 1
            if to := self._goes_on_at(call, said.device):
                return self._passed(call, said.device, to, stamp, said.cause)
            if not last:
                self._drop(call, said.device, stamp)
                return [self.event(port.Left, call, said.device, stamp, said.cause)]
            return self.close(call, by=by, stamp=stamp, raw_cause=said.cause)
        if said.device in self.watched():
            return []  # an echo of a leg that moved on
        outside = releasing in {"", said.device} or releasing in call.legs or caller_of(releasing) == call.caller
        if not outside:  # somebody else's connection, as some exchanges send with a hold
            for device in call.legs:
                self._doubt(device, "foreign_connection_cleared")
            return []
        return self.close(call, by=by, stamp=stamp, raw_cause=said.cause)
