"""Two councils become one: a second before nothing of it is seen, at the second all that is open lives on."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from cast_of_tests import REFERENCES
from moothall.agreements import queries
from moothall.agreements.actions import load_version
from moothall.agreements.drafts import draft_version
from moothall.agreements.grants import extra_grants, missing_grants
from moothall.agreements.in_force import forget
from moothall.agreements.life import Refused, sign_version
from moothall.agreements.models import AgreementVersion
from moothall.agreements.tests.merging import MERGING, SECOND, VESTING, VESTING_DAY, merging
from moothall.cases.actions import claim_case, open_case
from moothall.cases.models import Case
from moothall.cases.queries import QueueFilter, by_reference, queue
from moothall.contacts.models import Contact
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.queueing.models import Lease
from moothall.tenancy.models import Council, Grant, TenantModel
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.scope import scope

pytestmark = pytest.mark.django_db
BETWEEN = f"{VESTING_DAY - timedelta(days=20)}"  # to come, and before the two become one
HARBOROUGH, LICHFIELD, REFUSE = 2, 13, 524
EVERY_MODEL = [model for model in apps.get_models() if issubclass(model, TenantModel)]


@pytest.fixture
def version(world: Any) -> Iterator[AgreementVersion]:
    yield load_version(MERGING, in_force=True)
    forget()


@pytest.fixture
def successor(version: AgreementVersion) -> Council:
    return Council.objects.get(gss="E06999901")


def move(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """The installation's clock; the database's own stands, so scopes are opened at the instant too."""
    monkeypatch.setattr(clock, "now", lambda: at)


def seen(person: int, at: datetime) -> set[int]:
    """The councils of which a person sees a row of any kind."""
    with scope(Staff(person), at=at):
        return {number for model in EVERY_MODEL for number in model.objects.values_list("council_id", flat=True)}


def somebody(name: str, team: str, job: str = "officer") -> int:
    found = Team.objects.get(slug=team)
    person = Person.objects.create_user(f"{name}@example.test", "x", name=f"{name} Hill", employer_id=found.employer_id)
    Membership.objects.create(person=person, team=found, job=job, valid_from=clock.now() - timedelta(days=1))
    return int(person.pk)


def test_sight_turns_at_the_second_and_with_dates_alone(version: AgreementVersion, world: Any) -> None:
    nia = somebody("nia", "northlands-waste")
    before, after = VESTING - SECOND, VESTING
    assert seen(nia, before) == set(), "the successor's team sees nothing before it is one"
    assert seen(nia, after) == {HARBOROUGH, LICHFIELD}
    assert seen(world.lee, before) == {HARBOROUGH} and seen(world.lee, after) == {HARBOROUGH, LICHFIELD}
    assert seen(world.olive, before) == {LICHFIELD} and seen(world.olive, after) == set(), "not carried over"
    assert {HARBOROUGH, LICHFIELD} <= seen(world.sam, before) & seen(world.sam, after)


def test_a_third_council_never_sees_anything(version: AgreementVersion, world: Any) -> None:
    Team.objects.create(slug="third", name="Third", employer_id=1)
    third = somebody("theo", "third", "manager")
    for at in (VESTING - SECOND, VESTING, VESTING + timedelta(days=30)):
        assert seen(third, at) == set()


def test_the_old_reference_is_found_and_worked_on_across_midnight(
    version: AgreementVersion, world: Any, successor: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scope(Staff(world.lee), at=VESTING - SECOND):
        ours, theirs = (by_reference(REFERENCES[number]) for number in (HARBOROUGH, LICHFIELD))
        assert ours is not None and theirs is None
        move(monkeypatch, VESTING - SECOND)
        claim_case(ours)
    move(monkeypatch, VESTING)
    with scope(Staff(world.lee), at=VESTING):
        both = [by_reference(REFERENCES[number]) for number in (HARBOROUGH, LICHFIELD)]
        assert [case and case.council_id for case in both] == [HARBOROUGH, LICHFIELD]
        assert both[0] is not None and both[0].officer_id == world.lee and both[1] is not None
        waiting = queue(world.lee, QueueFilter(tab="mine"), today=VESTING, at=VESTING)
        assert [case.reference for case in waiting.cases] == [REFERENCES[HARBOROUGH]]
        claim_case(both[1])
        new = open_case(council=LICHFIELD, service=REFUSE, kind="missed-bin", title="New", due_working_days=5)
        assert new.reference.startswith("NQ-") and new.team is not None and new.team.slug == "northlands-waste"


def test_what_waits_for_the_old_team_waits_for_the_new(version: AgreementVersion, world: Any) -> None:
    """Also for somebody who never was in the old one."""
    nia = somebody("nia", "northlands-waste")
    with scope(System("load")):
        Case.objects.filter(reference=REFERENCES[HARBOROUGH]).update(team=world.waste_team, officer=None)
    with scope(Staff(nia), at=VESTING):
        found = queue(nia, QueueFilter(tab="team"), today=VESTING, at=VESTING)
    assert REFERENCES[HARBOROUGH] in [case.reference for case in found.cases]


def test_lines_are_the_successors_from_the_second_on(
    version: AgreementVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the key of before: rows that a call leads to stand beside those of the same address and caller."""
    for at, says in ((VESTING - SECOND, "Harborough District Council"), (VESTING, "Northlands Council")):
        move(monkeypatch, at)
        line = queries.line("5001")
        assert line is not None and (line.council, line.council_name) == (HARBOROUGH, says)
        answer = queries.responsible(line.council, REFUSE, "phone", "answer", at)
        assert isinstance(answer, queries.Answer) and answer.answer_within_s == 45
        assert queries.greeting(line, answer.share_id, "Sam") == f"Hello, {says}, Sam here."
        assert queries.council_of_share(answer.share_id, Council.objects.get(pk=HARBOROUGH)).name == says
        if at < VESTING:
            stamped = answer.share_id
    assert queries.greeting("5001", stamped, "Sam") == "Hello, Harborough District Council, Sam here.", "as it began"
    before = queries.responsible(HARBOROUGH, REFUSE, "phone", "resolve", VESTING - SECOND)
    after = queries.responsible(HARBOROUGH, REFUSE, "phone", "resolve", VESTING)
    assert [each.teams for each in (before, after) if isinstance(each, queries.Answer)] == [
        ("harborough-waste",), ("northlands-waste",)]


