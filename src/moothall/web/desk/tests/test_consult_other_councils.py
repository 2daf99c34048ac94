"""An agent of another council's team is asked, or given the call, only if a share says so; else it is said in words."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

import shared_line
from moothall.people.models import Membership, Person, Skill, Team
from moothall.queueing.models import Command, Presence, RouterState
from moothall.web.desk.tests.conftest import words
from moothall.web.desk.tests.test_shared_line import HubDesk
from shared_line import FIRST_CONTACT, load_hub

JOINS = """\
  lichfield-joins: {client: P00000001, services: first-contact, function: answer, channels: [phone],
    team: lichfield-everything, hours: always, tier: 1, after_s: 120}
"""


@pytest.fixture
def talk(world, as_role, monkeypatch):
    """Sam talks on the partnership's line; Olive of Lichfield is free. `joins`: a share lets her team answer there."""

    def begun(*, joins: bool) -> HubDesk:
        if joins:
            text = shared_line.AGREEMENT.replace("lines:\n", JOINS.replace("{", "{{").replace("}", "}}") + "lines:\n")
            monkeypatch.setattr(shared_line, "AGREEMENT", text)
        load_hub()
        at = datetime.now(UTC)
        RouterState.objects.create(id=1, link="up", heartbeat_at=at, handles_calls=True, consults=True)
        team = Team.objects.get(slug="lichfield-everything")
        Membership.objects.get_or_create(team=team, person_id=world.olive, job="agent", defaults={"valid_from": at})
        Skill.objects.get_or_create(person_id=world.olive, service_id=FIRST_CONTACT, defaults={"level": 2})
        Presence.objects.create(person_id=world.olive, state="ready", since=at, idle_since=at, device="4101")
        desk = HubDesk(world, as_role)
        desk.talk()
        desk.olive = f"person-{world.olive}-{team.pk}-{FIRST_CONTACT}"
        return desk

    return begun


def ask(desk, **data):
    return desk.ask("/desk/pass-on/ask/", {"contact": desk.call, "receiver": desk.olive, "words": "x", **data})


@pytest.mark.parametrize("first", ["yes", ""])
def test_without_a_share_it_is_refused_and_the_panel_says_why(talk, world, first):
    desk, olive = talk(joins=False), Person.objects.get(pk=world.olive)
    page = desk.ask(f"/desk/pass-on/?contact={desk.call}&said={olive.name.split()[0]}").content.decode()
    assert "doesn’t answer for" in page and "by the agreement" in page and olive.name in page
    assert 'value="none" disabled' in page
    page = words(desk.ask(f"/desk/pass-on/?contact={desk.call}"))
    assert olive.name not in page, "nobody is named who can't be chosen, before somebody looks for them"
    assert "They don’t answer for this council now, so the call can’t go to them." in words(ask(desk, first=first))
    assert not Command.objects.exists()


@pytest.mark.parametrize(("first", "kind"), [("yes", "consult"), ("", "pass_on")])
def test_with_a_share_it_is_asked(talk, first, kind):
    desk = talk(joins=True)
    assert f'value="{desk.olive}"' in desk.ask(f"/desk/pass-on/?contact={desk.call}&said=oli").content.decode()
    assert ask(desk, first=first).status_code == 200
    assert Command.objects.get().kind == kind
