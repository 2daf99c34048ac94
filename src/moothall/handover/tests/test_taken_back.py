"""A share that was taken back for good is known to be so wherever it is told of: in commands, papers and pages."""
from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from moothall.agreements import queries
from moothall.agreements.actions import load_version
from moothall.agreements.changes import what_version_changes
from moothall.agreements.conflicts import claimed_twice, conflicts_of
from moothall.agreements.control import pause_share, recall_share
from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion
from moothall.agreements.tests.texts import changed
from moothall.cli.main import run_word
from moothall.domain.calendar import LONDON
from moothall.handover.export import hand_back
from moothall.handover.rehearsal import rehearse
from moothall.handover.tests.conftest import look
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.configure.forms import look as looked_at
from moothall.web.configure.months import calendar_page
from moothall.web.configure.pdf_page import pdf_page
from moothall.web.configure.reading import read_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
LICHFIELD, REFUSE = 13, 524
WHY = "Their people looked up who they shouldn't"
NOON = datetime(2026, 11, 25, 12, tzinfo=LONDON)
CLAUSE = ("hours:\n", "emergency: {fallback: {Lichfield: lichfield-waste}}\nhours:\n")
SHARES = [CLAUSE, ("    standard: {answered_within_s: 45, for_percent: 80}\n",
                   "    standard: {answered_within_s: 45, for_percent: 80}\n    sees: [garden]\n"
                   "    sight_confirmed_by: Head of Services\n"),
          ("""  lichfield-overflow:
    client: Lichfield
    services: [refuse]
    function: answer
    channels: [phone]
    team: lichfield-waste
    tier: 1
    after_s: 120
    hours: office
""", "")]  # fmt: skip
WORDS = "taken back by Lichfield on 25 November 2026 at 12:00"
ANEW = """\
moothall: 1
agreement: anew
name: Answered elsewhere
from: 2026-12-01
to: 2027-09-01
parties: [Harborough, Lichfield]
teams: {elsewhere: {name: Harborough contact centre, employer: Harborough}}
hours: {office: {weekdays: "10:00-12:00"}}
covers: [{council: Lichfield, services: refuse, channels: [phone], functions: [answer], hours: office}]
shares:
  bins: {client: Lichfield, services: [refuse], function: answer, channels: [phone], hours: office, team: elsewhere}
"""


