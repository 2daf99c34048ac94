"""Which run a person may open: within the open scope, or it isn't there. Never a 403."""

from __future__ import annotations

from django.http import Http404

from moothall.scripts.models import Run


def access_run(number: int, *, contact: int | None = None) -> Run:
    """The run, and of that contact if one is named; Http404 where it isn't there or isn't theirs to see."""
    rows = Run.objects.select_related("script", "contact", "need", "council").filter(pk=number)
    run = (rows if contact is None else rows.filter(contact_id=contact)).first()
    if run is None or (run.contact_id is not None and run.contact is None):
        raise Http404("No run of that number is within sight")
    return run
