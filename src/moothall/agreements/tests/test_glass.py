"""Break glass: who may, for how long, what is seen, that nothing can be written, and that each look is told first."""
from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import environment_of
from moothall.agreements.actions import load_version
from moothall.agreements.changes import what_would_change
from moothall.agreements.glass import break_glass, councils_behind_glass, end_glass, looks_through, through_glass
from moothall.agreements.in_force import forget
from moothall.agreements.life import Refused
from moothall.agreements.models import AgreementVersion, BreakGlass, Halt, Share
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_files
from moothall.agreements.tests.texts import changed
from moothall.cases.models import Case
from moothall.customers.models import Customer
from moothall.journal.models import Entry
from moothall.lib import clock
from moothall.people.models import Membership, Person
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Emergency, Staff, System
from moothall.tenancy.privileges import TENANT
from moothall.tenancy.scope import scope

pytestmark = pytest.mark.django_db
Role = Callable[[str], AbstractContextManager[None]]
WHY = "A gas leak in Mill Lane, their lines are down"
UNSHARED = 860


def person(number: int) -> Person:
    return Person.objects.get(pk=number)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught, transaction.atomic():
        yield
    assert caught.value.code == code


@pytest.fixture
def harborough(world: Any) -> Council:
    return Council.objects.get(number=world.harborough)


@pytest.fixture
def glass(world: Any, harborough: Council, as_role: Role) -> BreakGlass:
    """Priya, who leads the hub's agents, sees all of Harborough for half an hour."""
    with as_role("web"):
        return break_glass(harborough, by=person(world.priya), reason=WHY, minutes=30)


@pytest.fixture
def licence(world: Any) -> int:
    """A case of a service that Harborough shares with nobody."""
    with scope(System("load")):
        return Case.objects.create(
            council_id=2, service_id=UNSHARED, reference="HB-10008-W", kind="licence", title="Licence",
            opened_at=clock.now(),
        ).pk  # fmt: skip