@pytest.fixture
def boss(world: Any, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Nia manages Lichfield; it is noon on a Wednesday."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    team = Team.objects.create(slug="managers-13", name="Managers", employer_id=LICHFIELD)
    made = Person.objects.create_user("nia@example.test", "x", name="Nia Bell", job="Manager", employer_id=LICHFIELD)
    Membership.objects.create(person=made, team=team, job="manager", valid_from=NOON - timedelta(days=1))
    return made


@pytest.fixture
def version(world: Any) -> Iterator[AgreementVersion]:
    """Charnwood's centre answers for Lichfield; Lichfield's own people stand in when that is halted."""
    yield load_version(changed(("from: 2026-09-01", "from: 2026-01-01"), *SHARES), in_force=True)
    forget()


@pytest.fixture
def recalled(version: AgreementVersion, boss: Person) -> AgreementVersion:
    recall_share(version.shares.select_related("team").get(key="lichfield-answered"), by=boss, reason=WHY)
    return version


def who(at: datetime) -> Any:
    forget()
    return queries.responsible(LICHFIELD, REFUSE, "phone", "answer", at)


def test_another_agreement_may_share_it_anew_and_who_stands_in_gives_way(
    recalled: AgreementVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert who(NOON).teams == ("lichfield-waste",)
    anew = load_version(ANEW)
    assert conflicts_of(anew, NOON) == ()
    load_version(ANEW, in_force=True)
    day = datetime(2026, 12, 2, 11, tzinfo=LONDON)
    for moment in (NOON, day):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert who(day).teams == ("elsewhere",) and who(day + timedelta(hours=2)).teams == ("lichfield-waste",)
        assert claimed_twice(moment) == ()


def test_a_share_that_is_paused_comes_back_and_clashes(version: AgreementVersion, boss: Person) -> None:
    pause_share(version.shares.select_related("team").get(key="lichfield-answered"), by=boss, reason=WHY)
    (found,) = conflicts_of(load_version(ANEW), NOON)
    assert found.code == "agreements-overlap"
    assert "“lichfield-answered” was paused by Lichfield on 25 November 2026 at 12:00" in found.words, found.words


def test_signing_it_again_is_told_as_a_change(recalled: AgreementVersion, as_role: Any) -> None:
    again = load_version(changed(("from: 2026-09-01", "from: 2026-12-01"), *SHARES))
    with as_role("report"), scope(System("count")):
        found = what_version_changes(again, at=NOON)
    told = [change.words for change in found.changes.told]
    assert any("Charnwood contact centre answers" in words and "Lichfield waste" in words for words in told), told
    assert found.changes.of("sight-gained"), told


def test_who_answers_says_what_was_taken_back_and_from_when(
    recalled: AgreementVersion, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOOTHALL_ROLE", "owner")
    asked = ["--council", "Lichfield", "--service", "refuse"]
    assert run_word("who-answers", asked) == 0
    told = capsys.readouterr().out
    assert "lichfield-waste answers first" in told and f"by which Charnwood contact centre answers, was {WORDS}" in told
    assert run_word("who-answers", [*asked, "--at", "2026-11-25T11:30", "--json"]) == 0
    before = json.loads(capsys.readouterr().out)
    assert [tier["team"] for tier in before["tiers"]] == ["charnwood-contact-centre"] and before["stopped"] == []


def test_handing_back_moves_nothing_that_was_taken_back(recalled: AgreementVersion, as_role: Any) -> None:
    with as_role("report"), scope(System("count")):
        found = rehearse(Council.objects.get(pk=LICHFIELD), recalled.agreement,
                         at=datetime(2027, 1, 1, tzinfo=LONDON), now=NOON)  # fmt: skip
    lines = found.group("lines").sentences
    assert all("stays with Lichfield waste" in line for line in lines) and not found.group("answers").sentences, lines
    assert any(remark == f"What Charnwood contact centre answered about bins and recycling and switchboard was {WORDS}."
               for remark in found.remarks), found.remarks  # fmt: skip
    assert not [words for words in found.group("grants").sentences if "contact centre" in words]


def test_the_certificate_says_that_its_sight_ended(recalled: AgreementVersion, as_role: Any, tmp_path: Path) -> None:
    folder = tmp_path / "rows"
    with as_role("worker"):
        digest = hand_back(Council.objects.get(pk=LICHFIELD), folder, at=NOON)
    told = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    assert told["still_seen"] == [] and told["final"], told["still_seen"]
    assert told["taken_back"] == [f"Charnwood contact centre of Charnwood sees nothing more of 3 services: {WORDS}."]
    assert WORDS in (folder / "certificate.txt").read_text(encoding="utf-8")
    status, words = look(folder, "--digest", digest)
    assert status == 0, words


def test_a_pause_leaves_the_sight_to_come(
    version: AgreementVersion, boss: Person, as_role: Any, tmp_path: Path
) -> None:
    pause_share(version.shares.select_related("team").get(key="lichfield-answered"), by=boss, reason=WHY)
    with as_role("worker"):
        hand_back(Council.objects.get(pk=LICHFIELD), tmp_path / "rows", at=NOON)
    told = json.loads((tmp_path / "rows" / "certificate.json").read_text(encoding="utf-8"))
    assert not told["final"] and "Its share was paused by Lichfield on" in told["still_seen"][0]["words"]


def test_the_agreements_pages_say_it(recalled: AgreementVersion, boss: Person, client: Client, as_role: Any) -> None:
    client.force_login(boss)
    page = f"/agreements/{recalled.agreement.slug}/{recalled.number}"
    with as_role("web"):
        matrix = client.get(f"{page}/", {"council": "E07000194", "service": "refuse"}).content.decode()
        sign = client.get(f"{page}/sign/").content.decode()
        paper = pdf_page(read_version(recalled, NOON), NOON)
    assert "and Switchboard for Lichfield, which Charnwood contact centre had: taken back by" in matrix
    assert "Charnwood contact centre isn’t offered this: taken back by Lichfield on 25 November at 12:00." in matrix
    assert matrix.count('<span class="matrix__split">taken back</span>') == 4  # two cells, in table and list
    assert "which Charnwood contact centre had: taken back by Lichfield on 25 November at 12:00." in sign
    assert "will see" not in sign and "sees nothing now of Lichfield District Council’s" in sign
    assert any(WORDS in words for words in paper.stopped)


def test_the_calendar_marks_what_stops_and_what_goes_on(version: AgreementVersion, boss: Person) -> None:
    share = version.shares.select_related("team").get(key="lichfield-answered")
    pause_share(share, by=boss, reason=WHY, ends=NOON + timedelta(days=2))
    recall_share(share, by=boss, reason=WHY, starts=NOON + timedelta(days=20))
    seen = read_version(version, NOON)
    page = calendar_page(seen, looked_at(seen, {}, NOON), "2026-11")
    months = [month for row in page.rows if row.council for month in row.months]
    marks = {mark.words: mark.sentence for month in months for mark in month.marks if mark.kind != "gap"}
    assert list(marks) == ["paused 25", "goes on 27", "taken back 15"]
    told = {each.number: each.words for each in page.sentences}
    assert told[marks["taken back 15"]] == (
        "Charnwood contact centre doesn’t answer Lichfield’s calls about Bins and recycling and Switchboard from then "
        "on: taken back by Lichfield on 15 December 2026 at 12:00."
    )
