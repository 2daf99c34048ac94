"""Attacks on the first wall by its login roles: each may do what its processes need, and nothing else."""
from __future__ import annotations

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from moothall.cases.models import Case
from moothall.contacts.models import Contact, Need
from moothall.customers.models import Customer
from moothall.journal.actions import write
from moothall.journal.models import Entry
from moothall.places.models import Property
from moothall.scripts.models import Run
from moothall.tenancy.models import Grant
from moothall.tenancy.principals import Staff, System
from moothall.tenancy.privileges import TENANT, UNTENANTED
from moothall.tenancy.roles import LOGIN_ROLES, TEST_ROLE, role_name
from moothall.tenancy.scope import scope


def count_raw(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_the_public_pages_cannot_read_sessions_of_staff(world, as_role):
    with as_role("public"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        count_raw("django_session")


def test_what_one_does_about_ones_own_desk_is_journalled_without_any_grant(world, as_role):
    Grant.objects.filter(team_id=world.hub_team).delete()
    with as_role("web"), scope(Staff(world.sam)):
        write("presence.change", council=1, service=0)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            write("presence.change", council=13, service=0)


def test_a_person_who_left_sees_nothing(world):
    from moothall.people.models import Person

    Person.objects.filter(pk=world.sam).update(is_active=False)
    with scope(Staff(world.sam)):
        assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("role", "purpose"),
    [("web", "route"), ("web", "load"), ("web", "seal"), ("router", "load"), ("public", "count"), ("report", "route"),
     ("router", "count"), ("worker", "load")],
)
def test_a_role_acts_only_for_its_purposes(world, as_role, role, purpose):
    with as_role(role), pytest.raises(ProgrammingError, match="may not act for the purpose"), scope(System(purpose)):
        pass


def test_the_router_knows_calls_but_no_residents(world, as_role):
    with as_role("router"):
        with scope(System("route")):
            assert Contact.objects.filter(council_id=2).exists()
            write("contact.offer", council=2, service=524, contact=world.home["contact"])
        for model in (Customer, Case, Need, Run, Property, Entry):
            with pytest.raises(ProgrammingError, match="permission denied"), scope(System("route")):
                model.objects.exists()


def test_the_journal_is_append_only_for_every_role(world, as_role):
    for sql in ("UPDATE journal_entry SET kind = 'x'", "DELETE FROM journal_entry"):
        for role in ("web", "worker", "router"):
            with as_role(role), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        with pytest.raises(ProgrammingError, match="append-only"), scope(System("load")), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize(("table", "column"), [("journal_entry", "kind"), ("journal_block", "ids")])
@pytest.mark.parametrize("attack", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_what_was_told_and_sealed_stays_even_for_who_has_every_right(world, owner_url, table, column, attack):
    """The tests' role has all rights on every table, the owner has it for its own."""
    with pytest.raises(ProgrammingError, match=f"{table} is append-only"), transaction.atomic():
        connection.cursor().execute(attack.format(table, column))
    with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        owner.execute("SET lock_timeout = '5s'")
        owner.execute(attack.format(table, column))


def test_every_table_is_guarded_or_on_the_list(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        tables = dict(cursor.fetchall())
        cursor.execute(
            "SELECT c.conname FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
            "WHERE c.contype = 'u' AND c.conrelid::regclass::text = ANY(%s) AND a.attname <> 'council_id'",
            [list(TENANT)],
        )
        assert cursor.fetchall() == [], "a unique key of a tenant table must begin with the council"
    assert set(tables) == set(TENANT) | set(UNTENANTED)
    assert {name for name, guarded in tables.items() if guarded} == set(TENANT)


def test_no_application_role_owns_a_table_or_bypasses_row_security(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'moothall_test%%' AND (rolsuper OR rolbypassrls)"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        )
        (owner,) = cursor.fetchall()
        name = connection.settings_dict["NAME"]
        assert owner[0] not in {role_name(name, role) for role in (*LOGIN_ROLES, TEST_ROLE)}