def test_a_call_in_progress_keeps_its_stamp_and_its_lease(version: AgreementVersion, world: Any) -> None:
    """Olive's team isn't carried over: of all that is Lichfield's she sees this call, and for half an hour."""
    contact = world.other["contact"]
    Lease.objects.create(person_id=world.olive, contact_id=contact, council=LICHFIELD, service=REFUSE,
                         starts=VESTING - timedelta(minutes=5), ends=VESTING + timedelta(minutes=30))
    with scope(System("load")):
        stamp = Contact.objects.values_list("share_id", "version_id").get(pk=contact)
    for after, sees in ((timedelta(0), True), (timedelta(minutes=29), True), (timedelta(minutes=30), False)):
        with scope(Staff(world.olive, contact), at=VESTING + after):
            assert list(Contact.objects.values_list("share_id", "version_id")) == ([stamp] if sees else [])
        assert seen(world.olive, VESTING + after) == set()


def test_who_joins_or_leaves_after_the_signature_is_carried_too(version: AgreementVersion, world: Any) -> None:
    late = somebody("lou", "harborough-waste")
    assert seen(late, VESTING) == {HARBOROUGH, LICHFIELD}
    Membership.objects.filter(person_id=late, team__slug="harborough-waste").update(valid_to=VESTING)
    assert seen(late, VESTING - SECOND) == {HARBOROUGH} and seen(late, VESTING) == set()
    Membership.objects.filter(person_id=world.lee).delete()
    assert seen(world.lee, VESTING) == set()


def test_a_manager_counts_both_and_signs_for_both_afterwards(version: AgreementVersion, world: Any) -> None:
    assert seen(world.jo, VESTING - SECOND) == {HARBOROUGH} and seen(world.jo, VESTING) == {HARBOROUGH, LICHFIELD}
    with connection.cursor() as cursor:
        for council, at, may in ((HARBOROUGH, VESTING - SECOND, True), (LICHFIELD, VESTING - SECOND, False),
                                 (HARBOROUGH, VESTING, True), (LICHFIELD, VESTING, True)):
            cursor.execute("SELECT moothall.may_sign(%s, %s, %s)", [world.jo, council, at])
            assert cursor.fetchone() == (may,)


def test_the_grants_are_those_of_the_text(version: AgreementVersion) -> None:
    """Those without a share are the world's own, written by hand; theirs end at the instant too."""
    assert missing_grants(version, clock.now()) == []
    assert [grant for grant in extra_grants(clock.now()) if grant.share_id] == []
    assert [grant for grant in extra_grants(VESTING) if grant.council_id not in {1, 101}] == []


