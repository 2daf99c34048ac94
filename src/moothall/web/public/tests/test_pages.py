"""A council's page at its own host: its name and colour, its numbers and hours, who answers, and nothing of others."""
from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from moothall.agreements import in_force
from moothall.tenancy.models import Council
from moothall.web.public.contexts import council_page

SITE = "moothall.web.urls_public"


@pytest.fixture
def public(settings: Any, world: Any, as_role: Any) -> Any:
    """A client of the public site, whose process speaks as the role public."""
    settings.ROOT_URLCONF = SITE
    Council.objects.filter(pk=2).update(phone="+441632960001")
    in_force.forget()
    with as_role("public"):
        yield Client(headers={"Host": "harborough.localhost"})
    in_force.forget()


def test_a_council_has_its_own_name_colour_and_danger_line(public: Any) -> None:
    page = public.get("/").content.decode()
    assert "<h1>Ring Harborough District Council</h1>" in page
    assert 'class="brand-2"' in page
    assert 'tel:999' in page
    assert "Lichfield" not in page


def test_its_number_and_who_answers_come_from_the_agreement(public: Any) -> None:
    page = public.get("/").content.decode()
    assert "01632\u00a0960001" in page
    assert 'href="tel:+441632960001"' in page
    assert "Calls are answered for Harborough by Charnwood’s contact centre." in page


def test_a_council_without_lines_points_to_its_own_website(public: Any) -> None:
    page = public.get("/", headers={"Host": "lichfield.localhost"}).content.decode()
    assert "no number here yet" in page
    assert "Calls are answered for" not in page


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "localhost:8001"])
def test_our_own_address_lists_the_councils(public: Any, host: str) -> None:
    assert "What do you need?" in public.get("/", headers={"Host": host}).content.decode()
    page = public.get("/councils/", headers={"Host": host}).content.decode()
    assert "Which council do you want?" in page
    assert "://harborough." in page
    page = public.get("/councils/?sent=1", headers={"Host": host}).content.decode()
    assert "Which council did you send it to?" in page
    assert re.search(r'href="http://harborough\.localhost[^"]*/how-it-stands/"', page)


@pytest.mark.parametrize("host", ["nowhere.localhost", "a.harborough.localhost"])
def test_a_council_that_is_none_is_not_found(public: Any, host: str) -> None:
    answer = public.get("/", headers={"Host": host})
    assert answer.status_code == 404
    assert "We can’t find that" in answer.content.decode()


def test_a_foreign_host_is_refused(public: Any) -> None:
    assert public.get("/", headers={"Host": "harborough.evil.example"}).status_code == 400


def test_staff_pages_arent_there_and_the_council_says_so(public: Any) -> None:
    for path in ("/demo/", "/desk/", "/cases/", "/accounts/login/", "/pay/guess/"):
        answer = public.get(path)
        page = answer.content.decode()
        assert answer.status_code == 404 and "We can’t find that" in page
        assert 'class="brand-2"' in page and "Harborough District Council</a></div></header>" in page
    assert 'Ring Harborough on <a href="tel:+441632960001">01632\u00a0960001</a>' in public.get("/no/").content.decode()


def test_a_period_that_is_over_shows_no_number(public: Any) -> None:
    page = council_page(Council.objects.get(pk=2), datetime(2036, 1, 1, tzinfo=UTC))
    assert page.lines == []
    assert page.answered_by == ""


def test_hours_are_those_that_the_council_promises(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from moothall.domain.calendar import CLOSED, WeekHours
    from moothall.domain.responsibility.shares import Cover
    from moothall.web.public import contexts

    office = ((510, 1020),)
    week = WeekHours((office, office, office, office, office, CLOSED, CLOSED))
    always = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    cover = Cover(2, (524,), ("phone",), ("answer",), week, *always)
    monkeypatch.setattr(contexts.agreements, "covers_of", lambda version: (cover,))
    line = council_page(Council.objects.get(pk=2)).lines[0]
    assert line.hours[:2] == ["Monday to Friday, 8:30am to 5pm", "Closed on bank holidays"]
    wednesday, sunday = datetime(2026, 11, 25, 12, tzinfo=UTC), datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert council_page(Council.objects.get(pk=2), wednesday).lines[0].promised_now
    assert not council_page(Council.objects.get(pk=2), sunday).lines[0].promised_now
