"""The staff top line: only the places that this person may see."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from moothall.customers.protection import councils_seen_protected
from moothall.lib import clock
from moothall.people.models import Membership, Person
from moothall.people.queries import teams_of
from moothall.tenancy.models import Grant
from moothall.tenancy.validity import valid_at

IDENTITY = "identity"  # a council's manager's
CONTROL = "control"  # a manager's alone
EMERGENCY = "emergency"  # a team leader's; a manager comes to it by the control room
ONBOARDING = "onboarding"  # a manager's, or an operator's
PROTECTED = "protected"  # a manager's, or whose they gave the right to see protected people
AGREEMENTS = "agreements"  # no right of a grant: a manager's, or an operator's
CUSTOMERS = "customers"  # of whoever answers or resolves anything of a council
SEES_CUSTOMERS = frozenset({Grant.Right.ANSWER.value, Grant.Right.RESOLVE.value})
# Words, the address's name, the right that opens it.
PLACES = (
    ("Desk", "desk:page", Grant.Right.ANSWER),
    ("Find", "find:find", CUSTOMERS),
    ("Cases", "cases:queue", Grant.Right.RESOLVE),
    ("Reports", "reports:today", Grant.Right.REPORT),
    ("Agreements", "agreements:list", AGREEMENTS),
    ("Identity", "identity:list", IDENTITY),
    ("Control room", "control:room", CONTROL),
    ("Protected people", "protected:people", PROTECTED),
    ("Emergency", "control:emergency", EMERGENCY),
    ("Onboarding", "onboarding:list", ONBOARDING),
)


@dataclass(frozen=True, slots=True)
class TopLink:
    text: str
    address: str
    here: bool


def rights_of(person: Person) -> frozenset[str]:
    """The rights that any of this person's teams holds now, anywhere: what is offered, never what is seen."""
    at = clock.now()
    grants = Grant.objects.open_at(at).filter(team__in=teams_of(person.pk, at))
    return frozenset(grants.values_list("right", flat=True).distinct())


def rights_of_jobs(person: Person) -> frozenset[str]:
    """What comes with a job: a team leader reads the day's figures of what the team answers (seeing them is the right
    to answer), a council's manager reads its agreements, and an operator reads all of them."""
    held = list(person.memberships.filter(valid_at(clock.now())).values_list("job", "team__employer"))
    rights = {Grant.Right.REPORT.value for job, _ in held if job == Membership.Job.LEADER}
    manages = any(job == Membership.Job.MANAGER and employer for job, employer in held)
    if person.is_operator or manages:
        rights |= {AGREEMENTS, ONBOARDING}
    if manages and not person.is_operator:
        rights |= {IDENTITY, CONTROL, PROTECTED}
    elif rights and not person.is_operator:
        rights.add(EMERGENCY)
    if PROTECTED not in rights and councils_seen_protected(person.pk, clock.now()):
        rights.add(PROTECTED)
    return frozenset(rights)


def top_links(request: HttpRequest) -> list[TopLink]:
    """The places of this request's person, in the order of the top line."""
    person: Any = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return []
    rights = rights_of(person) | rights_of_jobs(person)
    if rights & SEES_CUSTOMERS:
        rights |= {CUSTOMERS}
    found = [(text, address_of(name)) for text, name, right in PLACES if right in rights]
    return [TopLink(text, address, request.path.startswith(address)) for text, address in found if address]


def first_place(person: Person) -> str | None:
    """Where this person's work is: the desk for an agent, the queue for an officer, else the first place they have.

    An operator begins with the page that says what they look after.
    """
    rights = rights_of(person) | (frozenset() if person.is_operator else rights_of_jobs(person))
    places = (address_of(name) for _, name, right in PLACES if right in rights)
    return next((place for place in places if place), None)


def address_of(name: str, *args: object) -> str | None:
    """A named address, or None where that part isn't served here."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None
