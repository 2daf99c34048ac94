"""How often a page of the public asks the database: each journey there costs as much as all that is done with it."""
from __future__ import annotations

import inspect
import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moothall.agreements import councils
from moothall.cases import due, numbering
from moothall.cases.queries import take_numbers
from moothall.domain.interview.run import go_on, walk
from moothall.lib import remembered
from moothall.scripts import steps
from moothall.tenancy.models import Council
from moothall.web.public.tests.conftest import Resident

FROM = re.compile(r' FROM "?([\w.]+)')  # a table, or a function that reads one

pytestmark = pytest.mark.django_db


def reads(resident: Resident, path: str) -> Counter[str]:
    """The tables that a page read, and how often; scopes and savepoints apart."""
    with CaptureQueriesContext(connection) as found:
        resident.get(path)
    return Counter(where[1] for each in found if (where := FROM.search(each["sql"])))


@pytest.fixture
def from_memory(settings: Any) -> None:
    settings.AGREEMENTS_LOOK_AGAIN_S = 3600
    councils.councils_now.forget()  # what an earlier test has left


def test_a_question_reads_its_run_and_nothing_else(resident: Resident, town: Any, from_memory: None) -> None:
    resident.begin()
    assert reads(resident, resident.path) == {"moothall.own_run": 1}


def test_the_answers_are_shown_with_as_few_reads(resident: Resident, town: Any, from_memory: None) -> None:
    resident.fill(town.mill_lane)
    assert reads(resident, resident.path) == {"moothall.own_run": 1}


def test_a_report_is_sent_in_three_journeys(resident: Resident, town: Any, from_memory: None) -> None:
    resident.fill(town.mill_lane)
    numbering._taken.extend(take_numbers(99))  # as a process that has been at it holds some
    due.holidays_now()
    with CaptureQueriesContext(connection) as found:
        resident.client.post(resident.path, {"seen": resident.seen})
    asked = [each["sql"] for each in found if not re.search("SAVEPOINT|(open|close)_scope", each["sql"])]
    assert [sql.split("(")[0] for sql in asked] == [
        "SELECT row_to_json", "SELECT * FROM moothall.ready_case", "WITH part_0 AS "], "run, what it needs, all rows"


def test_a_walk_that_goes_on_is_the_one_from_the_top(
    resident: Resident, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Look-ups, questions and effects: whatever is there now, a replay would find the same."""
    went_on = []

    def checked(script: Any, before: Any, **known: Any) -> Any:
        found = go_on(script, before, **known)
        (run,) = [frame.frame.f_locals["run"] for frame in inspect.stack() if frame.function == "_walk"][:1]
        assert found == walk(script, parameters=run.parameters, **known)
        went_on.append(type(before.next).__name__)
        return found

    monkeypatch.setattr(steps, "go_on", checked)
    resident.fill(town.mill_lane)
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/")
    assert {"Ask", "LookUp", "Effect"} <= set(went_on)


def test_councils_are_read_again_when_their_time_is_over(
    resident: Resident, town: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AGREEMENTS_LOOK_AGAIN_S = 10
    moment = [1000.0]
    monkeypatch.setattr(remembered.time, "monotonic", lambda: moment[0])
    councils.councils_now.forget()
    before = councils.councils_now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    Council.objects.filter(slug="harborough").update(host="www.harborough.example")
    moment[0] += 9
    assert councils.councils_now() is before
    moment[0] += 2
    assert councils.councils_now().by_host["www.harborough.example"].slug == "harborough"
