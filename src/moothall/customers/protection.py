"""People who are protected, and the right `see_protected`: who has it, who gives it, whom everybody else asks.

The database decides (tenancy/protected.sql): a scope that doesn't ask for the right, or whose person hasn't it, shows
nobody who is protected. Each step is in the journal of the council whose people they are.
"""
from __future__ import annotations

from datetime import datetime

from django.db.models import F

from moothall.customers.models import Customer, CustomerToken, ProtectedSight, ProtectedSights
from moothall.customers.names import normalise, tokens
from moothall.customers.phones import e164
from moothall.journal.actions import write
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Person
from moothall.places.postcodes import PostcodeError, normalise_postcode
from moothall.tenancy.models import CORE, Council
from moothall.tenancy.principals import System
from moothall.tenancy.protection import end_sight, give_sight, protect, protect_told
from moothall.tenancy.scope import scope

# What the journal holds of it: who was given the right, who used it, who is protected. Its index says the same.
KINDS = ("see_protected.give", "see_protected.end", "case.look", "protected.find", "customer.protect",
         "customer.unprotect")
MOST = 100
# What the database answers, in words for whoever asked.
REFUSED = {
    "no_right": "You can’t give this right now. Ask a manager of the council",
    "not_ours": "Only somebody who works for the council can be given it. Choose somebody else",
    "has_it": "They have the right already. End it first to change its last day",
    "too_long": "Enter a day within a year: look again then who still needs it",
    "ends_early": "That day is over. Enter today or a later day",
    "over": "It is over already",
    "so_already": "It is so already",
}


class Refused(Exception):
    """It was not done; `code` is one of REFUSED."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(REFUSED[code])


def give_see_protected(council: Council, person: Person, *, until: datetime, by: Person) -> None:
    """This person may see the council's protected people from now on. Refused for who is no manager of it, for who
    doesn't work for it, and for longer than a year."""
    at = clock.now()
    with scope(System("protect", council.pk)):
        _must(give_sight(council.pk, person.pk, until, by=by.pk, at=at), "given")
        write("see_protected.give", council=council.pk, service=CORE, at=at,
              body={"person": person.pk, "by": by.pk, "until": until.isoformat()})


def end_see_protected(sight: ProtectedSight, *, by: Person) -> None:
    """They may no longer, from now on."""
    at = clock.now()
    with scope(System("protect", sight.council_id)):
        _must(end_sight(sight.pk, by=by.pk, at=at), "ended")
        write("see_protected.end", council=sight.council_id, service=CORE, at=at,
              body={"person": sight.person_id, "by": by.pk})


def protect_customer(*, case: int | None = None, contact: int | None = None) -> None:
    """From now on whoever a case or a contact is about is shown to nobody without the right, on record or not: what was
    told there is kept apart. At a word, with no proof; within the open scope, which may be that of a call about one
    service alone, or the resident's own."""
    found = protect_told(case, contact)
    if not found:
        raise Refused("no_right")
    for each in found:
        if each.anew:
            write("customer.protect", council=each.council, service=each.service, body={"customer": each.customer})


def unprotect_customer(customer: Customer) -> None:
    """They are protected no longer. Within the scope of somebody who may see them. Whoever a script put on record is
    found by their name from then on, as everybody is."""
    _must(protect(customer.pk, False), "done")
    if not customer.tokens.exists():
        CustomerToken.objects.bulk_create(
            CustomerToken(council_id=customer.council_id, customer=customer, token=word)
            for word in tokens(customer.name)
        )
    write("customer.unprotect", council=customer.council_id, service=CORE, body={"customer": customer.pk})


def find_protected(council: int) -> None:
    """Somebody is about to look for protected people: what can't be written isn't shown."""
    write("protected.find", council=council, service=CORE)


def protected_people(council: int, typed: str) -> list[Customer]:
    """Those whose names begin with the words typed, or at that postcode, or of that telephone number. Within the scope
    of somebody who may see them; to anybody else it shows nobody."""
    rows = Customer.objects.filter(council_id=council, protected=True).select_related("property")
    rows = rows.prefetch_related("phones").order_by("name", "pk")
    try:
        return list(rows.filter(property__postcode_key=normalise_postcode(typed))[:MOST])
    except PostcodeError:
        pass
    if number := e164(typed):
        return list(rows.filter(phones__number=number).distinct()[:MOST])
    words = normalise(typed).split()
    found = [row for row in rows if all(any(part.startswith(word) for part in normalise(row.name).split())
                                        for word in words)]  # fmt: skip
    return found[:MOST] if words else []


def may_see_protected(person: int, council: int, at: datetime) -> bool:
    """Whether this person holds the right at that council now: what is offered; the database decides what is seen."""
    return _held(at).filter(person_id=person, council_id=council).exists()


def councils_seen_protected(person: int, at: datetime) -> list[int]:
    return list(_held(at).filter(person_id=person).values_list("council_id", flat=True).distinct())


def whom_to_ask(council: Council, at: datetime) -> str:
    """Who can tell what is hidden: `Lee Marsh, or a manager of Northby`."""
    held = _held(at).filter(council_id=council.pk)
    names = list(held.order_by("person__name").values_list("person__name", flat=True)[:2])
    return ", ".join([*names, f"{'or ' if names else ''}a manager of {council.short_name}"])


def journal_of_protection(council: int) -> list[Entry]:
    """Who was given the right, who used it and for what, the newest first."""
    with scope(System("protect", council)):
        return list(Entry.objects.filter(council_id=council, kind__in=KINDS).order_by("-id")[:MOST])


def _held(at: datetime) -> ProtectedSights:
    """The rights that stand: given, not ended, and of people who still work there."""
    found = ProtectedSight.objects.open_at(at).filter(person__is_active=True)
    return found.filter(person__employer_id=F("council_id"))


def _must(answer: str, done: str) -> None:
    if answer != done:
        raise Refused(answer)
