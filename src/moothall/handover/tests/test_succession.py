"""Rehearsed before it happens and certified after: what passes, what differs, that nothing is lost, and when it is."""
from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cast_of_tests import REFERENCES
from moothall.agreements.actions import load_version
from moothall.agreements.in_force import forget
from moothall.agreements.models import AgreementVersion
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_database
from moothall.agreements.tests.merging import VESTING, VESTING_DAY, merging
from moothall.cli import succession as word
from moothall.cli.given import Misnamed
from moothall.handover.after_succession import Certificate, NotYet, certify
from moothall.handover.succession import Rehearsed, rehearse_succession
from moothall.journal.models import Entry
from moothall.journal.seal import seal
from moothall.lib import clock
from moothall.people.models import Person
from moothall.reports.access import access_figures
from moothall.tenancy.models import Council, Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope
from moothall.web.tests.conftest import words as words_of

pytestmark = pytest.mark.django_db
HARBOROUGH, LICHFIELD, REFUSE = 2, 13, 524
YEAR = f"{VESTING_DAY.year}"
DIFFERENT = merging(("harborough-resolved: {client: Harborough, services: [refuse], function: resolve, team: "
                     "harborough-waste}", "harborough-resolved: {client: Harborough, services: [refuse], function: "
                     "resolve, team: harborough-waste, standard: {resolved_within_working_days: 3}}"))


@pytest.fixture
def version(world: Any) -> Iterator[AgreementVersion]:
    yield load_version(DIFFERENT, in_force=True)
    forget()


def look(principal: Any) -> Rehearsed:
    register = register_from_database()
    terms = read_agreement(DIFFERENT, register=register).terms
    assert terms is not None
    with scope(principal):
        return rehearse_succession(terms, terms.successions[0], register=register, now=clock.now())


def said(found: Rehearsed, key: str) -> str:
    return " ".join(found.group(key).sentences)


def test_everything_that_passes_is_listed(version: AgreementVersion, world: Any) -> None:
    found = look(System("load"))
    assert found.title == "Harborough and Lichfield become Northlands Council on 1 April " + YEAR and not found.nobody
    assert "Harborough bins (01632 960001) goes on, in the name of Northlands Council." in said(found, "lines")
    assert found.group("cases").count == 2
    for council, name in ((HARBOROUGH, "Harborough"), (LICHFIELD, "Lichfield")):
        words = f"1 case of {name} about bins and recycling: {REFERENCES[council]}. From then on Northlands waste"
        assert words in said(found, "cases")
    assert "Harborough waste (1 person) goes on as Northlands waste." in said(found, "teams")
    assert "Lichfield everything (1 person): nothing is said of it. From then on it sees" in said(found, "teams")
    assert "Charnwood contact centre (2 people) stays" in said(found, "teams")
    assert ("Cases about bins and recycling. Harborough: resolved by 17:00 of the 3rd working day; Lichfield: no time "
            "is promised. From then on: resolved by 17:00 of the 5th working day.") in said(found, "standards")
    assert "Harborough bins: “Hello, {council}, {agent} here.”; Lichfield bins: “the usual words”" in said(
        found, "messages")
    assert "New references begin with NQ; those of before keep Harborough's HB and Lichfield's LI." in said(
        found, "identity")


def test_each_reader_counts_what_is_theirs(version: AgreementVersion, world: Any, as_role: Any) -> None:
    with as_role("web"):
        lee, jo, kit = (look(Staff(person)) for person in (world.lee, world.jo, world.kit))
    assert REFERENCES[HARBOROUGH] in said(lee, "cases") and REFERENCES[LICHFIELD] not in said(lee, "cases")
    assert jo.group("cases").count == 1 and REFERENCES[HARBOROUGH] not in said(jo, "cases"), "figures show no reference"
    assert kit.group("cases").count is None


