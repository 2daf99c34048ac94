"""Somebody protected, looked for on every page by everybody who may not see them: with their own ids, by how their name
begins, by their home, by their telephone. Nothing that comes back, on no channel, tells what must not be told.

The same walk about a twin who isn't protected finds everything: so it would be seen.
"""
from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from conftest import become
from moothall.agreements.glass import break_glass
from moothall.customers.protection import give_see_protected
from moothall.handover.export import MayNotSee, hand_back
from moothall.handover.folder import WrongFolder
from moothall.handover.tests.conftest import look
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.messages.actions import About, send_message
from moothall.messages.may_send import may_send
from moothall.messages.models import Message
from moothall.people.models import Person
from moothall.scripts.models import RunKey
from moothall.scripts.replay import replay
from moothall.tenancy.models import Council
from moothall.tenancy.principals import System
from moothall.tenancy.residents import case_by_code
from moothall.tenancy.scope import scope
from moothall.web.desk.tests.conftest import desk, scripts  # noqa: F401 - fixtures
from protected_person import Told, protected_person, unprotected_twin
from tests.meta import attack_routes
from tests.meta.attack_names import VARIANTS, Asked, Ids, Reads, sent
from tests.meta.attack_routes import address, routes
from tests.meta.attack_world import ABSENT_ID, Answer, Attacker, ids_of

USERS = ("sam", "priya", "lee", "jo", "olive", "kit", "nobody")
HARBOROUGH = 2
HOME = {"postcode", "property", "value", "words"}  # by which an address is asked for


@pytest.fixture
def reads(monkeypatch) -> Reads:
    return Reads(monkeypatch)


@pytest.fixture
def broken(world, monkeypatch) -> None:
    """Priya looks at Harborough's records in an emergency meanwhile."""
    council = Council.objects.get(pk=HARBOROUGH)
    glass = break_glass(council, by=Person.objects.get(pk=world.priya), reason="A flood", minutes=30)
    monkeypatch.setitem(attack_routes.OTHERS, "glass", glass.pk)


@pytest.fixture
def holder(world) -> Person:
    lee, jo = (Person.objects.get(pk=number) for number in (world.lee, world.jo))
    give_see_protected(Council.objects.get(pk=HARBOROUGH), lee, until=clock.now() + timedelta(days=30), by=jo)
    return lee


def asked_of(who: Told, world: Any, *, home: bool) -> Ids:
    """What a request may name: theirs, by how the name begins; without `home` another's address is asked for."""
    first, last = who.name.split()
    more = {"name": f"{first[:4]} {last[:5]}", "reference": who.reference, "step": "who"}
    if home:
        return {**ids_of("home", world), **who.ids, **more, "postcode": who.postcode, "name": who.phone}
    return {**ids_of("home", world), **who.ids, **more, "property": world.home["property"]}


def walk(attacker: Attacker, who: Told, world: Any, reads: Reads, *, role: str = "web") -> Iterator[tuple[str, str]]:
    """Every route, asked in every way: which secret came out, and where."""
    own, by_home = asked_of(who, world, home=False), asked_of(who, world, home=True)
    for route in routes():
        asked = Asked(reads)
        for verb in ("get", "post"):
            for variant in range(VARIANTS):
                url, told = address(route, own), sent(own, own, variant)
                if asked.again(verb, url, told):
                    continue
                reads.read = set()
                answer = attacker.ask(verb, url, told, at=None, role=role, fragment=bool(variant % 2))
                yield from said(answer, who, f"{verb} {url}", ())
                read = asked.note(verb, url, told, answer.status)
                at_home, told = address(route, by_home), sent(by_home, by_home, variant)
                if read & HOME and not asked.again(verb, at_home, told):
                    reads.read = set()
                    answer = attacker.ask(verb, at_home, told, at=None, role=role)
                    yield from said(answer, who, f"{verb} {at_home} by home", list(told.values()))
                    asked.note(verb, at_home, told, answer.status)


def said(answer: Answer, who: Told, where: str, asked: Any) -> Iterator[tuple[str, str]]:
    """By a postcode that was typed, the addresses there are told to anybody: they say of nobody who lives there."""
    assert answer.status < 500, f"{where} broke: {answer.status}"
    for secret in answer.gives(who.secrets, str(asked)):
        if not (asked and secret == who.street):
            yield secret, where


@pytest.mark.parametrize("user", USERS)
def test_nobody_without_the_right_is_told_anything_by_any_page(world, reads, broken, user):
    zelda = protected_person(world)
    assert list(walk(Attacker.named(user, world), zelda, world, reads)) == []