def test_a_replaced_succession_never_happens(version: AgreementVersion, world: Any) -> None:
    start = MERGING.index("succession:"), MERGING.index("covers:")
    plain = (MERGING[: start[0]] + MERGING[start[1]:]).replace("from: 2026-01-01", f"from: {BETWEEN}", 1)
    plain = "\n".join(line for line in plain.splitlines() if "E06999901" not in line or "employer" in line)
    plain = plain.replace(", employer: E06999901", "").split("  northlands-resolved:")
    rest = plain[1][plain[1].index("  garden-resolved"):]
    load_version(plain[0] + rest + "\n", in_force=True)
    assert seen(world.lee, VESTING) == {HARBOROUGH}
    assert seen(somebody("nia", "northlands-waste"), VESTING) == set()


def test_who_signs_and_who_cannot(world: Any) -> None:
    """The two sign, the one that is to come can't; somebody else's council isn't taken for a successor unasked."""
    version = load_version(merging(("2026-01-01", BETWEEN)))
    assert version.parties == [1, 2, 13]
    with pytest.raises(Refused, match="Only a manager"):
        sign_of(version, world.jo, Council.objects.get(gss="E06999901").pk)


def sign_of(version: AgreementVersion, person: int, council: int) -> None:
    AgreementVersion.objects.filter(pk=version.pk).update(state="proposed")
    sign_version(version, council=council, by=Person.objects.get(pk=person), sha256=version.sha256, way="password")


TAKEN_OVER = merging(
    ("  - successor: E06999901\n    name: Northlands Council\n    short_name: Northlands\n    letters: NQ",
     "  - successor: E07000130\n    name: Charnwood Borough Council\n    short_name: Charnwood\n    letters: CH"),
    ("parties: [Charnwood, Harborough, Lichfield]", "parties: [Harborough, Lichfield]"),
    (f"    team: northlands-waste\n    from: {VESTING_DAY}\n", "    team: northlands-waste\n"),
).replace("E06999901", "Charnwood")


def test_a_council_that_is_already_there_signs_that_it_takes_another_over(world: Any) -> None:
    """Else two councils could give their teams sight of a third's rows without asking it."""
    assert 1 in load_version(TAKEN_OVER).parties


def test_shares_that_ran_before_reach_back_from_the_second_on_alone(world: Any) -> None:
    load_version(TAKEN_OVER, in_force=True)
    nia = somebody("nia", "northlands-waste")
    assert Grant.objects.filter(team__slug="northlands-waste", council_id=1, valid_from__lt=VESTING).exists()
    assert seen(nia, VESTING - SECOND) == set() and seen(nia, VESTING) == {HARBOROUGH, LICHFIELD}
    forget()


def test_a_manager_may_draft_it_once_the_council_is_known(world: Any, as_role: Any) -> None:
    by = Person.objects.get(pk=world.jo)
    text = merging(("agreement: test-hub", "agreement: other-hub"))
    with pytest.raises(Refused) as refused, as_role("web"):
        draft_version(text, by=by)
    assert "isn't a council of this installation yet" in refused.value.findings[0].words
    load_version(MERGING)
    with as_role("web"):
        made = draft_version(text, by=by)
    assert made.parties == [1, 2, 13] and made.successions.count() == 2 and made.team_passings.count() == 3


@pytest.mark.parametrize("role", ["web", "worker", "router", "report", "public"])
def test_no_role_writes_a_succession(role: str, version: AgreementVersion, as_role: Any) -> None:
    for statement in ("INSERT INTO agreements_succession (version_id, predecessor_id, successor_id, at) "
                      "VALUES (%s, 1, 2, now())", "SELECT moothall.pass_on(%s)", "SELECT moothall.carry_member(%s)"):
        with pytest.raises(DatabaseError, match="permission denied"), as_role(role), connection.cursor() as cursor:
            cursor.execute(statement, [version.pk])
    with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
        version.successions.all().delete()


def test_the_last_signature_cannot_bind_who_did_not_sign(world: Any) -> None:
    version = load_version(MERGING)
    AgreementVersion.objects.filter(pk=version.pk).update(parties=[1, 2])
    with pytest.raises(DatabaseError, match="has not signed that it goes over"), transaction.atomic():
        queries.enact(version.pk, clock.now())
    assert not Grant.objects.filter(share__version=version).exists()
