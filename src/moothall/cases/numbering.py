"""The next reference of a council: its counter is locked, so that no two cases take one number."""
from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from moothall.agreements.councils import council_of_number
from moothall.agreements.queries import council_now
from moothall.cases.models import Case, ReferenceCounter
from moothall.cases.queries import locked_number
from moothall.domain.references import number_of, reference
from moothall.tenancy.models import Council


@dataclass(frozen=True, slots=True)
class Ready:
    """What a new case needs of the database, asked in one: its id, the locked counter of its council, and the open case
    about the same thing."""

    case: int
    counter: ReferenceCounter
    existing: Case | None


def counted_at(council: int) -> Council:
    """The council whose letters new references of a council have: its own, or its successor's."""
    return council_now(council_of_number(council))


def lock_counter(council: int) -> ReferenceCounter:
    """The council's counter, locked until the transaction ends: cases of one council are opened one after another."""
    return counter_at(council, locked_number(council))


def counter_at(council: int, number: int | None) -> ReferenceCounter:
    """The counter whose locked row says this number; None where there is no row yet."""
    if number is not None:
        return ReferenceCounter(council_id=council, next=number)
    counter, _ = ReferenceCounter.objects.select_for_update().get_or_create(council_id=council)
    return counter


def next_reference(council: Council, counter: ReferenceCounter) -> str:
    """Take the next printable reference from a locked counter. The counter goes on in memory: what takes the reference
    keeps it (cases.queries.insert_case)."""
    key = _permutation_key(council)
    while True:
        made = reference(council.reference_prefix, number_of(counter.next - 1, key))
        counter.next += 1
        if made is not None:
            return str(made)


def _permutation_key(council: Council) -> bytes:
    message = f"case-reference:{council.gss}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
