"""The next reference of a council: its counter is locked, so that no two cases take one number."""
from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from moothall.cases.models import ReferenceCounter
from moothall.cases.queries import locked_number
from moothall.domain.references import number_of, reference
from moothall.tenancy.models import Council


def lock_counter(council: int) -> ReferenceCounter:
    """The council's counter, locked until the transaction ends: cases of one council are opened one after another."""
    number = locked_number(council)
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