@pytest.fixture
def say(version: AgreementVersion, as_role: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    import argparse

    monkeypatch.setattr("moothall.cli.main.set_up_django", lambda module: None)

    def run(*given: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        word.add_arguments(parser)
        with as_role("report" if given[0] == "rehearse" else "worker"):
            status = word.run(parser.parse_args(given))
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


def test_a_rehearsal_of_a_file_and_of_a_stored_text(say: Any, tmp_path: Any) -> None:
    file = tmp_path / "text.yaml"
    file.write_text(DIFFERENT, encoding="utf-8")
    status, found = say("rehearse", str(file))
    assert status == 0 and "Open cases (2)" in found and found == say("rehearse", "test-hub")[1]
    told = json.loads(say("rehearse", "test-hub@2", "--json")[1])
    assert told[0]["successor"] == "E06999901" and told[0]["at"] == f"{YEAR}-04-01T00:00:00+01:00"
    file.write_text(DIFFERENT.replace("    client: E06999901\n    services: [refuse]",
                                      "    client: E06999901\n    services: [garden]"), encoding="utf-8")
    status, found = say("rehearse", str(file))
    assert status == 1 and "Nobody resolves Harborough's open cases of Bins and recycling" in found


def test_what_cannot_be_rehearsed_or_certified_is_said(say: Any, tmp_path: Any) -> None:
    file = tmp_path / "text.yaml"
    file.write_text("moothall: [", encoding="utf-8")
    for given, why in (
        (("rehearse", "nothing"), "There is no file nothing, and no agreement here"),
        (("rehearse", "test-hub@7"), "no agreement here of that name"), (("rehearse", str(file)), "isn't YAML"),
        (("certificate", "--successor", "E06999901"), "No council has become Northlands Council by now."),
    ):
        status, found = say(*given)
        assert status == 2 and why in found
    with pytest.raises(Misnamed, match="No council here is called “X”"):
        say("certificate", "--successor", "X")


def certified(as_role: Any) -> Certificate:
    with as_role("worker"):
        seal(clock.now())
        return certify(Council.objects.get(gss="E06999901"), now=VESTING, at=VESTING)


def check(made: Certificate, key: str) -> Any:
    return next(each for each in made.checks if each.key == key)


def test_the_certificate_holds_and_the_journals_say_so(version: AgreementVersion, as_role: Any) -> None:
    made = certified(as_role)
    assert made.holds, made.as_text()
    assert (check(made, "count-2").count, check(made, "count-13").count, check(made, "reached").count) == (1, 1, 2)
    assert check(made, "ended").count == 1, "Olive's team isn't carried over"
    assert "Certificate of succession: Northlands Council" in made.as_text()
    with scope(System("load")):
        told = Entry.objects.filter(kind="succession.certify")
        assert {entry.council_id for entry in told} == {HARBOROUGH, LICHFIELD, made.successor.pk}
        assert {entry.body["digest"] for entry in told} == {made.digest}


def test_a_case_that_was_lost_is_named(version: AgreementVersion, as_role: Any) -> None:
    with connection.cursor() as cursor, scope(System("load")):
        cursor.execute("UPDATE contacts_need SET case_id = NULL")
        cursor.execute("DELETE FROM cases_casenote")
        for table in ("payments_paymentrequest", "backoffice_errand", "outbox_message"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM cases_case WHERE reference = %s", [REFERENCES[LICHFIELD]])
    made = certified(as_role)
    assert not made.holds and "is open in the journal and isn't in the tables" in check(made, "count-13").wrong[0]


def test_a_case_out_of_reach_and_sight_left_over_are_named(version: AgreementVersion, world: Any, as_role: Any) -> None:
    Grant.objects.filter(council_id=LICHFIELD, right="resolve", valid_from=VESTING).delete()
    made = certified(as_role)
    assert check(made, "reached").wrong == (f"Nobody resolves {REFERENCES[LICHFIELD]}.",)
    Grant.objects.filter(council_id=LICHFIELD, team__slug="lichfield-everything").update(valid_to=None)
    assert "Lichfield everything has a right on Lichfield's rows" in check(certified(as_role), "granted").wrong[0]


def test_nothing_is_certified_before_the_day(version: AgreementVersion, as_role: Any) -> None:
    with as_role("worker"), pytest.raises(NotYet):
        certify(Council.objects.get(gss="E06999901"), now=VESTING - timedelta(seconds=1))


def test_whoever_reads_the_successors_figures_reads_its_predecessors_too(version: AgreementVersion, world: Any) -> None:
    before = access_figures(world.jo, VESTING - timedelta(seconds=1))
    after = access_figures(world.jo, VESTING)
    new = Council.objects.get(gss="E06999901").pk
    assert {council for council, _ in before} == {HARBOROUGH}
    assert {(HARBOROUGH, REFUSE), (LICHFIELD, REFUSE), (new, REFUSE)} <= after


def test_the_page_is_for_managers_of_its_parties(
    version: AgreementVersion, world: Any, as_role: Any, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    page = "/handing-back/test-hub/2/successor/"
    with as_role("web"):
        for person, status in ((world.jo, 200), (world.olive, 404), (world.sam, 404)):
            client = Client()
            client.force_login(Person.objects.get(pk=person))
            answer = client.get(page)
            assert answer.status_code == status
            if status == 200:
                shown = words_of(answer)
                assert "Harborough and Lichfield become Northlands Council on 1 April " + YEAR in shown
                assert "All that is open lives on" in shown and "Open cases (1)" in shown
                assert "Rehearse that councils become one" in words_of(client.get("/agreements/test-hub/2/sign/"))
                assert client.get("/handing-back/test-hub/1/successor/").status_code == 404
