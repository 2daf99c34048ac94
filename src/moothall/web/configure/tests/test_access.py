"""Whose agreements one may read: a manager those of the own council, an operator all, anybody else none."""
from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from moothall.agreements.tests.texts import SMALL
from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Grant
from moothall.web.configure.tests.conftest import NOW, store
from moothall.web.configure.tests.texts import GAPPED

PAGES = ("", "1/", "1/calendar/", "1/findings/", "1/changes/", "1/text/", "1/text.yaml")


@pytest.fixture
def foreign(world):
    """Lichfield's with Charnwood: no business of Harborough's manager."""
    return store(SMALL, "in_force")


@pytest.mark.parametrize("name", ["jo", "kit"])
def test_a_partys_manager_and_an_operator_read_every_tab(gapped, as_person, name):
    assert as_person(name, "/agreements/").status_code == 200
    assert as_person(name, "/agreements/evenings/")["Location"] == "/agreements/evenings/1/"
    for page in PAGES[1:]:
        assert as_person(name, f"/agreements/evenings/{page}").status_code == 200, page


@pytest.mark.parametrize("name", ["sam", "priya", "lee", "olive"])
def test_nobody_else_of_the_staff_finds_any(gapped, as_person, name):
    for page in ("", *(f"evenings/{page}" for page in PAGES)):
        assert as_person(name, f"/agreements/{page}").status_code == 404, page


def test_who_is_not_signed_in_is_sent_to_sign_in(gapped, as_person):
    for page in ("", *(f"evenings/{page}" for page in PAGES)):
        assert as_person(None, f"/agreements/{page}")["Location"].startswith("/accounts/login/"), page


def test_another_partnerships_agreement_is_as_one_that_never_was(foreign, as_person):
    for page in PAGES:
        there, nowhere = (as_person("jo", f"/agreements/{slug}/{page}") for slug in ("small", "never"))
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content, page
    assert b"Small agreement" not in as_person("jo", "/agreements/").content
    assert b"Small agreement" in as_person("kit", "/agreements/").content


def test_a_council_reads_only_the_versions_to_which_it_is_a_party(gapped, as_person):
    store(GAPPED.replace("Harborough", "Lichfield").replace("harborough", "lichfield"))
    assert as_person("jo", "/agreements/evenings/1/").status_code == 200
    assert as_person("jo", "/agreements/evenings/2/").status_code == 404
    assert b"other version" not in as_person("jo", "/agreements/evenings/1/").content
    assert b"1 other version" in as_person("kit", "/agreements/evenings/1/").content


def test_who_managed_once_reads_none_any_more(gapped, world, as_person):
    Membership.objects.filter(person=world.jo).update(valid_to=NOW - timedelta(seconds=1))
    assert as_person("jo", "/agreements/").status_code == 404
    assert as_person("jo", "/agreements/evenings/1/").status_code == 404


def test_managing_a_team_of_several_councils_opens_nothing(gapped, world, as_person):
    Team.objects.filter(memberships__person=world.jo).update(employer=None)
    assert as_person("jo", "/agreements/evenings/1/").status_code == 404


@pytest.mark.parametrize(("name", "shown"), [("jo", True), ("kit", True), ("sam", False), ("priya", False)])
def test_the_top_line_offers_them_to_who_may_read_them(world, as_person, name, shown):
    assert (b'href="/agreements/"' in as_person(name, "/keys/").content) is shown


def test_a_manager_without_an_agreement_is_told_why(world, as_person):
    team = Team.objects.create(slug="lichfield-managers", name="Lichfield managers", employer_id=world.lichfield)
    Membership.objects.create(person_id=world.olive, team=team, job="manager", valid_from=NOW - timedelta(days=1))
    assert b"No agreement names your council yet" in as_person("olive", "/agreements/").content


def test_who_manages_and_does_nothing_else_begins_with_the_agreements(world, as_person):
    Grant.objects.filter(team__memberships__person=world.jo).delete()
    assert as_person("jo", "/")["Location"] == "/agreements/"


def test_nothing_is_changed_here(gapped, world, as_role):
    client = Client()
    with as_role("web"):
        client.force_login(Person.objects.get(pk=world.jo))
        for page in PAGES:
            assert client.post(f"/agreements/evenings/{page}").status_code == 405
