"""Errands: written in the caller's transaction, run by a job, each done once. A time-out is unknown, and is probed by
its key before it is sent again; a claim is a lease on the row, so that a killed worker's errand is taken up and probed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from moothall.backoffice.models import Errand
from moothall.backoffice.port import BackOffice, Done, NeverCame, Posting, Refused, Result
from moothall.backoffice.queries import insert_errand
from moothall.backoffice.waste import SYSTEM, waste_of
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.lib.answers import Unknown
from moothall.lib.jobs import leave
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope

RUN = "moothall.backoffice.tasks.run_errand"
SETTLE = timedelta(seconds=settings.OUTBOUND_LEASE_S)  # longer than any question to a back office may take
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
State = Errand.State
SYSTEMS = {SYSTEM: waste_of}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done there. `waits`: not before somebody starts it; `after`: the job that is told how it ended."""

    council: int
    service: int
    key: str
    system: str
    operation: str
    body: dict[str, Any] = field(default_factory=dict)
    case: int | None = None
    contact: int | None = None
    waits: bool = False
    after: str = ""


def post_errand(wanted: Wanted) -> None:
    """Leave it to be done, once for its key."""
    at = clock.now()
    insert_errand(Errand(
        council_id=wanted.council, service_id=wanted.service, key=wanted.key, system=wanted.system,
        operation=wanted.operation, body=wanted.body, case_id=wanted.case, contact_id=wanted.contact,
        after=wanted.after, state=State.WAITING if wanted.waits else State.QUEUED, made_at=at,
        next_at=None if wanted.waits else at,
    ))  # fmt: skip
    write("errand.post", council=wanted.council, service=wanted.service, case=wanted.case, contact=wanted.contact,
          at=at, body={"errand": wanted.key, "system": wanted.system, "operation": wanted.operation})  # fmt: skip
    if not wanted.waits:
        leave(RUN, errand=wanted.key, council=wanted.council)


def start_errand(errand: Errand) -> None:
    """What it waited for has come."""
    errand.state, errand.next_at = State.QUEUED, clock.now()
    errand.save(update_fields=["state", "next_at"])
    write("errand.start", council=errand.council_id, service=errand.service_id, case=errand.case_id,
          body={"errand": errand.key})  # fmt: skip
    leave(RUN, errand=errand.key, council=errand.council_id)


def drop_errand(errand: Errand) -> None:
    """It is no longer wanted. Only what still waits can be dropped."""
    errand.state, errand.settled_at = State.DROPPED, clock.now()
    errand.save(update_fields=["state", "settled_at"])
    write("errand.drop", council=errand.council_id, service=errand.service_id, case=errand.case_id,
          body={"errand": errand.key})  # fmt: skip


def run(key: str, council: int) -> str:
    """Do what is due with this errand; its state afterwards, or nothing where it isn't due."""
    at = clock.now()
    with scope(System("post", council)):
        rows = Errand.objects.select_for_update(skip_locked=True, of=("self",)).select_related("council")
        errand = rows.filter(key=key, next_at__lte=at).first()
        if errand is None:
            return ""
        before, gss = errand.state, errand.council.gss
        errand.state, errand.next_at = State.SENDING, at + SETTLE
        errand.attempts += 1
        errand.save(update_fields=["state", "next_at", "attempts"])
    office = SYSTEMS[errand.system](gss)
    result = _ask(office, errand, before) if office else NeverCame()
    return settle_errand(errand, result)


def _ask(office: BackOffice, errand: Errand, before: str) -> Result:
    if before != State.QUEUED:
        found = office.probe(errand.key)
        if not isinstance(found, NeverCame):
            return found
    return office.send(errand.key, Posting(errand.operation, errand.body))


def settle_errand(claimed: Errand, result: Result) -> str:
    """Write down what they said; the state now. Somebody else's later claim is left alone."""
    at = clock.now()
    with scope(System("post", claimed.council_id)):
        errand = Errand.objects.select_for_update().get(pk=claimed.pk)
        if errand.next_at != claimed.next_at:
            return errand.state
        match result:
            case Done(theirs):
                errand.theirs = theirs
                _end(errand, State.DONE, "", at)
            case Refused("locked"):
                _again(errand, State.QUEUED, "locked", at)
            case Refused(code):
                _end(errand, State.REFUSED, code, at)
            case NeverCame():
                _again(errand, State.QUEUED, "not reached", at)
            case Unknown(reason):
                _again(errand, State.UNKNOWN, reason, at)
        errand.save()
        return errand.state


def _again(errand: Errand, state: str, reason: str, at: datetime) -> None:
    errand.state, errand.code = state, reason[:60]
    errand.next_at = at + WAITS[min(errand.attempts, len(WAITS)) - 1]


def _end(errand: Errand, state: str, code: str, at: datetime) -> None:
    errand.state, errand.code, errand.next_at, errand.settled_at = state, code, None, at
    write("errand.settle", council=errand.council_id, service=errand.service_id, case=errand.case_id, at=at,
          body={"errand": errand.key, "state": state, "code": code})  # fmt: skip
    if errand.after:
        leave(errand.after, errand=errand.key, council=errand.council_id)
