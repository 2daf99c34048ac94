"""Why a contact went to an agent: the order keys that decided, kept as plain numbers and put into words on request."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal

RANK_WORDS = ("knows it best", "can do it", "is learning it")


@dataclass(frozen=True, slots=True)
class Key:
    """An agent's order key: `person` was free for `free_ms` in `tier`, which joins after `after_s` seconds."""

    person: int
    tier: int
    rank: int
    free_ms: int
    after_s: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a client stood by the share that answers for it: so many agents had its calls when it was decided."""

    council: int
    serving: int
    guarantee: int = 0
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What an offer stores. By "agent": a call came and `of` were free; by "contact": an agent came free, `of` waited;
    by "named": it was passed on to that very person.

    `runner_up` is the next agent (by agent), `next_contact` with `next_waited_ms` the next call (by contact).
    `protected` is the winner's client where it had fewer agents than it is guaranteed; `held` is the client of a call
    that would have come first and that had waited `held_ms`, were its client not at its cap.
    """

    by: Literal["agent", "contact", "named"]
    winner: Key
    of: int
    waited_ms: int
    runner_up: Key | None = None
    next_contact: int | None = None
    next_waited_ms: int = 0
    protected: Standing | None = None
    held: Standing | None = None
    held_ms: int = 0

    def as_body(self) -> dict[str, Any]:
        """For a JSON column."""
        return asdict(self)

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Reason:
        """From a JSON column; KeyError or TypeError if it never was a Reason."""
        def part(name: str, kind: type[Any]) -> Any:
            return kind(**body[name]) if body.get(name) else None

        parts = {"runner_up": Key, "protected": Standing, "held": Standing}
        return cls(**{**body, "winner": Key(**body["winner"]), **{name: part(name, parts[name]) for name in parts}})


def explain(
    reason: Reason, *, what: str, names: Mapping[int, str], councils: Mapping[int, str] = MappingProxyType({})
) -> str:
    """In words. `what` names the line or service ("Northby bins"), `names` each person, `councils` each council."""
    if reason.by == "named":
        return f"passed on to them by name, free for {length(reason.winner.free_ms)}"
    if reason.by == "contact":
        return _explain_contact(reason, what, councils)
    words = _explain_agent(reason, what, names)
    return f"{words}; {guaranteed(reason.protected, councils)}" if reason.protected else words


def guaranteed(client: Standing, councils: Mapping[int, str], *, now: bool = False) -> str:
    """"Northby is guaranteed 2 and had 1"."""
    name = councils.get(client.council, "its council")
    return f"{name} is guaranteed {client.guarantee} and {'has' if now else 'had'} {client.serving}"


def capped(client: Standing, councils: Mapping[int, str], *, now: bool = False) -> str:
    """"Northby was at its cap of 3"."""
    return f"{councils.get(client.council, 'its council')} {'is' if now else 'was'} at its cap of {client.cap}"


def _explain_agent(reason: Reason, what: str, names: Mapping[int, str]) -> str:
    winner, other = reason.winner, reason.runner_up
    if other is None:
        return f"the only one free who answers {what}: {length(winner.free_ms)}"
    name = names.get(other.person, "somebody else")
    if other.tier != winner.tier:
        joins = length(other.after_s * 1000)
        return f"in the team that answers {what} first; next was {name}, whose team joins after {joins}"
    if other.rank != winner.rank:
        return (
            f"{RANK_WORDS[winner.rank]}, of {reason.of} free who answer {what}; "
            f"next was {name}, who {RANK_WORDS[other.rank]}"
        )
    free, less = length(winner.free_ms), length(other.free_ms)
    return f"free longest of {reason.of} who answer {what}: {free}; next was {name}: {less}"


def _explain_contact(reason: Reason, what: str, councils: Mapping[int, str]) -> str:
    words = f"became free while {what} had waited {length(reason.waited_ms)}"
    if reason.next_contact is None:
        words += "; no other call waited that they answer" if reason.held is None else ""
    else:
        first = f"first of {reason.of}, since {guaranteed(reason.protected, councils)}" if reason.protected else (
            f"longest of {reason.of}")
        words += f", {first}; next was a call that had waited {length(reason.next_waited_ms)}"
    if reason.held is None:
        return words
    return f"{words}; a call that had waited {length(reason.held_ms)} was left, since {capped(reason.held, councils)}"


def length(ms: int) -> str:
    """A length of time in words: "4 min 10 s", "52 s", "1 h 3 min"."""
    seconds = max(0, ms) // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
