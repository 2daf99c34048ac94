"""What a look-up is given, and what it gives back."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moothall.tenancy.models import Council

Args = Mapping[str, Any]
AT_POSTCODE = "_at_postcode"  # the fact that names the postcode of each address that a resident was shown


def postcodes_shown(facts: Mapping[str, Any]) -> Mapping[str, str]:
    """The addresses that a resident was shown, each with its postcode."""
    told = facts.get(AT_POSTCODE, {}).get("value")
    return told if isinstance(told, Mapping) else {}


def postcode_of(facts: Mapping[str, Any], home: object) -> str:
    """At which postcode a resident may look for an address; empty where they were shown no such one."""
    told = facts.get(AT_POSTCODE, {}).get("value")
    return told if isinstance(told, str) else postcodes_shown(facts).get(str(home), "")  # a text in runs of before


def home_number(home: object) -> int | None:
    """The number of an address that was chosen from the list; None where none was: also "Not in this list" is an
    answer to the question for it, and the case has the address as it was told."""
    told = str(home) if home is not None else ""
    return int(told) if re.fullmatch(r"[0-9]{1,18}", told) else None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """In whose name a run speaks now, for which service, and when.

    `partnership` is the one on whose line the call came, if it came on one; `known` are the facts so far. `resident`:
    somebody on the public pages acts, who sees their own run and public data alone. `run` and `contact` are numbers.
    """

    council: Council
    service: int
    line_council: Council
    at: datetime
    partnership: int | None = None
    known: Mapping[str, Any] = field(default_factory=dict)
    resident: bool = False
    run: int | None = None
    contact: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Facts by name, and where they come from."""

    facts: Mapping[str, Any]
    source: str
