"""A council's host before and after it has become part of another."""
from __future__ import annotations

from datetime import timedelta

import pytest

from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.tests.merging import MERGING, SECOND, VESTING
from moothall.lib import clock

pytestmark = pytest.mark.django_db


def page(client, slug: str):
    return client.get("/", HTTP_HOST=f"{slug}.localhost")


@pytest.fixture(autouse=True)
def signed(world, settings, as_role):
    settings.ROOT_URLCONF = "moothall.web.urls_public"
    load_version(MERGING, in_force=True)
    with as_role("public"):
        yield
    forget()


def test_a_second_before_it_is_the_old_council_and_the_new_one_is_nowhere(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: VESTING - SECOND)
    text = page(client, "harborough").content.decode()
    assert "Ring Harborough District Council" in text and "Northlands" not in text
    assert page(client, "northlands").status_code == 404
    assert "Northlands" not in client.get("/councils/", HTTP_HOST="localhost").content.decode()


@pytest.mark.parametrize("slug", ["harborough", "lichfield", "northlands"])
def test_from_the_second_on_each_host_shows_the_new_one_with_all_numbers(client, monkeypatch, slug):
    monkeypatch.setattr(clock, "now", lambda: VESTING + timedelta(hours=10))
    text = page(client, slug).content.decode()
    assert "Ring Northlands Council" in text and "Harborough bins" in text and "Lichfield bins" in text
    assert ("is now part of Northlands Council" in text) is (slug != "northlands")


def test_the_list_holds_the_new_one_alone(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: VESTING)
    text = client.get("/councils/", HTTP_HOST="localhost").content.decode()
    assert "Northlands Council" in text and "Harborough" not in text and "Lichfield" not in text
