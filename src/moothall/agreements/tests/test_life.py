"""Proposed, signed, in force, replaced, ended: what each step changes, who may take it, and what nobody can."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from moothall.agreements import queries
from moothall.agreements.actions import load_version
from moothall.agreements.grants import extra_grants, missing_grants
from moothall.agreements.in_force import forget
from moothall.agreements.life import Refused, end_version, propose_version, sign_version, withdraw_version
from moothall.agreements.models import AgreementVersion, Line, Share, Signature
from moothall.agreements.tests.texts import changed
from moothall.domain.calendar import midnight
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Membership, Person
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_texts_hold")]
REFUSE, CHARNWOOD, LICHFIELD = 524, 1, 13
Role = Callable[[str], AbstractContextManager[None]]
NOON = datetime(2027, 3, 3, 12, tzinfo=UTC)  # a Wednesday within both versions
TURN = datetime(2027, 1, 31, 0, tzinfo=UTC) + timedelta(days=1)


@pytest.fixture
def first(while_texts_hold: None, world: Any) -> Iterator[AgreementVersion]:
    yield load_version(changed(), in_force=True)
    forget()


def amendment(start: str = "2027-02-01") -> str:
    """The same from later on, with Lichfield's own people first and 60 seconds."""
    return changed(
        ("from: 2026-09-01", f"from: {start}"), ("answered_within_s: 45", "answered_within_s: 60"),
        ("    team: charnwood-contact-centre\n    hours: office\n    standard", "    team: lichfield-waste\n"
         "    hours: office\n    standard"),
        ("    team: lichfield-waste\n    tier: 1", "    team: charnwood-contact-centre\n    tier: 1"),
    )


def signed(version: AgreementVersion, managers: dict[str, Person], as_role: Role) -> AgreementVersion:
    """Proposed and signed by both."""
    with as_role("web"):
        propose_version(version, by=managers["Nia"])
        assert not sign_version(version, council=LICHFIELD, by=managers["Nia"], sha256=version.sha256, way="password")
        assert sign_version(version, council=CHARNWOOD, by=managers["Mo"], sha256=version.sha256, way="password")
    version.refresh_from_db()
    return version


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code, str(caught.value)


def answer_at(at: datetime) -> tuple[str, int | None]:
    found = queries.responsible(LICHFIELD, REFUSE, "phone", "answer", at)
    assert isinstance(found, queries.Answer)
    return found.teams[0], found.answer_within_s


