"""Whose login a process speaks with: what DATABASE_URL says, what is derived from it, and what `migrate` makes."""
from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.conf import settings

from conftest import run_moothall
from moothall.tenancy.roles import LOGIN_ROLES, TEST_ROLE, connection_settings, database_name, role_name, role_password

URL = "postgresql://hall:s%40y%2Fme@db.example:6543/our%20hall"


@pytest.fixture(autouse=True)
def _no_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOOTHALL_ROLE_PREFIX", raising=False)


def settings_of(url: str, role: str = "owner") -> dict[str, Any]:
    return connection_settings(url, role, "secret")


def login(url: str, role: str = "owner") -> tuple[str, ...]:
    found = settings_of(url, role)
    return tuple(found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME"))


def test_the_owner_is_the_urls_own_login_with_its_signs_decoded() -> None:
    assert login(URL) == ("hall", "s@y/me", "db.example", "6543", "our hall")
    assert login(URL.replace("postgresql:", "postgres:")) == login(URL)


def test_what_a_url_leaves_out_is_this_machines_database_of_our_name() -> None:
    assert login("postgresql://") == ("", "", "127.0.0.1", "5432", "moothall")
    assert database_name("postgresql://db.example/") == "moothall"


@pytest.mark.parametrize("role", [*LOGIN_ROLES, TEST_ROLE])
def test_every_other_role_has_a_name_and_a_password_of_its_own(role: str) -> None:
    user, password, *where = login(URL, role)
    assert user == f"our hall_{role}" and where == ["db.example", "6543", "our hall"]
    others = {login(URL, other)[1] for other in (*LOGIN_ROLES, TEST_ROLE, "owner") if other != role}
    assert len(password) == 64 and password not in others
    assert password != connection_settings(URL, role, "another secret")["PASSWORD"]
    assert password != login(URL.replace("our%20hall", "their%20hall"), role)[1], "databases share no passwords"


def test_a_copy_of_a_database_keeps_its_originals_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    before = login("postgresql://db.example/hall", "web")
    monkeypatch.setenv("MOOTHALL_ROLE_PREFIX", "hall")
    assert login("postgresql://db.example/copy", "web") == (*before[:4], "copy")


@pytest.mark.parametrize(("url", "role", "told"), [
    ("mysql://db.example/hall", "web", "must begin with postgresql://, not mysql://"),
    ("postgresql://db.example:port/hall", "web", "names no port"),
    (URL, "admin", "MOOTHALL_ROLE is 'admin'; it must be owner, web, worker, router, report, public"),
])
def test_what_no_process_can_start_with_is_said(url: str, role: str, told: str) -> None:
    with pytest.raises(SystemExit, match=told):
        settings_of(url, role)


def test_a_connection_is_kept_named_and_looks_into_no_schema_of_its_logins_name() -> None:
    """A request opens no transaction by itself (a scope does), a statement said twice is planned once, and none of its
    statements starts helpers: who counts may."""
    found = settings_of(URL, "web")
    assert (found["ATOMIC_REQUESTS"], found["CONN_MAX_AGE"]) == (False, None)
    options = found["OPTIONS"]
    assert options["application_name"] == "moothall-web" and options["options"] == (
        "-c search_path=public -c max_parallel_workers_per_gather=0")
    assert settings_of(URL, "report")["OPTIONS"]["options"] == "-c search_path=public"
    assert options["server_side_binding"] is True and options["prepare_threshold"] == 2


# -- what `migrate` makes ---------------------------------------------------------------------------------------------

def test_an_installation_gets_its_five_logins_and_none_of_the_tests(cluster, own_database, monkeypatch) -> None:
    """A login of tests may become any other: on a council's server it would be a way past every list of rights."""
    name = database_name(own_database)
    where = {"DATABASE_URL": own_database, "MOOTHALL_ROLE": "owner", "MOOTHALL_ROLE_PREFIX": name}
    monkeypatch.setenv("MOOTHALL_ROLE_PREFIX", name)
    names = {role_name(name, role) for role in LOGIN_ROLES}
    with psycopg.connect(cluster.bootstrap_url(name), autocommit=True) as session:
        try:
            for _ in range(2):  # the first makes them, the second finds them
                run_moothall("migrate", **where)
                made = session.execute("SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreaterole "
                                       "OR rolcreatedb FROM pg_roles WHERE starts_with(rolname, %s)", [f"{name}_"])
                assert set(made.fetchall()) == {(each, True, False) for each in names}
            for role in LOGIN_ROLES:
                given = connection_settings(own_database, role, settings.SECRET_KEY)
                with psycopg.connect(host=given["HOST"], port=given["PORT"], dbname=name, user=given["USER"],
                                     password=role_password(settings.SECRET_KEY, name, role)) as own:
                    assert own.execute("SELECT current_user").fetchone() == (role_name(name, role),)
        finally:
            for each in names:
                session.execute(f'DROP OWNED BY "{each}"')
                session.execute(f'DROP ROLE IF EXISTS "{each}"')


def test_migrate_takes_back_what_no_list_gives(cluster, own_database) -> None:
    """A right that somebody gave by hand, and a purpose that is no longer on the list, are gone; the demo's stays."""
    name, original = database_name(own_database), database_name(settings.DATABASE_URL)
    web = f'"{role_name(original, "web")}"'
    with psycopg.connect(cluster.bootstrap_url(name), autocommit=True) as session:
        session.execute(f"GRANT DELETE ON cases_case TO {web}; GRANT SELECT ON scripts_runkey TO PUBLIC;"
                        f"GRANT EXECUTE ON FUNCTION moothall.cut_council(int, bigint, text, timestamptz) TO {web}")
        session.execute("INSERT INTO tenancy_purpose (purpose, role, arrays) VALUES ('peek', 'web', '{work}')")
        kept = session.execute("SELECT purpose, role FROM tenancy_purpose WHERE purpose <> 'peek'").fetchall()
        assert ("call_story", "web") in kept
        run_moothall("migrate", DATABASE_URL=own_database, MOOTHALL_ROLE="owner", MOOTHALL_ROLE_PREFIX=original)
        asked = ("SELECT has_table_privilege(%(who)s, 'cases_case', 'DELETE'), "
                 "has_table_privilege(%(who)s, 'scripts_runkey', 'SELECT'), has_function_privilege(%(who)s, "
                 "'moothall.cut_council(int, bigint, text, timestamptz)', 'EXECUTE'), "
                 "has_table_privilege(%(who)s, 'cases_case', 'SELECT')")
        assert session.execute(asked, {"who": role_name(original, "web")}).fetchone() == (False, False, False, True)
        assert sorted(session.execute("SELECT purpose, role FROM tenancy_purpose").fetchall()) == sorted(kept)
