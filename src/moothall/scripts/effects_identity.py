"""Comparing what somebody said with what their account holds: the one effect of proving who they are."""
from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from moothall.backoffice.revenues import Evidence
from moothall.cases import actions as cases
from moothall.cases.changes import AlreadyOpen
from moothall.cases.queries import wait_about
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.places.models import Property
from moothall.scripts.access import home_within_sight
from moothall.scripts.lookups_revenues import evidence_at
from moothall.scripts.models import IdentityCheck, Run
from moothall.scripts.orders import Order
from moothall.scripts.proof_of_identity import FAILURES_IN_A_DAY, failures_on, is_theirs, level_proved
from moothall.tenancy.principals import Resident
from moothall.tenancy.scope import current_principal

ALERT = "identity-alert"


def check_identity(run: Run, council: int, order: Order) -> Mapping[str, Any]:
    """Whether the name and the fact fit the account at the address. Once it went wrong so often on a day, nothing fits
    any more that day, and the officers get a case. What was said isn't kept."""
    home = home_within_sight(order.args["property"])
    if home.council_id != council:
        if isinstance(current_principal(), Resident):  # on one council's pages nothing of another's is proved
            return {"matched": False, "level": run.level}
        council = home.council_id  # the account's, whichever home was told last
    fact, evidence = str(order.args["fact"]), evidence_at(home)
    wait_about(council, _about(home))  # of two calls at once the second counts what the first said
    at = clock.now()
    right = isinstance(evidence, Evidence) and is_theirs(
        evidence, str(order.args["name"]), fact, str(order.args["said"])
    )
    matched = right and failures_on(home.pk, at) < FAILURES_IN_A_DAY
    IdentityCheck.objects.create(
        council_id=council, service_id=run.service_id, run_number=run.pk, contact_number=run.contact_id,
        property_id=home.pk, fact=fact, matched=matched, at=at,
    )  # fmt: skip
    alert = not matched and failures_on(home.pk, at) == FAILURES_IN_A_DAY
    own = council == run.council_id
    # Not at which address: the journal stays, and would lead from a call to where somebody protected lives.
    write("identity.check", council=council, service=run.service_id, contact=run.contact_id if own else None,
          need=run.need_id if own else None, at=at,
          body={"fact": fact, "matched": matched, "alert": alert})  # fmt: skip
    if alert:
        _alert(run.service_id, council, home)
    return {"matched": matched, "level": level_proved(run.pk, run.contact_id, home.pk)}


def _about(home: Property) -> str:
    return f"{ALERT}:{home.pk}"


def _alert(service: int, council: int, home: Property) -> None:
    """The officers learn of it, and the caller doesn't: their need leads nowhere. One case, as long as it is open."""
    with suppress(AlreadyOpen):
        cases.open_case(
            council=council, service=service, kind=ALERT, title=f"Failed identity checks, {home.line}",
            about=_about(home), property=home.pk,
            answers=[{"question": "Failed today", "answer": str(FAILURES_IN_A_DAY)}],
            told="",
        )  # fmt: skip
