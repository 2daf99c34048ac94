"""The telephony port: what Moothall hears from an exchange and may ask of it. Vendors live in `contrib/`.

Every event carries `at` (aware, UTC, of the message's first byte) and `monotonic_ns` (for durations). Events of one
call come in order; nothing is promised across calls. Between `Link("down")` and `Resynced` the state of every device
is unknown: offer nothing. After a reconnection the differences come as ordinary events (cause `lost` or `resync`),
then one `Resynced` that names them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from moothall.telephony.numbers import Caller

AgentWish = Literal["ready", "not_ready", "after_call", "logged_on", "logged_off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something the exchange told us, or that we found out about the link to it."""

    at: datetime
    monotonic_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """`call` is the call's key over its whole life, `line` the dialled number, `device` a station or route point.

    `cause` is one of ours (`causes.CAUSES`), `raw_cause` the exchange's word, for the journal.
    """

    call: str
    line: str
    device: str
    caller: Caller
    cause: str = "normal"
    raw_cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(CallEvent):
    """A call arrived at a route point (`device`) and waits there. Once a call. An unknown line has `line` not in the
    lines asked for.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(CallEvent):
    """The exchange itself queued the call at `device` (its split)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diverted(CallEvent):
    """The call left `device` for `to`."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting(CallEvent):
    """The station `device` rings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(CallEvent):
    """The station `device` talks, whether the desk or the handset answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(CallEvent):
    """The caller is on hold at `device`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved(CallEvent):
    """The caller is back at `device`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(CallEvent):
    """`device` has passed the call on to `to`, a device that is watched, whether we asked for it or a hand at the
    telephone did it. `Alerting` follows where it rings there, `Answered` when `to` talks, which may be at once. To a
    number outside the call is `Ended` for us instead, cause `transfer`.
    """

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultRinging(CallEvent):
    """`device` asks somebody about the caller of `call`, who is on hold: it rings at `to`, a station or a number
    outside. Also where it was begun at the telephone itself.
    """

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultAnswered(CallEvent):
    """`to` talks with `device`; the caller is on hold."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultSwapped(CallEvent):
    """`device` talks with the caller now, or with `to` again; the other one is on hold. `Held` and `Retrieved` of the
    caller are told besides.
    """

    to: str
    with_caller: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultEnded(CallEvent):
    """The consultation is over and the call wasn't passed on. The caller stays on hold until `give_up` or `retrieve`,
    unless `reason` is `returned`, or they talk with `device`, or they are gone (then `Ended` was told before).

    `reason`: busy, no_answer, wrong_number, network, not_taking_calls (`to` was not reached), hung_up (`to` left),
    returned (`device` went back to the caller, or rang off at `to`), lost (it was gone when the link came back).
    """

    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingOut(CallEvent):
    """`device` calls `to`, a number outside, by `call_out` or by hand. `line` is empty, `caller` is who is called.
    `Answered` follows when they answer; where they are not reached `Ended` by the exchange, with cause busy, no_answer,
    wrong_number or network. In all else it is a call as any other.
    """

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(CallEvent):
    """`device` left the call, which goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(CallEvent):
    """The call is over. `by`: who rang off. Cause `lost`: it was gone when the link came back."""

    by: Literal["caller", "agent", "exchange"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned(CallEvent):
    """The caller rang off before anybody answered, `after_ms` from the offer."""

    after_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState(Event):
    """The exchange's view of an agent. `state`: logged_on, logged_off, ready, not_ready, busy, after_call."""

    device: str
    agent: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Event):
    """The link to the exchange is up or down; `reason` in words of the adapter."""

    state: Literal["up", "down"]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resynced(Event):
    """Our picture equals the exchange's again. `live`: the keys of all calls that exist; any other is over."""

    opened: tuple[str, ...]
    closed: tuple[str, ...]
    live: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The exchange did it; the event that shows the effect follows (or came already). `call`: the key of the call that
    began, where the exchange told it in its answer.
    """

    call: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The exchange declined. `code` is ours (`causes.ERRORS`): no_call, wrong_state, busy, no_such_device, not_allowed,
    no_link, fault …
    """

    code: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer in time, or the link broke while we waited: it may have happened. The events decide."""

    reason: str = ""


Result = Done | Refused | Unknown
LegState = Literal["waiting", "alerting", "connected", "held", "queued", "diverting", "calling"]


@dataclass(frozen=True, slots=True)
class ConsultSnapshot:
    """The consultation that `device` has about a call: `held` while it talks with the caller, `failed` where `to` was
    not reached and its tone is still heard.
    """

    device: str
    to: str
    state: Literal["ringing", "talking", "held", "failed"]


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """One live call as we know it: `legs` maps each device of ours to its state."""

    call: str
    line: str
    caller: Caller
    since: datetime
    answered: bool
    legs: Mapping[str, LegState]
    consult: ConsultSnapshot | None = None


class ExchangeLink(Protocol):
    """A link to one exchange that mends itself. Verbs answer with values and never raise for what the exchange says."""

    @property
    def counters(self) -> Mapping[str, int]:
        """What was met and not expected, by name (`unknown_cause:xyz`, `late_answer` …), for doctor."""

    async def connect(self, *, lines: Iterable[str], stations: Iterable[str]) -> None:
        """Begin linking, and go on; watch these devices. Returns at once. Called again: watch these instead."""

    def events(self) -> AsyncIterator[Event]:
        """The one stream of events, in the order of arrival; ends after `close()`. One reader."""

    async def answer(self, call: str, device: str) -> Result:
        """Answer the call that rings at `device`."""

    async def clear(self, call: str, device: str) -> Result:
        """Take `device` out of the call; a call of two parties ends, a waiting one at a route point is dropped."""

    async def deflect(self, call: str, to_device: str) -> Result:
        """Send the call from where it waits or rings to `to_device`: an agent's station, or back to a route point."""

    async def snapshot(self) -> list[CallSnapshot]:
        """Ask the exchange about every watched device, mend the picture (differences come as events) and return it."""

    async def close(self) -> None:
        """End the session in good order and stop."""


