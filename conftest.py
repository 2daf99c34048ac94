"""Fixtures for every test: one embedded cluster for the run, a committed world, and the way to become a login role."""
from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest

ROOT = Path(__file__).parent
hypothesis.settings.register_profile("no clock", deadline=None)  # a busy machine's slowness is no fault
hypothesis.settings.load_profile("no clock")
gc.disable()  # until all tests are found: what is imported stays, and looking through it again and again finds nothing


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is there now stays to the end, so that garbage is looked for among what tests make alone, and more seldom:
    it was a tenth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        from share_out import in_order

        in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from share_out import Shares

    return Shares(config, log)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The run's demo rests where the next test doesn't want it: its dozen processes would work beside the others."""
    kept = getattr(item, "funcargs", {}).get("kept_demo")
    if kept is not None and nextitem is not None and "kept_demo" not in getattr(nextitem, "fixturenames", ()):
        kept.stop()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The PostgreSQL of this run, on the port that settings.test chose. MOOTHALL_TEST_PG_BIN names other programs;
    MOOTHALL_TEST_CLUSTER is the folder of one that runs, its database migrated (bench/mutation_ground.py)."""
    from moothall.lib.cluster import FAST_TESTS, Cluster

    url = urlsplit(os.environ["DATABASE_URL"])
    if running := os.environ.get("MOOTHALL_TEST_CLUSTER"):
        yield Cluster(Path(running), url.port or 0)
        return
    programs = os.environ.get("MOOTHALL_TEST_PG_BIN")
    server = Cluster(
        tmp_path_factory.mktemp("pg"),
        url.port or 0,
        programs_folder=Path(programs) if programs else None,
        settings={**FAST_TESTS, "max_connections": "200"},
    )
    server.start()
    yield server
    server.destroy()


@pytest.fixture(scope="session")
def owner_url(request: pytest.FixtureRequest) -> str:
    """The owner's DATABASE_URL of a migrated, empty database: of our cluster, or MOOTHALL_TEST_DATABASE_URL's."""
    url = os.environ.get("MOOTHALL_TEST_DATABASE_URL", "")
    if not url:
        name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
        url = request.getfixturevalue("cluster").create_database(name)
    if not os.environ.get("MOOTHALL_TEST_CLUSTER"):
        run_moothall("migrate", "--with-test-role", DATABASE_URL=url, MOOTHALL_ROLE="owner")
    return url


def run_moothall(*words: str, **environment: str) -> str:
    """Run `moothall WORD …` as its own process; its output, or a failure with it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "moothall", *words], env={**os.environ, **environment}, cwd=ROOT,
        text=True, capture_output=True, timeout=120, check=False,
    )
    assert done.returncode == 0, f"moothall {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


_world: list[object] = []


@pytest.fixture(scope="session")
def django_db_setup(owner_url: str, django_db_blocker) -> Iterator[None]:
    """pytest-django's own would make a database; ours is migrated by the owner and filled as the test role."""
    from django.db import connections

    from cast_of_tests import make_world

    with django_db_blocker.unblock():
        _world.append(make_world())
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def world(db):
    """The committed world (tests/cast_of_tests.py); what a test changes is rolled back."""
    return _world[0]


TEXTS_HOLD = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def while_texts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our clock goes on from a day on which the tests' agreements hold, whose texts name years: without it they would
    be over one day. The database's own clock stays, and so do grants, memberships and sessions of the cast."""
    from moothall.lib import clock

    now, begun = clock.now, clock.now()
    monkeypatch.setattr(clock, "now", lambda: TEXTS_HOLD + (now() - begun))


@contextmanager
def become(role: str) -> Iterator[None]:
    from django.db import connection, transaction

    from moothall.tenancy.roles import role_name

    name = connection.ops.quote_name(role_name(connection.settings_dict["NAME"], role))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {name}")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")


@pytest.fixture
def as_role(db) -> Callable[[str], AbstractContextManager[None]]:
    """`with as_role("web"): …` speaks to the database as that login role. Outside it a test is the all-seeing test role
    (which row security binds too: open System("load") for what the roles may not do)."""
    return become


@pytest.fixture
def as_person(world, as_role):
    """`as_person("jo", path)` opens a page as somebody of the cast, in the web role; with `data` it is sent there."""
    from django.test import Client

    from moothall.people.models import Person

    def ask(name, path, data=None):
        client = Client()
        with as_role("web"):
            client.force_login(Person.objects.get(pk=getattr(world, name)))
            return client.get(path) if data is None else client.post(path, data)

    return ask


@pytest.fixture
def as_web(db) -> Iterator[None]:
    """The whole test speaks as the web role: for tests through the HTTP client."""
    with become("web"):
        yield


@contextmanager
def copied_world(cluster, owner_url: str, django_db_blocker) -> Iterator[str]:
    """The owner's URL of a committed copy of the world, removed at the end."""
    import psycopg
    from django.db import connections

    original = urlsplit(owner_url).path.lstrip("/")
    name = f"copy_{os.urandom(4).hex()}"
    with django_db_blocker.unblock():
        connections.close_all()  # a template may have no sessions
    with psycopg.connect(cluster.bootstrap_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}" OWNER "{original}"')
    yield owner_url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(cluster.bootstrap_url(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def own_database(cluster, owner_url: str, django_db_setup, django_db_blocker) -> Iterator[str]:
    """A copy of the world for one test that starts processes or changes the schema."""
    with copied_world(cluster, owner_url, django_db_blocker) as url:
        yield url


def environment_of(url: str) -> dict[str, str]:
    """What a process needs to work on a copy: its roles are the original's."""
    original = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    return {"DATABASE_URL": url, "MOOTHALL_ROLE_PREFIX": original, "DJANGO_SETTINGS_MODULE": "moothall.settings.base"}


@pytest.fixture(scope="session")
def kept_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The run's demo (tests/demo_process.py), for tests that stop it or need its folder at rest."""
    from demo_process import KeptDemo

    kept = KeptDemo(tmp_path_factory.mktemp("demo") / "data")
    yield kept
    kept.remove()


@pytest.fixture
def demo(kept_demo):
    """The run's demo, up. It takes a while to start, so that all tests share it, and what they leave in it."""
    return kept_demo.running()
