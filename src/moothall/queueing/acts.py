"""What the router asks of the exchange after a transaction: values, carried out in order by the loop."""
from __future__ import annotations

from dataclasses import dataclass

from moothall.telephony.port import AgentWish


@dataclass(frozen=True, slots=True)
class Deflect:
    """Send the call to `to`: the station of `person`, or (person None) back to its route point."""

    call: str
    to: str
    contact: int
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    call: str
    device: str
    command: int


@dataclass(frozen=True, slots=True)
class Clear:
    """Take `device` out of the call. `command` is 0 where no desk asked for it. A caller who waits there hears `says`
    first, where the exchange can do that."""

    call: str
    device: str
    command: int = 0
    says: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Let the caller hear music; `back`: no more."""

    call: str
    device: str
    command: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """`device` passes the call on to `to`, a route point or a number outside, and is out of it."""

    call: str
    device: str
    to: str
    command: int


@dataclass(frozen=True, slots=True)
class Consult:
    """`device` asks `to`, a station or a number outside, while the caller is on hold."""

    call: str
    device: str
    to: str
    command: int


@dataclass(frozen=True, slots=True)
class Swap:
    """`device` talks with the other of the two: the caller, or whoever is asked."""

    call: str
    device: str
    command: int


@dataclass(frozen=True, slots=True)
class Complete:
    """The caller and whoever is asked are joined, and `device` is out of it."""

    call: str
    device: str
    command: int


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The consultation ends, and the caller is back; `command` is 0 where the caller has rung off meanwhile."""

    call: str
    device: str
    command: int = 0


@dataclass(frozen=True, slots=True)
class Follow:
    """Let the exchange's agent state follow the desk's."""

    device: str
    wish: AgentWish


@dataclass(frozen=True, slots=True)
class CallOut:
    """`device` rings `number`, where `shows` is seen. `call` names it until the exchange has its own key of it."""

    call: str
    device: str
    number: str
    shows: str
    command: int


ConsultAct = Consult | Swap | Complete | GiveUp
OfDesk = Answer | Clear | Hold | Transfer | ConsultAct  # a desk's button may stand behind it
Act = Deflect | Answer | Clear | Hold | Transfer | ConsultAct | CallOut | Follow
WISH_OF: dict[str, AgentWish] = {
    "ready": "ready", "paused": "not_ready", "wrap_up": "after_call", "away": "logged_off",
}
