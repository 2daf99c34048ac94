"""The revenues and benefits port: what is read of a council tax account. Names and addresses aren't among it.

What an account holds of people stays behind the port, but for comparing: whoever reads an account to tell somebody
about it can't tell what they never had.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from moothall.backoffice.port import BackOffice

Stage = Literal[
    "instalments", "reminder", "second_reminder", "balance_due", "final_notice", "summons", "liability_order",
    "enforcement",
]  # fmt: skip
HoldKind = Literal[
    "breathing_space", "crisis_breathing_space", "insolvency", "dispute", "support_pending", "death", "vulnerable"
]
FactKind = Literal[
    "account_number", "instalment_day", "last_payment", "ni_last_three", "letter_reference", "household", "password"
]
ClaimState = Literal["waiting", "live", "ended"]
PASSWORD: FactKind = "password"


@dataclass(frozen=True, slots=True)
class Hold:
    kind: HoldKind
    until: date | None


@dataclass(frozen=True, slots=True)
class Instalment:
    due: date
    pence: int
    paid: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim for support with council tax: its state, and the day on which each paper was seen, None if it wasn't."""

    reference: str
    state: ClaimState
    made: date
    papers: Mapping[str, date | None]


@dataclass(frozen=True, slots=True)
class Account:
    """What may be told of an account to whoever proved to be on it. `guarded`: somebody on it must be protected."""

    reference: str
    band: str
    charge: int
    discount: int  # percent
    owing: int
    instalments: tuple[Instalment, ...]
    stage: Stage
    stage_day: date | None
    costs: int
    holds: tuple[Hold, ...]
    direct_debit: bool
    pay_day: int
    broken: int  # arrangements broken in twelve months
    joint: bool
    claims: tuple[Claim, ...]
    guarded: bool


@dataclass(frozen=True, slots=True)
class Dwelling:
    """What anybody may know of a home: its band and the whole year's charge for it. No one's account is in it."""

    band: str
    charge: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an account can prove somebody by. Not to be told: only compared. Its text never shows what it holds."""

    names: tuple[str, ...]
    facts: Mapping[FactKind, str]
    guarded: bool

    def __repr__(self) -> str:
        return "Evidence(…)"


@dataclass(frozen=True, slots=True)
class NoAccount:
    """No account stands there."""


@dataclass(frozen=True, slots=True)
class SeveralAccounts:
    """More than one account stands there: an officer must choose."""


@dataclass(frozen=True, slots=True)
class NotAnswering:
    """The package isn't answering, or can't for now."""

    reason: str


Missing = NoAccount | SeveralAccounts | NotAnswering


class Revenues(BackOffice, Protocol):
    """A council's revenues package. Reads answer with values; only UnknownCode is raised."""

    def account_at(self, uprn: int) -> Account | Missing:
        """The account for a home."""

    def dwelling_at(self, uprn: int) -> Dwelling | Missing:
        """The home itself."""

    def evidence_at(self, uprn: int) -> Evidence | Missing:
        """What the account for a home can prove somebody by."""
