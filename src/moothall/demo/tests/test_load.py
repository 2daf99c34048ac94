"""Loading is what a user runs: once to fill, again to find everything in place."""
from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from moothall import data
from moothall.agreements.register import bank_holidays
from moothall.demo.cards import emails
from moothall.demo.load import today
from moothall.demo.sources import timetable
from moothall.demo.tests.conftest import CUSTOMERS, Demo, load
from moothall.domain.calendar import is_working_day

SCOPE = "SELECT moothall.open_scope('staff', (SELECT id FROM people_person WHERE email = %s), NULL, NULL, NULL)"
Connection = psycopg.Connection[Any]


def one(connection: Connection, query: str, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row[0]


def test_the_ten_councils_their_postcodes_and_holidays_are_there(as_web: Connection) -> None:
    assert one(as_web, "SELECT count(*) FROM tenancy_council WHERE kind = 'council'") == 10
    ours = "SELECT count(*) FROM places_postcode p JOIN tenancy_council c ON c.gss = p.lad"
    assert one(as_web, ours) == 39_555
    assert one(as_web, "SELECT count(*) FROM places_authority") == len(data.rows("authorities.csv"))
    assert one(as_web, "SELECT count(*) FROM places_holiday") == len(data.rows("bank_holidays.csv"))


def test_nobody_is_seen_without_a_scope(as_web: Connection) -> None:
    assert one(as_web, "SELECT count(*) FROM customers_customer") == 0


@pytest.mark.parametrize(("email", "councils"), [
    ("sam@charnwood.example", {1, 2}),
    ("lee@harborough.example", {2}),
    ("kit@moothall.example", set()),
    ("imran@east-staffordshire.example", set(range(11, 19))),
    ("clive@east-staffordshire.example", {12}),
])
def test_staff_see_the_residents_that_the_agreement_gives_them(
    as_web: Connection, email: str, councils: set[int]
) -> None:
    as_web.execute(SCOPE, [email])
    assert {row[0] for row in as_web.execute("SELECT DISTINCT council_id FROM customers_customer")} == councils


def test_a_manager_sees_figures_and_no_resident(as_web: Connection) -> None:
    as_web.execute(SCOPE, ["jo@harborough.example"])
    assert one(as_web, "SELECT count(*) FROM customers_customer") == 0
    assert "20524" in one(as_web, "SELECT current_setting('moothall.line')")


def test_everybody_on_a_card_has_a_place_to_work(demo: Demo) -> None:
    rights = (
        "SELECT DISTINCT g.right FROM people_person p JOIN people_membership m ON m.person_id = p.id "
        "JOIN tenancy_grant g ON g.team_id = m.team_id WHERE p.email = %s AND now() >= g.valid_from "
        "AND (g.valid_to IS NULL OR now() < g.valid_to)"
    )
    expected = {"sam": {"answer", "directory"}, "priya": {"answer", "directory", "report"}, "lee": {"resolve"},
                "freya": {"resolve"}, "jo": {"report"}, "mo": {"report"}, "kit": set()}  # fmt: skip
    with psycopg.connect(demo.url) as owner:
        for email in emails():
            assert {row[0] for row in owner.execute(rights, [email])} == expected[email.split("@")[0]]


def test_ana_is_found_by_her_number_at_her_address(as_web: Connection) -> None:
    as_web.execute(SCOPE, ["sam@charnwood.example"])
    row = as_web.execute(
        "SELECT c.name, p.number, p.street, p.town FROM customers_customerphone t "
        "JOIN customers_customer c ON c.id = t.customer_id JOIN places_property p ON p.id = c.property_id "
        "WHERE t.number = '+441632960123'"
    ).fetchall()
    assert row == [("Ana Kowalska", "14", "Mill Lane", "Kibworth")]


def test_anas_bin_was_due_on_the_last_ordinary_working_day(demo: Demo, as_web: Connection) -> None:
    """Before the day on which the demo was loaded: at Christmas that is almost two weeks back."""
    as_web.execute(SCOPE, ["sam@charnwood.example"])
    last = one(
        as_web,
        "SELECT max(v.actual) FROM places_collection v "
        "JOIN places_property p USING (council_id, round_code) WHERE p.street = 'Mill Lane' AND p.town = 'Kibworth' "
        "AND p.number = '14' AND v.stream = 'refuse' AND v.actual < %s",
        demo.day,
    )
    closed, moved = bank_holidays().of("england-and-wales"), timetable().actual
    days = (demo.day - timedelta(days=back) for back in range(1, 15))
    assert last == next(day for day in days if is_working_day(day, closed) and moved("E07000131", day) == day)


def test_the_planner_knows_how_much_is_there(demo: Demo) -> None:
    sizes = "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND reltuples <= 0"
    tables = ["places_property", "places_collection", "customers_customer", "customers_customertoken"]
    with psycopg.connect(demo.url) as owner:
        assert owner.execute(sizes, [tables]).fetchall() == []


def test_loading_again_adds_nothing(demo: Demo, as_web: Connection) -> None:
    assert f"{CUSTOMERS:,} made-up residents" in demo.printed
    if today() != demo.day:  # midnight passed since: a new day has visits of its own
        load(demo.url)
    again = load(demo.url)
    assert again.startswith("0 bin days")
    assert "residents" not in again


def test_another_size_is_refused_in_words(demo: Demo) -> None:
    import os

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "load-demo", "--customers", str(CUSTOMERS + 1)],
        env={**os.environ, "DATABASE_URL": demo.url, "MOOTHALL_ROLE": "owner"}, text=True, capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Give another --data folder" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_callers_ring_lines_of_their_own_council(demo: Demo) -> None:
    lines = {line["to"]: line for line in demo.callers["lines"]}
    assert {"5001", "5011", "5118"} <= set(lines)
    assert all(line["weight"] > 0 and "" in line["from"] and len(line["from"]) > 5 for line in lines.values())
    assert not any("+441632960123" in line["from"] for line in lines.values())


def test_everybody_signs_in_with_the_demos_password(demo: Demo) -> None:
    from django.contrib.auth.hashers import check_password

    with psycopg.connect(demo.url) as owner:
        hashes = {row[0] for row in owner.execute("SELECT password FROM people_person")}
    assert all(check_password("moothall-demo", kept) for kept in hashes)


def test_the_doctor_finds_nothing_in_what_was_loaded(demo: Demo) -> None:
    """But that nothing runs on it here, and whether the shipped bank holidays still reach a year ahead."""
    import os

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", "doctor", "--json"],
        env={**os.environ, "DATABASE_URL": demo.url, "DJANGO_SETTINGS_MODULE": "moothall.settings.base"}, text=True,
        capture_output=True, check=False,
    )
    found = json.loads(done.stdout)["findings"]
    left_out = {"router", "exchange", "jobs", "assets"}
    found = [each for each in found if each["code"] != "holidays.end"]
    assert [each for each in found if each["code"].split(".")[0] not in left_out] == []
