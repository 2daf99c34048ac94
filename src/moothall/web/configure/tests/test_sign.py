"""The tab Sign: who may do what, the password asked once more, exactly the text that was read, two at once."""
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion
from moothall.agreements.tests.texts import changed
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
CHARNWOOD, LICHFIELD = 1, 13
PASSWORD = "moothall-demo"
PAGE = "/agreements/small/{}/"


@pytest.fixture
def version(while_texts_hold: None, world: Any) -> Iterator[AgreementVersion]:
    """Version 1 is in force, version 2 a draft that begins later; Mo and Nia manage its two councils."""
    for name, employer in (("mo", CHARNWOOD), ("nia", LICHFIELD)):
        team = Team.objects.create(slug=f"managers-{employer}", name=f"Managers {employer}", employer_id=employer)
        person = Person.objects.create_user(f"{name}@example.test", PASSWORD, name=f"{name.title()} Bell",
                                            job="Manager", employer_id=employer)
        Membership.objects.create(person=person, team=team, job="manager", valid_from=clock.now() - timedelta(days=1))
    load_version(changed(), in_force=True)
    yield load_version(changed(("from: 2026-09-01", "from: 2027-02-01")))
    forget()


@pytest.fixture
def sits(settings: Any, version: AgreementVersion, as_role: Any) -> Iterator[Any]:
    """A client for somebody, as the web process would serve them."""
    settings.SECOND_FACTOR_REQUIRED = False

    def client(name: str) -> Client:
        found = Client()
        found.force_login(Person.objects.get(email=f"{name}@example.test"))
        return found

    with as_role("web"):
        yield client


def act(client: Client, what: str, version: int = 2, **fields: Any) -> Any:
    return client.post(PAGE.format(version) + f"{what}/", {"password": PASSWORD, **fields})


def signing(version: AgreementVersion, council: int, **more: Any) -> dict[str, Any]:
    return {"sha256": version.sha256, "council": council, "read": "on", **more}


def page(client: Client, version: int = 2) -> str:
    return client.get(PAGE.format(version) + "sign/").content.decode()


def state(version: AgreementVersion) -> str:
    return AgreementVersion.objects.get(pk=version.pk).state


def test_the_findings_stand_where_one_signs(sits: Any, version: AgreementVersion) -> None:
    """Six months' notice are agreed and the second version begins sooner; nobody is in Lichfield's team."""
    told = page(sits("mo"))
    assert "What the check finds (" in told
    assert "has no members at hours of" in told
    act(sits("mo"), "propose")
    told = page(sits("nia"))
    assert "has no members at hours of" in told and 'href="#found"' in told
    assert "keeps the version from being signed" in told
    assert "What the check finds (" not in page(sits("mo"), 1), "of what is in force there is nothing left to sign"


def test_a_new_version_begins_with_its_days_filled_in(sits: Any, version: AgreementVersion) -> None:
    told = sits("mo").get(PAGE.format(1) + "new/").content.decode()
    first = re.search(r'<input[^>]*name="starts"[^>]*>', told)
    assert first and re.search(r'value="\d{4}-\d\d-\d\d"', first[0])
    assert 'value="2027-09-01"' in told
    assert "/1/new/\"" not in told.replace('action="', ""), "the page doesn't lead to itself"


def test_from_draft_to_in_force(sits: Any, version: AgreementVersion) -> None:
    mo, nia = sits("mo"), sits("nia")
    assert "Propose version 2" in page(mo)
    assert act(mo, "propose").status_code == 302
    assert "Waiting for 2 signatures" in page(nia)
    assert act(nia, "put-name", **signing(version, LICHFIELD)).status_code == 302
    assert "Yours is the last signature" in page(mo)
    assert "Nia Bell, manager" in page(mo)
    assert act(mo, "put-name", **signing(version, CHARNWOOD)).status_code == 302
    assert state(version) == "in_force"
    assert "Signed by every party" in page(mo)
    first = AgreementVersion.objects.get(agreement=version.agreement, number=1)
    assert first.ends == version.starts


