"""The matrix shows at every instant what a look-up finds, and what nobody answers can't be overlooked."""
from __future__ import annotations

import html
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion
from moothall.agreements.queries import Gap, responsible
from moothall.people.models import Person, Team
from moothall.web.configure.forms import look
from moothall.web.configure.matrix import CLOSED, GAP, HELD, NEVER, matrix_page
from moothall.web.configure.reading import read_version
from moothall.web.configure.tests.conftest import NOW

HUB = (Path(__file__).parents[5] / "agreements" / "leicestershire-hub.yaml").read_text(encoding="utf-8")
WEDNESDAY = "date=2026-12-02&time=18:00"


def words(response):
    text = re.sub(r"<(script|svg)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def squares(version, query):
    seen = read_version(version, NOW)
    page = matrix_page(seen, look(seen, query, NOW), NOW)
    return {(square.council.number, square.service): square for row in page.rows for square in row.squares}


@pytest.fixture
def hub(world, one_instant):
    AgreementVersion.objects.filter(pk=world.version).update(state="ended")
    forget()
    yield load_version(HUB, in_force=True, at=datetime(2026, 9, 1, tzinfo=UTC))
    forget()


def instants():
    """Some of any time, and of the nights and days at which something is special."""
    chance = random.Random(4)
    start = datetime(2026, 9, 1, tzinfo=UTC)
    yield from (start + timedelta(minutes=chance.randrange(364 * 1440)) for _ in range(40))
    for month, day in ((10, 25), (12, 24), (12, 28), (15, 28)):
        special = datetime(2026 + month // 13, month % 12 or 12, day, tzinfo=UTC)
        yield from (special + timedelta(minutes=chance.randrange(1440)) for _ in range(5))


@pytest.mark.parametrize("who", ["answer", "resolve"])
def test_each_cell_is_what_a_look_up_finds(hub, who):
    """Also on the nights of a clock change, on Christmas Eve and on a bank holiday."""
    seen = read_version(hub, NOW)
    names = dict(Team.objects.values_list("slug", "name"))
    for at in instants():
        asked = look(seen, {"who": who, "date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}, NOW)
        for row in matrix_page(seen, asked, NOW).rows:
            for square in row.squares:
                cell = square.cell
                found = responsible(cell.council, cell.service, cell.channel, cell.function, asked.at)
                if isinstance(found, Gap):
                    assert square.state in {GAP, CLOSED, NEVER}, (asked.at, cell)
                else:
                    assert (square.state, square.holder.team) == (HELD, names[found.teams[0]]), (asked.at, cell)


def test_own_another_councils_and_no_part(gapped):
    found = squares(gapped, {"date": "2026-12-02", "time": "14:00"})
    assert found[(1, "Licensing")].holder.word == "own"
    assert (found[(2, "Licensing")].holder.word, found[(2, "Licensing")].holder.letters) == ("Charnwood", "CH")
    assert found[(2, "Council tax")].state == NEVER


def test_a_gap_has_its_hours_a_day_is_split_and_a_closed_cell_is_neither(gapped):
    wednesday = squares(gapped, {"date": "2026-12-02", "time": "18:00"})
    assert (wednesday[(2, "Licensing")].state, wednesday[(2, "Licensing")].gap) == (GAP, "3 h")
    assert (wednesday[(1, "Licensing")].state, wednesday[(1, "Licensing")].gap) == (CLOSED, "")
    thursday = squares(gapped, {"date": "2026-12-03", "time": "18:00"})[(2, "Licensing")]
    assert (thursday.state, thursday.split, thursday.gap) == (HELD, "CH 8:45–17 | HB 17–20", "3 h")
    february = squares(gapped, {"date": "2027-02-10", "time": "18:00"})[(2, "Licensing")]
    assert (february.state, february.gap) == (HELD, "")


def test_the_page_says_the_gap_in_a_word(gapped, as_person):
    page = as_person("jo", f"/agreements/evenings/1/?{WEDNESDAY}")
    told = words(page)
    assert "Charnwood and Harborough" in told and "Draft" in told
    assert "1 service has a gap that week." in told and "nobody GAP 3 h" in told
    assert page.content.decode().count("matrix__gap matrix__has-gap") == 1


def test_the_list_has_the_gap_first(gapped, as_person):
    told = words(as_person("jo", f"/agreements/evenings/1/?as=list&{WEDNESDAY}"))
    assert told.index("Licensing") < told.index("Council tax")
    assert "The same as a table" in told and "<table" not in told


def test_a_version_to_come_is_shown_as_on_its_first_working_day(gapped):
    seen = read_version(gapped, NOW)
    assert look(seen, {}, datetime(2026, 6, 1, tzinfo=UTC)).at == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert look(seen, {}, datetime(2029, 6, 1, tzinfo=UTC)).at == datetime(2028, 2, 29, 10, tzinfo=UTC)
    held = datetime(2027, 6, 6, 3, 20, tzinfo=UTC)
    assert look(seen, {}, held).at == held


@pytest.mark.parametrize(
    ("date", "time", "told"),
    [("2027-03-28", "01:30", "jump over"), ("2027-10-31", "01:30", "comes twice"), ("2026-01-01", "10:00", "hold at")],
)
def test_times_that_are_none_are_said(gapped, as_person, date, time, told):
    assert told in words(as_person("jo", f"/agreements/evenings/1/?date={date}&time={time}"))


@pytest.mark.parametrize(
    "query",
    ["date=x&time=y", "date=9999-12-31&time=23:59", "date=0001-01-01", "who=nobody", "way=pigeon",
     "council=x&service=y", "council=E07000194&service=licensing", "council=E07000131&service=core",
     "day=9", "day=²", "as=x", "from=x",
     "who=%00", "date=2026-12-02&time=24:00", "council=E07000131&service=licensing&who=resolve"],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_as_if_not_asked(gapped, as_person, query):
    for page in ("", "calendar/"):
        assert as_person("jo", f"/agreements/evenings/1/{page}?{query}").status_code == 200


def test_a_page_takes_few_statements_however_many_shares(hub, world, as_role, django_assert_max_num_queries):
    client = Client()
    with as_role("web"):
        client.force_login(Person.objects.get(pk=world.jo))
        with django_assert_max_num_queries(19):
            page = client.get("/agreements/leicestershire-hub/1/")
    assert page.status_code == 200 and "Harborough" in page.content.decode()
