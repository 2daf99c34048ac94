"""What a call led to stays in sight of its agent until it is finished, though the share may end meanwhile."""
from __future__ import annotations

from django.db.models import F, Func, IntegerField, Value

from moothall.queueing.models import Lease


def _with(column: str, number: int) -> Func:
    """The array with `number` in it once."""
    without = Func(F(column), Value(number), function="array_remove", output_field=IntegerField())
    return Func(without, Value(number), function="array_append")


def lease_also(
    person: int, contact: int, *, case: int | None = None, customer: int | None = None, property_: int | None = None
) -> None:
    """Add ids to the person's lease of the contact; none where there is no lease."""
    named = {"cases": case, "customers": customer, "properties": property_}
    added = {column: _with(column, number) for column, number in named.items() if number is not None}
    if added:
        Lease.objects.filter(person_id=person, contact_id=contact).update(**added)
