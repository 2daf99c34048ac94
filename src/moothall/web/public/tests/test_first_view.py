"""How much a council's page sends to a telephone at a bus stop, followed from the page and counted as it is sent."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moothall.web.public.tests.conftest import Resident
from moothall.web.tests.first_view import FirstView, first_view

MOST, MOST_OWN = 100_000, 15_000


def seen(browser: Resident, path: str) -> FirstView:
    page = browser.client.get(path)
    assert page.status_code == 200, path
    return first_view(browser.client, page)


def test_a_residents_first_view_is_light(
    resident: Resident, town: Any, record_property: Callable[[str, object], None]
) -> None:
    resident.begin()
    question = resident.path
    pages = {path: seen(resident, path) for path in ("/", "/do/missed-bin/", question)}
    resident.begin("dumped")
    pages["the map"] = seen(resident, resident.path)
    assert {"map.js", "E07000131.svg"} <= {each.partition("?")[0].rpartition("/")[2] for each in pages["the map"].sent}
    pages["all councils"] = seen(Resident("localhost"), "/")
    for path, found in pages.items():
        names = {address.partition("?")[0].rsplit("/", 1)[-1] for address in found.sent}
        assert {"public.css", "site.js", "govuk-frontend.js", "atkinson-next-latin.woff2"} <= names, path
        record_property("a question" if path == question else path, f"{found.all} {found.own}")  # bench/first_view.py
        assert found.all <= MOST, (path, found.sent)
        assert 0 < found.own <= MOST_OWN, path
