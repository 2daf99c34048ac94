"""What a person may count: the councils and services for which a team of theirs answers or reads figures."""
from __future__ import annotations

from datetime import datetime

from django.http import Http404

from moothall.people.queries import teams_of
from moothall.tenancy.models import Grant

COUNTING = (Grant.Right.REPORT, Grant.Right.ANSWER)


def access_figures(person: int, at: datetime) -> frozenset[tuple[int, int]]:
    """The (council, service) pairs that the person may count at that instant; Http404 where there is none."""
    grants = Grant.objects.open_at(at).filter(team_id__in=teams_of(person, at), right__in=COUNTING)
    keys = frozenset(grants.values_list("council_id", "service_id"))
    if not keys:
        raise Http404("This person may count nothing now")
    return keys
