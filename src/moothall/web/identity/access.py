"""Whose identity a person may see and change: that of the councils for which they manage. Else a 404, never a 403."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404

from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.tenancy.queries import councils_numbered
from moothall.web.configure.access import councils_managed


def access_councils(person: Person, at: datetime) -> list[Council]:
    """The councils whose identity is this person's to change, by name."""
    return list(councils_numbered(councils_managed(person, at), partnerships=False))


def access_council(person: Person, at: datetime, slug: str) -> Council:
    found = next((council for council in access_councils(person, at) if council.slug == slug), None)
    if found is None:
        raise Http404("No such council's identity is this person's to change")
    return found
