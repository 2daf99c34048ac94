"""Every tenant table by itself, attacked with every right that a login could be given: row security alone stands."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from cast_of_tests import add_rows_of_both
from moothall.lib import clock
from moothall.queueing.models import Lease
from moothall.scripts.models import Run, RunKey
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import LinkHolder, Resident, Staff, System
from moothall.tenancy.privileges import TENANT
from moothall.tenancy.residents import Keys, begin_run, own_contact
from moothall.tenancy.scope import scope

HOME, OTHER = 2, 13
APPEND_ONLY = {"journal_entry"}
JUDGED = {"queueing_passing": "doesn't talk in contact"}  # a trigger that refuses a new row before row security does
SECRET, CODE = "twenty letters or so", "K7P49MXR"


@pytest.fixture(autouse=True)
def both(world: Any) -> None:
    add_rows_of_both(world)


def run(sql: str, *given: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.rowcount)


def rows(table: str, council: int) -> int:
    return run(f"SELECT FROM {table} WHERE council_id = %s", council)


def columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("table", sorted(TENANT))
def test_who_holds_every_key_of_one_council_does_nothing_to_another(world, table):
    """The most that a scope can be, and the tests' login, which has all rights on every table."""
    with scope(System("load")):
        before = rows(table, HOME)
    assert before, "no row to attack: see add_rows_of_both"
    assert rows(table, HOME) == 0, "outside every scope there is nothing"
    with scope(System("load", OTHER)):
        assert rows(table, OTHER) and rows(table, HOME) == 0
        if table not in APPEND_ONLY:  # whose trigger refuses before it looks
            assert run(f"UPDATE {table} SET council_id = council_id WHERE council_id = %s", HOME) == 0
            assert run(f"DELETE FROM {table} WHERE council_id = %s", HOME) == 0
            with pytest.raises(ProgrammingError, match="stays with its council"), transaction.atomic():
                run(f"UPDATE {table} SET council_id = %s", HOME)  # its own row, given away or smuggled in
        service = {"service_id": 524} if "service_id" in columns(table) else {}
        names = ", ".join(["council_id", *service])
        said = JUDGED.get(table, f'row-level security policy for table "{table}"')
        with pytest.raises(ProgrammingError, match=said), transaction.atomic():
            run(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * (1 + len(service)))})",
                HOME, *service.values())
    with scope(System("load")):
        assert rows(table, HOME) == before


@pytest.mark.parametrize("table", sorted(set(TENANT) - APPEND_ONLY))
def test_nobody_who_works_removes_a_row_they_see(world, table):
    """Not even with the right to delete: the key for removing is the loader's. A draft is its managers' to discard."""
    for person in (world.sam, world.lee, world.jo):
        with scope(Staff(person)):
            assert run(f"DELETE FROM {table}") == 0, person


@pytest.mark.parametrize("table", sorted(table for table in TENANT if table != "journal_entry"))
def test_a_row_keeps_its_service_too(world, table):
    """A licence that became a bin would be seen by whoever answers bins."""
    if "service_id" not in columns(table):
        return
    with pytest.raises(DatabaseError, match="stays with its council and service"), scope(System("load", OTHER)):
        run(f"UPDATE {table} SET service_id = 860")


@pytest.mark.parametrize(("services", "shown"), [
    (None, True), ([2_0524, 2_0860], True), ([2_0860], False), ([], False)])
def test_a_call_that_was_passed_on_shows_what_its_receiver_answers(world, services, shown):
    """Sam has the call and no grant: of its bins they see all, or nothing where they were given it for licences."""
    Grant.objects.filter(team_id=world.hub_team).delete()
    Lease.objects.create(
        person_id=world.sam, contact_id=world.home["contact"], council=HOME, service=524, keys=services,
        starts=clock.now() - timedelta(hours=1), ends=clock.now() + timedelta(hours=1))
    with scope(Staff(world.sam, world.home["contact"])):
        assert rows("contacts_contact", HOME) == 1, "the call itself in any case"
        for table in ("contacts_need", "scripts_run", "scripts_stepcomment", "outbox_message",
                      "payments_paymentrequest", "backoffice_errand"):
            assert (rows(table, HOME) == 1) is shown, table
            assert (run(f"UPDATE {table} SET council_id = council_id WHERE contact_id = %s",
                        world.home["contact"]) == 1) is shown, table


# -- what came of a run, and the row of a link ------------------------------------------------------------------------

@pytest.fixture
def mine(world: Any, as_role: Any) -> Iterator[Resident]:
    """A run of Harborough's that was sent, in the public pages' login; another's stands beside it."""
    with as_role("public"):
        number = begin_run(HOME, 524, "0" * 64, {}, Keys(SECRET, CODE))
        with scope(Resident(number, SECRET)):
            own_contact(None, None)
        yield Resident(number, SECRET)


def test_a_resident_changes_no_run_contact_or_need_but_their_own(world, mine):
    with scope(mine):
        assert Run.objects.filter(pk=world.home["run"]).update(state="open") == 0
        assert run("UPDATE contacts_contact SET property_id = NULL") == 1, "their own"
        assert run("UPDATE contacts_contact SET property_id = NULL WHERE id = %s", world.home["contact"]) == 0
        assert run("UPDATE contacts_need SET title = 'mine'") == 0
        assert run("SELECT FROM cases_case") == 0, "theirs has not become one yet"


@pytest.mark.parametrize(("table", "more"), [
    ("contacts_need", {"kind": "x", "title": "x"}), ("cases_case", {"reference": "X-1", "kind": "x", "title": "x"}),
    ("outbox_message", {}), ("payments_paymentrequest", {}), ("backoffice_errand", {}),
])
def test_a_resident_adds_nothing_to_anothers_contact(world, mine, table, more):
    """Whoever could would have a message sent, or money asked for, in the name of another's call."""
    names, given = ["council_id", "service_id", "contact_id", *more], [HOME, 524, world.home["contact"], *more.values()]
    for contact in (world.home["contact"], None):
        given[2] = contact
        with scope(mine), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            run(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})", *given)


def test_the_key_of_a_run_is_no_key_to_the_table_of_keys(world, mine):
    for attack in ("SELECT secret_hash FROM scripts_runkey", "UPDATE scripts_runkey SET secret_hash = ''",
                   "SELECT FROM scripts_codeguess", "DELETE FROM scripts_codeguess"):
        with scope(mine), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run(attack)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    assert RunKey.objects.get(pk=mine.run).contact


def test_a_link_shows_its_row_and_none_of_what_it_is_about(world, as_role):
    with as_role("public"), scope(LinkHolder(f"{HOME:064}")):
        for table in ("cases_case", "contacts_contact", "contacts_need", "scripts_run", "places_property",
                      "places_collection"):
            assert run(f"SELECT id FROM {table}") == 0, table
        assert run("SELECT id FROM payments_paymentrequest") == 1
        assert run("UPDATE payments_paymentrequest SET code = 'x'") == 1, "and pays that one alone"