@pytest.mark.parametrize("user", ["sam", "lee", "priya"])
def test_of_a_twin_who_is_not_protected_the_same_pages_tell(world, reads, broken, user):
    """So the test above would see it. Agents and officers are shown cases, a leader by the emergency people too."""
    twin = unprotected_twin(world)
    twin.ids["run"] = ABSENT_ID  # the script of the cast's runs can't be gone on with
    wanted, found = {*twin.name.split(), twin.street, twin.household, twin.email}, set()
    for secret, _ in walk(Attacker.named(user, world), twin, world, reads):
        found.add(secret)
        if found >= wanted:
            break
    assert found >= wanted, found


@pytest.mark.parametrize("user", ["nobody", "sam"])
def test_the_public_pages_tell_nothing(world, reads, settings, user):
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "moothall.web.urls_public", ["*"]
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each not in settings.STAFF_MIDDLEWARE]
    zelda = protected_person(world)
    assert list(walk(Attacker.named(user, world), zelda, world, reads, role="public")) == []


def test_whoever_has_the_reference_and_the_code_reads_how_the_case_stands_and_no_more(world):
    code = sha256(b"K7P49MXR").hexdigest()
    for who in (protected_person(world), unprotected_twin(world)):
        RunKey.objects.create(
            run=who.ids["run"], council=HARBOROUGH, service=524, secret_hash="", code_hash=code,
            used_hash="", expires_at=clock.now(), contact=who.ids["contact"],
        )
    with become("public"):
        found = {who: case_by_code(ref, "K7P49MXR", who="x") for who, ref in (("z", "HB-30001-J"), ("x", "HB-30002-H"))}
    assert (found["z"].state, found["z"].title, found["z"].told) == ("open", "Missed bin, address hidden", "")
    assert "Bryony Steep" in found["x"].title and "Xanthe" in found["x"].told


# -- at the desk -----------------------------------------------------------------------------------------------------


class Rung:
    """What the database was asked to say to listeners, and every value that was said with it."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if "notify" in str(sql).lower():
            self.said.append(f"{sql} {params}")
        return execute(sql, params, many, context)


@pytest.mark.usefixtures("scripts")
def test_a_call_from_their_number_tells_neither_agent_nor_listeners_who_they_are(world, reads, desk):  # noqa: F811
    zelda, rung = protected_person(world), Rung()
    hidden = [secret for secret in zelda.secrets if secret not in {zelda.phone, "01632 960777"}]
    with connection.execute_wrapper(rung):
        desk.ring(zelda.phone)
        shown = [desk.ask("/desk/state/", whole=True), desk.ask("/desk/", whole=True)]
        desk.answered()
        shown += [desk.ask("/desk/", whole=True), desk.act("who", name=zelda.name, postcode=zelda.postcode),
                  desk.act("who", customer=zelda.ids["customer"])]
        text = "".join(each.content.decode() for each in (*shown[:3], shown[4]))
        assert [secret for secret in hidden if secret in text] == []
        assert zelda.street not in shown[3].content.decode() and zelda.email not in shown[3].content.decode()
        page = desk.act("need", script="missed-bin").content.decode()
        assert zelda.street not in page and "Their address is" not in page
    assert rung.said and [secret for secret in zelda.secrets for said in rung.said if secret in said] == []


def test_a_caller_who_asks_for_it_is_gone_from_the_desk_at_once_and_from_every_page(world, reads, desk):  # noqa: F811
    twin = unprotected_twin(world)
    desk.talk(twin.phone)
    assert twin.name in desk.act("who", customer=twin.ids["customer"]).content.decode()
    after = desk.act("protect").content.decode()
    assert "A protected person" in after and "Address hidden" in after
    assert [secret for secret in twin.secrets if secret in after] == []
    assert "no customer" not in desk.act("protect").content.decode(), "pressed twice, nothing is wrong"
    assert list(walk(Attacker.named("sam", world), twin, world, reads)) == []
    with scope(System("load")):
        entry = Entry.objects.get(kind="customer.protect")
        assert (entry.principal, entry.body) == (f"staff:{world.sam}", {"customer": twin.ids["customer"]})


# -- what leaves the house -------------------------------------------------------------------------------------------


def test_no_message_about_their_case_goes_anywhere_but_where_their_record_says(world):
    zelda = protected_person(world)
    about = {"case": About(case=zelda.ids["case"]), "call": About(contact=zelda.ids["contact"]),
             "person": About(customer=zelda.ids["customer"])}
    with scope(System("load")):
        values = {"code": "x", "link": "y"}
        made = {(name, to): send_message("code-to-return", to, values, council=2, service=524, about=each)
                for name, each in about.items() for to in (zelda.phone, "07700 900123")}
    with become("worker"), scope(System("send", HARBOROUGH)):
        for (_, to), reference in made.items():
            verdict = may_send(Message.objects.get(reference=reference))
            assert verdict == ("" if to == zelda.phone else "protected"), to


def test_what_a_council_takes_along_leaves_them_out_and_says_how_many(world, tmp_path):
    zelda, twin = protected_person(world), unprotected_twin(world)
    with become("worker"):
        hand_back(Council.objects.get(pk=HARBOROUGH), tmp_path / "rows", at=clock.now())
    text = all_of(tmp_path / "rows")
    assert [secret for secret in zelda.secrets if secret in text] == []
    assert [secret for secret in twin.secrets if secret not in text] == []
    certificate = (tmp_path / "rows/certificate.txt").read_text(encoding="utf-8")
    assert "Rows left out, because they are about people who are protected:\n  backoffice_errand: 1\n" in certificate
    assert "  customers_customer: 1\n" in certificate and "  customers_keptapart: 2\n" in certificate
    status, words = look(tmp_path / "rows")
    assert status == 0, words


def test_in_the_name_of_whoever_may_see_them_all_of_them_come_along(world, holder, tmp_path):
    zelda, council = protected_person(world), Council.objects.get(pk=HARBOROUGH)
    with become("worker"):
        with pytest.raises(MayNotSee):
            hand_back(council, tmp_path / "no", at=clock.now(), by=world.jo)
        hand_back(council, tmp_path / "rows", at=clock.now(), by=holder.pk)
        with pytest.raises(WrongFolder, match="another person's name"):
            hand_back(council, tmp_path / "rows", at=clock.now())
    assert [secret for secret in zelda.secrets if secret not in all_of(tmp_path / "rows")] == []
    assert "made in the name of somebody who may see them" in (tmp_path / "rows/certificate.txt").read_text()
    status, words = look(tmp_path / "rows")
    assert status == 0, words
    with scope(System("load")):
        assert Entry.objects.get(kind="hand_back.certify", council_id=HARBOROUGH).body["protected_by"] == holder.pk


def all_of(folder: Path) -> str:
    """Every file but the list of addresses, which says of nobody who lives there."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "places_property.jsonl"]
    return "".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


