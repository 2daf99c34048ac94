"""The report through HTTP, as the web role: figures that open to their rows, the same totals as CSV, nobody else's."""
from __future__ import annotations

import csv
import html
import io
import re
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.test import Client

from moothall.cases.models import Case
from moothall.domain.calendar import wall_clock
from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Person
from moothall.reports.facts import COUNTED
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope
from moothall.web.reports.words import FIGURES, MORE, SHOWN

NOW = datetime.now(UTC)
numbers = count(800_000)


@pytest.fixture(autouse=True)
def one_instant(monkeypatch):
    """A test that runs over midnight counts one day all the same."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def calls(world):
    """Today: 12 calls of Harborough's bins, 3 rang off, 4 too late; 5 of its council tax; one of Lichfield."""

    def call(service, *, council=2, waited_s=20, answered=True):
        told = {"council": council, "service": service, "contact": next(numbers), "at": NOW}
        share = {"share": world.share, "version": world.version, "answer_within_s": 45}
        write("contact.offer", **told, body={"line": "5001", **share})
        waited = {"waited_ms": waited_s * 1000}
        write("contact.answer" if answered else "contact.abandon", **told, body=waited)

    with scope(System("load")):
        for number in range(12):
            call(524, waited_s=90 if number < 7 else 20, answered=number >= 3)
        for _ in range(5):
            call(57)
        call(524, council=13)
    return world


def words(response):
    text = re.sub(r"<(script|svg)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def figures(page):
    """(number shown, address) of every figure that opens."""
    found = re.findall(r'<a href="(/reports/contacts/[^"]+)">([^<]+)</a>', page.content.decode())
    return [(text, html.unescape(address)) for address, text in found]


def test_worst_is_first_with_its_range_and_too_few_last(calls, as_person):
    told = words(as_person("jo", "/reports/"))
    assert "42% (19 to 68)" in told and "5 of 5" in told
    assert told.index("42% (19 to 68)") < told.index("5 of 5") < told.index("Each figure comes from the journal")


def test_every_number_opens_to_as_many_rows_as_it_says(calls, as_person):
    page = as_person("jo", "/reports/?more=1")
    opened = figures(page)
    assert len(opened) > 12
    for text, address in opened:
        rows = as_person("jo", address).content.decode().count('<th scope="row">')
        if re.fullmatch(r"[\d,]+", text):
            assert rows == int(text.replace(",", "")), address
        else:
            assert rows > 0, address


def test_a_figure_says_what_it_is_and_why_each_contact_counts(calls, as_person):
    address = next(address for _, address in figures(as_person("jo", "/reports/")) if "rang_off" in address)
    told = words(as_person("jo", address))
    assert "3 calls rang off" in told and "Harborough District Council, Bins and recycling, phone" in told
    assert "3 rows: the 3 of the report." in told and told.count("Rang off after 1:30. Nobody was free.") == 3
    assert "Missed bins" in told and "harborough-bins-answer" not in told, "a share is told in words"
    assert " answers for Harborough, by version 1" in told


def test_the_csv_has_the_pages_totals_and_no_formulas(calls, as_person):
    response = as_person("jo", "/reports/today.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["Offered"] for row in rows] == ["12", "5", "17"]
    assert (rows[0]["In time, low"], rows[0]["In time, high"], rows[0]["Rang off"]) == ("19", "68", "3")
    assert rows[-1]["Council"] == "All" and "attachment" in response["Content-Disposition"]


def test_each_sees_only_their_own_councils(calls, as_person):
    assert "Lichfield" not in words(as_person("jo", "/reports/"))
    olive = words(as_person("olive", "/reports/"))
    assert "Lichfield" in olive and "Harborough" not in olive
    assert words(as_person("olive", "/reports/contacts/?what=offered&council=2")).count("Missed bins") == 0


@pytest.mark.parametrize("name", ["lee", "kit"])
def test_who_may_count_nothing_gets_the_page_of_what_is_not_there(calls, as_person, name):
    for path in ("/reports/", "/reports/contacts/?what=offered", "/reports/today.csv"):
        assert as_person(name, path).status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(db):
    assert Client().get("/reports/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "query",
    ["date=2026-02-30", "date=x", "date=2999-01-01", "council=E07000194", "council=%00", "what=nothing", "service=x",
     "to=nan", "to=inf", "to=-1", "to=253402300799", "council=99999999999", "channel=" + "x" * 50, "date=0001-01-01",
     "date=9999-12-31"],
)  # fmt: skip
def test_a_query_that_cannot_be_read_is_as_if_not_asked_for(calls, as_person, query):
    for path in ("/reports/", "/reports/contacts/", "/reports/today.csv"):
        assert as_person("jo", f"{path}?{query}").status_code == 200


@pytest.mark.parametrize(("query", "says"), [
    ("date=2999-01-01", "Tuesday 1 January 2999 is still to come, so today is shown."),
    ("date=2026-02-30", "can’t be read, so today is shown."), ("date=2026-01-01", ""),
])
def test_a_day_that_is_not_shown_is_said(world, as_person, query, says):
    told = words(as_person("jo", f"/reports/?{query}"))
    assert says in told and ("so today is shown" in told) == bool(says)


@pytest.mark.parametrize(("name", "opens"), [("sam", True), ("jo", False)])
def test_a_contact_leads_to_its_case_where_the_reader_may_open_it(calls, as_person, name, opens):
    """Sam answers for Harborough's bins; Jo reads its figures and no resident's case."""
    with scope(System("load")):
        contact = calls.home["contact"]
        write("contact.offer", council=2, service=524, contact=contact, at=NOW, body={"line": "5001"})
        write("case.open", council=2, service=524, contact=contact, at=NOW, body={})
        Case.objects.create(council_id=2, service_id=524, reference="HB-00017-X", kind="missed", title="Missed bin",
                            opened_at=NOW, contact_id=contact)
    page = as_person(name, "/reports/contacts/?what=case_opened&council=2")
    assert ('href="/cases/HB-00017-X/"' in page.content.decode()) == opens
    assert ("opened; whoever works on it sees it" in words(page)) != opens


def test_a_day_without_contacts_says_so(world, as_person):
    assert "No contacts yet today." in words(as_person("jo", "/reports/"))
    page = words(as_person("jo", f"/reports/?date={wall_clock(NOW)[0] - timedelta(days=400)}"))
    assert "No contacts on" in page and "See today" in page


def test_the_page_takes_as_many_statements_for_many_calls(calls, world, as_role, django_assert_max_num_queries):
    client = Client()
    with as_role("web"):
        client.force_login(Person.objects.get(pk=world.jo))
        with django_assert_max_num_queries(20):
            page = client.get("/reports/")
    assert page.status_code == 200 and "No contacts yet today." not in words(page)


def test_every_figure_has_its_words():
    assert set(FIGURES) == set(COUNTED) and set(SHOWN + MORE) <= set(FIGURES)
    assert all(figure.head and figure.phrase and figure.meaning.endswith(".") for figure in FIGURES.values())
