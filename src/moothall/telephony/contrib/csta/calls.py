"""What the picture is made of: calls, their legs, and the second call that a station has besides one on hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from moothall.telephony import port
from moothall.telephony.contrib.csta.session import Stamp
from moothall.telephony.numbers import Caller

Events = list[port.Event]
ConsultState = Literal["begun", "ringing", "talking", "held", "failed"]


@dataclass(slots=True)
class Leg:
    """One device's part: its state, the exchange's id of it, and since when."""

    state: port.LegState
    connection_device: str
    since_ns: int


@dataclass(slots=True)
class Call:
    """A live call; `key` names it for its whole life, `call_id` is what the exchange calls it now, `linkages` by which
    linkage ids besides its key it is known since it was passed on.
    """

    key: str
    call_id: str
    line: str
    caller: Caller
    first: Stamp
    answered: bool = False
    legs: dict[str, Leg] = field(default_factory=dict)
    linkages: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Consult:
    """A call that `device` makes while the caller of `about` is on hold there. `near` and `far` are the exchange's ids
    of its two connections, `key` is its linkage id, or else its first call id.
    """

    key: str
    call_id: str
    device: str
    to: str
    about: Call
    near: str
    far: str
    state: ConsultState = "begun"
