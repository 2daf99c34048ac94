"""What no login role may do, whatever the lists of rights come to say: the database is asked, not the lists."""
from __future__ import annotations

from typing import get_args

import pytest
from django.db import connection

from moothall.tenancy.principals import Purpose
from moothall.tenancy.privileges import DEMO_PURPOSES, FUNCTIONS, TENANT
from moothall.tenancy.roles import LOGIN_ROLES, role_name

pytestmark = pytest.mark.django_db
READS, WRITES = ("SELECT",), ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
OF_COLUMNS = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
RESIDENTS = {  # what people told a council, and what is known of them
    "backoffice_errand", "cases_case", "cases_casenote", "contacts_need", "customers_customer",
    "customers_customerphone", "customers_customertoken", "customers_keptapart", "customers_nameword",
    "outbox_message",
    "payments_paymentrequest", "places_property", "scripts_identitycheck", "scripts_run",
}
SIGN_IN = {"account_emailaddress", "account_emailconfirmation", "django_session", "mfa_authenticator"}
STAFF = {"people_membership", "people_person", "people_skill", "tenancy_grant", *SIGN_IN}
# Who takes part, who works where, what was agreed and what follows from it: written by functions that ask who may.
DECIDED = {
    "agreements_agreement", "agreements_agreementversion", "agreements_breakglass", "agreements_halt",
    "agreements_line", "agreements_share", "agreements_sightconfirmed", "agreements_signature", "agreements_succession",
    "agreements_teampassing", "customers_keptapart", "customers_protectedsight", "identity_identity",
    "onboarding_chosenservice", "onboarding_dryrun",
    "onboarding_plannedline", "people_membership", "people_skill", "people_team", "scripts_codeguess", "scripts_runkey",
    "tenancy_council", "tenancy_grant", "tenancy_purpose", "tenancy_service",
}
HASHES = {"scripts_codeguess", "scripts_runkey"}


def touched(role: str, *rights: str) -> set[str]:
    """The tables of which a role has one of these rights, were it on a single column."""
    name = role_name(connection.settings_dict["NAME"], role)
    found: set[str] = set()
    for right in rights:
        asks = "has_any_column_privilege" if right in OF_COLUMNS else "has_table_privilege"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND {asks}(%s, oid, %s) "
                           "AND relnamespace = 'public'::regnamespace", [name, right])
            found |= {table for (table,) in cursor.fetchall()}
    return found


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_no_role_removes_a_tenants_row_or_builds_upon_its_table(role):
    assert touched(role, "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER") & set(TENANT) == set()


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_no_role_decides_by_itself_who_takes_part_or_who_may_see_what(role):
    assert touched(role, *WRITES) & DECIDED == set()


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_no_role_reads_what_opens_residents_runs_or_what_the_installation_may_do(role):
    assert touched(role, *READS) & {*HASHES, "tenancy_purpose"} == set()


def test_reports_change_nothing_and_read_of_no_resident():
    assert touched("report", *WRITES) == set()
    assert touched("report", *READS) & RESIDENTS == {"contacts_need"}, "a need is counted by its kind"


def test_the_router_reads_of_no_resident_and_writes_calls_alone():
    assert touched("router", *READS, *WRITES) & RESIDENTS == set()
    assert touched("router", *WRITES) == {
        "contacts_contact", "contacts_leg", "journal_entry", "queueing_command", "queueing_lease", "queueing_offer",
        "queueing_passing", "queueing_presence", "queueing_routerstate"}


def test_the_public_pages_know_nobody_who_works_here_and_no_customer():
    assert touched("public", *READS, *WRITES) & {
        *STAFF, "customers_customer", "customers_customerphone", "customers_customertoken", "customers_nameword",
        "agreements_breakglass", "agreements_signature", "cases_casenote", "contacts_leg", "directory_listing",
        "identity_identitydraft", "queueing_lease", "queueing_offer", "queueing_presence", "scripts_identitycheck",
    } == set()


