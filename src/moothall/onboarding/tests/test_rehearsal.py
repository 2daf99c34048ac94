"""Calls are played through the queue before anything is in force, and nothing of them stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion
from moothall.agreements.tests.texts import changed
from moothall.lib import clock
from moothall.onboarding.models import DryRun
from moothall.onboarding.rehearsal import Rehearsal, play, work_out
from moothall.onboarding.state import checklist_of
from moothall.people.models import Membership, Person, Skill, Team
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.privileges import TENANT
from moothall.tenancy.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
COUNTED = (*TENANT, "people_person", "people_membership", "people_skill", "queueing_presence", "queueing_lease",
           "tenancy_grant")  # fmt: skip


@pytest.fixture
def draft(world: Any, packs: Path) -> Iterator[AgreementVersion]:
    yield load_version(changed())
    forget()


def counts() -> dict[str, int]:
    with scope(System("load")), connection.cursor() as cursor:
        found = {}
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def row(found: Rehearsal, service: str) -> Any:
    return next(each for each in found.rows if each.service == service and each.number)


def test_a_draft_is_rehearsed_and_nothing_stays(draft: AgreementVersion, world: Any) -> None:
    lichfield, before = Council.objects.get(pk=13), counts()
    found = play(lichfield)
    bins = row(found, "Bins and recycling")
    assert found.version.endswith("(draft)") and "undone" in found.way
    assert bins.agent in ("Sam Okafor", "Priya Shah") and bins.teams[0] == "Charnwood contact centre"
    assert bins.greeting.startswith("Hello, Lichfield District Council")
    assert bins.script == "Missed bin" and bins.asks == "Was it out by 7am, as the council asks?"
    assert bins.reference.startswith("LI-") and bins.promise == "promise: within 45 seconds, for 80 in 100"
    after = counts()
    assert {table for table in before if before[table] != after[table]} == {"journal_entry"}, (
        "that it was played is told"
    )
    assert after["journal_entry"] == before["journal_entry"] + 1
    note = DryRun.objects.get()
    assert (note.council_id, note.version_id, note.problems) == (13, draft.pk, found.problems)


def test_a_team_that_cant_is_a_problem_with_a_remedy(draft: AgreementVersion, world: Any) -> None:
    Skill.objects.all().delete()
    bins = row(play(Council.objects.get(pk=13)), "Bins and recycling")
    assert ("Nobody who would be there may answer bins and recycling.",
            "Give somebody in the team the skill, in a file of staff.") in bins.problems  # fmt: skip
    Membership.objects.filter(team__slug="charnwood-contact-centre").delete()
    Membership.objects.filter(team__slug="lichfield-waste").delete()
    bins = row(play(Council.objects.get(pk=13)), "Bins and recycling")
    assert ("Nobody is in Charnwood contact centre.", "Add people to it, in a file of staff.") in bins.problems


def test_without_an_agreement_it_says_so(packs: Path, world: Any) -> None:
    found = play(Council.objects.get(pk=13))
    assert not found.rows and found.problems == 1 and "No agreement names the council" in "\n".join(found.lines())
    assert not DryRun.objects.exists()


def test_a_page_works_it_out_without_a_call(draft: AgreementVersion, as_role: Any) -> None:
    with as_role("web"):
        found = work_out(Council.objects.get(pk=13))
    assert found.calls == 0 and "no call was placed" in found.way and row(found, "Bins and recycling").teams


def test_the_checklist_follows(draft: AgreementVersion, world: Any) -> None:
    lichfield = Council.objects.get(pk=13)
    listed = checklist_of(lichfield, clock.now())
    assert [step.key for step in listed.steps] == [
        "council", "postcodes", "services", "staff", "lines", "brand", "share", "dry-run"]  # fmt: skip
    assert listed.step("postcodes").state == "problem" and listed.step("services").state == "missing"
    assert "Add a manager: somebody must sign for the council." in listed.step("staff").todo
    assert listed.step("share").state == "waiting" and listed.step("share").todo == ("Propose it to its councils.",)
    assert listed.step("dry-run").told == "No call was played yet."
    play(lichfield)
    told = checklist_of(lichfield, clock.now()).step("dry-run").told
    assert listed.complete is False and told != "No call was played yet."
    boss = Person.objects.get(pk=world.olive)
    Membership.objects.create(person=boss, team=Team.objects.get(slug="lichfield-everything"), job="manager",
                              valid_from=clock.now())  # fmt: skip
    assert "Add a manager" not in str(checklist_of(lichfield, clock.now()).step("staff").todo)
