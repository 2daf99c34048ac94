"""What moves is said before it moves: dated, drafted or supposed; in whose scope what is counted."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion
from moothall.agreements.tests.texts import changed
from moothall.domain.calendar import midnight
from moothall.handover.rehearsal import NotToRehearse, Rehearsal, rehearse
from moothall.lib import clock
from moothall.people.models import Membership, Team
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
LICHFIELD = 13
DAY = midnight(datetime(2027, 6, 1).date())  # noqa: DTZ001
END = midnight(datetime(2027, 9, 1).date())  # noqa: DTZ001


@pytest.fixture
def version(world: Any) -> Iterator[AgreementVersion]:
    yield load_version(changed(), in_force=True)
    forget()


def own_people(start: str) -> str:
    """Lichfield's own people answer from then on, sooner, by another greeting."""
    return changed(
        ("from: 2026-09-01", f"from: {start}"),
        ("    team: charnwood-contact-centre\n    hours: office\n    standard", "    team: lichfield-waste\n"
         "    hours: office\n    standard"),
        ("    team: lichfield-waste\n    tier: 1\n    after_s: 120\n    hours: office\n", "    team: "
         "charnwood-contact-centre\n    tier: 1\n    after_s: 120\n    hours: office\n"),
        ("name: Lichfield bins}", 'name: Lichfield bins, greeting: "Lichfield, {agent} here."}'),
    )


def look(version: AgreementVersion, at: datetime, principal: Any = None) -> Rehearsal:
    with scope(principal or System("load")):
        return rehearse(Council.objects.get(pk=LICHFIELD), version.agreement, at=at, now=clock.now())


def said(found: Rehearsal, key: str) -> str:
    return " ".join(found.group(key).sentences)


def test_nothing_is_signed_for_that_day(version: AgreementVersion) -> None:
    found = look(version, DAY)
    assert not found.staying and any("see nothing from that second on" in each for each in found.remarks)
    assert found.turn.way == "supposed" and "Nothing is signed" in found.remarks[0]
    assert "Calls about bins and recycling: from Charnwood contact centre to Lichfield waste." in said(found, "answers")
    assert "from Charnwood contact centre to nobody" in said(found, "answers")
    assert said(found, "lines") == "Lichfield bins (01543 900001): from Charnwood contact centre to Lichfield waste."
    assert found.nobody and "Nobody answers calls about switchboard: Mondays to Fridays 09:00 to 17:00" in said(
        found, "nobody").replace("the switchboard", "switchboard")
    assert "up to the end of 31 August 2027 as signed now: a version that ends the share must be signed" in said(
        found, "grants")


def test_a_draft_says_who_follows(version: AgreementVersion) -> None:
    load_version(own_people("2027-06-01"))
    found = look(version, DAY)
    assert found.turn.way == "draft" and "version 2" in found.remarks[0]
    assert "from Charnwood contact centre to Lichfield waste" in said(found, "answers")
    assert "“Lichfield, Sam here.” instead of" in said(found, "messages")
    assert not found.nobody
    assert found.staying == ("Charnwood contact centre",), "it joins later, and serves the switchboard"
    assert any("It isn't handed back then: Charnwood contact centre still serves" in each for each in found.remarks)
    assert not any("see nothing" in each for each in found.remarks)


def test_the_day_on_which_it_ends_is_dated(version: AgreementVersion) -> None:
    found = look(version, END)
    assert found.turn.way == "dated" and "No version of this agreement follows." in found.remarks
    assert "it is cut off" in said(found, "lines")
    assert "up to the end of 31 August 2027." in said(found, "grants")
    assert found.nobody and found.group("nobody").count == len(found.group("nobody").sentences)


def test_open_work_is_counted_in_the_readers_scope(version: AgreementVersion, world: Any, as_role: Any) -> None:
    assert "1 case about bins and recycling: Lichfield waste resolves them" in said(look(version, DAY), "cases")
    with as_role("web"):
        assert look(version, DAY, Staff(world.olive)).group("cases").count == 1
        for stranger in (world.jo, world.kit):
            found = look(version, DAY, Staff(stranger))
            assert [found.group(key).count for key in ("cases", "calls", "history")] == [None] * 3


def test_members_of_others_teams_are_named(version: AgreementVersion, world: Any) -> None:
    team = Team.objects.get(slug="charnwood-contact-centre")
    Membership.objects.create(person_id=world.olive, team=team, job="agent", valid_from=clock.now() - timedelta(1))
    assert "Olive Grant is a member of Charnwood contact centre: that doesn't end by itself." in said(
        look(version, DAY), "staff")


def test_what_is_past_or_never_was_is_not_rehearsed(version: AgreementVersion, world: Any) -> None:
    with pytest.raises(NotToRehearse, match="is past"):
        look(version, clock.now())
    with pytest.raises(NotToRehearse, match="nothing is there to hand back"), scope(System("load")):
        rehearse(Council.objects.get(pk=2), version.agreement, at=DAY, now=clock.now())
