"""The regional page names whom to ring or where to go: a number with its hours, or the body's own website."""
from __future__ import annotations

import re
from typing import Any

from moothall.web.public import region_views
from moothall.web.public.contexts import PublicLine
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_region import anybody, ask, found_in  # noqa: F401 - a fixture


def test_who_lost_somebody_finds_the_council_tax_and_the_registrar(anybody: Resident) -> None:  # noqa: F811
    for said in ("my mum died", "my nan passed away", "somebody died"):
        ask(anybody, said)
        both = {"Council tax when somebody has died", "Births, deaths and weddings"}
        assert both <= set(found_in(anybody.page)), said
    anybody.get("/where/?need=bereaved&postcode=LE16+1AA")
    assert "moving home" in anybody.words and "Tell Us Once" in anybody.words and "after-a-death" in anybody.page


def test_a_body_without_a_sure_number_is_its_website(anybody: Resident) -> None:  # noqa: F811
    for need, website in (("driving", "https://www.gov.uk/contact-the-dvla"), ("mp", "https://members.parliament.uk/")):
        anybody.get(f"/where/?need={need}")
        assert f'href="{website}' in anybody.page and "Or ring" not in anybody.words
    for said in ("debt", "i am in debt"):
        ask(anybody, said)
        assert "<h1>Debts and money worries</h1>" in anybody.page and "stepchange.org" in anybody.page
    anybody.get("/where/?need=universal-credit")
    assert 'href="https://www.gov.uk/apply-universal-credit"' in anybody.page and "0800 328 5644" in anybody.words


def test_whom_to_ring_is_a_number_with_its_hours(anybody: Resident) -> None:  # noqa: F811
    for need in ("planning", "complaint", "noise", "opening-hours"):
        anybody.get(f"/where/?need={need}&postcode=LE16+1AA")
        assert re.search(r'class="ring-number"><a href="tel:\+?4?4?[0-9]', anybody.page), anybody.words


def test_a_line_that_is_closed_is_called_so_where_somebody_has_no_home(anybody: Resident, monkeypatch: Any) -> None:  # noqa: F811
    hours = ["Monday to Friday, 9am to 5pm"]
    weekdays = PublicLine("Housing", "01858 000000", "+441858000000", hours, False, False, "", "on Monday at 9am")
    monkeypatch.setattr(region_views, "line_called", lambda *_: weekdays)
    anybody.get("/where/?need=homeless&postcode=LE16+1AA")
    assert "Closed now" in anybody.words and "at any hour" in anybody.words and "0808 800 4444" in anybody.words
    assert "ring now, at any hour" not in anybody.words
    anybody.get("/find/?what=homeless")
    assert "0808 800 4444" in anybody.words and "but not at night" in anybody.words


def test_each_line_for_abuse_has_its_own_hours(anybody: Resident) -> None:  # noqa: F811
    anybody.get("/where/?need=abuse")
    assert "day and night, free" not in anybody.words
    assert "Men’s Advice Line 0808 801 0327 in the daytime" in anybody.words


def test_nobody_homeless_is_given_a_form_before_a_number(anybody: Resident) -> None:  # noqa: F811
    anybody.get("/where/?need=homeless&postcode=LE16+1AA")
    assert "must help you" in anybody.words and 'class="ring-number"' in anybody.page
