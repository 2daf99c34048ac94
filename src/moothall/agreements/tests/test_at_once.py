"""Two agreements that claim the same, signed at the same instant: one of them is refused."""
from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections

from moothall.agreements import life
from moothall.agreements.actions import load_version
from moothall.agreements.conflicts import claimed_twice
from moothall.agreements.in_force import forget
from moothall.agreements.life import Refused, propose_version, sign_version
from moothall.agreements.models import AgreementVersion
from moothall.agreements.queries import enact
from moothall.agreements.tests.texts import SMALL, changed
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
CHARNWOOD, LICHFIELD = 1, 13
RIVAL = changed(("agreement: small", "agreement: rival"), ('number: "5903"', 'number: "5904"'))
WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture(autouse=True)
def look_again() -> Iterator[None]:
    yield
    forget()


def manager(name: str, employer: int) -> Person:
    team = Team.objects.create(slug=f"managers-{employer}", name=f"Managers {employer}", employer_id=employer)
    person = Person.objects.create_user(f"{name}@example.test", "x", name=name, job="Manager", employer_id=employer)
    Membership.objects.create(person=person, team=team, job="manager", valid_from=clock.now() - timedelta(days=1))
    return person


def nearly_signed() -> tuple[Person, list[AgreementVersion]]:
    """Both texts, each with one signature missing, and who may give it."""
    nia, mo = manager("nia", LICHFIELD), manager("mo", CHARNWOOD)
    versions = [load_version(text) for text in (SMALL, RIVAL)]
    for version in versions:
        propose_version(version, by=nia)
        sign_version(version, council=LICHFIELD, by=nia, sha256=version.sha256, way="password")
    return mo, versions


def test_of_two_last_signatures_at_one_instant_the_second_is_refused(
    own_database: str, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> None:
    """The first has signed and hasn't committed when the second asks; each has a connection of its own."""
    monkeypatch.setitem(connections.settings["default"], "NAME", own_database.rpartition("/")[2])
    enacted, go_on, write = threading.Event(), threading.Event(), life.write

    def write_late(*given: Any, **more: Any) -> None:
        if not enacted.is_set():
            enacted.set()
            assert go_on.wait(30)
        write(*given, **more)

    def closing(do: Any, *given: Any) -> Any:
        try:
            return do(*given)
        finally:
            connections.close_all()

    def sign(version: AgreementVersion, mo: Person) -> str:
        try:
            sign_version(version, council=CHARNWOOD, by=mo, sha256=version.sha256, way="password")
        except Refused as refused:
            return refused.findings[0].code
        return "signed"

    with django_db_blocker.unblock(), ThreadPoolExecutor(2) as threads:
        mo, (one, other) = threads.submit(closing, nearly_signed).result()
        monkeypatch.setattr(life, "write", write_late)
        first = threads.submit(closing, sign, one, mo)
        assert enacted.wait(30)
        second = threads.submit(closing, sign, other, mo)
        try:
            wait_for_its_turn(own_database, second)
        finally:
            go_on.set()
        assert (first.result(), second.result()) == ("signed", "agreements-overlap")
        assert threads.submit(closing, claimed_twice, clock.now()).result() == ()


def wait_for_its_turn(url: str, second: Future[str]) -> None:
    """Until the second stands behind the first, or is through, which it mustn't be."""
    with psycopg.connect(url, autocommit=True) as looker:
        while not second.done():
            row = looker.execute(WAITS).fetchone()
            if row and row[0]:
                return


def test_the_doctor_names_what_two_agreements_claim(world: Any) -> None:
    """Put in force by the owner with no check before, as a hand in the database could."""
    load_version(SMALL, in_force=True)
    assert claimed_twice(clock.now()) == ()
    enact(load_version(RIVAL.replace('"5904"', '"5903"')).pk, clock.now())
    found = claimed_twice(clock.now())
    assert {finding.code for finding in found} == {"agreements-overlap", "line-taken"}
    [line] = [finding for finding in found if finding.code == "line-taken"]
    assert line.words.count("“Small agreement”, version 1 (Charnwood and Lichfield, ") == 2


def test_the_database_itself_refuses_a_line_that_is_taken(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks it without the checks of a text before."""
    load_version(SMALL, in_force=True)
    rival, nia = load_version(RIVAL.replace('"5904"', '"5903"')), manager("nia", LICHFIELD)
    monkeypatch.setattr(life, "standing_findings", lambda *_, **__: ())
    propose_version(rival, by=nia)
    with pytest.raises(Refused) as caught:
        sign_version(rival, council=LICHFIELD, by=nia, sha256=rival.sha256, way="password")
    assert caught.value.code == "line_taken"
