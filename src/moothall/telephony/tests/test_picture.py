"""Random histories of an exchange, their events lost, doubled and out of order: after a snapshot our picture equals
the exchange's.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from moothall.telephony import port
from moothall.telephony.contrib.csta.counters import Counters
from moothall.telephony.contrib.csta.elements import Node, parse
from moothall.telephony.contrib.csta.events import Standing
from moothall.telephony.contrib.csta.picture import Picture
from moothall.telephony.contrib.csta.resync import compare
from moothall.telephony.contrib.csta.session import stamp_now

LINES, STATIONS = ("5001", "5002"), ("4001", "4002", "4003")


@dataclass
class Call:
    number: int
    line: str
    device: str
    state: str = "alerting"


class Exchange:
    """As small as an exchange can be: it does one step and writes the events of it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.events: list[bytes] = []
        self._next = 1001

    def step(self, choice: int) -> None:
        kind, pick = choice % 5, choice // 5
        call = self.calls[pick % len(self.calls)] if self.calls else None
        if kind == 0 or call is None:
            self._arrive(LINES[pick % len(LINES)])
        elif kind == 4:
            self._end(call, by_agent=bool(pick % 2))
        elif kind == 3 and call.device in STATIONS:
            call.state = "connected"
            self._write("EstablishedEvent", "establishedConnection", call)
        elif call.state == "alerting":
            self._deflect(call, (LINES + STATIONS)[pick % 5])

    def _arrive(self, line: str) -> None:
        call = Call(self._next, line, line)
        self._next += 1
        self.calls.append(call)
        self._write("DeliveredEvent", "connection", call)

    def _deflect(self, call: Call, to: str) -> None:
        if to == call.device or (to in STATIONS and any(other.device == to for other in self.calls)):
            return
        self._write(
            "DivertedEvent",
            "connection",
            call,
            f"<newDestination><deviceIdentifier>{to}</deviceIdentifier></newDestination>",
        )
        call.device = to
        self._write("DeliveredEvent", "connection", call)

    def _end(self, call: Call, *, by_agent: bool) -> None:
        self.calls.remove(call)
        who = call.device if by_agent else "01632960123"
        releasing = f"<releasingDevice><deviceIdentifier>{who}</deviceIdentifier></releasingDevice>"
        for dropped in ("T101", call.device) if not by_agent else (call.device, "T101"):
            self._write("ConnectionClearedEvent", "droppedConnection", call, releasing, device=dropped)

    def _write(self, name: str, subject: str, call: Call, more: str = "", *, device: str = "") -> None:
        self.events.append(
            (
                f"<{name}><{subject}><callID>{call.number}</callID><deviceID>{device or call.device}</deviceID>"
                f"</{subject}>{more}"
                "<callingDevice><deviceIdentifier>01632960123</deviceIdentifier></callingDevice>"
                f"<calledDevice><deviceIdentifier>{call.line}</deviceIdentifier></calledDevice>{linkage(call.number)}</{name}>"
            ).encode()
        )

    def found(self) -> dict[str, list[Standing]]:
        return {
            device: [Standing(str(call.number), device, call.state) for call in self.calls if call.device == device]
            for device in LINES + STATIONS
        }

    def details(self) -> dict[str, Node]:
        return {
            str(call.number): parse(
                (
                    "<SnapshotCallResponse><callingDevice><deviceIdentifier>01632960123</deviceIdentifier></callingDevice>"
                    f"<calledDevice><deviceIdentifier>{call.line}</deviceIdentifier></calledDevice>{linkage(call.number)}"
                    "</SnapshotCallResponse>"
                ).encode()
            )
            for call in self.calls
        }


def linkage(number: int) -> str:
    return (
        f"<callLinkageData><globalCallData><globalCallLinkageID><globallyUniqueCallLinkageID>ucid{number}"
        "</globallyUniqueCallLinkageID></globalCallLinkageID></globalCallData></callLinkageData>"
    )


@settings(max_examples=150)
@given(st.lists(st.integers(0, 200), max_size=30), st.lists(st.sampled_from("kkkklds"), min_size=1, max_size=40))
def test_after_a_snapshot_our_picture_equals_the_exchange_s(steps, fates):
    """Fates, in turn, of each event: kept, lost, doubled, swapped with the next."""
    exchange, picture = Exchange(), Picture(Counters())
    picture.lines, picture.stations = frozenset(LINES), frozenset(STATIONS)
    for step in steps:
        exchange.step(step)
    told: list[port.CallEvent] = []
    for body in mangled(exchange.events, fates):
        told += picture.apply(parse(body), stamp_now())
    told += compare(picture, exchange.found(), exchange.details(), set()).events

    ours = {key: {device: leg.state for device, leg in call.legs.items()} for key, call in picture.calls.items()}
    theirs = {f"ucid{c.number}": {c.device: "waiting" if c.device in LINES else c.state} for c in exchange.calls}
    assert ours == theirs
    for key in {event.call for event in told}:
        story = [event for event in told if event.call == key]
        assert sum(isinstance(event, port.Offered) for event in story) == 1
        assert isinstance(story[0], port.Offered)
        over = [isinstance(event, (port.Ended, port.Abandoned)) for event in story]
        assert sum(over) == (key not in theirs)
        assert not any(over[:-1])
    assert compare(picture, exchange.found(), exchange.details(), set()).events == []


@settings(max_examples=100)
@given(st.lists(st.integers(0, 200), max_size=30), st.integers(1, 3))
def test_events_said_more_than_once_are_told_once(steps, times):
    exchange = Exchange()
    for step in steps:
        exchange.step(step)
    stories = []
    for repeat in (1, times):
        picture = Picture(Counters())
        picture.lines, picture.stations = frozenset(LINES), frozenset(STATIONS)
        stories.append(
            [
                (type(event), event.call, event.device)
                for body in exchange.events
                for _ in range(repeat)
                for event in picture.apply(parse(body), stamp_now())
            ]
        )
    assert stories[0] == stories[1]


def mangled(events: list[bytes], fates: list[str]) -> list[bytes]:
    sent: list[bytes] = []
    held: bytes | None = None
    for turn, body in enumerate(events):
        fate = fates[turn % len(fates)]
        if fate == "s" and held is None:
            held = body
            continue
        sent += {"l": [], "d": [body, body]}.get(fate, [body])
        if held is not None:
            sent.append(held)
            held = None
    return sent + ([held] if held is not None else [])
