"""What Moothall may ask of a back office and do in it. Vendors live in `contrib/`.

A posting has a key that is Moothall's own. No answer in time means *unknown*: it is probed by its key before it is
sent again, so that nothing is done twice. A vendor's code that stands in no table raises UnknownCode: nobody guesses.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

from moothall.lib.answers import Unknown

Refusal = Literal[
    "no_record", "several", "locked", "overlap", "evidence", "stage_forbids", "closed_year", "key_taken", "not_read",
    "not_allowed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """Something to be done there: `operation` is one of ours (`open_account`, `close_account` …)."""

    operation: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """It was done; `reference` is theirs."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """They declined, and nothing was done. `locked`: it may be sent again later."""

    code: Refusal


@dataclass(frozen=True, slots=True)
class NeverCame:
    """They know no posting of that key: it may be sent (again)."""


Result = Done | Refused | NeverCame | Unknown


class BackOffice(Protocol):
    def send(self, key: str, posting: Posting) -> Result:
        """Do it, once for a key."""

    def probe(self, key: str) -> Result:
        """What became of a posting."""


class UnknownCode(LookupError):
    """A vendor's code that our table doesn't have. The table is to be mended; nobody guesses."""

    def __init__(self, vendor: str, table: str, code: object) -> None:
        super().__init__(f"{vendor}: the {table} “{code}” stands in no table of ours")


T = TypeVar("T")


def ours(vendor: str, table: str, codes: Mapping[str, T], code: object) -> T:
    """A vendor's code in our words; UnknownCode where it isn't known."""
    if not isinstance(code, str) or code not in codes:
        raise UnknownCode(vendor, table, code)
    return codes[code]
