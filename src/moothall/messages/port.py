"""The messages port: what Moothall asks of whoever carries its texts, e-mails and letters. Vendors live in `contrib/`.

Nothing that a carrier says is an exception. A time-out is Unknown: the message may be on its way, so that it is probed
by its reference before it is sent again.

It refuses with one of these codes: bad_address, not_allowed, bad_message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from moothall.lib.answers import Later, Refused, Unknown

Channel = Literal["sms", "email", "letter"]
Standing = Literal["accepted", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be carried: `reference` is ours and names it for ever. `to` is a number, an e-mail address, or the
    lines of an address."""

    reference: str
    channel: Channel
    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The carrier has it, under its own id."""

    id: str


@dataclass(frozen=True, slots=True)
class Found:
    """The carrier knows the message: where it stands, and in our code why it failed."""

    id: str
    standing: Standing
    code: str = ""


@dataclass(frozen=True, slots=True)
class NotThere:
    """The carrier knows of no such message."""


class Carrier(Protocol):
    """One council's way out."""

    def send(self, letter: Letter) -> Taken | Refused | Later | Unknown:
        """Give it to the carrier."""

    def probe(self, reference: str) -> Found | NotThere | Unknown:
        """Ask whether the carrier has it, and what became of it."""
