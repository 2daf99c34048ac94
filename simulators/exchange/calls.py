"""Calls and telephones of the exchange, and the facts that are told of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


class Refusal(Exception):
    """A request that the exchange declines: category and value of a CSTAErrorCode."""

    def __init__(self, category: str, value: str) -> None:
        super().__init__(f"{category}: {value}")
        self.category, self.value = category, value


@dataclass(eq=False)
class Call:
    """One caller on one trunk and the device where the call stands. `state`: waiting, ringing, talking, held (the
    caller hears music), failed (a tone says that nobody is reached), ended. A call that a station made has its other
    end there: `origin`, in `origin_state` (talking, held).
    """

    call_id: int
    ucid: str
    dialled: str
    calling: str | None
    withheld: bool
    trunk: str
    talk_s: float | None
    device: str = ""
    redirected_from: str = ""
    state: str = "waiting"
    placed: float = 0.0
    since: float = 0.0
    why: str = ""
    told: str = ""  # the message that the caller hears, or heard last
    origin: str = ""
    shows: str = ""  # of a call that a station made: the number that is seen at its other end
    origin_state: str = ""
    timers: dict[str, asyncio.TimerHandle] = field(default_factory=dict)

    @property
    def near(self) -> str:
        """The device of the end that called: a trunk, or a station."""
        return self.origin or self.trunk

    def state_at(self, device: str) -> str:
        return self.origin_state if device == self.origin else self.state


@dataclass(eq=False)
class Station:
    """A telephone, and the agent who logged on at it. It has one call, or one on hold and another."""

    number: str
    calls: list[Call] = field(default_factory=list)
    agent_id: str = ""
    agent_state: str = "loggedOff"

    @property
    def call(self) -> Call | None:
        """The one that isn't on hold, if there is one."""
        busy = [call for call in self.calls if call.state_at(self.number) != "held"]
        return next(iter(busy or self.calls), None)


@dataclass(frozen=True)
class Fact:
    """What happened: placed, state, initiated, originated, delivered, reached (the network), failed, diverted,
    established, held, retrieved, transferred, cleared, agent. `at` is the device concerned, `also` the others that it
    is told to.
    """

    kind: str
    at: str
    call: Call | None = None
    other: str = ""  # diverted, transferred: whereto; cleared: which connection dropped; agent: the state
    old_id: int = 0  # transferred: what the call was called before
    second_id: int = 0  # transferred after asking: what the call with `other` was called before
    by: str = ""  # cleared: who released
    cause: str = ""
    also: tuple[str, ...] = ()
