"""What an outside system may answer besides what was asked for. None of it is an exception: each is a value that the
caller must tell apart, since no answer is not a no.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """They won't, now or later. `code` is ours, one of those that the port names; `raw` is what they said."""

    code: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """They were not reached, or have too much to do: nothing was done."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer: it may have been done. Probe before asking again."""

    reason: str = ""
