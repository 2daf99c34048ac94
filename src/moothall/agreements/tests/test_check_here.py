"""What a text means in this installation: who is in its teams, and what it takes the place of."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from moothall.agreements.actions import load_version
from moothall.agreements.check_here import check_here
from moothall.agreements.tests.texts import SMALL, changed
from moothall.people.models import Membership, Person, Skill, Team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
REFUSE, SWITCHBOARD = 524, 9002
NOTICE = ("to: 2027-09-01", "to: 2027-09-01\nnotice_months: 2\nnotice_days: 3")


def told(text: str = SMALL) -> list[tuple[str, str]]:
    return [(finding.code, finding.words) for finding in check_here(text, at=NOW).findings]


def add(team: str, *services: int, job: str = "agent", until: datetime | None = None, active: bool = True) -> None:
    count = Person.objects.count()
    person = Person.objects.create(email=f"{count}@example.test", name=f"Person {count}", is_active=active)
    found, _ = Team.objects.get_or_create(slug=team, defaults={"name": team})
    long_ago = NOW - timedelta(days=90)
    Membership.objects.create(person=person, team=found, job=job, valid_from=long_ago, valid_to=until)
    for service in services:
        Skill.objects.create(person=person, service_id=service)


def test_teams_without_people_or_skills(world: Any) -> None:
    assert told() == [
        ("team-unskilled", "Nobody in Charnwood contact centre has the skill for Switchboard at hours of "
                           "“lichfield-answered”."),
        ("team-empty", "Lichfield waste has no members at hours of “lichfield-overflow”."),
        ("team-empty", "Lichfield waste has no members at hours of “lichfield-resolved”."),
    ]
    add("charnwood-contact-centre", SWITCHBOARD)
    add("lichfield-waste", REFUSE)
    assert told() == []


def test_managers_and_people_who_left_answer_nothing(world: Any) -> None:
    add("charnwood-contact-centre", SWITCHBOARD)
    add("lichfield-waste", REFUSE, job="manager")
    add("lichfield-waste", REFUSE, active=False)
    add("lichfield-waste", REFUSE, until=NOW - timedelta(days=1))
    assert [code for code, _ in told()] == ["team-empty", "team-empty"]
    add("lichfield-waste", REFUSE, until=datetime(2027, 4, 1, tzinfo=UTC))
    found = check_here(SMALL, at=NOW).findings
    assert found[0].times == ("Mondays to Fridays 09:00 to 17:00, from 1 April 2027",)


def test_a_text_that_changes_a_version_in_force_too_soon(world: Any) -> None:
    before = changed(NOTICE)
    load_version(before, in_force=True)
    assert "notice-short" not in {code for code, _ in told(before)}
    later = changed(NOTICE, ("answered_within_s: 45", "answered_within_s: 60"))
    assert ("notice-short", (
        "“lichfield-answered” changes on 25 November 2026, but 2 months and 3 days of notice were agreed: what is "
        "signed on 25 November 2026 can't begin before 28 January 2027."
    )) in told(later)
    assert "notice-short" not in {code for code, _ in told(later.replace("from: 2026-09-01", "from: 2027-01-28"))}


def test_a_text_that_cannot_be_read(world: Any) -> None:
    assert [code for code, _ in told("a: [")] == ["not-yaml"]
