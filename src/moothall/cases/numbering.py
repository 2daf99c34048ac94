"""The next reference of a council. Numbers come from one sequence of the installation, some at a time for each process:
whoever opens a case waits for nobody else's, and a number that isn't used is missed by nobody."""
from __future__ import annotations

import hashlib
import hmac
from collections import deque
from dataclasses import dataclass

from django.conf import settings

from moothall.agreements.councils import council_of_number
from moothall.agreements.queries import council_now
from moothall.cases.models import Case
from moothall.cases.queries import take_numbers
from moothall.domain.references import number_of, reference
from moothall.tenancy.models import Council

AT_ONCE = 16  # numbers that a process takes; what it holds when it ends is never used

_taken: deque[int] = deque()


@dataclass(frozen=True, slots=True)
class Ready:
    """What a new case needs of the database, asked in one: its id, and the open case about the same thing."""

    case: int
    existing: Case | None


def named_after(council: int) -> Council:
    """The council whose letters new references of a council have: its own, or its successor's."""
    return council_now(council_of_number(council))


def next_reference(council: Council) -> str:
    """A printable reference that this installation has given to nobody, unless its secret was changed since."""
    key = _permutation_key(council)
    while True:
        made = reference(council.reference_prefix, number_of(_next_number() - 1, key))
        if made is not None:
            return str(made)


def _next_number() -> int:
    while True:
        try:
            return _taken.popleft()
        except IndexError:
            _taken.extend(take_numbers(AT_ONCE))


def _permutation_key(council: Council) -> bytes:
    message = f"case-reference:{council.gss}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
