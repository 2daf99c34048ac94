"""The rehearsal's page: for managers of both sides, each with what is theirs to count."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.tests.texts import changed
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.tenancy.models import Grant
from moothall.web.tests.conftest import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
CHARNWOOD, LICHFIELD, REFUSE = 1, 13, 524
PAGE = "/handing-back/small/"


@pytest.fixture
def sits(settings: Any, world: Any, as_role: Any) -> Iterator[Any]:
    """Mo manages Charnwood, Nia Lichfield, whose figures she reads."""
    settings.SECOND_FACTOR_REQUIRED = False
    for name, employer in (("mo", CHARNWOOD), ("nia", LICHFIELD)):
        team = Team.objects.create(slug=f"managers-{employer}", name=f"Managers {employer}", employer_id=employer)
        person = Person.objects.create_user(f"{name}@example.test", "x", name=f"{name.title()} Bell",
                                            employer_id=employer)
        since = clock.now() - timedelta(days=1)
        Membership.objects.create(person=person, team=team, job="manager", valid_from=since)
        Grant.objects.create(team=team, council_id=employer, service_id=REFUSE, right="report", valid_from=since)
    load_version(changed(), in_force=True)

    def client(name: str) -> Client:
        found = Client()
        found.force_login(Person.objects.get(email=f"{name}@example.test"))
        return found

    with as_role("web"):
        yield client
    forget()


def test_the_day_on_which_the_agreement_ends_is_shown_first(sits: Any) -> None:
    shown = words(sits("nia").get(PAGE, {"council": LICHFIELD}))
    assert "Lichfield District Council takes its service back from 1 September 2027" in shown
    assert "Not ready" in shown and "it is cut off" in shown


def test_each_side_counts_what_is_its_own(sits: Any) -> None:
    asked = {"council": LICHFIELD, "until": "2027-06-01"}
    owner, host = words(sits("nia").get(PAGE, asked)), words(sits("mo").get(PAGE, asked))
    assert "Open cases (1)" in owner and "See the 1 row of open cases" in owner
    assert "What is open isn’t yours to count" in host and "See the" not in host
    rows = words(sits("nia").get(f"{PAGE}rows/", {**asked, "what": "cases"}))
    assert "Case opened Bins and recycling" in rows and "Page 1: 1 row" in rows
    assert "There is no row" in words(sits("mo").get(f"{PAGE}rows/", {**asked, "what": "cases"}))


@pytest.mark.parametrize("who", ["jo", "sam", "kit", "olive"])
def test_for_others_there_is_nothing(who: str, sits: Any) -> None:
    assert sits(who).get(PAGE).status_code == 404
    assert sits(who).get(f"{PAGE}rows/", {"council": LICHFIELD, "until": "2027-06-01", "what": "cases"}
                         ).status_code == 404  # fmt: skip


def test_bad_input_is_answered(sits: Any) -> None:
    nia = sits("nia")
    assert nia.get(PAGE, {"until": "soon"}).status_code == 422
    assert nia.get(PAGE, {"council": 2}).status_code == 422
    past = nia.get(PAGE, {"council": LICHFIELD, "until": "2020-01-01"})
    assert past.status_code == 409 and "is past" in words(past)
    assert nia.get(f"{PAGE}rows/", {"council": LICHFIELD, "until": "2027-06-01", "what": "x"}).status_code == 404


def test_a_manager_begins_with_the_own_council(sits: Any) -> None:
    for name, council in (("mo", CHARNWOOD), ("nia", LICHFIELD)):
        page = sits(name).get(PAGE).content.decode()
        assert f'<option value="{council}" selected' in page, name
