"""Whose scripts a person may count, whose comments they read, and whose they answer. Else it is a 404, never a 403."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from moothall.domain.interview.model import Script
from moothall.people.models import Membership, Person
from moothall.reports.access import access_figures
from moothall.scripts.queries import ANY
from moothall.scripts.versions import NotPublished, published_scripts, version_for
from moothall.tenancy.models import Council
from moothall.tenancy.queries import services_by_slug
from moothall.tenancy.validity import valid_at
from moothall.web.configure.access import councils_managed

READERS = (Membership.Job.MANAGER, Membership.Job.LEADER)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may count: `keys` of council and service; `reads_all` comments, or their own alone; `settles` the
    comments of these councils."""

    person: int
    keys: frozenset[tuple[int, int]]
    reads_all: bool
    settles: frozenset[int]

    @property
    def councils(self) -> frozenset[int]:
        return frozenset(council for council, _ in self.keys)

    def services(self, council: int) -> frozenset[int]:
        return frozenset(service for of, service in self.keys if of == council)


def sight_of(person: Person, at: datetime) -> Sight:
    """Http404 for who may count nothing."""
    keys = access_figures(person.pk, at)
    reads_all = person.memberships.filter(valid_at(at), job__in=READERS).exists()
    own = {person.employer_id} if person.employer_id else set()
    return Sight(person.pk, keys, reads_all, frozenset(own & set(councils_managed(person, at))))


def offered(sight: Sight, council: int, services: Mapping[str, int]) -> dict[str, Script]:
    """The published scripts for the services of a council that they may count, by rank."""
    mine = sight.services(council)
    found = {
        key: script for key, script in published_scripts().items()
        if not script.sub and (script.service == ANY or services.get(script.service) in mine)
    }  # fmt: skip
    return dict(sorted(found.items(), key=lambda item: (item[1].rank, item[0])))


def access_script(sight: Sight, gss: str, key: str) -> tuple[Council, str]:
    """The council, and the hash of its script's text in force; Http404 where it isn't theirs to count."""
    council = Council.objects.filter(gss=gss, number__in=sight.councils).first()
    services = services_by_slug()
    if council is None or key not in offered(sight, council.pk, services):
        raise Http404("No such script is this person's to count")
    try:
        return council, version_for(key, council.gss).pk
    except NotPublished as none:
        raise Http404("No such script is published") from none
