"""The web's part of the report through HTTP: what residents did alone, from their pages to the manager's figures."""
from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from moothall.domain.calendar import wall_clock
from moothall.lib import clock
from moothall.people.models import Person
from moothall.scripts.tests.conftest import town  # noqa: F401 - a fixture
from moothall.web.public.tests.conftest import Resident, resident  # noqa: F401 - a fixture


@pytest.fixture
def forms(resident: Resident, town: Any, monkeypatch: Any) -> Any:  # noqa: F811
    """At Harborough one sent a missed bin, one asked to be rung, one left a move; then two hours went by."""
    resident.fill(town.mill_lane)
    resident.send(resident.path, seen=resident.seen)
    assert resident.path.endswith("/done/"), resident.words
    resident.begin()
    resident.send(f"/form/{resident.run}/ring/", phone="07700 900123")
    assert "We will ring you" in resident.words
    resident.begin("moving")
    resident.say("out")
    now = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


@pytest.fixture
def as_person(world: Any, as_role: Any, settings: Any) -> Any:
    staff, middleware = settings.ROOT_URLCONF, settings.MIDDLEWARE

    def ask(name: str, path: str) -> Any:
        public = settings.ROOT_URLCONF, settings.MIDDLEWARE
        settings.ROOT_URLCONF, settings.MIDDLEWARE = staff, middleware
        try:
            with as_role("web"):
                client = Client()
                client.force_login(Person.objects.get(pk=getattr(world, name)))
                return client.get(path)
        finally:
            settings.ROOT_URLCONF, settings.MIDDLEWARE = public

    return ask


def words(response: Any) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def opened(page: Any) -> list[tuple[str, str]]:
    found = re.findall(r'<a href="(/reports/web/[^"]+)">([^<]+)</a>', page.content.decode())
    return [(text, html.unescape(address)) for address, text in found]


def day(now: Any) -> str:
    return wall_clock(now - timedelta(hours=2))[0].isoformat()


def test_the_day_shows_what_was_finished_alone_handed_on_and_left(as_person: Any, forms: Any) -> None:
    page = as_person("jo", f"/reports/?date={day(forms)}")
    figures = opened(page)
    assert len(figures) >= 10 and "On the web" in words(page)
    for text, address in figures:
        rows = as_person("jo", address).content.decode().count('<th scope="row">')
        assert rows == int(text), address


def test_a_figure_opens_to_its_forms_and_their_cases_where_the_reader_may_see_them(as_person: Any, forms: Any) -> None:
    day_of = f"date={day(forms)}&council=2"
    mine = as_person("sam", f"/reports/web/?what=alone&{day_of}")
    assert "1 form finished alone" in words(mine) and 'href="/cases/HB-' in mine.content.decode()
    assert "Missed bin" in words(mine) and "Finished alone. Case opened." in words(mine)
    manager = as_person("jo", f"/reports/web/?what=alone&{day_of}")
    assert "opened; whoever works on it sees it" in words(manager) and "/cases/HB-" not in manager.content.decode()
    assert "They asked to be rung." in words(as_person("jo", f"/reports/web/?what=handed_on&{day_of}"))
    left = words(as_person("jo", f"/reports/web/?what=left&{day_of}"))
    assert "1 form left" in left and "Council tax: moving home" in left and "mustn’t learn of the move" in left


def test_each_sees_only_their_own_councils_forms(as_person: Any, forms: Any) -> None:
    assert "On the web" not in words(as_person("olive", f"/reports/?date={day(forms)}"))
    assert "Nothing counts here" in words(as_person("olive", f"/reports/web/?council=2&date={day(forms)}"))
    assert as_person("kit", "/reports/web/").status_code == 404 == as_person("kit", "/reports/web.csv").status_code


def test_the_csv_has_the_pages_totals(as_person: Any, forms: Any) -> None:
    text = as_person("jo", f"/reports/web.csv?date={day(forms)}").content.decode("utf-8-sig")
    total = list(csv.DictReader(io.StringIO(text)))[-1]
    assert total["Council"] == "All"
    assert [total[name] for name in ("Begun", "Finished alone", "Handed on", "Left", "Under way")] == list("31110")


@pytest.mark.parametrize("query", ["what=offered", "date=x", "to=nan", "council=%00", "service=x", "to=-1"])
def test_a_query_that_cannot_be_read_is_as_if_not_asked_for(world: Any, as_person: Any, query: str) -> None:
    assert as_person("jo", f"/reports/web/?{query}").status_code == 200
