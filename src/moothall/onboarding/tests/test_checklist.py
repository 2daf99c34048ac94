"""How far a council has come counts all that is in force for it together, and what is stopped of it not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from moothall.agreements.actions import load_version
from moothall.agreements.control import pause_share, sever_council
from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion, Halt
from moothall.agreements.tests.texts import changed
from moothall.domain.calendar import wall_clock
from moothall.lib import clock
from moothall.onboarding.checklist import Checklist
from moothall.onboarding.models import ChosenService, DryRun
from moothall.onboarding.rehearsal import work_out
from moothall.onboarding.state import checklist_of
from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Council, Service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
OLD = ("from: 2026-09-01", "from: 2026-01-01")
NOISE = """\
moothall: 1
agreement: noise
name: Noise at night
from: {since}
to: 2027-09-01
parties: [Charnwood, Lichfield]
teams:
  charnwood-contact-centre: {{name: Charnwood contact centre, employer: Charnwood}}
hours: {{office: {{weekdays: "09:00-17:00"}}}}
covers: [{{council: Lichfield, services: asb, channels: [phone], functions: [answer], hours: office}}]
shares:
  noise-answered: {{client: Lichfield, services: [asb], function: answer, channels: [phone], hours: office,
                   team: charnwood-contact-centre}}
lines:
  - {{number: "5904", public: "+441543900002", council: Lichfield, service: asb, name: Lichfield noise}}
"""


@pytest.fixture
def first(world: Any, packs: Path) -> Iterator[AgreementVersion]:
    for slug in ("refuse", "asb"):
        service = Service.objects.get(slug=slug)
        ChosenService.objects.create(council_id=13, service=service, chosen_at=clock.now())
    yield load_version(changed(OLD), in_force=True)
    forget()


def found() -> Checklist:
    return checklist_of(Council.objects.get(pk=13), clock.now())


def test_two_agreements_in_force_are_counted_together(first: AgreementVersion) -> None:
    alone = found()
    assert alone.live and alone.step("share").todo == ("No share answers Antisocial behaviour.",)
    DryRun.objects.create(council_id=13, version=first, at=clock.now(), way="rehearsed", calls=1, problems=0, told={})
    assert found().step("dry-run").state == "done"
    load_version(NOISE.format(since="2026-01-01"), in_force=True)
    both = found()
    share = both.step("share")
    assert both.live and share.state == "done", share
    assert share.told == "Small agreement, version 1, is in force. Noise at night, version 1, is in force."
    assert all(name in both.step("lines").told for name in ("Lichfield bins (5903)", "Lichfield noise (5904)"))
    assert both.step("dry-run").told == "Calls were played before Noise at night was there."
    played = work_out(Council.objects.get(pk=13))
    assert {(row.service, row.number) for row in played.rows if row.number} == {
        ("Bins and recycling", "5903"), ("Antisocial behaviour", "5904")}  # fmt: skip


def test_one_that_is_signed_to_begin_later_doesnt_hide_what_is_in_force(first: AgreementVersion) -> None:
    later = wall_clock(clock.now())[0] + timedelta(days=9)
    load_version(NOISE.format(since=later), in_force=True)
    share = found().step("share")
    assert found().live and share.state == "done"
    assert share.told.endswith("Until then no share answers Antisocial behaviour.")


def test_what_is_stopped_is_told_with_its_date(first: AgreementVersion) -> None:
    boss = Person.objects.create_user("nia@example.test", "x", name="Nia Bell", employer_id=13)
    managers = Team.objects.create(slug="managers-13", name="Managers", employer_id=13)
    Membership.objects.create(person=boss, team=managers, job="manager", valid_from=clock.now() - timedelta(days=1))
    for share in first.shares.filter(function="answer", body__services__contains=[524]).exclude(tier=0):
        Halt.objects.create(kind="recall", council_id=13, share=share, team=share.team, starts=clock.now(),
                            at=clock.now(), reason="for the test")  # fmt: skip
    pause_share(first.shares.select_related("team").get(key="lichfield-answered"), by=boss, reason="They look about")
    assert not found().live
    told = found().step("share").todo
    assert any(words.startswith("Bins and recycling: paused by Lichfield on ") for words in told), told
    sever_council(Council.objects.get(pk=13), reason="Their mail was broken into")
    cut = found()
    assert cut.cut_off and cut.step("council").state == "problem" and "cut off since" in cut.step("council").todo[0]
