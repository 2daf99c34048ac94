"""Which councils somebody brings live: an operator all, a manager their own. Else a 404, never a 403."""
from __future__ import annotations

from datetime import datetime

from django.http import Http404

from moothall.people.models import Person
from moothall.people.queries import staff_of
from moothall.tenancy.models import Council
from moothall.web.configure.access import councils_managed


def access_councils(person: Person, at: datetime) -> list[Council]:
    """The councils that this person brings live, by name."""
    every = Council.objects.filter(kind=Council.Kind.COUNCIL).order_by("name")
    found = list(every if person.is_operator else every.filter(pk__in=councils_managed(person, at)))
    if not found and not person.is_operator:
        raise Http404("No council is this person's to bring live")
    return found


def access_council(person: Person, at: datetime, gss: str) -> Council:
    found = next((council for council in access_councils(person, at) if council.gss == gss.upper()), None)
    if found is None:
        raise Http404("No such council is this person's to bring live")
    return found


def access_staff(council: Council, number: int) -> Person:
    """Somebody who works for the council and still has to choose a first password."""
    person = staff_of(council).filter(pk=number).first()
    if person is None or person.has_usable_password():
        raise Http404("Nobody there waits for a link")
    return person
