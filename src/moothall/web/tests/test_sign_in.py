"""The way in: our words, no signing up, the second factor, pages that are no one's to see."""
from __future__ import annotations

import re

import pytest
from django.test import Client

from moothall.people.models import Person
from moothall.web.tests.conftest import words


def test_an_agent_comes_to_the_desk_and_an_officer_to_the_cases(visitor):
    assert visitor.sign_in("sam@example.test")["Location"] == "/desk/"
    visitor.client = Client()
    assert visitor.sign_in("lee@example.test")["Location"] == "/cases/"


def test_the_address_asked_for_comes_first(visitor):
    assert visitor.sign_in("sam@example.test", to="/accounts/login/?next=/keys/")["Location"] == "/keys/"
    visitor.client = Client()
    elsewhere = visitor.sign_in("sam@example.test", to="/accounts/login/?next=https://evil.example/")
    assert elsewhere["Location"] == "/desk/"


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        ("sam@example.test", "wrong-password", "That e-mail and password don’t match"),
        ("nobody@example.test", "moothall-demo", "That e-mail and password don’t match"),
        ("", "", "Enter your work e-mail"),
    ],
)
def test_a_failure_is_told_on_top_and_at_the_field_the_same_for_known_and_unknown(visitor, email, password, told):
    refused = visitor.sign_in(email, password)
    assert refused.status_code == 200 and words(refused).count(told) == 2
    assert f'value="{email}"' in refused.content.decode()


def test_somebody_who_left_is_told_what_everybody_is_told(visitor, world):
    Person.objects.filter(pk=world.sam).update(is_active=False)
    refused = visitor.sign_in("sam@example.test")
    assert refused.status_code in (200, 302)
    assert visitor.get("/desk/").status_code == 302


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/email/", "/accounts/password/reset/", "/nothing/"])
def test_what_staff_must_not_do_for_themselves_is_not_there(visitor, path):
    missing = visitor.get(path)
    assert missing.status_code == 404
    assert "We can’t find that" in words(missing) and "isn’t yours to see" in words(missing)


def test_signing_out_ends_it(visitor):
    visitor.sign_in("sam@example.test")
    assert visitor.get("/keys/").status_code == 200
    assert visitor.post("/accounts/logout/").status_code == 302
    assert visitor.get("/keys/")["Location"].startswith("/accounts/login/")


def test_the_pages_carry_nothing_inline_and_a_strict_policy(visitor):
    visitor.sign_in("sam@example.test")
    page = visitor.get("/desk/")
    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy and "object-src 'none'" in policy
    html = page.content.decode()
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))|\son\w+=|\sstyle=|<style", html)


def test_only_ones_own_places_stand_in_the_top_line(visitor):
    visitor.sign_in("lee@example.test")
    top = re.search(r"<nav class=\"top__links.*?</nav>", visitor.get("/keys/").content.decode(), re.S)
    assert top and "Cases" in top[0] and "Desk" not in top[0]


def test_an_operator_sees_no_residents_pages(visitor):
    visitor.sign_in("kit@example.test")
    assert "An operator sees no residents" in words(visitor.get("/"))
    assert visitor.get("/desk/").status_code == 404


def test_council_colours_come_as_a_sheet_and_nothing_but_colours(visitor, world):
    from moothall.tenancy.models import Council

    Council.objects.filter(number=2).update(brand="red;}*{")
    sheet = visitor.get("/brands.css")
    assert sheet["Content-Type"].startswith("text/css")
    assert ".brand-1{--brand:#1D5E3A" in sheet.content.decode() and "brand-2" not in sheet.content.decode()
