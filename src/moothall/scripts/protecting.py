"""A script that was told that somebody must not be found: whoever it is about is protected, in its own transaction."""
from __future__ import annotations

from collections.abc import Sequence

from moothall.customers.protection import protect_customer
from moothall.domain.interview.run import protects
from moothall.scripts.models import Run
from moothall.scripts.steps import walk_of
from moothall.scripts.versions import script_of
from moothall.tenancy.together import write_held


def told_to_protect(run: Run) -> bool:
    """Whether one of the script's effects would protect them by what they have told so far, wherever they stand. One
    that protects whatever was told does so where it is done."""
    script, values = script_of(run), walk_of(run).next.values
    asks = (step for step in script.steps if step.call and step.call.protect and step.call.protect.asks_known)
    return any(protects(script, step, values) for step in asks)


def protect_in_run(run: Run, cases: Sequence[int | None]) -> None:
    """Protect whoever these cases of the run are about, once nothing of it is written any more: what is told in a row
    is taken out of it as it stands then. A case that they see nobody of has at least its own contact put apart.

    LookupError where the run isn't there: from then on it is held, so that one that isn't seen afterwards is apart.
    """
    write_held()
    if Run.objects.select_for_update().filter(pk=run.pk).values_list("pk").first() is None:
        raise LookupError(f"run {run.pk} isn't within sight")
    for case in cases:
        protect_customer(case=case, contact=run.contact_id)
    apart = Run.objects.filter(pk=run.pk).values_list("apart", flat=True).first()
    run.apart = apart is None or apart  # of a call that is over it isn't seen any more by whoever told it
