"""A connection that is used again holds nothing of the scope before: real transactions, on a committed copy of the
world, as the web role itself. Django keeps a connection for the thread, so every test works in a thread of its own."""
from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, connections, transaction
from django.test import RequestFactory

from conftest import environment_of
from moothall.cases.models import Case
from moothall.lib import clock
from moothall.people.models import Person
from moothall.tenancy.principals import Resident, Staff, System
from moothall.tenancy.privileges import TENANT
from moothall.tenancy.roles import connection_settings
from moothall.tenancy.scope import First, OutsideScope, current_principal, scope

ANA, BEA = "Ana Kowalska", "Bea Lichfield"  # Harborough's and Lichfield's, each on the case of their council


@pytest.fixture
def as_login(own_database, monkeypatch) -> Callable[[Callable[[], Any]], Any]:
    """Run a function where Django's connection is a fresh one of the web role to the copy, in autocommit."""
    monkeypatch.setenv("MOOTHALL_ROLE_PREFIX", environment_of(own_database)["MOOTHALL_ROLE_PREFIX"])
    wanted = {**settings.DATABASES["default"], **connection_settings(own_database, "web", settings.SECRET_KEY)}

    def run(work: Callable[[], Any]) -> Any:
        def alone() -> Any:
            kept = connections["default"].settings_dict
            connections["default"] = connections["default"].__class__({**kept, **wanted}, "default")
            try:
                return work()
            finally:
                connections["default"].close()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(alone).result()

    return run


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def settings_of_scope() -> set[str]:
    """Every setting that a policy of any table asks for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT concat_ws(' ', qual, with_check) FROM pg_policies WHERE schemaname = 'public'")
        policies = " ".join(text for (text,) in cursor.fetchall())
    found = set(re.findall(r"current_setting\('moothall\.(\w+)'", policies))
    assert {"core", "work", "line", "lease_contact"} <= found
    return found


def left_over() -> dict[str, Any]:
    """What of a scope stands on the connection: settings that aren't empty, rows of any tenant table in sight."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for name in settings_of_scope():
            cursor.execute("SELECT current_setting(%s, true)", [f"moothall.{name}"])
            found[name] = cursor.fetchone()[0]
        for table in (table for table, rights in TENANT.items() if "web" in rights):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    with pytest.raises(OutsideScope):
        current_principal()
    return {name: value for name, value in found.items() if value}


@contextmanager
def seen_full(person: int, contact: int) -> Iterator[None]:
    """A scope that sees something, so that there is something to be left."""
    with scope(Staff(person, contact)):
        assert Case.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('moothall.work')")
            assert cursor.fetchone()[0] not in ("", "{}")
        yield


def test_the_looks_see_what_a_scope_leaves(world, as_login):
    """The check of the check: with a scope that doesn't end, both the settings and the rows are told."""

    def work():
        with transaction.atomic(), seen_full(world.sam, 0), pytest.raises(pytest.fail.Exception):
            left_over()  # the principal is still there
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT moothall.open_scope('staff', %s, NULL, NULL, NULL)", [world.sam])
            assert {"core", "work", "cases_case", "contacts_contact"} <= set(left_over())

    as_login(work)


def test_a_scope_that_is_refused_or_holds_any_secret_leaves_a_connection_that_works(world, as_login):
    """BEGIN and the scope go out as one message, so what is given is written into it."""

    def work():
        with pytest.raises(DatabaseError, match="may not act for the purpose"), scope(System("no such purpose")):
            raise AssertionError("it opened")
        assert left_over() == {}
        for secret in ("'; DROP TABLE cases_case; --", "\\'", "%s {0} $1", "naïve \u202e"):
            with scope(Resident(7, secret)):
                assert not Case.objects.exists()
        with seen_full(world.sam, world.home["contact"]):
            pass
        assert left_over() == {}

    as_login(work)


def test_what_is_read_first_is_read_within_the_scope_and_leaves_nothing_where_it_fails(world, as_login):
    titles = "SELECT json_agg(k.title ORDER BY k.title)::text FROM cases_case k WHERE k.title <> %s"

    def work():
        with scope(Staff(world.sam), first=First(titles, ["'; {0} %s"])) as found:
            assert found == list(Case.objects.order_by("title").values_list("title", flat=True)) != []
        with scope(Staff(world.sam), first=First("SELECT '1' WHERE %s", [False])) as found:
            assert found is None and Case.objects.exists()
        wrong = First("SELECT moothall.nothing_like_it(%s)", [1])
        with pytest.raises(ProgrammingError, match="nothing_like_it"), scope(Staff(world.sam), first=wrong):
            raise AssertionError("it opened")
        assert left_over() == {}
        with scope(Staff(world.sam)), scope(Staff(world.sam), first=First("SELECT '[2]'", [])) as found:
            assert found == [2]

    as_login(work)


