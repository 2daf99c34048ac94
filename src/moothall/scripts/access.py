"""Which run a person may open, and which scripts begin: within the open scope, or it isn't there. Never a 403."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from moothall.agreements.queries import members
from moothall.contacts.models import Contact
from moothall.people.queries import teams_of
from moothall.places.models import Property
from moothall.places.queries import addresses, open_address_list
from moothall.scripts.models import Run
from moothall.scripts.shared import council_of
from moothall.scripts.surroundings import home_number, postcode_of, postcodes_shown
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import Resident, Staff
from moothall.tenancy.residents import own_run
from moothall.tenancy.scope import current_principal, scope


def access_run(number: int, *, contact: int | None = None) -> Run:
    """The run, and of that contact if one is named; Http404 where it isn't there or isn't theirs to see."""
    rows = with_all(Run.objects.filter(pk=number))
    run = (rows if contact is None else rows.filter(contact_id=contact)).first()
    if run is None or (run.contact_id is not None and run.contact is None):
        raise Http404("No run of that number is within sight")
    return run


@contextmanager
def resident_run(number: int, secret: str, council: Council, *, lock: bool = False) -> Iterator[Run | None]:
    """The scope of a resident and their run in it, on that council's pages; None where it isn't theirs or another
    council's.

    `lock`: as it stands until the transaction ends, for what will change it. A scope that waited for another window may
    have been opened before that one made the run's contact, and then doesn't show it: so it is opened anew.
    """
    opened = partial(scope, Resident(number, secret), first=own_run(number, council.pk, lock=lock))
    with opened() as row:
        run = _in_hand(row, council, lock=lock) if row else None
        if not (lock and run and run.contact_id and run.contact is None):
            yield run
            return
    with opened() as row:
        yield _in_hand(row, council, lock=False) if row else None


def _in_hand(row: dict[str, Any], council: Council, *, lock: bool) -> Run | None:
    if row["contact_id"] is not None or row["need_id"] is not None:
        try:
            return with_all(Run.objects.filter(pk=row["id"])).get() if lock else access_run(row["id"])
        except Http404:
            return None
    row |= {name: datetime.fromisoformat(row[name]) for name in ("started_at", "changed_at")}
    columns = [field.attname for field in Run._meta.concrete_fields]
    run: Run = Run.from_db("default", columns, [row[name] for name in columns])
    run.council = council
    return run


def with_all(rows: QuerySet[Run]) -> QuerySet[Run]:
    """Runs with what every page reads of them. The script's text isn't: it is large, and was read once."""
    return rows.select_related("script", "contact", "need", "council").defer("script__text")


def home_within_sight(number: object) -> Property:
    """The address of that number; Http404 where it isn't within sight."""
    chosen = home_number(number)
    row = addresses().filter(pk=chosen).first() if chosen else None
    if row is None:
        raise Http404("No such property is within sight")
    return row


def whose_home(run: Run, home: int) -> int | None:
    """The council of an address that a run names; None where it isn't within sight."""
    if isinstance(current_principal(), Resident):
        if str(home) in postcodes_shown(run.facts):  # which costs a report no question of its own
            return council_of(run.facts, home) or run.council_id
        if key := postcode_of(run.facts, home):  # a run of before; who sees one postcode's addresses alone
            open_address_list(key)
    elif run.contact is not None and run.contact.property_id == home:
        return run.council_id  # as the contact's, it is the same council's
    return addresses().filter(pk=home).values_list("council_id", flat=True).first()


def services_answered(contact: Contact, at: datetime) -> frozenset[int]:
    """The services for which the person who acts may begin a need in a contact: the line's own, and those that they
    answer for its council (on a partnership's line: for any of its councils, since the address decides)."""
    principal = current_principal()
    if not isinstance(principal, Staff):
        return frozenset({contact.service_id})
    grants = Grant.objects.open_at(at).filter(right=Grant.Right.ANSWER, team__in=teams_of(principal.person, at))
    shared = contact.council.kind == Council.Kind.PARTNERSHIP
    councils = members(contact.council_id) if shared else (contact.council_id,)
    grants = grants.filter(council_id__in=councils)
    return frozenset(grants.values_list("service_id", flat=True)) | {contact.service_id}
