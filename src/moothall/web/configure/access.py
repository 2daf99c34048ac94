"""Whose agreements a person may read: those of the councils for which they manage, an operator all of them.

Agreements hold no residents, so no scope is opened. Where there is nothing for somebody it is a 404, never a 403.
"""
from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from moothall.agreements.models import AgreementVersion
from moothall.agreements.successions import successors_at
from moothall.people.models import Membership, Person
from moothall.tenancy.validity import valid_at


def councils_managed(person: Person, at: datetime) -> list[int]:
    """The councils whose teams this person manages at an instant; those that have become one of these count too."""
    managed = person.memberships.filter(valid_at(at), job=Membership.Job.MANAGER, team__employer__isnull=False)
    employers = set(managed.values_list("team__employer", flat=True))
    following = successors_at(at)
    return sorted({*(employers - set(following)), *(old for old, new in following.items() if new in employers)})


def access_agreements(person: Person, at: datetime) -> QuerySet[AgreementVersion]:
    """Every version that this person may read; Http404 for who manages no council and is no operator.

    A party's manager reads the versions to which it is a party, so a council that leaves reads none of the later ones.
    """
    versions = AgreementVersion.objects.select_related("agreement").order_by("agreement__name", "agreement", "-number")
    if person.is_operator:
        return versions
    councils = councils_managed(person, at)
    if not councils:
        raise Http404("Nobody's agreement is this person's to read")
    return versions.filter(parties__overlap=councils)


def access_version(person: Person, at: datetime, agreement: str, version: int) -> AgreementVersion:
    """A version by its agreement's slug and its number; Http404 where there is none, or it isn't theirs to read."""
    found = access_agreements(person, at).filter(agreement__slug=agreement, number=version).first()
    if found is None:
        raise Http404("No such version is within sight")
    return found
