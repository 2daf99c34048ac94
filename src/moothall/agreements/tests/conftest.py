"""Who signs, pauses and takes back in the tests of agreements."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from moothall.lib import clock
from moothall.people.models import Membership, Person, Team

CHARNWOOD, LICHFIELD = 1, 13


@pytest.fixture
def managers(world: Any) -> dict[str, Person]:
    """Mo manages Charnwood, whose hub answers; Nia Lichfield, whose calls they are."""
    found = {}
    for name, employer in (("Mo", CHARNWOOD), ("Nia", LICHFIELD)):
        team = Team.objects.create(slug=f"managers-{employer}", name=f"Managers {employer}", employer_id=employer)
        person = Person.objects.create_user(f"{name}@example.test".lower(), "x", name=f"{name} Bell", job="Manager",
                                            employer_id=employer)
        Membership.objects.create(person=person, team=team, job="manager", valid_from=clock.now() - timedelta(days=1))
        found[name] = person
    return found
