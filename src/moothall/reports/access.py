"""What a person may count: the councils and services for which a team of theirs answers or reads figures."""
from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.http import Http404

from moothall.people.models import Membership
from moothall.tenancy.models import Grant

COUNTING = (Grant.Right.REPORT, Grant.Right.ANSWER)


def access_figures(person: int, at: datetime) -> frozenset[tuple[int, int]]:
    """The (council, service) pairs that the person may count at that instant; Http404 where there is none."""
    current = Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))
    teams = Membership.objects.filter(current, person_id=person).values("team_id")
    grants = Grant.objects.filter(current, team_id__in=teams, right__in=COUNTING)
    keys = frozenset(grants.values_list("council_id", "service_id"))
    if not keys:
        raise Http404("This person may count nothing now")
    return keys