def test_a_replay_of_their_run_finds_none(world):
    zelda = protected_person(world)
    assert replay(zelda.ids["run"]) is None


# -- with the right --------------------------------------------------------------------------------------------------


def test_with_the_right_the_case_tells_after_a_look_that_is_journalled(world, holder):
    zelda, lee = protected_person(world), Attacker.named("lee", world)
    here = f"/cases/{zelda.reference}/"
    page = lee.ask("get", here, at=None).body.decode()
    assert "Show name and address" in page and [secret for secret in zelda.secrets if secret in page] == []
    for other in ("sam", "jo", "olive", "kit"):
        assert Attacker.named(other, world).ask("post", f"{here}look/", {}, at=None).status == 404
    looked = lee.ask("post", f"{here}look/", {}, at=None).body.decode()
    assert [secret for secret in zelda.secrets if secret not in looked and secret != zelda.phone] == []
    assert "Don’t say, send or print this." in looked and "Looked at name and address" in looked


def test_with_the_right_no_page_tells_but_where_one_looks(world, reads, broken, holder):
    """Neither lists nor searches nor the case: whoever may see them asks each time."""
    zelda = protected_person(world)
    told = {where.split("?")[0] for _, where in walk(Attacker.named("lee", world), zelda, world, reads)}
    assert {where.removesuffix(" by home") for where in told} == {
        f"post /cases/{zelda.reference}/look/", f"post /cases/{zelda.reference}/files/{zelda.ids['document']}/",
        "post /protected/find/"}


def test_a_file_of_theirs_is_opened_with_the_right_alone_and_from_the_page_on_which_one_looks(world, holder):
    zelda = protected_person(world)
    here = f"/cases/{zelda.reference}/"
    path = f"{here}files/{zelda.ids['document']}/"
    for other in ("sam", "priya", "jo", "olive", "kit"):
        for verb in ("get", "post"):
            answer = Attacker.named(other, world).ask(verb, path, {}, at=None)
            assert answer.status in (302, 404) and zelda.name.encode() not in answer.body
    lee = Attacker.named("lee", world)
    assert lee.ask("get", path, at=None).status == 302, "an address that leads there opens nothing"
    page = lee.ask("get", here, at=None).body.decode()
    assert "Files from the resident" in page and path not in page
    assert path in lee.ask("post", f"{here}look/", {}, at=None).body.decode()
    with become("web"):
        client = Client()
        client.force_login(holder)
        assert zelda.name.encode() in client.post(path).content
    with scope(System("load")):
        entry = Entry.objects.get(kind="document.read", case_id=zelda.ids["case"])
        assert (entry.principal, entry.body["document"]) == (f"staff:{world.lee}", zelda.ids["document"])
