"""Whose protected people somebody may see, and to whom they may give that right. Else it is a 404, never a 403."""
from __future__ import annotations

from datetime import datetime

from django.http import Http404

from moothall.customers.models import ProtectedSight
from moothall.customers.protection import councils_seen_protected
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.tenancy.queries import councils_numbered
from moothall.web.configure.access import councils_managed


def managed(person: Person, at: datetime) -> list[Council]:
    """The councils whose managers give the right; a partnership has no people of its own."""
    return list(councils_numbered(councils_managed(person, at), partnerships=False))


def seen(person: Person, at: datetime) -> list[Council]:
    """The councils whose protected people this person may see."""
    return list(councils_numbered(councils_seen_protected(person.pk, at)))


def access_managed(person: Person, at: datetime, gss: str) -> Council:
    found = next((each for each in managed(person, at) if each.gss == gss), None)
    if found is None:
        raise Http404("No such council is this person's to manage")
    return found


def access_sight(council: Council, number: int) -> ProtectedSight:
    found = ProtectedSight.objects.filter(council=council, pk=number).first()
    if found is None:
        raise Http404("No such right was given there")
    return found