def test_the_last_signature_changes_everything_at_its_second_and_nothing_before(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    version = signed(load_version(amendment()), managers, as_role)
    assert (version.state, version.stage(clock.now()), version.holds_from) == ("in_force", "signed", TURN)
    first.refresh_from_db()
    assert (first.ends, first.stage(clock.now())) == (TURN, "in_force")
    assert answer_at(TURN - timedelta(days=2, hours=12)) == ("charnwood-contact-centre", 45)  # a Friday
    assert answer_at(NOON) == ("lichfield-waste", 60)
    assert not missing_grants(version, clock.now()) and not missing_grants(first, clock.now())
    assert not [grant for grant in extra_grants(clock.now()) if grant.share_id]
    new = Grant.objects.filter(share__version=version)
    assert set(new.values_list("valid_from", flat=True)) == {TURN}
    assert set(Grant.objects.filter(share__version=first).values_list("valid_to", flat=True)) == {TURN}


def test_sight_moves_at_the_second_with_nothing_awake(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role, world: Any
) -> None:
    """The services that the hub loses in the new text are dark to it from the turn on, by dates alone."""
    signed(load_version(changed(("from: 2026-09-01", "from: 2027-02-01"), ("[refuse, switchboard]\n    function",
                                "[refuse]\n    function"), (", services: [refuse, switchboard], channels",
                                ", services: refuse, channels"))), managers, as_role)
    for at, sees in ((TURN - timedelta(seconds=1), True), (TURN, False)):
        with as_role("web"), scope(Staff(world.sam), at=at), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('moothall.line')")
            assert (str(LICHFIELD * 10_000 + 9002) in cursor.fetchone()[0]) is sees


def test_lines_turn_too(first: AgreementVersion, managers: dict[str, Person], as_role: Role,
                        monkeypatch: pytest.MonkeyPatch) -> None:
    text = amendment().replace('number: "5903"', 'number: "5904"')
    signed(load_version(text), managers, as_role)
    assert queries.line("5903") is not None and queries.line("5904") is None
    monkeypatch.setattr(clock, "now", lambda: TURN)
    assert queries.line("5903") is None and queries.line("5904") is not None


def test_every_step_is_in_the_journal_of_every_party(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    version = signed(load_version(amendment()), managers, as_role)
    with scope(System("load")):
        found = Entry.objects.filter(kind__startswith="version.", body__version=version.pk).order_by("id")
        told = [(entry.kind, entry.council_id) for entry in found if entry.kind != "version.load"]
    assert told == [
        (kind, council) for kind in ("version.propose", "version.sign", "version.sign")
        for council in (CHARNWOOD, LICHFIELD)
    ]


def test_a_signature_keeps_who_when_and_what(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    version = signed(load_version(amendment()), managers, as_role)
    row = Signature.objects.get(version=version, council=LICHFIELD)
    assert (row.name, row.job, row.sha256, row.way) == ("Nia Bell", "Manager", version.sha256, "password")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Signature.objects.filter(pk=row.pk).update(name="Somebody else")


def test_who_may_not_sign(first: AgreementVersion, managers: dict[str, Person], as_role: Role, world: Any) -> None:
    version = load_version(amendment())
    jo, sam = (Person.objects.get(pk=person) for person in (world.jo, world.sam))
    with as_role("web"):
        for person in (jo, sam):  # a manager of no party; an agent of one
            with refused("no_right"):
                propose_version(version, by=person)
        with refused("not_proposed"):
            sign_version(version, council=LICHFIELD, by=managers["Nia"], sha256=version.sha256, way="password")
        propose_version(version, by=managers["Mo"])
        for council, person in ((CHARNWOOD, managers["Nia"]), (2, jo), (CHARNWOOD, sam), (101, managers["Mo"])):
            with refused("no_right"):
                sign_version(version, council=council, by=person, sha256=version.sha256, way="password")
        with refused("changed"):
            sign_version(version, council=LICHFIELD, by=managers["Nia"], sha256=first.sha256, way="password")
        sign_version(version, council=LICHFIELD, by=managers["Nia"], sha256=version.sha256, way="password")
        with refused("already"):
            sign_version(version, council=LICHFIELD, by=managers["Nia"], sha256=version.sha256, way="password")
    assert version.signatures.count() == 1


def test_somebody_who_left_signs_nothing(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    version = load_version(amendment())
    Membership.objects.filter(person=managers["Nia"]).update(valid_to=clock.now())
    with as_role("web"), refused("no_right"):
        propose_version(version, by=managers["Nia"])


def test_a_withdrawn_proposal_is_over(first: AgreementVersion, managers: dict[str, Person], as_role: Role) -> None:
    version = load_version(amendment())
    with as_role("web"):
        propose_version(version, by=managers["Mo"])
        sign_version(version, council=CHARNWOOD, by=managers["Mo"], sha256=version.sha256, way="password")
        withdraw_version(version, by=managers["Nia"])
        with refused("not_proposed"):
            sign_version(version, council=LICHFIELD, by=managers["Nia"], sha256=version.sha256, way="password")
        with refused("not_draft"):
            propose_version(version, by=managers["Mo"])
    assert answer_at(NOON) == ("charnwood-contact-centre", 45)
    again = load_version(amendment())  # the same words may be proposed anew, as a version of their own
    assert (again.number, again.state) == (version.number + 1, "draft")


def test_an_amendment_is_not_back_dated(first: AgreementVersion, managers: dict[str, Person], as_role: Role) -> None:
    version = load_version(amendment("2026-10-01"))
    with as_role("web"), refused("unsound"):
        propose_version(version, by=managers["Mo"])
    version.refresh_from_db()
    assert version.state == "draft"


def test_signed_late_it_holds_from_the_last_signature(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = load_version(amendment())
    late = TURN + timedelta(days=2, hours=10)
    with as_role("web"):
        propose_version(version, by=managers["Mo"])
        sign_version(version, council=CHARNWOOD, by=managers["Mo"], sha256=version.sha256, way="password")
        monkeypatch.setattr(clock, "now", lambda: late)
        sign_version(version, council=LICHFIELD, by=managers["Nia"], sha256=version.sha256, way="password")
    version.refresh_from_db()
    first.refresh_from_db()
    assert (version.holds_from, first.ends, first.state) == (late, late, "ended")


def test_notice_ends_it_sooner_and_never_too_soon(
    first: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    """The second of notice; the grants and the map end there, and nothing is given back."""
    until = datetime(2027, 4, 1, tzinfo=UTC)
    with as_role("web"):
        with refused("too_late"):
            end_version(first, until=datetime(2028, 1, 1, tzinfo=UTC), by=managers["Mo"])
        end_version(first, until=until, by=managers["Mo"])
    first.refresh_from_db()
    assert (first.ends, first.noticed_by_id) == (until, managers["Mo"].pk)
    assert answer_at(until - timedelta(hours=12)) == ("charnwood-contact-centre", 45)
    assert isinstance(queries.responsible(LICHFIELD, REFUSE, "phone", "answer", until), queries.Gap)
    assert set(Grant.objects.filter(share__version=first).values_list("valid_to", flat=True)) == {until}


@pytest.mark.parametrize("agreed", ["notice_months: 6", "notice_days: 45", "notice_months: 1\nnotice_days: 3", ""])
def test_the_first_day_is_the_notice_to_the_day(
    agreed: str, world: Any, managers: dict[str, Person], as_role: Role
) -> None:
    """The day that the page names is taken, whatever the hour; the day before, and what is past, is not."""
    version = load_version(changed(("to: 2027-09-01", f"to: 2027-09-01\n{agreed}")), in_force=True)
    first = version.earliest_end(clock.now())
    with as_role("web"):
        with refused("too_soon"):
            end_version(version, until=midnight(first - timedelta(days=1)), by=managers["Mo"])
        end_version(version, until=midnight(first), by=managers["Mo"])
    version.refresh_from_db()
    assert version.ends == midnight(first)


def test_the_database_keeps_the_notice_by_itself(world: Any, managers: dict[str, Person], as_role: Role) -> None:
    version = load_version(changed(("to: 2027-09-01", "to: 2027-09-01\nnotice_months: 6")), in_force=True)
    now = clock.now()
    for until in (now, now + timedelta(days=170)):
        with as_role("web"):
            assert queries.ask("end_version", version.pk, managers["Mo"].pk, until, now) == [("too_soon",)]


def test_notice_given_late_on_a_winters_evening_ends_on_its_first_day_in_summer(
    world: Any, managers: dict[str, Person], as_role: Role
) -> None:
    version = load_version(changed(("to: 2027-09-01", "to: 2027-09-01\nnotice_months: 6")), in_force=True)
    late = clock.now().replace(month=11, day=27, hour=23, minute=52)
    first = version.earliest_end(late)
    with as_role("web"):
        assert queries.ask("end_version", version.pk, managers["Mo"].pk, midnight(first), late) == [("ends",)]


UNMOVED = "settled|can't become draft|is no draft: it stays"  # and no error of another kind


@pytest.mark.parametrize("statement", [
    "UPDATE agreements_agreementversion SET text = text || ' ' WHERE id = %s",
    "UPDATE agreements_agreementversion SET text = 'x', sha256 = encode(sha256('x'), 'hex') WHERE id = %s",
    "UPDATE agreements_agreementversion SET starts = starts - interval '1 day' WHERE id = %s",
    "UPDATE agreements_agreementversion SET ends = ends + interval '1 day' WHERE id = %s",
    "UPDATE agreements_agreementversion SET parties = '{1}' WHERE id = %s",
    "UPDATE agreements_agreementversion SET state = 'draft' WHERE id = %s",
    "DELETE FROM agreements_agreementversion WHERE id = %s",
    "UPDATE agreements_share SET body = '{}' WHERE version_id = %s",
    "DELETE FROM agreements_share WHERE version_id = %s",
    "UPDATE agreements_line SET greeting = 'x' WHERE version_id = %s",
    "DELETE FROM agreements_line WHERE version_id = %s",
])
def test_nobody_alters_a_settled_text(statement: str, first: AgreementVersion) -> None:
    """Not even as the all-seeing test role, which stands for the owner here."""
    with pytest.raises(DatabaseError, match=UNMOVED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [first.pk])


def test_nothing_is_added_to_a_settled_text(first: AgreementVersion) -> None:
    share = first.shares.first()
    assert share is not None
    share.pk, share.key = None, "smuggled"
    with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
        share.save()
    with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
        Line.objects.create(version=first, number="5999", council_id=LICHFIELD, service_id=REFUSE, name="Smuggled")
    assert not Share.objects.filter(key="smuggled").exists()


@pytest.mark.parametrize("role", ["web", "worker", "router", "report", "public"])
@pytest.mark.parametrize("statement", [
    "INSERT INTO agreements_signature (version_id, council_id, person_id, name, job, sha256, way, at) "
    "SELECT {version}, 13, {person}, 'x', '', repeat('0', 64), 'password', now()",
    "INSERT INTO tenancy_grant (team_id, council_id, service_id, \"right\", valid_from) "
    "SELECT id, 13, 524, 'answer', now() FROM people_team LIMIT 1",
    "UPDATE agreements_agreementversion SET state = 'in_force' WHERE id = {version}",
    "SELECT moothall.enact({version}, now())",
    "SELECT moothall.cut_version({version}, now())",
])
def test_no_role_signs_or_grants_past_the_functions(
    statement: str, role: str, first: AgreementVersion, managers: dict[str, Person], as_role: Role
) -> None:
    version = load_version(amendment())
    words = statement.format(version=version.pk, person=managers["Nia"].pk)
    with pytest.raises(DatabaseError, match="permission denied"), as_role(role), connection.cursor() as cursor:
        cursor.execute(words)


def test_only_web_may_ask_the_functions(first: AgreementVersion, managers: dict[str, Person], as_role: Role) -> None:
    for role in ("worker", "router", "report", "public"):
        with pytest.raises(DatabaseError, match="permission denied"), as_role(role), connection.cursor() as cursor:
            cursor.execute("SELECT moothall.propose_version(%s, %s, now())", [first.pk, managers["Mo"].pk])
