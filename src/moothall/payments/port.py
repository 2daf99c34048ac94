"""The payments port: what Moothall asks of whoever takes the money. Vendors live in `contrib/`.

The payer types their card on the provider's own page; nothing here has a place for a card number. A time-out is
Unknown, never a failure: to say that it failed might take the money twice.

It refuses with one of these codes: not_allowed, bad_bill, finished, amount_changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from moothall.lib.answers import Later, Refused, Unknown

# created: the payer hasn't been there; begun: they are on the provider's page; submitted: the bank is asked.
Standing = Literal["created", "begun", "submitted", "paid", "failed"]


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid. `key` is ours and makes one payment of it, however often it is sent. `pence` in GBP."""

    key: str
    pence: int
    reference: str
    what: str
    return_to: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as the provider tells of it. `page` is where the payer goes on, empty where they can't.

    `code`, in our words, says why nothing was taken: declined, expired, cancelled, fault.
    """

    id: str
    standing: Standing
    page: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """It was done."""


class Provider(Protocol):
    """One council's own account: money for one council never runs through another's."""

    def create(self, bill: Bill) -> Payment | Refused | Later | Unknown:
        """Begin a payment; asked again with the same key, the same payment."""

    def look(self, payment: str) -> Payment | Refused | Later | Unknown:
        """Where it stands."""

    def cancel(self, payment: str) -> Done | Refused | Later | Unknown:
        """Nobody shall pay it any more."""
