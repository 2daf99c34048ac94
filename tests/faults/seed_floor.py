"""The committed world of the fault tests: the tests' cast, the scripts, and twelve more agents of the hub, signed in.
Run as the test role."""
from __future__ import annotations

import sys
from pathlib import Path

AGENTS = 12


def main() -> None:
    import django

    django.setup()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from bench.agents import save_session, session_key

    from cast_of_tests import LONG_AGO, REFUSE, make_world
    from moothall.people.models import Membership, Person, Skill
    from moothall.scripts.actions import publish_packs

    world = make_world()
    publish_packs()
    for number in range(AGENTS):
        person = Person.objects.create_user(
            f"agent{number}@example.test", None, name=f"Agent {number}", employer_id=1, station=str(4010 + number)
        )
        Membership.objects.create(team_id=world.hub_team, person=person, job="agent", valid_from=LONG_AGO)
        Skill.objects.create(person=person, service_id=REFUSE, level=2)
        save_session(session_key(number), person)


if __name__ == "__main__":
    main()