@pytest.mark.parametrize("what", ["propose", "put-name", "withdraw", "notice"])
def test_each_act_asks_for_the_password(what: str, sits: Any, version: AgreementVersion) -> None:
    mo = sits("mo")
    if what != "propose":
        act(mo, "propose")
    number = 1 if what == "notice" else 2
    fields = {**signing(version, CHARNWOOD), "until": "2027-06-01"}
    before = state(version)
    for password in ("", "not-my-password"):
        answer = act(mo, what, number, **{**fields, "password": password})
        assert answer.status_code == 422
        assert "password" in answer.content.decode()
    assert state(version) == before
    assert not version.signatures.exists()


def test_a_text_that_is_not_the_one_read(sits: Any, version: AgreementVersion) -> None:
    mo = sits("mo")
    act(mo, "propose")
    answer = act(mo, "put-name", **signing(version, CHARNWOOD, sha256="0" * 64))
    assert answer.status_code == 409
    assert "Read it again before you sign" in answer.content.decode()


def test_who_has_not_read_it_does_not_sign_it(sits: Any, version: AgreementVersion) -> None:
    mo = sits("mo")
    act(mo, "propose")
    answer = act(mo, "put-name", sha256=version.sha256, council=CHARNWOOD)
    assert answer.status_code == 422
    assert "Say that you have read the text" in answer.content.decode()


def test_nobody_signs_for_another_council(sits: Any, version: AgreementVersion) -> None:
    mo = sits("mo")
    act(mo, "propose")
    assert "Sign for Lichfield" not in page(mo)
    answer = act(mo, "put-name", **signing(version, LICHFIELD))
    assert answer.status_code == 409
    assert not version.signatures.exists()


@pytest.mark.parametrize("who", ["jo", "sam", "kit"])
def test_for_others_there_is_nothing_to_sign(who: str, sits: Any, version: AgreementVersion) -> None:
    """The manager of a council that is no party, an agent, the operator: a 404 for every act."""
    client = sits(who)
    for what in ("propose", "put-name", "withdraw", "notice"):
        assert act(client, what, **signing(version, CHARNWOOD), until="2027-06-01").status_code == 404
    assert state(version) == "draft"
    shown = client.get(PAGE.format(2) + "sign/")
    assert shown.status_code == (200 if who == "kit" else 404)
    assert "Your password" not in shown.content.decode()


def test_two_managers_at_once(sits: Any, version: AgreementVersion) -> None:
    """The second press of the same, and a signature under a proposal that was withdrawn meanwhile."""
    mo, nia = sits("mo"), sits("nia")
    act(mo, "propose")
    again = act(mo, "propose")
    assert again.status_code == 409
    assert "no draft any more" in again.content.decode()
    act(nia, "put-name", **signing(version, LICHFIELD))
    assert act(nia, "put-name", **signing(version, LICHFIELD)).status_code == 409
    assert act(mo, "withdraw").status_code == 302
    late = act(mo, "put-name", **signing(version, CHARNWOOD))
    assert late.status_code == 409
    assert "signed or withdrawn meanwhile" in late.content.decode()
    assert "Withdrawn" in page(mo)


def test_notice_on_the_page(sits: Any, version: AgreementVersion) -> None:
    mo = sits("mo")
    assert act(mo, "notice", 1, until="someday").status_code == 422
    late = act(mo, "notice", 1, until="2030-01-01")
    assert late.status_code == 409
    assert "ends by itself before that day" in late.content.decode()
    assert act(mo, "notice", 1, until="2027-06-01").status_code == 302
    first = AgreementVersion.objects.get(agreement=version.agreement, number=1)
    assert first.ends.isoformat() == "2027-05-31T23:00:00+00:00"


@pytest.fixture
def in_the_past(version: AgreementVersion) -> AgreementVersion:
    return load_version(changed(("from: 2026-09-01", "from: 2026-10-01")))


def test_what_is_in_the_way_is_said_before_anybody_tries(in_the_past: AgreementVersion, sits: Any) -> None:
    shown = page(sits("mo"), in_the_past.number)
    assert "would begin in the past" in shown
    assert "Propose version" not in shown
