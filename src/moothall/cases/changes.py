"""What may come between a person and the case that they change."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moothall.cases.models import Case


class Refused(Exception):
    """The change wasn't made; nothing was written. `code` says why."""

    code = "refused"


@dataclass
class Changed(Refused):
    """Somebody else changed the case since it was read. `by` is a person's first name, or empty where not known."""

    case: Case
    by: str
    at: datetime | None
    code = "changed"


@dataclass
class AlreadyClosed(Refused):
    """The case is closed: it can't be claimed, given or closed again."""

    case: Case
    code = "closed"


@dataclass
class AlreadyOpen(Refused):
    """An open case of the same council is about the same thing: link to it instead."""

    case: Case
    code = "open"