def test_what_the_public_pages_write_they_mostly_never_read_again():
    """A message, an errand and a journal entry leave for others; of a contact and an address some columns are seen."""
    assert touched("public", "SELECT") & {"backoffice_errand", "journal_entry", "outbox_message"} == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_column_privilege(%s, 'places_property', 'assisted', 'SELECT')",
                       [role_name(connection.settings_dict["NAME"], "public")])
        assert cursor.fetchone() == (False,), "who needs help with their bins"


@pytest.mark.parametrize("role", [role for role in LOGIN_ROLES if role != "web"])
def test_only_the_pages_of_staff_sign_anybody_in(role):
    assert touched(role, *READS, *WRITES) & SIGN_IN == set()


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_a_journal_entry_is_written_without_its_id_and_never_changed(role):
    """Its number and transaction are the database's: the sealer proves by them that nothing is missing."""
    assert touched(role, "UPDATE", "DELETE", "TRUNCATE") & {"journal_entry", "journal_block"} == set()
    assert ("journal_block" in touched(role, "INSERT")) is (role == "worker")
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_column_privilege(%s, 'journal_entry', 'id', 'INSERT')",
                       [role_name(connection.settings_dict["NAME"], role)])
        assert cursor.fetchone() == (False,)


# What each role may at most open in the name of the installation, by what that would let its login read and write.
NEVER = {
    "web": {"core", "work", "line", "line_write", "remove", "address"},  # staff see by their own grants
    "public": {"core", "work", "line", "line_write", "journal", "journal_write", "remove", "identity"},
    "router": {"core", "work", "journal", "remove", "identity"},
    "report": {"core", "work", "line_write", "journal_write", "remove", "identity"},
    "worker": {"line_write", "remove"},
}


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_in_the_name_of_the_installation_no_role_sees_more_than_its_pages_need(world, role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT purpose, arrays FROM tenancy_purpose WHERE role = %s", [role])
        for purpose, arrays in cursor.fetchall():
            if purpose not in {row[0] for row in DEMO_PURPOSES}:  # no installation has them
                assert set(arrays) & NEVER[role] == set(), purpose


def test_whatever_is_opened_is_a_setting_that_ends_with_the_scope(world):
    """A misspelt array would be set and never cleared; a purpose that no code can name is a door left open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unnest(arrays) FROM tenancy_purpose")
        arrays = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT purpose FROM tenancy_purpose")
        assert {name for (name,) in cursor.fetchall()} == set(get_args(Purpose))
        for name in arrays:
            cursor.execute("SELECT set_config(%s, '{20000}', true), moothall.close_scope()", [f"moothall.{name}"])
            cursor.execute("SELECT current_setting(%s)", [f"moothall.{name}"])
            assert cursor.fetchone() == ("",), name


# A trigger's function can't be called, whoever may.
AS_OWNER = "pronamespace = 'moothall'::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype"


def may_call(role: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT proname FROM pg_proc WHERE {AS_OWNER} AND has_function_privilege(%s, oid, 'EXECUTE')",
                       [role_name(connection.settings_dict["NAME"], role)])
        return {name for (name,) in cursor.fetchall()}


def test_a_function_that_acts_as_the_owner_is_on_the_list_and_looks_into_no_schema_of_its_caller():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT proname, coalesce(array_to_string(proconfig, ' '), '') FROM pg_proc WHERE {AS_OWNER}")
        found = dict(cursor.fetchall())
    assert set(found) <= {each.partition("(")[0] for each in FUNCTIONS}
    assert {name for name, given in found.items() if "search_path=pg_catalog, pg_temp" not in given} == set()


@pytest.mark.parametrize("role", ["worker", "router", "report"])
def test_who_meets_nobody_may_open_a_scope_and_call_nothing_else_as_the_owner(role):
    assert may_call(role) == {"open_scope"} | ({"count_apart", "open_protected_export"} if role == "worker" else set())


def test_the_public_pages_sign_nothing_and_the_desk_begins_no_run():
    own = {"begin_run", "own_contact", "keep_own_run", "case_about_same", "tell_own_case", "ring_own_call_on",
           "redeem_code", "case_by_code"}
    assert may_call("public") == {"open_scope", "somebody_protected", "protect_case", *own}
    assert may_call("web") & own == set()
    never = {"cut_council", "mend_council", "propose_version"}  # the operator's, at the command line
    assert (may_call("web") | may_call("public")) & never == set()
