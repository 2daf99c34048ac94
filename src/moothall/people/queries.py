"""Which teams a person belongs to."""
from __future__ import annotations

from datetime import datetime

from moothall.people.models import Membership
from moothall.tenancy.validity import valid_at


def teams_of(person: int, at: datetime) -> list[int]:
    """The ids of the teams to which a person belongs at an instant, each once, in order."""
    current = Membership.objects.filter(valid_at(at), person_id=person)
    return sorted(set(current.values_list("team_id", flat=True)))