def test_a_scope_costs_one_message_and_begins_no_transaction_twice(world, as_login):
    """What goes through Django's cursor is counted: BEGIN and scope go past it together, where none is begun yet."""

    def work():
        said: list[str] = []
        warned: list[str] = []

        def note(execute, sql, params, many, context):
            said.append(sql)
            return execute(sql, params, many, context)

        connection.ensure_connection()
        connection.connection.add_notice_handler(lambda diagnostic: warned.append(diagnostic.message_primary))
        with connection.execute_wrapper(note):
            with scope(Staff(world.sam)):
                assert said == []
                assert Case.objects.exists()
            said.clear()
            with transaction.atomic():
                backend()
                said.clear()
                with scope(Staff(world.sam)):
                    assert [each for each in said if "SAVEPOINT" not in each] == [
                        "SELECT moothall.open_scope(%s, %s, %s, %s, %s)"]
                    assert Case.objects.exists()
        assert warned == [], "a second BEGIN is warned of"

    as_login(work)


def ends_with_its_block(world):
    with seen_full(world.sam, world.home["contact"]):
        pass


def ends_with_an_exception(world):
    with pytest.raises(ZeroDivisionError), seen_full(world.sam, 0):
        _ = 1 / 0


def ends_with_an_exception_within_a_transaction_that_goes_on(world):
    """The savepoint's rollback takes the keys back; what follows in the same transaction sees nothing."""
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), seen_full(world.sam, 0):
            _ = 1 / 0
        assert left_over() == {}


def ends_within_a_transaction_that_goes_on(world):
    with transaction.atomic():
        with seen_full(world.sam, 0):
            pass
        assert left_over() == {}


def ends_with_a_refused_statement(world):
    with pytest.raises(ProgrammingError, match="row-level security"), seen_full(world.sam, 0):
        Case.objects.create(
            council_id=13, service_id=524, reference="X", kind="x", title="x", opened_at=clock.now()
        )


def ends_with_a_cancelled_statement(world):
    """Another session cancels a statement once it runs, as an operator or a time-out would."""
    pid = backend()
    cancelling = threading.Thread(target=cancel_sleep, args=(pid, connection.settings_dict))
    cancelling.start()
    cancelled = pytest.raises(OperationalError, match="canceling statement")
    with cancelled, seen_full(world.sam, 0), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    cancelling.join()


def cancel_sleep(pid: int, where: dict[str, Any]) -> None:
    """Cancel the backend's statement as soon as it sleeps. A login may cancel its own."""
    with closing(
        psycopg.connect(
            host=where["HOST"], port=where["PORT"], dbname=where["NAME"], user=where["USER"],
            password=where["PASSWORD"], autocommit=True,
        )
    ) as other:
        asleep = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
        for _ in range(3000):
            if other.execute(asleep, [pid]).fetchone():
                return
            other.execute("SELECT pg_sleep(0.01)")


ENDS = (
    ends_with_its_block, ends_with_an_exception, ends_with_an_exception_within_a_transaction_that_goes_on,
    ends_within_a_transaction_that_goes_on, ends_with_a_refused_statement, ends_with_a_cancelled_statement,
)


def test_nothing_of_a_scope_is_left_on_its_connection(world, as_login):
    def work():
        for end in ENDS:
            before = backend()
            end(world)
            assert backend() == before, f"{end.__name__}: another connection, so nothing was shown"
            assert left_over() == {}, end.__name__
            with scope(Staff(world.olive)):
                assert set(Case.objects.values_list("council_id", flat=True)) == {13}, end.__name__

    as_login(work)


def ask(path: str, person: Person) -> tuple[str, int, int]:
    """One request through Django's own handler, with all of a server's signals: body, backend before and after."""
    address = urlsplit(path)
    request = RequestFactory()._base_environ(
        PATH_INFO=address.path, QUERY_STRING=address.query, SERVER_NAME="localhost"
    )
    request["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={session_of(person)}"
    before, told = backend(), []
    response = WSGIHandler()(request, lambda status, headers: told.append(status))
    body = b"".join(response).decode()
    response.close()  # as the server does: request_finished, which closes connections that are too old
    assert told == ["200 OK"], (path, told)
    return body, before, connection.connection.info.backend_pid


def session_of(person: Person) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update({
        SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    })
    session.create()
    return str(session.session_key)


def test_two_people_one_after_the_other_on_one_connection(world, as_login):
    """CONN_MAX_AGE keeps the connection from one request to the next; what the first person saw stays behind."""
    assert settings.DATABASES["default"]["CONN_MAX_AGE"] is None
    cases = {ANA: "/cases/HB-10007-Y/", BEA: "/cases/LI-10001-B/"}

    def work():
        lee, olive = Person.objects.get(pk=world.lee), Person.objects.get(pk=world.olive)
        backends = set()
        for person, own, foreign in ((lee, ANA, BEA), (olive, BEA, ANA), (lee, ANA, BEA)):
            body, before, after = ask(cases[own], person)
            backends |= {before, after}
            assert own in body and foreign not in body, person
            assert left_over() == {}, f"after the request of {person}"
            listed, before, after = ask("/cases/?tab=team", person)
            backends |= {before, after}
            assert foreign not in listed
        assert len(backends) == 1, "the requests did not share a connection"

    as_login(work)
