"""A case of somebody protected, as whoever may see them reads it."""
from __future__ import annotations

from moothall.cases.models import Case
from moothall.customers.models import KeptApart
from moothall.places.models import Property


def put_together(case: Case) -> bool:
    """Put what is kept apart back into the case in hand, to be shown and never saved. False where the open scope
    doesn't show it, and then nothing is changed."""
    kept = KeptApart.objects.filter(council_id=case.council_id, what=KeptApart.What.CASE, row=case.pk).first()
    if kept is None:
        return False
    for name, value in kept.texts.items():
        setattr(case, name, value)
    case.property = Property.objects.filter(pk=case.property_id or 0).first()
    return True
