"""What was before this call: of the caller, once they are checked, else of the address that they said.

The count comes along with the desk; the rows are read when they are opened, in the scope of the call, which decides
whose they are. Both ask `moothall.before_call` (cases/before.sql), which says once what counts.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from moothall.cases.models import Case
from moothall.cases.queries import before_call, cases_numbered
from moothall.contacts.models import Contact, Need
from moothall.customers.queries import findable
from moothall.people.models import Person
from moothall.queueing.passings.queries import answered_first
from moothall.scripts.earlier import needs_told
from moothall.tenancy.models import Council
from moothall.web.desk.words import case_words, contact_words
from moothall.web.formats import in_london

REACH = timedelta(days=731)  # 24 months
SHOWN = 10
MOST = 100  # so many are counted while it is closed


@dataclass(frozen=True, slots=True)
class Before:
    """How much there is to open. `of` tells one person's or address's from another's: the page folds each by itself."""

    of: str
    count: int

    @property
    def head(self) -> str:
        words = "History" if self.of.startswith("person") else "At this address before"
        return f"{words} ({self.count if self.count < MOST else f'{MOST - 1} or more'})"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that they wanted: what it was, how it ended, the case that it led to."""

    title: str
    how: str
    reference: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    at: datetime
    way: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The newest first; `more` are so many that aren't shown. `home`: of things at an address, whoever lived there."""

    rows: tuple[Earlier, ...]
    more: int
    home: bool = False


def before(contact: Contact, *, checked: bool, hidden: bool, count: int) -> Before | None:
    """None before somebody is checked or an address is said, and of whoever is protected."""
    if hidden or contact.council.kind == Council.Kind.PARTNERSHIP:
        return None
    if checked:
        return Before(f"person-{contact.customer_id}", count)
    return Before(f"home-{contact.property_id}", count) if contact.property_id else None


def history_of(contact: Contact, at: datetime) -> History | None:
    """In the scope of the call; None where nothing of it may be shown."""
    if contact.council.kind == Council.Kind.PARTNERSHIP:
        return None
    if contact.customer_id is None:
        return _told(contact, at, home=contact.property_id) if contact.property_id else None
    known = findable().filter(pk=contact.customer_id, council_id=contact.council_id).exists()
    return _told(contact, at, who=contact.customer_id) if known else None


def _told(contact: Contact, at: datetime, *, who: int | None = None, home: int | None = None) -> History:
    found = before_call(who, home, contact=contact.pk, since=at - REACH, most=SHOWN)
    numbers = [number for kind, number, _ in found.rows if kind == "contact"]
    contacts = Contact.objects.select_related("agent__employer").in_bulk(numbers)
    first = answered_first(numbers)
    needs, today = needs_told(numbers), in_london(at).date()
    cases = cases_numbered([number for kind, number, _ in found.rows if kind != "contact"])
    shown = []
    for kind, number, when in found.rows:  # one that went out of sight meanwhile isn't told
        if kind == "contact" and number in contacts:
            shown.append(_contact(contacts[number], needs.get(number, ()), today, first.get(number)))
        elif kind == "case" and number in cases:
            shown.append(Earlier(when, "Case opened.", (_case(cases[number], today),)))
        elif kind == "closed" and number in cases:
            shown.append(Earlier(when, "Closed.", (_ended(cases[number]),)))
    return History(tuple(shown), found.count - len(found.rows), home=home is not None)


def _contact(contact: Contact, needs: Iterable[tuple[Need, bool]], today: date, first: Person | None) -> Earlier:
    items = tuple(_need(need, left, today) for need, left in needs)
    return Earlier(contact.offered_at, contact_words(contact, first), items)


def _need(need: Need, left: bool, today: date) -> Item:
    case = need.case if need.case is not None and not need.case.apart else None
    if left:
        return Item(need.title, "Left unfinished", case.reference if case else "", left=True)
    if case is not None:
        return Item(need.title, case_words(case, today), case.reference)
    return Item(need.title, need.outcome_words or "Not finished")


def _ended(case: Case) -> Item:
    return Item(case.title, case.outcome_words.rstrip(".") or "Closed", case.reference)


def _case(case: Case, today: date) -> Item:
    return Item(case.title, case_words(case, today), case.reference)

