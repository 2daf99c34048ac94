"""In whose name a transaction is done."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Purpose = Literal[
    "route", "load", "seal", "audit", "count", "sign", "call_story", "hand_back", "prove", "certify", "identity",
    "onboard", "glass", "send", "pay", "post", "replay", "where", "protect", "forget",
]
OF_ONE_COUNCIL = {"hand_back", "identity", "onboard", "glass", "protect"}  # never in the name of all


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff. `contact` names the contact that the request is about, which fills the lease.

    `protected`: whoever holds the right `see_protected` asks for it, which is journalled (customers/protection.py).
    """

    person: int
    contact: int | None = None
    protected: bool = False

    def __str__(self) -> str:
        return f"staff:{self.person}"


@dataclass(frozen=True, slots=True)
class System:
    """The installation itself, for one purpose of a fixed list; `council` narrows it, None is all of them."""

    purpose: Purpose
    council: int | None = None

    def __post_init__(self) -> None:
        if self.council is None and self.purpose in OF_ONE_COUNCIL:
            raise ValueError(f"{self} must name a council")

    def __str__(self) -> str:
        return f"system:{self.purpose}"


@dataclass(frozen=True, slots=True)
class Operator:
    """Keeps the installation running; sees no residents."""

    person: int

    def __str__(self) -> str:
        return f"operator:{self.person}"


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody on the public pages: one run and its secret."""

    run: int
    secret: str

    def __str__(self) -> str:
        return f"resident:{self.run}"


@dataclass(frozen=True, slots=True)
class Emergency:
    """Somebody who broke the glass of one council (agreements/glass.sql): reads what is its, writes nothing."""

    person: int
    glass: int

    def __str__(self) -> str:
        return f"emergency:{self.person}"


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Somebody on the public pages with a secret link to one row: `link` is the SHA-256 of its secret."""

    link: str

    def __str__(self) -> str:
        return f"link:{self.link[:8]}"


Principal = Staff | System | Operator | Resident | Emergency | LinkHolder