@runtime_checkable
class FollowsPresence(Protocol):
    """What a link has besides, if its exchange knows agents: the desk is the truth, the exchange follows."""

    async def set_agent_state(self, device: str, state: AgentWish, *, agent: str = "") -> Result:
        """Tell the exchange; remembered, and told again after a reconnection."""


@runtime_checkable
class HandlesCalls(Protocol):
    """What a link has besides, if its exchange lets the desk do more with a call than answer and end it."""

    async def hold(self, call: str, device: str) -> Result:
        """The caller hears music until `retrieve`."""

    async def retrieve(self, call: str, device: str) -> Result:
        """The caller is back at `device`; a consultation that runs about the call ends with it."""

    async def transfer(self, call: str, device: str, to: str) -> Result:
        """`device` passes the call on to `to`, a device or a number outside, and is out of it."""


@runtime_checkable
class Consults(Protocol):
    """What a link has besides, if its exchange lets `device` ask somebody while the caller is on hold.

    All is named by the key of the caller's call; `answer` and `clear` with the consulted station end or answer the
    consultation there. It has one consultation at a time about a call.
    """

    async def consult(self, call: str, device: str, to: str) -> Result:
        """The caller is on hold, and `device` rings `to`, a station or a number outside. Refused: no_call, wrong_state
        (nobody talks there, or a consultation runs), no_such_device, busy … Not reached afterwards: `ConsultEnded`.
        """

    async def complete(self, call: str, device: str) -> Result:
        """The caller and who was asked are joined and `device` is out of it, also while it still rings there."""

    async def give_up(self, call: str, device: str) -> Result:
        """The consultation ends, whatever its state, and the caller is back. After the caller has rung off: the talk
        between the two ends.
        """

    async def swap(self, call: str, device: str) -> Result:
        """The caller is back and who was asked is on hold; the next time the other way round."""


@runtime_checkable
class CallsOut(Protocol):
    """What a link has besides, if its exchange lets the desk ring somebody."""

    async def call_out(self, device: str, number: str, *, shows: str = "") -> Result:
        """The telephone `device` calls a number outside, where `shows` is seen as the caller's number: a line of ours,
        or "" for the telephone's own. `CallingOut` tells its key in any case. Refused: no_such_device (also a number
        that can't be), busy (`device` is on a call) …
        """


@runtime_checkable
class SpeaksToCallers(Protocol):
    """What a link has besides, if its exchange can play a message to a caller who waits at a route point."""

    async def tell_and_clear(self, call: str, device: str, words: str) -> Result:
        """Let the caller hear the words, then drop the call. Done: it has begun; the event of its end follows."""
