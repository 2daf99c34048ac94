"""The committed world of the fault tests: the tests' cast, the scripts, and twelve more agents of the hub, signed in.
Run as the test role."""
from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cast_of_tests import World

AGENTS = 12
OLIVE, JO = 90, 91  # whose sessions these are: an agent of Lichfield, a manager of Harborough


def main() -> None:
    import django

    django.setup()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from bench.agents import save_session, session_key

    from cast_of_tests import LONG_AGO, REFUSE, make_world
    from moothall.people.models import Membership, Person, Skill
    from moothall.scripts.versions import publish_packs

    world = make_world()
    publish_packs()
    second_line(world)
    for number, person in ((OLIVE, world.olive), (JO, world.jo)):
        save_session(session_key(number), Person.objects.get(pk=person))
    for number in range(AGENTS):
        person = Person.objects.create_user(
            f"agent{number}@example.test", None, name=f"Agent {number}", employer_id=1, station=str(4010 + number)
        )
        Membership.objects.create(team_id=world.hub_team, person=person, job="agent", valid_from=LONG_AGO)
        Skill.objects.create(person=person, service_id=REFUSE, level=2)
        save_session(session_key(number), person)


def second_line(world: World) -> None:
    """Lichfield's own, answered by its own people: what one council suffers is seen not to touch another."""
    from cast_of_tests import LONG_AGO, NEXT_YEAR, REFUSE
    from moothall.agreements.models import Agreement, AgreementVersion, Line, Share
    from moothall.agreements.schema import plain_body
    from moothall.people.models import Team

    agreement = Agreement.objects.create(slug="lichfield-own", name="Lichfield's own")
    version = AgreementVersion.objects.create(
        agreement=agreement, number=1, state="draft", text="own", sha256=hashlib.sha256(b"own").hexdigest(),
        starts=LONG_AGO, ends=NEXT_YEAR, loaded_at=LONG_AGO, parties=[world.lichfield],
    )
    Share.objects.create(
        version=version, number=1, key="own", client_id=world.lichfield, function="answer", starts=LONG_AGO,
        team=Team.objects.get(slug="lichfield-everything"), ends=NEXT_YEAR, body=plain_body([REFUSE], ["phone"]),
    )
    Line.objects.create(version=version, number="5002", council_id=world.lichfield, service_id=REFUSE, name="Bins")
    AgreementVersion.objects.filter(pk=version.pk).update(state="in_force")


if __name__ == "__main__":
    main()