def told(council: int, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
    with scope(System("load")):
        return list(Entry.objects.filter(council=council, kind__in=kinds).order_by("id").values_list("kind", "body"))


def test_it_shows_what_is_outside_every_share_and_no_third_council(world, glass, licence, as_role):
    with as_role("web"):
        with scope(Staff(world.priya)):
            assert not Case.objects.filter(pk=licence).exists()
        with scope(Emergency(world.priya, glass.pk)):
            assert Case.objects.filter(pk=licence).exists() and Customer.objects.filter(council=2).exists()
            assert set(Case.objects.values_list("council_id", flat=True)) == {2}
            assert set(Entry.objects.values_list("council_id", flat=True)) == {2}
        with scope(Staff(world.priya)):
            assert not Case.objects.filter(pk=licence).exists(), "it ended with its transaction"


def test_at_its_second_it_is_over(world, glass):
    with scope(Emergency(world.priya, glass.pk), at=glass.ends - timedelta(microseconds=1)):
        assert Case.objects.exists()
    for moment in (glass.ends, glass.starts - timedelta(microseconds=1)):
        with scope(Emergency(world.priya, glass.pk), at=moment):
            assert not Case.objects.exists()


def test_it_is_one_persons(world, glass, as_role):
    with as_role("web"):
        for other in (world.sam, world.jo, world.olive, world.kit):
            with scope(Emergency(other, glass.pk)):
                assert not Case.objects.exists() and not Customer.objects.exists()


def test_it_is_not_even_anothers_who_could_break_one_of_their_own(world, glass):
    Membership.objects.filter(person=world.sam).update(job="leader")
    with scope(Emergency(world.sam, glass.pk)):
        assert not Case.objects.exists() and not Customer.objects.exists()


@pytest.mark.parametrize("table", sorted(TENANT))
@pytest.mark.parametrize("role", ["web", "test"])
def test_it_writes_nothing_into_any_table(world, glass, as_role, table, role):
    """Whatever privileges and policies say: the test role has every privilege, and core and work are written too by
    whoever may read them."""
    attacks = (f"INSERT INTO {table} DEFAULT VALUES", f"UPDATE {table} SET council_id = 1", f"DELETE FROM {table}",
               f"SELECT * FROM {table} FOR UPDATE")  # fmt: skip
    with as_role("web") if role == "web" else transaction.atomic(), scope(Emergency(world.priya, glass.pk)):
        for attack in attacks:
            with pytest.raises(DatabaseError, match="read-only transaction"), transaction.atomic():
                run(attack)


def test_it_cannot_be_made_to_write(world, glass, as_role):
    with as_role("web"), scope(Emergency(world.priya, glass.pk)):
        for attack in ("SET TRANSACTION READ WRITE", "SELECT set_config('transaction_read_only', 'off', true)"):
            with pytest.raises(DatabaseError, match="read-write mode"), transaction.atomic():
                run(attack)
        with pytest.raises(DatabaseError, match="read-only transaction"), transaction.atomic():
            Case.objects.filter(pk=world.home["case"]).update(title="mine")


def test_scope_and_begin_as_one_message_are_read_only_too(own_database, world):
    """As a request does it, with no transaction around it."""
    run_in_copy = f"""
import django; django.setup()
from django.db import connection, DatabaseError
from moothall.agreements.actions import load_version
from moothall.agreements.changes import what_would_change
from moothall.agreements.glass import break_glass
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import register_from_files
from moothall.agreements.tests.texts import changed
from moothall.cases.models import Case
from moothall.people.models import Person
from moothall.tenancy.models import Council
from moothall.tenancy.principals import Emergency, Staff
from moothall.tenancy.scope import scope
glass = break_glass(Council.objects.get(number=2), by=Person.objects.get(pk={world.priya}), reason="x", minutes=5)
try:
    with scope(Emergency({world.priya}, glass.pk)):
        print("saw", Case.objects.count())
        Case.objects.update(title="mine")
except DatabaseError as error:
    print(error)
with scope(Staff({world.priya})):
    print("wrote", Case.objects.filter(pk={world.home["case"]}).update(title="a title"))
"""
    said = in_web_process(own_database, run_in_copy)
    assert "saw 1" in said and "read-only transaction" in said and "wrote 1" in said, said


def in_web_process(url: str, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], text=True, capture_output=True, timeout=60, check=False,
        env={**os.environ, **environment_of(url), "MOOTHALL_ROLE": "web"},
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(("minutes", "code"), [
    (61, "too_long"), (241, "too_long"), (0, "ends_early"), (-5, "ends_early"), (30, "no_reason"),
])  # fmt: skip
def test_over_the_limit_and_without_a_reason_it_is_refused(world, harborough, as_role, minutes, code):
    with as_role("web"), refused(code):
        reason = " " if code == "no_reason" else WHY
        break_glass(harborough, by=person(world.priya), reason=reason, minutes=minutes)
    assert not BreakGlass.objects.exists() and not told(2, "glass.break")


@pytest.mark.parametrize("who", ["sam", "lee", "jo", "olive", "kit"])
def test_an_agent_a_stranger_an_operator_and_ones_own_council_are_refused(world, harborough, as_role, who):
    """Jo manages Harborough itself; Olive's council takes no part; Sam answers, but leads nobody."""
    with as_role("web"), refused("no_glass"):
        break_glass(harborough, by=person(getattr(world, who)), reason=WHY, minutes=30)


def test_no_party_none_and_none_that_is_cut_off(world, harborough, as_role):
    with as_role("web"), refused("no_glass"):
        break_glass(Council.objects.get(number=world.lichfield), by=person(world.priya), reason=WHY, minutes=30)
    assert [(each.number, most) for each, most in councils_behind_glass(world.priya, clock.now())] == [(2, 60)]
    assert councils_behind_glass(world.sam, clock.now()) == []
    Halt.objects.create(kind="cut", council=harborough, starts=clock.now(), reason="Attack", at=clock.now())
    with as_role("web"), refused("no_glass"):
        break_glass(harborough, by=person(world.priya), reason=WHY, minutes=30)


@pytest.mark.parametrize(("said", "allowed"), [(20, 20), (600, 240)])
def test_the_clause_sets_the_minutes_and_never_more_than_four_hours(world, said, allowed):
    share = Share.objects.select_related("version").get(pk=world.share)
    draft = AgreementVersion.objects.create(
        agreement_id=share.version.agreement_id, number=2, state="draft", text="x", starts=share.starts,
        sha256=hashlib.sha256(b"x").hexdigest(), ends=share.ends, loaded_at=share.starts, parties=[1, 13],
    )
    Share.objects.create(
        version=draft, number=1, key="x", client_id=13, function="answer", team_id=share.team_id, starts=share.starts,
        ends=share.ends, body={**share.body, "emergency": {"break_glass": {"at_most_minutes": said}}},
    )
    AgreementVersion.objects.filter(pk=draft.pk).update(state="in_force")
    found = {council.number: most for council, most in councils_behind_glass(world.priya, clock.now())}
    assert found == {2: 60, 13: allowed}


def with_clause(said: str) -> str:
    clause = f"emergency:\n  break_glass: {{{said}}}\nteams:\n"
    return changed(("from: 2026-09-01", "from: 2026-01-01"), ("teams:\n", clause))


@pytest.mark.parametrize(("minutes", "told", "kept"), [
    (20, "see a client's records for at most 20 minutes. Until now another", 20),
    (0, "no other party may see a client's records outside its shares.", None),
])  # fmt: skip
@pytest.mark.usefixtures("while_texts_hold")
def test_the_clause_is_told_and_kept(world, minutes, told, kept):
    text = with_clause(f"at_most_minutes: {minutes}")
    with scope(System("load")):
        changes = what_would_change(changed(), text, at=clock.now()).changes
    assert told in next(each.sentence for each in changes if each.figure == "break_glass")
    load_version(text, in_force=True)
    forget()
    found = {council.number: most for council, most in councils_behind_glass(world.priya, clock.now())}
    assert found.get(13) == kept, found


@pytest.mark.parametrize(("said", "code"), [("at_most_minutes: 300", "not-a-number"), ("minutes: 5", "unknown-key")])
def test_what_is_wrong_in_the_clause_is_said(world, said, code):
    found = read_agreement(with_clause(said), register=register_from_files()).findings
    assert code in {finding.code for finding in found}, found


def test_one_at_a_time(world, harborough, glass, as_role):
    with as_role("web"):
        with refused("open_already"):
            break_glass(harborough, by=person(world.priya), reason=WHY, minutes=5)
        end_glass(glass, by=person(world.priya))
        break_glass(harborough, by=person(world.priya), reason=WHY, minutes=5)


@pytest.mark.parametrize("who", ["priya", "jo"])
def test_whoever_looks_and_a_manager_of_the_council_end_it(world, glass, as_role, who):
    with as_role("web"):
        end_glass(glass, by=person(getattr(world, who)))
        with scope(Emergency(world.priya, glass.pk)):
            assert not Case.objects.exists()
        with refused("glass_over"):
            end_glass(glass, by=person(world.priya))
    (_, body), = told(2, "glass.end")
    assert body["person"] == getattr(world, who) and len(told(1, "glass.end")) == 1


@pytest.mark.parametrize("who", ["sam", "lee", "olive"])
def test_nobody_else_ends_it(world, glass, as_role, who):
    with as_role("web"), refused("no_right"):
        end_glass(glass, by=person(getattr(world, who)))


def test_who_no_longer_leads_sees_nothing_from_that_second(world, glass, as_role):
    Membership.objects.filter(person=world.priya).update(job="agent")
    with as_role("web"), scope(Emergency(world.priya, glass.pk)):
        assert not Case.objects.exists()


def test_each_look_is_in_the_journal_before_anything_is_shown(world, glass, as_role, monkeypatch):
    with as_role("web"):
        with through_glass(glass, what="control:emergency_case", key="HB-10007-Y"):
            assert Case.objects.exists()
        (look,) = looks_through(glass)
    assert (look.body["person"], look.body["what"], look.body["key"]) == (
        world.priya, "control:emergency_case", "HB-10007-Y")  # fmt: skip
    (_, body), = told(2, "glass.break")
    assert body["reason"] == WHY and len(told(1, "glass.break")) == 1
    assert not told(13, "glass.break", "glass.look")

    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr("moothall.agreements.glass.write", broken)
    with as_role("web"), pytest.raises(DatabaseError, match="disk"), through_glass(glass, what="x"):
        pytest.fail("it was shown")


def test_no_role_writes_such_a_row_by_itself(world, glass, as_role):
    for attack in ("INSERT INTO agreements_breakglass DEFAULT VALUES",
                   "UPDATE agreements_breakglass SET ends = ends + interval '1 day'",
                   "DELETE FROM agreements_breakglass"):  # fmt: skip
        for role in ("web", "router", "worker", "report", "public"):
            with as_role(role), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                run(attack)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
